"""Taxes that lines of a credit note name, beside those that others of its lines inherit."""

from typing import Any

import pytest

from tests.api.desk import (
    bill,
    cancelling,
    entries,
    goods,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.house import VAT, House, back, note, of_bill

_SERVICES = {"item": {"sku": "SERVICE"}, "quantity": "10", "rate": "10", **VAT}


@pytest.fixture
def house(server: str) -> House:
    """A tax of ten percent, VAT10, and one of two percent, TWO, on an account of its own."""
    made = House(server, scheme="PERPETUAL")
    made.make("createAccount", "account", company=made.company, code="Two", type="TAX",
              root="LIABILITY")  # fmt: skip
    made.make("createTax", "tax", company=made.company, code="TWO", rate="2",
              salesAccount={"code": "Two"}, purchaseAccount={"code": "Two"})  # fmt: skip
    return made


def _invoiced(house: House, side: str) -> Any:
    """Ten at 10: 100.00, of which the tax is 10.00."""
    return house.post((sale if side == "SALES" else bill)("2026-02-01", _SERVICES))


@pytest.mark.parametrize(
    ("side", "lines", "posted", "is_open"),
    [
        # Half of it names its tax, 5.00; the other half takes the 5.00 that are left.
        ("SALES", [{"quantity": "5", **VAT}, {}],
         {"Sales": "100.00", "VAT": "10.00", "Debtors": "-110.00"}, "0.00"),
        ("PURCHASE", [{"quantity": "5", **VAT}, {}],
         {"Cost of Goods Sold": "-100.00", "VAT": "-10.00", "Creditors": "110.00"}, "0.00"),
        # 2.00 and 5.00 named, 3.00 of 3.00 left.
        ("SALES", [{"quantity": "2", **VAT}, {"quantity": "5", **VAT}, {}],
         {"Sales": "100.00", "VAT": "10.00", "Debtors": "-110.00"}, "0.00"),
        # 4.00 named; of 6.00 left on 60.00, the part of 30.00.
        ("SALES", [{"quantity": "4", **VAT}, {"quantity": "3"}],
         {"Sales": "70.00", "VAT": "7.00", "Debtors": "-77.00"}, "33.00"),
        # None is named for the first: the tax is as much as it was, and all of it the rest's.
        ("SALES", [{"quantity": "5", "taxes": []}, {}],
         {"Sales": "100.00", "VAT": "10.00", "Debtors": "-110.00"}, "0.00"),
        # Another tax than the invoice's, 0.80 of 40.00, leaves that as it was: 10.00 x 30 / 60.
        ("SALES", [{"quantity": "4", "taxes": [{"code": "TWO"}]}, {"quantity": "3"}],
         {"Sales": "70.00", "Two": "0.80", "VAT": "5.00", "Debtors": "-75.80"}, "34.20"),
    ],
    ids=["half", "half_bill", "two_name_it", "part", "none", "another"],
)  # fmt: skip
def test_what_a_line_names_of_a_tax_no_other_line_inherits(
    house: House, side: str, lines: list[dict[str, Any]], posted: dict[str, str], is_open: str
) -> None:
    before = house.balances()
    invoice = _invoiced(house, side)
    made = note(side, "RETURN", "2026-02-02", *(of_bill(invoice, **line) for line in lines))
    credit = shown_and_kept(house, made)
    assert entries(credit) == posted
    assert house.outstanding(invoice) == is_open
    if is_open == "0.00":
        assert house.balances() == before
    house.cancelled(credit)
    assert house.outstanding(invoice) == "110.00"
    house.check()


def test_a_line_after_one_that_credits_all_of_a_taxed_line_is_refused(house: House) -> None:
    """Twelve of ten for all of the price: nothing is left, and of that minus two."""
    invoice = _invoiced(house, "SALES")
    before = house.balances()
    lines = [of_bill(invoice, quantity="12", amount="100"), of_bill(invoice, rate="10")]
    made = note("SALES", "RETURN", "2026-02-02", *lines)
    assert refusals(house, made) == [
        ("OVER_CREDITED", "lines.0.quantity"), ("OVER_CREDITED", "lines.1.quantity"),
    ]  # fmt: skip
    assert house.outstanding(invoice) == "110.00"
    assert house.balances() == before
    house.check()


def test_less_than_no_goods_are_not_credited_though_money_is_left(house: House) -> None:
    """Three and four of seven are written off, all come back, and one write-off is cancelled.

    Ten of seven are credited then, and 40.00 of 70.00 are not.
    """
    house.post(receipt("2026-01-10", goods("7", "5", "CHAIR")))
    invoice = house.post(sale("2026-02-01", {**goods("7", "10", "CHAIR"), **VAT}, updateStock=True))
    house.post(note("SALES", "WRITE_OFF", "2026-02-02", of_bill(invoice, quantity="3")))
    rest = house.post(note("SALES", "WRITE_OFF", "2026-02-03", of_bill(invoice)))
    returned = house.post(back("SalesReturn", "2026-02-04", invoice, "7"))
    assert (returned["grandTotal"], house.outstanding(invoice)) == ("0.00", "0.00")
    house.post(cancelling(rest))
    before = house.balances()
    assert house.outstanding(invoice) == "44.00"
    again = note("SALES", "WRITE_OFF", "2026-02-05", of_bill(invoice))
    assert refusals(house, again) == [("OVER_CREDITED", "lines.0.quantity")]
    assert house.balances() == before
    price = of_bill(invoice, amount="40")
    made = shown_and_kept(house, note("SALES", "OVERCHARGE", "2026-02-05", price))
    assert entries(made) == {"Sales": "40.00", "VAT": "4.00", "Debtors": "-44.00"}
    assert house.outstanding(invoice) == "0.00"
    house.check()


@pytest.mark.parametrize(
    "lines",
    [[{"quantity": "5", **VAT}, {}], [{"quantity": "5"}, VAT], [{"quantity": "5"}, {}], [VAT]],
    ids=["named_first", "named_last", "inherited", "named"],
)
@pytest.mark.parametrize("moved_to", [{"code": "Two"}, None])
def test_a_tax_is_taken_back_where_the_invoice_has_it(
    house: House, lines: list[dict[str, Any]], moved_to: dict[str, str] | None
) -> None:
    """10.00 stand on VAT; the tax has moved to another account since, or has none any more."""
    before = house.balances()
    invoice = _invoiced(house, "SALES")
    house.make("updateTax", "tax", company=house.company, tax={"code": "VAT10"},
               salesAccount=moved_to)  # fmt: skip
    made = note("SALES", "RETURN", "2026-02-02", *(of_bill(invoice, **line) for line in lines))
    assert entries(shown_and_kept(house, made)) == {
        "Sales": "100.00", "VAT": "10.00", "Debtors": "-110.00",
    }  # fmt: skip
    assert house.balances() == before
    house.check()
