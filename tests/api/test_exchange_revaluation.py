"""Closing rates over the wire: the day, the day after, and what open items know of it: nothing."""

from typing import Any

from tests.api.desk import Desk, Paper, cancelling, is_clean, refusals, shown_and_kept
from tests.api.test_payments import invoiced, open_items, owed, paid, part

EUR = {"currency": "EUR", "exchangeRate": "1.1"}

BOOKS = """
query($company: CompanyRef!, $asOf: Date!) {
  trialBalance(company: $company, asOf: $asOf) {
    rows { account { code } closingDebit closingCredit }
  }
  openItems(company: $company, asOf: $asOf) { nodes { outstandingAmount balance } }
  customers: agedReceivables(company: $company, asOf: $asOf) { totals { balance difference } }
  suppliers: agedPayables(company: $company, asOf: $asOf) { totals { balance difference } }
}
"""
SHOWN = """
query($id: ID!, $sold: ID!) {
  sold: document(id: $sold) { ... on SalesInvoice { settledBy { document { kind } } } }
document(id: $id) { ... on ExchangeRevaluation {
  number kind grandTotal currency
  positions { party { code } account { code } currency amount rate bookedAmount revaluedAmount
              difference }
  journalLines { account { code } party { code } debit credit entry { postingDate }
                 explanation(depth: 1) { nodes { kind } } }
} } }
"""


def revaluation(day: str, rate: str, **more: Any) -> Paper:
    """All that is open in EUR at a closing rate."""
    rates = [{"currency": "EUR", "rate": rate}]
    return "ExchangeRevaluation", {"postingDate": day, "rates": rates, **more}


def on(desk: Desk, day: str) -> tuple[dict[str, str], list[str]]:
    """The balances of the accounts concerned, and of open items; both tie to the ages."""
    found = desk.ask(BOOKS, asOf=day)
    for side in (found["customers"], found["suppliers"]):
        assert side["totals"]["difference"] == "0.00"
    balances = {
        row["account"]["code"]: (
            row["closingDebit"] if row["closingCredit"] == "0.00" else f"-{row['closingCredit']}"
        )
        for row in found["trialBalance"]["rows"]
    }
    concerned = ("Debtors", "Creditors", "Exchange Gain/Loss")
    kept = {code: balances[code] for code in concerned if balances.get(code, "0.00") != "0.00"}
    return kept, [one["balance"] for one in found["openItems"]["nodes"]]


def test_a_day_at_closing_rates_and_the_next_as_before(desk: Desk) -> None:
    """100 EUR at 1.1, 30 paid; 40 owed; 7 USD. At 1.2: 84.00 and 48.00 instead of 77.00, 44.00."""
    sold = invoiced(desk, "100", **EUR)
    bought = desk.post(
        ("PurchaseInvoice", {"postingDate": "2026-01-10", "supplier": {"code": "ARCU"}, **EUR,
                             "lines": [{"item": {"sku": "SV0001"}, "quantity": "1", "rate": "40"}]})
    )  # fmt: skip
    invoiced(desk, "7")
    desk.post(paid("RECEIVE", "30", part(sold, "30"), **EUR))
    before = on(desk, "2026-03-31")
    assert before == (
        {"Debtors": "84.00", "Creditors": "-44.00"}, ["-44.00", "77.00", "7.00"],
    )  # fmt: skip
    open_before = open_items(desk, asOf="2026-03-31")
    made = shown_and_kept(desk, revaluation("2026-03-31", "1.2"))
    assert on(desk, "2026-03-31") == (
        {"Debtors": "91.00", "Creditors": "-48.00", "Exchange Gain/Loss": "-3.00"},
        ["-48.00", "84.00", "7.00"],
    )
    assert on(desk, "2026-03-30") == on(desk, "2026-04-01") == before
    assert open_items(desk, asOf="2026-03-31") == open_before
    assert desk.outstanding(sold) == "70.00"
    shown = desk.ask(SHOWN, id=made["id"], sold=sold["id"])
    sold_by, shown = shown["sold"]["settledBy"], shown["document"]
    assert (shown["number"], shown["grandTotal"]) == ("FXR-2026-00001", "11.00")
    assert [
        (one["party"]["code"], one["currency"], one["amount"], one["rate"], one["bookedAmount"],
         one["revaluedAmount"], one["difference"])
        for one in shown["positions"]
    ] == [
        ("ARCU", "EUR", "-40.00", "1.2", "-44.00", "-48.00", "-4.00"),
        ("UTAH", "EUR", "70.00", "1.2", "77.00", "84.00", "7.00"),
    ]  # fmt: skip
    assert sold_by == [{"document": {"kind": "PAYMENT"}}]
    days = {line["entry"]["postingDate"] for line in shown["journalLines"]}
    assert days == {"2026-03-31", "2026-04-01"}
    assert is_clean(desk)

    # What is realised is what it would have been, also of what is paid on the day itself.
    late = desk.post(paid("RECEIVE", "70", part(sold, "70"), postingDate="2026-03-31",
                          currency="EUR", exchangeRate="1.3"))  # fmt: skip
    lines = {one["account"]["code"]: one["credit"] for one in late["journalLines"]}
    assert (lines["Debtors"], lines["Exchange Gain/Loss"]) == ("77.00", "14.00")
    assert refusals(desk, cancelling(bought)) == [("HAS_DEPENDENTS", "document")]
    desk.cancelled(made)
    desk.cancelled(late)
    assert on(desk, "2026-03-31") == on(desk, "2026-04-01") == before
    desk.cancelled(bought)
    assert is_clean(desk)


def test_it_is_done_once_and_again_only_for_what_has_changed(desk: Desk) -> None:
    invoiced(desk, "100", **EUR)
    first = {
        "exchangeRevaluation": {"company": desk.company, **revaluation("2026-03-31", "1.2")[1]}
    }
    batch = desk.ask(
        "mutation($input: SubmitBatchInput!) { submitBatch(input: $input) { results {"
        " document { number } errors { code } } } }",
        input={"company": desk.company, "documents": [first]},
    )["submitBatch"]["results"]
    assert batch == [{"document": {"number": "FXR-2026-00001"}, "errors": []}]
    again = desk.post(revaluation("2026-03-31", "1.2"))
    assert (again["journalLines"], again["grandTotal"]) == ([], "0.00")
    desk.post(revaluation("2026-03-31", "1.25"))
    assert on(desk, "2026-03-31") == (
        {"Debtors": "125.00", "Exchange Gain/Loss": "-15.00"}, ["125.00"],
    )  # fmt: skip
    desk.post(revaluation("2026-04-30", "1.05", lossAccount={"code": "Write Off"}))
    assert on(desk, "2026-04-30") == ({"Debtors": "105.00"}, ["105.00"])
    assert on(desk, "2026-05-01") == ({"Debtors": "110.00"}, ["110.00"])
    assert is_clean(desk)


def test_what_is_refused_leaves_nothing(desk: Desk) -> None:
    owed(desk, "7")
    invoiced(desk, "100", **EUR)
    (error,) = desk.refused(("ExchangeRevaluation", {"postingDate": "2026-01-31", "rates": []}))
    assert (error["code"], error["message"]) == (
        "CLOSING_RATE_MISSING", "No closing rate is given for EUR.",
    )  # fmt: skip
    desk.make("closePeriod", "company", company=desk.company, through="2026-01-31")
    closed = revaluation("2026-01-31", "1.2")
    assert refusals(desk, closed) == [("PERIOD_CLOSED", "postingDate")]
    made = desk.post(revaluation("2026-12-31", "1.2"))
    assert on(desk, "2026-12-31")[0]["Debtors"] == "120.00"
    assert on(desk, "2027-01-01")[0]["Debtors"] == "110.00"
    desk.make("closePeriod", "company", company=desk.company, through="2026-12-31")
    assert refusals(desk, cancelling(made)) == [("PERIOD_CLOSED", "document")]
    assert is_clean(desk)
