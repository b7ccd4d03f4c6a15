"""Taxes, discounts, freight, charges and rounding of invoices that are credited in parts."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.desk import (
    Desk,
    Signed,
    bill,
    charge,
    entries,
    goods,
    payment,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.house import VAT, House, back, note, of_bill

_ODD = {"freight": "10.01", "freightTaxes": [{"code": "VAT10"}]}


def _sold(house: Desk, quantity: str = "7", rate: str = "33.33", **more: Any) -> Any:
    """A sale that delivers its goods itself."""
    line = {**goods(quantity, rate, "CHAIR"), **VAT, **more.pop("line", {})}
    return house.post(sale("2026-02-01", line, updateStock=True, **more))


def _added(documents: list[Any]) -> Signed:
    """What documents post together."""
    sums: dict[str, Decimal] = {}
    for document in documents:
        for account, amount in entries(document).items():
            sums[account] = sums.get(account, Decimal()) + Decimal(amount)
    return {account: str(amount) for account, amount in sums.items() if amount}


@pytest.mark.parametrize("scheme", ["PERPETUAL", "CONTINENTAL", "BY_LEVEL", "PERIODIC"])
def test_returns_take_back_all_of_a_sale_however_it_is_split(server: str, scheme: str) -> None:
    house = House(server, scheme=scheme)
    house.post(receipt("2026-01-10", goods("10", "10", "CHAIR")))
    more = {"line": {"discountPercent": "7.5"}, **_ODD}
    invoice = _sold(house, **more)
    before = house.balances()
    # 7 x 33.33 less 7.5 % = 215.81; tax of 225.82 = 22.58, of which 1.00 on freight.
    assert house.outstanding(invoice) == "248.40"
    parts = [shown_and_kept(house, back("SalesReturn", f"2026-02-0{day}", invoice, quantity))
             for day, quantity in enumerate(("2", "4", "1"), start=2)]  # fmt: skip
    assert [one["grandTotal"] for one in parts] == ["70.98", "141.94", "35.48"]
    assert house.outstanding(invoice) == "0.00"
    mirrored = {k: str(-Decimal(v)) for k, v in entries(invoice).items()}
    assert _added(parts) == mirrored
    house.check()
    for part in reversed(parts):
        house.cancelled(part)
    assert house.balances() == before
    house.check()


@pytest.mark.parametrize("scheme", ["PERPETUAL", "CONTINENTAL", "BY_LEVEL"])
def test_returns_take_back_all_of_a_purchase_however_it_is_split(server: str, scheme: str) -> None:
    house = House(server, scheme=scheme)
    line = {**goods("7", "33.33", "CHAIR"), **VAT}
    invoice = house.post(bill("2026-01-10", line, updateStock=True))
    assert house.outstanding(invoice) == "256.64"
    before = house.balances()
    parts = [shown_and_kept(house, back("PurchaseReturn", f"2026-02-0{day}", invoice, quantity))
             for day, quantity in enumerate(("2", "4", "1"), start=2)]  # fmt: skip
    assert house.outstanding(invoice) == "0.00"
    mirrored = {k: str(-Decimal(v)) for k, v in entries(invoice).items()}
    assert _added(parts) == mirrored
    house.check()
    for part in reversed(parts):
        house.cancelled(part)
    assert house.balances() == before


@pytest.fixture
def house(server: str) -> House:
    made = House(server, scheme="PERPETUAL")
    made.post(receipt("2026-01-10", goods("20", "10", "CHAIR")))
    return made


def test_credit_notes_and_returns_share_what_is_left(house: House) -> None:
    invoice = _sold(house, **_ODD)
    # 233.31 and 10.01, taxes 24.33: 1 off each chair, then two come back, the rest is written off.
    less = note("SALES", "OVERCHARGE", "2026-02-02", of_bill(invoice, rate="1"), charges=[])
    assert entries(shown_and_kept(house, less)) == {
        "Sales": "7.00", "VAT": "0.70", "Debtors": "-7.70",
    }  # fmt: skip
    some = house.post(back("SalesReturn", "2026-02-03", invoice, "2"))
    rest = shown_and_kept(house, note("SALES", "WRITE_OFF", "2026-02-04", of_bill(invoice)))
    assert house.outstanding(invoice) == "0.00"
    assert "VAT" not in house.balances()
    assert Decimal(some["grandTotal"]) + Decimal(rest["grandTotal"]) == Decimal("259.95")
    house.check()


def test_freight_is_credited_as_somebody_says(house: House) -> None:
    invoice = _sold(house, **_ODD)
    kind, given = back("SalesReturn", "2026-02-03", invoice, "7")
    assert refusals(house, (kind, {**given, "freight": "10.02"})) == [("OVER_CREDITED", "freight")]
    kept = shown_and_kept(house, (kind, {**given, "freight": "0"}))
    assert kept["grandTotal"] == "256.64"
    assert house.outstanding(invoice) == "11.01"
    house.check()


def test_charges_wait_for_a_credit_note(house: House) -> None:
    invoice = _sold(house, charges=[charge("Shipping Charges", "10.01")])
    house.post(back("SalesReturn", "2026-02-03", invoice, "7"))
    assert house.outstanding(invoice) == "10.01"
    more = {"invoice": {"id": invoice["id"]}, "charges": []}
    line = {"account": {"code": "Shipping Charges"}, "amount": "10.01"}
    house.post(note("SALES", "OVERCHARGE", "2026-02-04", line, **more))
    assert house.outstanding(invoice) == "0.00"
    assert "Debtors" not in house.balances()
    house.check()


def test_a_rounded_total_leaves_nothing_whatever_its_parts_round_to(house: House) -> None:
    invoice = _sold(house, quantity="3", rate="33.47", roundedTotal=True)
    assert house.outstanding(invoice) == "110.00"
    parts = [house.post(back("SalesReturn", "2026-02-03", invoice, "1")) for _ in range(3)]
    assert [one["grandTotal"] for one in parts] == ["37.00", "37.00", "36.00"]
    assert house.outstanding(invoice) == "0.00"
    assert "Round Off" not in house.balances()
    house.check()


@pytest.mark.parametrize("money", [{}, {"currency": "EUR", "exchangeRate": "1.0937"}])
def test_invoices_are_given_back_together_each_with_its_own_share(house: House, money: Any) -> None:
    """One has freight with tax, one lines alone, one a rounded total, one freight without tax."""
    before = house.balances()
    invoices = [
        _sold(house, **_ODD, **money),
        _sold(house, "2", **money),
        _sold(house, "3", "33.47", roundedTotal=True, **money),
        _sold(house, "3", freight="7", **money),
    ]
    assert _outstanding(house, invoices) == ["267.65", "73.33", "110.00", "116.99"]
    whole = _back_together("02", invoices, "7", "2", "3", "3")
    for freight, code in (("17.02", "OVER_CREDITED"), ("17", "INVALID_VALUE")):
        assert refusals(house, (whole[0], {**whole[1], "freight": freight})) == [(code, "freight")]
    # 66.66 6.67 2.86 0.29; 33.33 3.34; 33.47 3.35 0.18 up; 33.33 3.33 2.33.
    first = shown_and_kept(house, _back_together("03", invoices, "2", "1", "1", "1"))
    assert (first["grandTotal"], first["netTotal"]) == ("189.14", "166.79")
    assert _outstanding(house, invoices) == ["191.17", "36.66", "73.00", "78.00"]
    second = shown_and_kept(house, _back_together("04", invoices, "4", "1", "2"))
    # 133.32 13.33 5.72 0.57; 33.33 3.33; 66.94 6.69 and 0.63 less, so that nothing stays.
    assert second["grandTotal"] == "262.60"
    assert _outstanding(house, invoices) == ["38.23", "0.00", "0.00", "78.00"]
    third = shown_and_kept(house, _back_together("05", invoices, "1", "", "", "2"))
    assert third["grandTotal"] == "116.23"
    assert _outstanding(house, invoices) == ["0.00"] * 4
    assert house.balances() == before
    for part in (third, second, first):
        house.cancelled(part)
    assert _outstanding(house, invoices) == ["267.65", "73.33", "110.00", "116.99"]
    shown_and_kept(house, whole)
    assert house.balances() == before
    house.check()


def test_documents_say_what_they_settle_and_are_settled_by(house: House) -> None:
    euros = {"currency": "EUR", "exchangeRate": "1.1"}
    odd, plain = _sold(house, **_ODD, **euros), _sold(house, "2", **euros)
    together = _back_together("03", [odd, plain], "2", "1")
    shown = house.ask(
        "mutation($input: SubmitSalesReturnInput!) { previewSalesReturn(input: $input) {"
        " salesReturn { settles { settles { number } amount balance } } } }",
        input={"company": house.company, **together[1]},
    )["previewSalesReturn"]["salesReturn"]["settles"]
    returned = house.post(together)
    # Price and the rest are converted one by one: 73.33 and 10.80.
    wanted = [(odd, "-76.48", "-84.13"), (plain, "-36.67", "-40.33")]
    wanted = [{"settles": {"number": one["number"]}, "amount": amount, "balance": balance}
              for one, amount, balance in wanted]  # fmt: skip
    assert shown == wanted
    assert _settlements(house, returned, "settles") == [
        (odd["number"], "-76.48"), (plain["number"], "-36.67"),
    ]  # fmt: skip
    parts = {odd["id"]: "91.17", plain["id"]: "36.66"}
    paid = house.post(payment("2026-02-04", "RECEIVE", "127.83", parts, **euros))
    gone = house.post(payment("2026-02-05", "RECEIVE", "100", {odd["id"]: "100"}, **euros))
    assert house.outstanding(odd) == "0.00"
    house.cancelled(gone)
    assert _settlements(house, odd, "settledBy") == [
        (returned["number"], "-76.48"), (paid["number"], "-91.17"),
    ]  # fmt: skip
    assert house.outstanding(odd) == "100.00"
    assert _settlements(house, plain, "settledBy") == [
        (returned["number"], "-36.67"), (paid["number"], "-36.66"),
    ]  # fmt: skip
    assert house.outstanding(plain) == "0.00"
    assert _settlements(house, plain, "settles") == []
    house.check()


def _settlements(house: House, document: Any, field: str) -> list[tuple[str, str]]:
    """What it settles, or is settled by: the other's number and how much, debit positive."""
    other = "settles" if field == "settles" else "document"
    rows = house.ask(
        f"query($id: ID!) {{ document(id: $id) {{"
        f" {field} {{ other: {other} {{ number }} amount currency }} }} }}",
        id=document["id"],
    )["document"][field]
    assert {row["currency"] for row in rows} <= {"EUR"}
    return [(row["other"]["number"], row["amount"]) for row in rows]


def test_freight_that_somebody_says_is_of_the_one_invoice_that_has_some(house: House) -> None:
    plain, odd = _sold(house), _sold(house, **_ODD)
    kind, given = _back_together("03", [plain, odd], "2", "2")
    kept = shown_and_kept(house, (kind, {**given, "freight": "5"}))
    assert kept["grandTotal"] == "152.16"  # twice 66.66 and 6.67, freight 5.00, its tax 0.50
    assert _outstanding(house, [plain, odd]) == ["183.31", "188.82"]
    # A credit note takes what the return has left: 166.65 16.66 5.01 0.50.
    rest = shown_and_kept(house, note("SALES", "WRITE_OFF", "2026-02-04", of_bill(odd)))
    assert rest["grandTotal"] == "188.82"
    assert _outstanding(house, [plain, odd]) == ["183.31", "0.00"]
    house.check()


def _outstanding(house: House, invoices: list[Any]) -> list[str]:
    return [house.outstanding(one) for one in invoices]


def _back_together(day: str, invoices: list[Any], *quantities: str) -> Any:
    """One return of so much of each invoice's first line."""
    lines = [
        {"line": {"id": one["lines"][0]["id"]}, "quantity": quantity}
        for one, quantity in zip(invoices, quantities, strict=False)
        if quantity
    ]
    return "SalesReturn", {"postingDate": f"2026-02-{day}", "lines": lines}


def test_in_another_currency_no_cent_stays(house: House) -> None:
    money = {"currency": "EUR", "exchangeRate": "1.0937"}
    invoice = _sold(house, **_ODD, **money)
    before = house.balances()
    for day in range(2, 9):
        house.post(back("SalesReturn", f"2026-02-0{day}", invoice, "1"))
    assert house.outstanding(invoice) == "0.00"
    assert "Debtors" in before
    assert "Debtors" not in house.balances()
    house.check()


@pytest.mark.parametrize(
    ("side", "line", "posted"),
    [
        ("SALES", goods("3", "33.33", "CHAIR", warehouse=None), ("Sales", "Debtors", 1)),
        ("PURCHASE", {"item": {"sku": "SERVICE"}, "quantity": "3", "rate": "33.33"},
         ("Cost of Goods Sold", "Creditors", -1)),
    ],
)  # fmt: skip
def test_the_last_credit_takes_the_cents_on_both_sides(
    house: House, side: str, line: Any, posted: tuple[str, str, int]
) -> None:
    """3 x 33.33 at 1.11 are 110.99, of which each third would be 37.00."""
    money = {"currency": "EUR", "exchangeRate": "1.11"}
    before = house.balances()
    taxed = house.post((sale if side == "SALES" else bill)("2026-01-10", {**line, **VAT}, **money))
    for day in (11, 12, 13):
        house.post(note(side, "RETURN", f"2026-01-{day}", of_bill(taxed, quantity="1")))
    assert house.balances() == before
    invoice = house.post((sale if side == "SALES" else bill)("2026-01-10", line, **money))
    account, party, sign = posted
    for day, third in ((11, "37.00"), (12, "37.00"), (13, "36.99")):
        made = note(side, "RETURN", f"2026-01-{day}", of_bill(invoice, quantity="1"))
        assert entries(shown_and_kept(house, made)) == {
            account: str(sign * Decimal(third)), party: str(-sign * Decimal(third)),
        }  # fmt: skip
    assert house.balances() == before
    house.check()


@pytest.mark.parametrize(("side", "handed_in"), [("SALES", sale), ("PURCHASE", bill)])
def test_an_overcharged_line_is_credited_at_less_than_its_price_less_its_discount(
    house: House, side: str, handed_in: Any
) -> None:
    """20 at 60 less 25 % are 900; 45 were too much, and of each one 42.75 is left."""
    house.settings(invoiceRatePolicy="KEEP_DIFFERENCE")
    line = {"item": {"sku": "SERVICE"}, "quantity": "20", "rate": "60", "discountPercent": "25"}
    invoice = house.post(handed_in("2026-01-10", line))
    house.post(note(side, "OVERCHARGE", "2026-01-11", of_bill(invoice, quantity="15", rate="3")))
    part, rest = (
        house.post(note(side, "WRITE_OFF", "2026-01-12", of_bill(invoice, quantity=quantity)))
        for quantity in ("4", "16")
    )
    assert (part["grandTotal"], rest["grandTotal"]) == ("171.00", "684.00")
    house.check()


def test_the_last_return_takes_the_cents_of_taxes_too(house: House) -> None:
    """7 x 33.33 at 1.0937 with 10 % are given back one by one: nothing stays but the cost."""
    before = house.balances()
    invoice = _sold(house, currency="EUR", exchangeRate="1.0937")
    for day in range(2, 9):
        house.post(back("SalesReturn", f"2026-02-0{day}", invoice, "1"))
    assert house.balances() == before
    house.check()


# Three chairs, and beside them what is 3.33, 3.33, 3.34 in parts: 3.70, 3.70, and 3.70 of 11.10.
_TEN = {"charges": [charge("Shipping Charges", "10")], "currency": "EUR", "exchangeRate": "1.11"}
_CHAIRS = goods("3", "33.33", "CHAIR", warehouse=None)
_SERVICES = {"item": {"sku": "SERVICE"}, "quantity": "3", "rate": "33.33"}


@pytest.mark.parametrize(
    ("side", "invoiced"),
    [
        ("SALES", sale("2026-01-10", _CHAIRS, freight="10", **_TEN)),
        ("SALES", sale("2026-01-10", _CHAIRS, freight="10", roundedTotal=True, **_TEN)),
        ("PURCHASE", bill("2026-01-10", _SERVICES, **_TEN)),
        # Two charges on one account are posted one by one: 0.56 each, of 1.00 that would be 1.11.
        ("PURCHASE", bill("2026-01-10", _SERVICES, **{
            **_TEN, "charges": [charge("Shipping Charges", "0.50")] * 2})),
    ],
    ids=["sale", "rounded", "bill", "two_charges"],
)  # fmt: skip
def test_the_last_credit_takes_the_cents_of_freight_and_charges_too(
    house: House, side: str, invoiced: Any
) -> None:
    before = house.balances()
    invoice = house.post(invoiced)
    parts = [note(side, "RETURN", f"2026-01-{day}", of_bill(invoice, quantity="1"))
             for day in (11, 12, 13)]  # fmt: skip
    made = [shown_and_kept(house, part) for part in parts]
    assert _added(made) == {k: str(-Decimal(v)) for k, v in entries(invoice).items()}
    assert house.balances() == before
    house.cancelled(made[2])
    house.post(parts[2])
    assert house.balances() == before
    house.check()


def test_the_last_return_takes_the_cents_of_freight_too(house: House) -> None:
    """Freight of 10 at 1.11 each: returns of both, of each alone, and of what is left of both."""
    before = house.balances()
    money = {"currency": "EUR", "exchangeRate": "1.11"}
    invoices = [_sold(house, "3", freight="10", **money) for _ in range(2)]
    house.post(_back_together("02", invoices, "1", "1"))
    for one in invoices:
        house.post(back("SalesReturn", "2026-02-03", one, "1"))
    house.post(_back_together("04", invoices, "1", "1"))
    assert house.balances() == before
    house.check()


def test_what_is_credited_already_gives_no_cents_again(house: House) -> None:
    """A charge in thirds with the first chair, a price in thirds before the goods come back."""
    before = house.balances()
    invoice = house.post(sale("2026-01-10", _CHAIRS, **_TEN))
    thirds = [charge("Shipping Charges", amount) for amount in ("3.33", "3.33", "3.34")]
    for day, more in ((11, {"charges": thirds}), (12, {}), (13, {})):
        line = of_bill(invoice, quantity="1")
        house.post(note("SALES", "RETURN", f"2026-01-{day}", line, **more))
    assert house.balances() == before
    cheaper = _sold(house, "3", currency="EUR", exchangeRate="1.11")
    for day in (11, 12, 13):
        house.post(note("SALES", "OVERCHARGE", f"2026-02-{day}", of_bill(cheaper, rate="11.11")))
    house.post(back("SalesReturn", "2026-02-14", cheaper, "3"))
    assert house.balances() == before
    house.check()
