"""Goods given back of which nobody knows the original: figures, refusals, previews, cancelling."""

import pytest

from tests.api.desk import (
    ACCRUAL,
    IN_STORES,
    Desk,
    cancelling,
    delivery,
    entries,
    goods,
    is_clean,
    moved,
    receipt,
    refusals,
    shown_and_kept,
)

CUSTOMER = {"customer": {"code": "UTAH"}}
SUPPLIER = {"supplier": {"code": "ARCU"}}


def brought_back(day: str, *lines: object, **more: object) -> tuple[str, dict[str, object]]:
    """A sales return."""
    return "SalesReturn", {"postingDate": day, "lines": list(lines), **CUSTOMER, **more}


def sent_back(day: str, *lines: object, **more: object) -> tuple[str, dict[str, object]]:
    """A purchase return."""
    return "PurchaseReturn", {"postingDate": day, "lines": list(lines), **SUPPLIER, **more}


def residues(desk: Desk) -> dict[str, str]:
    """What stands on received not billed and is no pending receipt."""
    found = desk.ask(
        "query($company: CompanyRef!) { receivedNotBilled(company: $company) {"
        " residues { kind amount } } }"
    )["receivedNotBilled"]["residues"]
    return {one["kind"]: one["amount"] for one in found}


@pytest.mark.parametrize(
    ("rate", "cost"), [("150", "300.00"), (None, "400.00"), ("0", "400.00")],
    ids=["at the cost given", "at the last known cost", "a cost of zero is none"],
)  # fmt: skip
def test_goods_come_back_of_no_known_delivery(desk: Desk, rate: str | None, cost: str) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    before = desk.balances()
    back = shown_and_kept(desk, brought_back("2026-01-11", goods("2", rate)))
    assert entries(back) == {"Stores": cost, "Cost of Goods Sold": f"-{cost}"}
    assert moved(back) == {IN_STORES: ("2", cost)}
    desk.cancelled(back)
    assert desk.balances() == before
    assert is_clean(desk)


def test_goods_come_back_at_no_cost_only_if_that_is_allowed(desk: Desk) -> None:
    assert refusals(desk, brought_back("2026-01-11", goods("2"))) == [
        ("VALUATION_RATE_MISSING", "lines.0.rate")
    ]
    free = goods("2", allowZeroValuation=True)
    assert moved(shown_and_kept(desk, brought_back("2026-01-11", free))) == {
        IN_STORES: ("2", "0.00")
    }
    desk.item("B")
    desk.post(receipt("2026-01-12", goods("10", "200", sku="B")))
    free = goods("2", sku="B", allowZeroValuation=True)
    known = shown_and_kept(desk, brought_back("2026-01-13", free))
    assert moved(known) == {"B in Stores": ("2", "400.00")}
    at_zero = brought_back("2026-01-13", {**free, "rate": "0"})
    assert moved(shown_and_kept(desk, at_zero)) == {"B in Stores": ("2", "0.00")}
    assert is_clean(desk)


def test_goods_go_back_at_what_costing_says_for_a_price(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    desk.post(receipt("2026-01-11", goods("10", "300")))
    before = desk.balances()
    back = shown_and_kept(desk, sent_back("2026-01-12", goods("12", "220")))
    assert entries(back) == {
        "Stores": "-2600.00", ACCRUAL: "2640.00", "Cost of Goods Sold": "-40.00",
    }  # fmt: skip
    assert residues(desk) == {"RETURNED_NOT_CREDITED": "-2640.00"}
    assert refusals(desk, sent_back("2026-01-12", goods("9", "220"))) == [
        ("INSUFFICIENT_STOCK", "lines.0.quantity")
    ]
    desk.cancelled(back)
    assert desk.balances() == before
    assert residues(desk) == {}
    assert is_clean(desk)


def test_a_late_receipt_changes_what_went_back(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    back = desk.post(sent_back("2026-01-12", goods("5", "200")))
    desk.post(receipt("2026-01-05", goods("10", "100")))
    query = "query($id: ID!) { document(id: $id) { journalLines(merged: true) {"
    lines = desk.ask(query + " account { code } debit credit } } }", id=back["id"])["document"]
    assert entries(lines) == {
        "Stores": "-500.00", ACCRUAL: "1000.00", "Cost of Goods Sold": "-500.00",
    }  # fmt: skip
    assert is_clean(desk)


def test_lines_with_and_without_an_original_in_one_return(desk: Desk) -> None:
    euros = {"currency": "EUR", "exchangeRate": "1.1"}
    desk.post(receipt("2026-01-10", goods("10", "200")))
    sold = desk.post(delivery("2026-01-11", goods("4", "500"), **euros))
    linked = {"line": {"id": sold["lines"][0]["id"]}, "quantity": "1"}
    back = shown_and_kept(desk, brought_back("2026-01-12", goods("1", "100"), linked))
    assert entries(back) == {"Stores": "310.00", "Cost of Goods Sold": "-310.00"}
    assert refusals(desk, cancelling(sold)) == [("HAS_DEPENDENTS", "document")]
    assert is_clean(desk)


def test_serial_numbers_come_back_though_never_heard_of(desk: Desk) -> None:
    desk.item("SN", "SERIAL")
    line = goods("2", "50", sku="SN", serials=["A", "B"])
    back = shown_and_kept(desk, brought_back("2026-01-11", line))
    assert entries(back) == {"Stores": "100.00", "Cost of Goods Sold": "-100.00"}
    one = goods("1", "60", sku="SN", serials=["A"])
    assert entries(shown_and_kept(desk, sent_back("2026-01-12", one))) == {
        "Stores": "-50.00", ACCRUAL: "60.00", "Cost of Goods Sold": "-10.00",
    }  # fmt: skip
    assert is_clean(desk)


def test_a_line_names_its_original_or_an_item(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    of = {"line": {"id": bought["lines"][0]["id"]}}
    day = "2026-01-11"
    assert refusals(desk, sent_back(day, {"quantity": "1"}, {**goods("1", "5"), **of})) == [
        ("INVALID_VALUE", "lines.0"), ("INVALID_VALUE", "lines.1"),
    ]  # fmt: skip
    linked = {**of, "quantity": "1", "rate": "5"}
    assert refusals(desk, sent_back(day, linked)) == [("INVALID_VALUE", "lines.0.rate")]
    without = goods("1", warehouse=None, fromRejected=True)
    assert refusals(desk, sent_back(day, without, supplier=None)) == [
        ("INVALID_VALUE", "lines.0.fromRejected"), ("REQUIRED", "lines.0.rate"),
        ("REQUIRED", "lines.0.warehouse"),
    ]  # fmt: skip
    assert refusals(desk, sent_back(day, goods("1", "5"), supplier=None)) == [
        ("REQUIRED", "supplier")
    ]
    desk.make("createParty", "party", company=desk.company, code="ELSE", name="Else",
              roles=["SUPPLIER"])  # fmt: skip
    other = {"supplier": {"code": "ELSE"}}
    assert refusals(desk, sent_back(day, {**of, "quantity": "1"}, **other)) == [
        ("WRONG_PARTY", "supplier")
    ]
    assert is_clean(desk)
