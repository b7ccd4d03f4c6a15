"""Bills before goods, more than was received, and what is still between the two, over the wire."""

from typing import Any

import pytest

from tests.api.correcting import given_back
from tests.api.desk import (
    ACCRUAL,
    IN_STORES,
    Desk,
    bill,
    billed,
    delivery,
    entries,
    goods,
    is_clean,
    moved,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.desk import journal as by_hand


def tolerate(desk: Desk, **percent: str | bool) -> None:
    """Set tolerances, and other settings, of the company."""
    desk.make("updateCompany", "company", company=desk.company, settings=percent)


def of(line: Any, document: Any, number: int = 0) -> Any:
    """The line, of an invoice that billed it before."""
    return {**line, "invoiceLine": {"id": document["lines"][number]["id"]}}


REPORTS = """
query($company: CompanyRef!, $asOf: Date, $knownAt: DateTime, $all: Boolean!) {
  received: receivedNotBilled(
    company: $company, asOf: $asOf, knownAt: $knownAt, includeCleared: $all
  ) {
    nodes { document: receipt { number } line pendingQuantity pendingAmount clearedAmount }
    totals { pendingAmount accountBalance difference } residues { kind amount document { number } }
    knownAt
  }
  billed: billedNotReceived(
    company: $company, asOf: $asOf, knownAt: $knownAt, includeCleared: $all
  ) {
    nodes { document: invoice { number } line pendingQuantity pendingAmount clearedAmount }
    totals { pendingAmount accountBalance difference } residues { kind amount document { number } }
  }
  delivered: deliveredNotBilled(
    company: $company, asOf: $asOf, knownAt: $knownAt, includeCleared: $all
  ) {
    nodes { document: delivery { number } line pendingQuantity pendingAmount clearedAmount }
    totals { pendingAmount }
  }
}
"""


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def open_lines(
    desk: Desk, as_of: str | None = None, known_at: str | None = None, *, cleared: bool = False
) -> dict[str, Any]:
    """Per list its lines ("number/line quantity amount") and residues; proved to tie."""
    found = desk.ask(REPORTS, asOf=as_of, knownAt=known_at, all=cleared)
    shown: dict[str, Any] = {}
    for name, report in found.items():
        lines = [
            f"{row['document']['number']}/{row['line']} {row['pendingQuantity']}"
            f" {row['pendingAmount']}"
            for row in report["nodes"]
        ]
        pending = sum(cents(row["pendingAmount"]) for row in report["nodes"])
        assert cents(report["totals"]["pendingAmount"]) == pending
        shown[name] = lines
        if "residues" in report:
            totals = report["totals"]
            difference = cents(totals["accountBalance"]) - pending
            assert cents(totals["difference"]) == difference
            assert sum(cents(one["amount"]) for one in report["residues"]) == difference
            shown[name + " residues"] = [
                f"{one['kind']} {one['amount']} {one['document']['number']}"
                for one in report["residues"]
            ]
    return {name: rows for name, rows in shown.items() if rows}


# -- tolerances -----------------------------------------------------------------------------------


def test_more_is_billed_within_the_tolerance_and_comes_later(desk: Desk) -> None:
    tolerate(desk, overBillingTolerance="10")
    came = desk.post(receipt("2026-01-10", goods("10", "200")))
    too_much = bill("2026-01-20", billed("11.5", "200", came["lines"][0]))
    assert refusals(desk, too_much) == [("OVER_BILLED", "lines.0.quantity")]
    paper = bill("2026-01-20", billed("11", "200", came["lines"][0]))
    invoice = shown_and_kept(desk, paper)
    assert entries(invoice) == {ACCRUAL: "2200.00", "Creditors": "-2200.00"}
    assert open_lines(desk) == {
        "received residues": ["BILLED_NOT_RECEIVED -200.00 PI-2026-00001"],
        "billed": ["PI-2026-00001/1 1 200.00"],
    }
    again = bill("2026-01-21", billed("0.5", "200", came["lines"][0]))
    assert refusals(desk, again) == [("OVER_BILLED", "lines.0.quantity")]
    late = shown_and_kept(desk, receipt("2026-01-22", of(goods("1", "200"), invoice)))
    assert entries(late) == {"Stores": "200.00", ACCRUAL: "-200.00"}
    assert open_lines(desk) == {}
    assert is_clean(desk)


def test_a_tolerance_is_of_what_stayed(desk: Desk) -> None:
    """Ten came: with 50 %, goods that went back raise no limit."""
    tolerate(desk, overBillingTolerance="50")
    came = desk.post(receipt("2026-01-10", goods("10", "20")))
    desk.post(bill("2026-01-11", billed("2", "20", came["lines"][0])))
    desk.post(given_back("PurchaseReturn", "2026-01-12", came, "8"))
    over = bill("2026-01-13", billed("1.5", "20", came["lines"][0]))
    assert refusals(desk, over) == [("OVER_BILLED", "lines.0.quantity")]
    last = shown_and_kept(desk, bill("2026-01-13", billed("1", "20", came["lines"][0])))
    assert entries(last) == {ACCRUAL: "20.00", "Creditors": "-20.00"}
    assert open_lines(desk)["billed"] == ["PI-2026-00002/1 1 20.00"]
    assert is_clean(desk)


def test_the_item_s_own_tolerance_wins(desk: Desk) -> None:
    tolerate(desk, overBillingTolerance="10")
    desk.item("STRICT", overBillingTolerance="0")
    desk.item("LOOSE", overBillingTolerance="50", overReceiptTolerance="20")
    strict = desk.post(receipt("2026-01-10", goods("10", "1", "STRICT")))
    assert refusals(
        desk, bill("2026-01-11", billed("10.5", "1", strict["lines"][0], "STRICT"))
    ) == [("OVER_BILLED", "lines.0.quantity")]
    loose = desk.post(receipt("2026-01-10", goods("10", "1", "LOOSE")))
    desk.post(bill("2026-01-11", billed("15", "1", loose["lines"][0], "LOOSE")))
    ahead = desk.post(bill("2026-01-11", billed("10", "1", None, "LOOSE")))
    refused = receipt("2026-01-12", of(goods("12.5", "1", "LOOSE"), ahead))
    assert refusals(desk, refused) == [("OVER_RECEIVED", "lines.0.quantity")]
    desk.post(receipt("2026-01-12", of(goods("12", "1", "LOOSE"), ahead)))
    assert is_clean(desk)


def test_a_tolerance_must_be_a_percentage(desk: Desk) -> None:
    payload = desk.ask(
        "mutation($input: CreateItemInput!) { createItem(input: $input) {"
        " errors { code path } } }",
        input={"company": desk.company, "sku": "X", "overReceiptTolerance": "-1",
               "overDeliveryTolerance": "1001"},
    )["createItem"]  # fmt: skip
    assert [(one["code"], one["path"]) for one in payload["errors"]] == [
        ("INVALID_VALUE", ["overReceiptTolerance"]),
        ("INVALID_VALUE", ["overDeliveryTolerance"]),
    ]


# -- goods of an invoice that came first ----------------------------------------------------------


def test_goods_clear_what_their_invoice_put_on_the_accrual(desk: Desk) -> None:
    ahead = desk.post(bill("2026-01-05", billed("3", "33.333333")))
    assert open_lines(desk)["billed"] == ["PI-2026-00001/1 3 100.00"]
    for day, quantity, amount in (("06", "1", "33.33"), ("07", "1", "33.34"), ("08", "1", "33.33")):
        document = shown_and_kept(
            desk, receipt(f"2026-01-{day}", of(goods(quantity, "33.333333"), ahead))
        )
        expected = {"Stores": "33.33", ACCRUAL: f"-{amount}"}
        if amount == "33.34":
            expected["Round Off"] = "0.01"
        assert entries(document) == expected
    assert open_lines(desk) == {}
    assert open_lines(desk, "2026-01-06") == {
        "received residues": ["BILLED_NOT_RECEIVED -66.67 PI-2026-00001"],
        "billed": ["PI-2026-00001/1 2 66.67"],
    }
    beyond = receipt("2026-01-09", of(goods("1", "33.333333"), ahead))
    assert refusals(desk, beyond) == [("OVER_RECEIVED", "lines.0.quantity")]
    assert is_clean(desk)


def test_more_than_was_billed_waits_for_a_bill_of_its_own(desk: Desk) -> None:
    tolerate(desk, overReceiptTolerance="10")
    ahead = desk.post(bill("2026-01-05", billed("10", "20")))
    lines = [of(goods("6", "20"), ahead), of(goods("5", "20"), ahead)]
    came = shown_and_kept(desk, receipt("2026-01-06", *lines))
    assert entries(came) == {"Stores": "220.00", ACCRUAL: "-220.00"}
    assert open_lines(desk) == {
        "received": ["PR-2026-00001/2 1 20.00"],
        "billed residues": ["RECEIVED_NOT_BILLED -20.00 PR-2026-00001"],
    }
    more = receipt("2026-01-07", of(goods("0.5", "20"), ahead))
    assert refusals(desk, more) == [("OVER_RECEIVED", "lines.0.quantity")]
    desk.post(bill("2026-01-08", billed("1", "20", came["lines"][1])))
    assert open_lines(desk) == {}
    assert refusals(desk, ("Cancellation", {"document": {"id": ahead["id"]}})) == [
        ("HAS_DEPENDENTS", "document")
    ]
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("policy", "posted", "residues"),
    [
        ("KEEP_DIFFERENCE", {"Stores": "110.00", ACCRUAL: "-110.00"},
         ["KEPT_DIFFERENCE 10.00 PR-2026-00001"]),
        ("ADJUST_RECEIPT_COST", {"Stores": "100.00", ACCRUAL: "-100.00"}, []),
        ("MUST_MATCH", None, []),
    ],
)  # fmt: skip
def test_another_rate_than_the_invoice_goes_by_the_policy(
    desk: Desk, policy: str, posted: dict[str, str] | None, residues: list[str]
) -> None:
    tolerate(desk, invoiceRatePolicy=policy)
    ahead = desk.post(bill("2026-01-05", billed("10", "10")))
    before = desk.books()
    paper = receipt("2026-01-06", of(goods("10", "11"), ahead))
    if posted is None:
        assert refusals(desk, paper) == [("RATE_MISMATCH", "lines.0.rate")]
        return
    came = shown_and_kept(desk, paper)
    assert entries(came) == posted
    assert moved(came) == {IN_STORES: ("10", posted["Stores"])}
    assert open_lines(desk).get("received residues", []) == residues
    assert is_clean(desk)
    desk.cancelled(came)
    assert desk.balances() == before.balances
    assert open_lines(desk)["billed"] == ["PI-2026-00001/1 10 100.00"]
    desk.post(receipt("2026-01-06", of(goods("4", "10"), ahead)))
    assert is_clean(desk)


def test_a_receipt_of_an_invoice_names_one_that_can_be_received(desk: Desk) -> None:
    stocked = desk.post(bill("2026-01-05", goods("1", "5"), updateStock=True))
    other = desk.post(receipt("2026-01-05", goods("1", "5")))
    desk.item("OTHER")
    ahead = desk.post(bill("2026-01-05", billed("1", "5", None, "OTHER")))
    void = desk.post(bill("2026-01-05", billed("1", "5")))
    desk.cancelled(void)
    for document, code in (
        (stocked, "INVALID_VALUE"), (other, "REQUIRED"), (ahead, "ITEM_MISMATCH"),
        (void, "INACTIVE"),
    ):  # fmt: skip
        paper = receipt("2026-01-06", of(goods("1", "5"), document))
        found = refusals(desk, paper)
        assert found[0] == (code, "lines.0.invoiceLine")
    missing = {**goods("1", "5"), "invoiceLine": {"number": "PI-2026-00009/1"}}
    assert refusals(desk, receipt("2026-01-06", missing)) == [("NOT_FOUND", "lines.0.invoiceLine")]
    by_number = {**goods("1", "5", "OTHER"), "invoiceLine": {"number": f"{ahead['number']}/1"}}
    desk.post(receipt("2026-01-06", by_number))
    assert is_clean(desk)


def test_goods_are_given_back_after_their_invoice_came_first(desk: Desk) -> None:
    ahead = desk.post(bill("2026-01-05", billed("10", "10")))
    came = desk.post(receipt("2026-01-06", of(goods("10", "10"), ahead)))
    back = {"line": {"id": came["lines"][0]["id"]}, "quantity": "4"}
    desk.post(("PurchaseReturn", {"postingDate": "2026-01-07", "lines": [back]}))
    assert open_lines(desk)["received"] == ["PR-2026-00001/1 -4 -40.00"]
    assert is_clean(desk)


# -- sales ----------------------------------------------------------------------------------------


def test_deliveries_wait_for_their_bill_at_selling_price(desk: Desk) -> None:
    tolerate(desk, overBillingTolerance="50", overDeliveryTolerance="50")
    desk.post(receipt("2026-01-01", goods("100", "1")))
    went = desk.post(delivery("2026-01-10", goods("10", "3")))
    line = {"deliveryLine": {"id": went["lines"][0]["id"]}}
    assert open_lines(desk)["delivered"] == ["DN-2026-00001/1 10 30.00"]
    part = {"item": {"sku": "RM0001"}, "quantity": "4", "rate": "3", **line}
    desk.post(sale("2026-01-12", part))
    assert open_lines(desk)["delivered"] == ["DN-2026-00001/1 6 18.00"]
    assert open_lines(desk, "2026-01-11")["delivered"] == ["DN-2026-00001/1 10 30.00"]
    ahead = desk.post(sale("2026-01-13", {**part, "quantity": "8"}))
    assert "delivered" not in open_lines(desk)
    beyond = delivery("2026-01-14", of(goods("4"), ahead))
    assert refusals(desk, beyond) == [("OVER_DELIVERED", "lines.0.quantity")]
    rest = shown_and_kept(desk, delivery("2026-01-14", of(goods("3"), ahead)))
    assert rest["netTotal"] == "9.00"
    assert open_lines(desk)["delivered"] == ["DN-2026-00002/1 1 3.00"]
    assert refusals(desk, sale("2026-01-15", {**part, "quantity": "5.5"})) == [
        ("OVER_BILLED", "lines.0.quantity")
    ]
    assert is_clean(desk)


def test_the_lists_are_true_for_any_day_and_moment(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "2")))
    moment = desk.ask(REPORTS, all=False)["received"]["knownAt"]
    then = open_lines(desk)
    ahead = desk.post(bill("2026-01-11", billed("10", "2")))
    desk.post(by_hand("2026-01-12", {ACCRUAL: "3.00", "Sales": "-3.00"}))
    desk.post(receipt("2026-01-13", of(goods("7", "2"), ahead)))
    assert open_lines(desk, known_at=moment) == then
    assert open_lines(desk, "2026-01-12") == {
        "received": ["PR-2026-00001/1 10 20.00"],
        "received residues": [
            "BILLED_NOT_RECEIVED -20.00 PI-2026-00001", "MANUAL_JOURNAL -3.00 JE-2026-00001",
        ],
        "billed": ["PI-2026-00001/1 10 20.00"],
        "billed residues": [
            "RECEIVED_NOT_BILLED -20.00 PR-2026-00001", "MANUAL_JOURNAL 3.00 JE-2026-00001",
        ],
    }  # fmt: skip
    assert open_lines(desk)["billed"] == ["PI-2026-00001/1 3 6.00"]
    assert is_clean(desk)


def test_the_lists_come_in_pages_the_oldest_first(desk: Desk) -> None:
    for day in ("12", "10", "11"):
        desk.post(bill(f"2026-01-{day}", billed("1", "2"), billed("2", "2")))
    query = """
    query($company: CompanyRef!, $after: String) {
      billedNotReceived(company: $company, first: 4, after: $after, supplier: {code: "ARCU"}) {
        nodes { invoice { postingDate } line ageInDays supplier { code } item { sku } }
        pageInfo { hasNextPage endCursor }
      }
    }"""
    first = desk.ask(query)["billedNotReceived"]
    second = desk.ask(query, after=first["pageInfo"]["endCursor"])["billedNotReceived"]
    rows = [*first["nodes"], *second["nodes"]]
    assert [(row["invoice"]["postingDate"][-2:], row["line"]) for row in rows] == [
        ("10", 1), ("10", 2), ("11", 1), ("11", 2), ("12", 1), ("12", 2),
    ]  # fmt: skip
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


def test_below_zero_nothing_is_taken_off_what_nothing_is_open_of(desk: Desk) -> None:
    came = desk.post(receipt("2026-01-10", goods("2", "10")))
    desk.post(bill("2026-01-11", billed("2", "10", came["lines"][0])))
    ahead = desk.post(bill("2026-01-12", billed("2", "10")))
    desk.post(receipt("2026-01-13", of(goods("2", "10"), ahead)))
    below = [("INVALID_VALUE", "lines.0.quantity")]
    assert refusals(desk, bill("2026-01-14", billed("-1", "10", came["lines"][0]))) == below
    assert refusals(desk, receipt("2026-01-14", of(goods("-1", "10"), ahead))) == below


def test_a_sale_names_an_account_instead_of_an_item(desk: Desk) -> None:
    line = {"account": {"code": "Opening Balance Equity"}, "quantity": "3", "rate": "33.333",
            "discountPercent": "10", "description": "open at the end of last year"}  # fmt: skip
    sold = shown_and_kept(desk, sale("2026-01-10", line))
    assert entries(sold) == {"Debtors": "90.00", "Opening Balance Equity": "-90.00"}
    nothing = {"quantity": "1", "rate": "1"}
    assert refusals(desk, sale("2026-01-10", nothing)) == [("REQUIRED", "lines.0.item")]
    back = {"side": "SALES", "creditKind": "RETURN", "party": {"code": "UTAH"},
            "lines": [{"invoiceLine": {"id": sold["lines"][0]["id"]}, "quantity": "1"}],
            "postingDate": "2026-01-11"}  # fmt: skip
    credited = desk.post(("CreditNote", back))
    assert entries(credited) == {"Debtors": "-30.00", "Opening Balance Equity": "30.00"}
    assert is_clean(desk)
