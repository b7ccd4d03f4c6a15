"""A price that was too high: goods here and goods still to come share it by what is billed of them.

Ten are billed at 10 before any comes, six come, and two of these go back and are credited: eight
are billed still, four here and four to come. An overcharge of 1 each is 4.00 on both.
"""

from typing import Any

import pytest

from tests.api.desk import (
    ACCRUAL,
    COGS,
    Desk,
    adjustments,
    bill,
    billed,
    entries,
    goods,
    is_clean,
    receipt,
    shown_and_kept,
)
from tests.api.test_credit_notes import credit, line_of
from tests.api.test_provisional_services import SchemeDesk

APPLIED = "Expenses Included In Valuation"


@pytest.fixture
def desk(server: str) -> Desk:
    made = Desk(server)
    settings = {"invoiceRatePolicy": "ADJUST_RECEIPT_COST", "overBillingTolerance": "10"}
    made.make("updateCompany", "company", company=made.company, settings=settings)
    return made


def of_invoice(day: str, quantity: str, invoice: Any) -> Any:
    """A receipt of goods that were billed before."""
    return receipt(day, goods(quantity, "10", invoiceLine={"id": invoice["lines"][0]["id"]}))


def send_back_for_credit(desk: Desk, came: Any, invoice: Any, day: str = "2026-01-09") -> None:
    """Two of a receipt."""
    back = {"line": {"id": came["lines"][0]["id"]}, "quantity": "2"}
    gone = desk.post(("PurchaseReturn", {"postingDate": day, "lines": [back]}))
    returned = {"returnLine": {"id": gone["lines"][0]["id"]}}
    desk.post(credit("PURCHASE", "RETURN", day, line_of(invoice, **returned)))


def overcharge(desk: Desk, invoice: Any, quantity: str) -> Any:
    """A supplier's credit of 1 each."""
    line = line_of(invoice, quantity=quantity, rate="1")
    return shown_and_kept(desk, credit("PURCHASE", "OVERCHARGE", "2026-01-10", line))


def taken_off(note: Any) -> dict[str, str]:
    """What receipts became cheaper by; what waits is the rest of the accrual."""
    return {number: one[ACCRUAL] for number, one in adjustments(note).items() if ACCRUAL in one}


@pytest.mark.parametrize(
    ("came", "cheaper"),
    [(("6",), ["6.00"]), (("3", "3"), ["3.00", "3.00"]), (("10",), ["10.00"])],
)
def test_what_went_back_and_was_credited_has_no_share(
    desk: Desk, came: tuple[str, ...], cheaper: list[str]
) -> None:
    """All that came of a receipt is 1.00 cheaper; the two that went back take theirs back."""
    invoice: Any = desk.post(bill("2026-01-05", billed("10", "10")))
    receipts = [desk.post(of_invoice(f"2026-01-0{6 + no}", one, invoice))
                for no, one in enumerate(came)]  # fmt: skip
    send_back_for_credit(desk, receipts[0], invoice)
    note = overcharge(desk, invoice, "8")
    assert entries(note) == {"Creditors": "8.00", ACCRUAL: "-10.00", COGS: "2.00"}
    assert taken_off(note) == {
        one["number"]: price for one, price in zip(receipts, cheaper, strict=True)
    }
    if came != ("10",):
        rest = shown_and_kept(desk, of_invoice("2026-01-12", "4", invoice))
        assert entries(rest) == {"Stores": "36.00", ACCRUAL: "-36.00"}
    assert desk.balances() == {"Stores": "72.00", "Creditors": "-72.00"}
    assert is_clean(desk)


@pytest.mark.parametrize("with_bill", [True, False])
def test_what_is_kept_of_goods_that_came_has_the_whole_price(
    desk: Desk, *, with_bill: bool
) -> None:
    """Of 7 at 3.33 (23.31) 3 go back (9.99); the 4 left (13.32) are 1.11 cheaper: 12.21.

    All 7 are 1.94 cheaper (1.11 x 7 / 4), of which the 3 take back 0.83.
    """
    came: Any = desk.post(receipt("2026-01-05", goods("7", "3.33")) if not with_bill else
                          bill("2026-01-05", goods("7", "3.33"), updateStock=True))  # fmt: skip
    invoice: Any = came
    if not with_bill:
        invoice = desk.post(bill("2026-01-06", billed("7", "3.33", came["lines"][0])))
    back = {"line": {"id": came["lines"][0]["id"]}, "quantity": "3"}
    gone: Any = desk.post(("PurchaseReturn", {"postingDate": "2026-01-08", "lines": [back]}))
    if not with_bill:
        returned = line_of(invoice, returnLine={"id": gone["lines"][0]["id"]})
        desk.post(credit("PURCHASE", "RETURN", "2026-01-09", returned))
    assert desk.balances() == {"Stores": "13.32", "Creditors": "-13.32"}
    line = line_of(invoice, amount="1.11")
    note = shown_and_kept(desk, credit("PURCHASE", "OVERCHARGE", "2026-01-10", line))
    assert entries(note) == {"Creditors": "1.11", ACCRUAL: "-1.94", COGS: "0.83"}
    assert desk.balances() == {"Stores": "12.21", "Creditors": "-12.21"}
    assert is_clean(desk)
    desk.cancelled(note)
    assert desk.balances() == {"Stores": "13.32", "Creditors": "-13.32"}


def test_what_went_back_and_was_not_credited_yet_keeps_its_share(desk: Desk) -> None:
    """Its credit takes it off: 1.00 each less than the price at which it went back."""
    invoice: Any = desk.post(bill("2026-01-05", billed("10", "10")))
    came: Any = desk.post(of_invoice("2026-01-06", "6", invoice))
    back = {"line": {"id": came["lines"][0]["id"]}, "quantity": "2"}
    gone: Any = desk.post(("PurchaseReturn", {"postingDate": "2026-01-08", "lines": [back]}))
    assert taken_off(overcharge(desk, invoice, "10")) == {came["number"]: "6.00"}
    line = line_of(invoice, returnLine={"id": gone["lines"][0]["id"]})
    note = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-11", line))
    assert entries(note) == {"Creditors": "18.00", ACCRUAL: "-20.00", COGS: "2.00"}
    shown_and_kept(desk, of_invoice("2026-01-12", "4", invoice))
    assert desk.balances() == {"Stores": "72.00", "Creditors": "-72.00"}
    assert is_clean(desk)


def test_what_was_billed_beyond_its_receipt_waits_at_its_share(desk: Desk) -> None:
    """Eleven billed of ten that came: the eleventh comes at 9 as well."""
    came: Any = desk.post(receipt("2026-01-05", goods("10", "10")))
    invoice: Any = desk.post(bill("2026-01-06", billed("11", "10", came["lines"][0])))
    assert taken_off(overcharge(desk, invoice, "11")) == {came["number"]: "10.00"}
    rest = shown_and_kept(desk, of_invoice("2026-01-12", "1", invoice))
    assert entries(rest) == {"Stores": "9.00", ACCRUAL: "-9.00"}
    assert desk.balances() == {"Stores": "99.00", "Creditors": "-99.00"}
    assert is_clean(desk)


@pytest.mark.parametrize("scheme", ["CONTINENTAL", "BY_LEVEL", "PERIODIC"])
@pytest.mark.parametrize("credited_first", [True, False])
def test_it_is_so_in_every_scheme_whichever_credit_comes_first(
    server: str, scheme: str, *, credited_first: bool
) -> None:
    desk, sku = SchemeDesk(server, scheme), "KEPT"
    desk.item(sku, "WEIGHTED_AVERAGE" if scheme == "BY_LEVEL" else "FIFO")
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": "ADJUST_RECEIPT_COST"})  # fmt: skip
    came: Any = desk.post(receipt("2026-01-05", goods("10", "10", sku)))
    invoice: Any = desk.post(bill("2026-01-06", billed("10", "10", came["lines"][0], sku)))
    if credited_first:
        send_back_for_credit(desk, came, invoice)
    line = line_of(invoice, amount="8" if credited_first else "10")
    desk.post(credit("PURCHASE", "OVERCHARGE", "2026-01-10", line))
    if not credited_first:
        send_back_for_credit(desk, came, invoice, "2026-01-11")
    assert desk.stock() == {f"{sku} in Stores": ("8", "72.00")}
    worth = {"CONTINENTAL": {"Stores": "72.00", COGS: "72.00", APPLIED: "-72.00"},
             "BY_LEVEL": {"Stores": "72.00"}, "PERIODIC": {COGS: "72.00"}}  # fmt: skip
    assert desk.balances() == {**worth[scheme], "Creditors": "-72.00"}
    assert is_clean(desk)
