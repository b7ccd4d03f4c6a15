"""What is owed by age: it adds up to open items, and these to the accounts of the trial balance."""

import csv
import io
from decimal import Decimal
from typing import Any

from tests.api.desk import Desk, is_clean, journal
from tests.api.test_payments import invoiced, owed, paid, part

AGED = """
query($company: CompanyRef!, $asOf: Date, $by: AgeingBasis! = DUE_DATE, $boundaries: [Int!],
      $party: PartyRef, $sort: AgeingSort! = PARTY_ASC, $first: Int, $after: String) {
  customers: agedReceivables(company: $company, asOf: $asOf, by: $by, boundaries: $boundaries,
                             party: $party, sort: $sort, first: $first, after: $after) {
    ...Aged
  }
  suppliers: agedPayables(company: $company, asOf: $asOf, by: $by, boundaries: $boundaries,
                          party: $party, sort: $sort) {
    ...Aged
  }
  openItems(company: $company, asOf: $asOf, party: $party) {
    totals { balance overdueBalance
             currencies { currency outstandingAmount overdueAmount balance overdueBalance } }
  }
  trialBalance(company: $company, asOf: $asOf) {
    rows { account { code } closingDebit closingCredit }
  }
}
fragment Aged on AgeingConnection {
  nodes { party { code } account { code } currency outstandingAmount balance
          buckets { fromDay toDay outstandingAmount balance } }
  totals { balance accountBalance difference buckets { fromDay toDay balance }
           currencies { currency outstandingAmount balance buckets { outstandingAmount } } }
  pageInfo { hasNextPage endCursor }
}
"""


def aged(desk: Desk, **asked: Any) -> Any:
    """Both reports; each adds up, in rows and totals, and to its account."""
    found = desk.ask(AGED, **asked)
    for side in (found["customers"], found["suppliers"]):
        for one in (*side["nodes"], side["totals"]):
            assert sum(Decimal(b["balance"]) for b in one["buckets"]) == Decimal(one["balance"])
    return found


def in_buckets(row: Any, name: str = "balance") -> list[str]:
    """What is not due yet, and the intervals."""
    return [one[name] for one in row["buckets"]]


def test_what_is_owed_by_age_adds_up_to_the_control_accounts(desk: Desk) -> None:
    first = invoiced(desk, "100", dueDate="2026-01-31")
    invoiced(desk, "50", dueDate="2026-03-31")
    invoiced(desk, "10", currency="EUR", exchangeRate="1.2")
    owed(desk, "40")
    desk.post(paid("RECEIVE", "90", part(first, "60")))
    found = aged(desk, asOf="2026-03-02")
    usd, eur = found["customers"]["nodes"][::-1]
    days = [(one["fromDay"], one["toDay"]) for one in usd["buckets"]]
    assert days == [(None, -1), (0, 30), (31, 60), (61, 90), (91, None)]
    assert (usd["party"]["code"], usd["account"]["code"], usd["currency"]) == (
        "UTAH", "Debtors", "USD",
    )  # fmt: skip
    # 50 are not due; 40 of the invoice for 30 days; 30 were paid on account 41 days ago
    assert in_buckets(usd) == ["50.00", "40.00", "-30.00", "0.00", "0.00"]
    assert in_buckets(eur) == ["0.00", "0.00", "12.00", "0.00", "0.00"]
    assert in_buckets(eur, "outstandingAmount") == ["0.00", "0.00", "10.00", "0.00", "0.00"]
    totals = found["customers"]["totals"]
    assert (totals["balance"], totals["accountBalance"], totals["difference"]) == (
        "72.00", "72.00", "0.00",
    )  # fmt: skip
    assert in_buckets(totals) == ["50.00", "40.00", "-18.00", "0.00", "0.00"]
    assert [(one["currency"], one["outstandingAmount"]) for one in totals["currencies"]] == [
        ("EUR", "10.00"), ("USD", "60.00"),
    ]  # fmt: skip
    (bought,) = found["suppliers"]["nodes"]
    assert in_buckets(bought) == ["0.00", "0.00", "40.00", "0.00", "0.00"]
    assert found["suppliers"]["totals"]["accountBalance"] == "40.00"
    shown = {row["account"]["code"]: row for row in found["trialBalance"]["rows"]}
    assert (shown["Debtors"]["closingDebit"], shown["Creditors"]["closingCredit"]) == (
        "72.00", "40.00",
    )  # fmt: skip
    assert found["openItems"]["totals"] == {
        "balance": "32.00", "overdueBalance": "-18.00",
        "currencies": [
            {"currency": "EUR", "outstandingAmount": "10.00", "overdueAmount": "10.00",
             "balance": "12.00", "overdueBalance": "12.00"},
            {"currency": "USD", "outstandingAmount": "20.00", "overdueAmount": "-30.00",
             "balance": "20.00", "overdueBalance": "-30.00"},
        ],
    }  # fmt: skip
    by_posting = aged(desk, asOf="2026-03-02", by="POSTING_DATE", boundaries=[41])
    assert in_buckets(by_posting["customers"]["nodes"][1]) == ["0.00", "-30.00", "90.00"]
    assert is_clean(desk)


def test_what_nobody_owes_is_the_difference(desk: Desk) -> None:
    invoiced(desk, "100")
    desk.post(journal("2026-01-20", {"Debtors": "7", "Sales": "-7"}))
    totals = aged(desk)["customers"]["totals"]
    assert (totals["balance"], totals["accountBalance"], totals["difference"]) == (
        "100.00", "107.00", "7.00",
    )  # fmt: skip
    of_one = aged(desk, party={"code": "UTAH"})["customers"]["totals"]
    assert (of_one["balance"], of_one["accountBalance"]) == ("100.00", None)
    before = aged(desk, asOf="2026-01-09")["customers"]
    assert (before["nodes"], before["totals"]["balance"]) == ([], "0.00")
    wrong = desk.client.post("/graphql", json={"query": AGED, "variables": {
        "company": desk.company, "boundaries": [30, 20]}}).json()  # fmt: skip
    assert wrong["errors"][0]["extensions"]["code"] == "INVALID_VALUE"


def test_an_opening_balance_is_as_old_as_its_bill(desk: Desk) -> None:
    lines = [
        {"account": {"code": "Debtors"}, "debit": "100", "party": {"code": "UTAH"}},
        {"account": {"code": "Opening Balance Equity"}, "credit": "100"},
    ]
    opening = desk.post(("JournalEntry", {"postingDate": "2026-01-01", "dueDate": "2025-11-15",
                                          "lines": lines}))  # fmt: skip
    (row,) = aged(desk, asOf="2026-01-01")["customers"]["nodes"]
    assert in_buckets(row) == ["0.00", "0.00", "100.00", "0.00", "0.00"]
    query = "query($id: ID!) { document(id: $id) { ... on JournalEntry { dueDate } } }"
    assert desk.ask(query, id=opening["id"])["document"] == {"dueDate": "2025-11-15"}
    other = desk.post(journal("2026-01-02", {"Bank": "1", "Sales": "-1"}))
    assert desk.ask(query, id=other["id"])["document"] == {"dueDate": "2026-01-02"}


def test_the_largest_come_first_page_by_page_and_as_columns(desk: Desk) -> None:
    for code, amount in (("AAA", "10"), ("BBB", "30"), ("CCC", "20")):
        desk.make("createParty", "party", company=desk.company, code=code, name=code,
                  roles=["CUSTOMER"])  # fmt: skip
        invoiced(desk, amount, customer={"code": code})
    asked: dict[str, Any] = {"sort": "BALANCE_DESC", "first": 2}
    page = aged(desk, **asked)["customers"]
    rest = aged(desk, **asked, after=page["pageInfo"]["endCursor"])["customers"]
    codes = [row["party"]["code"] for one in (page, rest) for row in one["nodes"]]
    assert codes == ["BBB", "CCC", "AAA"]
    wanted: dict[str, Any] = {"company": desk.code, "party": "BBB"}
    answer = desk.client.get(
        "/export/agedReceivables.csv",
        params={**wanted, "asOf": "2026-01-20", "boundaries": ["5", "10"]},
    )
    (row,) = csv.DictReader(io.StringIO(answer.text))
    amounts = {key: row[key] for key in row if key.startswith("buckets")}
    assert amounts == {
        f"buckets.{number}.{name}": "30.00" if number == 2 else "0.00"
        for number in range(4)
        for name in ("outstandingAmount", "balance")
    }
    wanted["columns"] = "party.code,buckets.1.toDay,buckets.9.balance"
    answer = desk.client.get("/export/agedReceivables.jsonl", params=wanted)
    assert answer.json() == {
        "party.code": "BBB", "buckets.1.toDay": 30, "buckets.9.balance": None,
    }  # fmt: skip
    for wrong in ("buckets.balance", "buckets.0", "party.0.code", "0", "buckets.0.0.balance"):
        answer = desk.client.get(
            "/export/agedReceivables.csv", params={"company": desk.code, "columns": wrong}
        )
        assert answer.status_code == 400, wrong
