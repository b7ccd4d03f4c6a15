"""Explaining what documents cost and post, and how explanations are asked for."""

from typing import Any

import pytest

from tests.api.correcting import count, counted, given_back
from tests.api.desk import Desk, bill, billed, delivery, entries, goods, receipt, sale, stock_entry
from tests.api.explaining import (
    COST,
    DUTY,
    LINE,
    NODE,
    OF_DOCUMENT,
    adjusted,
    ask,
    assert_every_figure_is_explained,
    cost,
    told,
)

# -- documents ------------------------------------------------------------------------------------


def test_a_transfer_passes_on_what_it_took(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    moved = desk.post(stock_entry("2026-01-11", "TRANSFER", goods(
        "4", toWarehouse={"code": "Finished Goods"})))  # fmt: skip
    assert cost(desk, moved, 1) == [
        (0, "COST", "860.00", "4", "SE-2026-00001"),
        (1, "TRANSFER", "860.00", None, "SE-2026-00001"),
        (2, "LAYER", "860.00", "4", "PR-2026-00001"),
        (3, "DIRECT", "800.00", None, "PR-2026-00001"),
        (3, "CHARGE", "60.00", None, "PR-2026-00001"),
    ]
    late = desk.post(receipt("2026-01-09", goods("1", "100")))
    assert adjusted(desk, moved, late, "Finished Goods", depth=3) == [
        (0, "JOURNAL_LINE", "-115.00", None, "PR-2026-00002"),
        (1, "ADJUSTMENT", "-115.00", None, "PR-2026-00002"),
        (2, "CHANGE", "-115.00", None, "SE-2026-00001"),
        (3, "ADJUSTMENT", "-115.00", None, "PR-2026-00002"),
    ]
    assert_every_figure_is_explained(desk)


def test_what_was_made_costs_what_was_consumed(desk: Desk) -> None:
    desk.item("FG")
    desk.post(receipt("2026-01-10", goods("10", "20")))
    kind, paper = stock_entry(
        "2026-01-11", "RECEIPT", goods("5"),
        {"item": {"sku": "FG"}, "quantity": "2", "toWarehouse": {"code": "Finished Goods"}},
        charges=[{"account": {"code": "Customs Duty"}, "amount": "60"}],
    )  # fmt: skip
    made = desk.post((kind, {**paper, "purpose": "MANUFACTURE"}))
    assert cost(desk, made, 1) == [
        (0, "COST", "160.00", "2", "SE-2026-00001"),
        (1, "CHARGE", "60.00", None, "SE-2026-00001"),
        (1, "CONSUMPTION", "100.00", None, "SE-2026-00001"),
        (2, "LAYER", "100.00", "5", "PR-2026-00001"),
        (3, "DIRECT", "100.00", None, "PR-2026-00001"),
    ]
    assert_every_figure_is_explained(desk)


def test_returns_and_counts(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    sold = desk.post(sale("2026-01-11", goods("4", "300"), updateStock=True))
    came = desk.post(given_back("SalesReturn", "2026-01-12", sold, "1"))
    assert cost(desk, came, depth=2) == [
        (0, "COST", "215.00", "1", "SRET-2026-00001"),
        (1, "RETURN", "215.00", None, "SI-2026-00001"),
        (2, "LAYER", "215.00", "1", "PR-2026-00001"),
    ]
    went = desk.post(given_back("PurchaseReturn", "2026-01-13", bought, "2"))
    assert cost(desk, went, depth=1) == [
        (0, "COST", "-430.00", "-2", "PRET-2026-00001"),
        (1, "LAYER", "-430.00", "-2", "PR-2026-00001"),
    ]
    assert adjusted(desk, went, went, "Cost of Goods Sold", depth=2) == [
        (0, "JOURNAL_LINE", "30.00", None, "PRET-2026-00001"),
        (1, "DIFFERENCE", "30.00", None, "PRET-2026-00001"),
        (2, "LAYER", "430.00", "2", "PR-2026-00001"),
        (2, "DIRECT", "-400.00", None, "PRET-2026-00001"),
    ]
    found = desk.post(count("2026-01-14", counted("6", "210")))
    assert cost(desk, found, depth=1) == [
        (0, "COST", "185.00", "1", "SR-2026-00001"),
        (1, "COUNT", "1260.00", "6", "SR-2026-00001"),
        (1, "BALANCE", "-1075.00", "-5", "SR-2026-00001"),
    ]
    left = desk.post(delivery("2026-01-15", goods("2", "300")))
    assert cost(desk, left) == [
        (0, "COST", "-420.00", "-2", "DN-2026-00001"),
        (1, "LAYER", "-420.00", "-2", "SR-2026-00001"),
        (2, "COUNT", "-420.00", "-2", "SR-2026-00001"),
    ]
    desk.post(receipt("2026-01-11", goods("3", "100")))
    desk.cancelled(left)
    assert_every_figure_is_explained(desk)


def test_goods_go_back_when_others_are_left(desk: Desk) -> None:
    """10 at 12 less 5 at 10 leave 70 for 5; nothing came in at 14."""
    bought = desk.post(receipt("2026-01-01", goods("10", "10")))
    desk.post(delivery("2026-01-02", goods("10", "300")))
    desk.post(receipt("2026-01-03", goods("10", "12")))
    went = desk.post(given_back("PurchaseReturn", "2026-01-04", bought, "5"))
    assert cost(desk, went) == [
        (0, "COST", "-50.00", "-5", "PRET-2026-00001"),
        (1, "LAYER", "-50.00", "-5", "PR-2026-00001"),
        (2, "DIRECT", "-50.00", None, "PR-2026-00001"),
    ]
    left = desk.post(delivery("2026-01-05", goods("3", "300")))
    assert cost(desk, left, depth=2) == [
        (0, "COST", "-42.00", "-3", "DN-2026-00002"),
        (1, "LAYER", "-42.00", "-3", "PRET-2026-00001"),
        (2, "LAYER", "-72.00", "-6", "PR-2026-00002"),
        (2, "LAYER", "30.00", "3", "PR-2026-00001"),
    ]
    desk.post(receipt("2026-01-01", goods("2", "100")))
    assert_every_figure_is_explained(desk)


def test_goods_that_leave_before_they_come(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowNegativeStock": True})  # fmt: skip
    desk.post(receipt("2026-01-02", goods("2", "10")))
    sold = desk.post(delivery("2026-01-05", goods("5", "20")))
    assert cost(desk, sold, depth=1) == [
        (0, "COST", "-50.00", "-5", "DN-2026-00001"),
        (1, "LAYER", "-20.00", "-2", "PR-2026-00001"),
        (1, "PROVISIONAL", "-30.00", "-3", "DN-2026-00001"),
    ]
    bought = desk.post(receipt("2026-01-08", goods("10", "12")))
    assert cost(desk, bought) == [
        (0, "COST", "114.00", "10", "PR-2026-00002"),
        (1, "DIRECT", "120.00", None, "PR-2026-00002"),
        (1, "NEGATIVE_STOCK", "-6.00", None, "PR-2026-00002"),
        (2, "PROVISIONAL", "30.00", "3", "PR-2026-00002"),
        (2, "COVERED", "-36.00", "-3", "PR-2026-00002"),
    ]
    assert_every_figure_is_explained(desk)


def test_an_invoice_at_another_price(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": "ADJUST_RECEIPT_COST"})  # fmt: skip
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    sold = desk.post(delivery("2026-01-11", goods("4", "300")))
    invoice = desk.post(bill("2026-01-12", billed("10", "210", bought["lines"][0])))
    assert adjusted(desk, sold, invoice, "Cost of Goods Sold") == [
        (0, "JOURNAL_LINE", "40.00", None, "PI-2026-00001"),
        (1, "ADJUSTMENT", "40.00", None, "PI-2026-00001"),
        (2, "CHANGE", "40.00", "4", "PR-2026-00001"),
        (3, "PRICE_DIFFERENCE", "40.00", None, "PI-2026-00001"),
    ]
    assert entries(invoice)
    assert_every_figure_is_explained(desk)


# -- manner ---------------------------------------------------------------------------------------


def test_nodes_open_by_their_id_in_the_readers_language(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    sold = desk.post(delivery("2026-01-12", goods("3", "300")))
    movement = desk.ask(OF_DOCUMENT, id=sold["id"])["document"]["stockMovements"][0]["id"]
    closed = ask(desk, COST, movement=movement, depth=1)[1]
    assert (closed["childCount"], closed["canOpen"], closed["unitCost"]) == (None, True, "215")
    assert closed["item"] == {"sku": "RM0001"}
    assert closed["line"] == {"line": 1}
    opened = ask(desk, NODE, id=closed["id"])
    assert told(opened) == [
        (0, "LAYER", "-645.00", "-3", "PR-2026-00001"),
        (1, "DIRECT", "-600.00", None, "PR-2026-00001"),
        (1, "CHARGE", "-45.00", None, "PR-2026-00001"),
    ]
    assert opened[2]["account"] == {"code": "Customs Duty"}
    assert opened[0]["sentence"] == "3 of RM0001 at 215, brought in by PR-2026-00001."
    desk.client.headers["Accept-Language"] = "es"
    spanish = ask(desk, NODE, id=closed["id"])[0]["sentence"]
    assert spanish == "3 de RM0001 a 215, que trajo PR-2026-00001."


def test_lines_and_movements_explain_themselves(desk: Desk) -> None:
    parts = "explanation(depth: 1) { root { amount children(first: 1) { kind } } }"
    shown = f"journalLines {{ {parts} }} stockMovements {{ {parts} }}"
    day = {"company": desk.company, "supplier": {"code": "ARCU"}, "postingDate": "2026-01-10"}
    given = {**day, "lines": [goods("10", "200")]}
    done = [
        desk.ask(
            f"mutation($input: SubmitPurchaseReceiptInput!) {{ done: {verb}PurchaseReceipt("
            f"input: $input) {{ purchaseReceipt {{ {shown} }} }} }}",
            input=given,
        )["done"]["purchaseReceipt"]
        for verb in ("preview", "submit")
    ]
    nothing = {"explanation": None}
    assert done[0] == {"journalLines": [nothing, nothing], "stockMovements": [nothing]}
    direct = {"root": {"amount": "2000.00", "children": [{"kind": "DIRECT"}]}}
    assert done[1]["stockMovements"] == [{"explanation": direct}]
    assert done[1]["journalLines"][0]["explanation"] == direct
    by_number = ask(desk, LINE, entry={"number": "PR-2026-00001"}, line=2)
    assert told(by_number)[1] == (1, "DIRECT", "-2000.00", None, "PR-2026-00001")


@pytest.mark.parametrize(
    ("query", "more", "code"),
    [
        (COST, {"movement": "x"}, "NOT_FOUND"),
        (COST, {"movement": "0190d0a0-0000-7000-8000-000000000000"}, "NOT_FOUND"),
        (COST, {"movement": "x", "depth": 13}, "INVALID_VALUE"),
        (LINE, {"entry": {"number": "PR-2026-00009"}, "line": 1}, "NOT_FOUND"),
        (LINE, {"entry": {"id": "0190d0a0-0000-7000-8000-000000000000"}, "line": 0}, "NOT_FOUND"),
        (NODE, {"id": "bm90aGluZw"}, "NOT_FOUND"),
        (NODE, {"id": "WyJMQVlFUiIsIngiLDEsIjEiLG51bGwsMF0"}, "NOT_FOUND"),
    ],
)
def test_what_is_not_there_is_not_explained(
    desk: Desk, query: str, more: dict[str, Any], code: str
) -> None:
    (error,) = desk.answer(query, **more)["errors"]
    assert error["extensions"]["code"] == code


def test_a_question_has_its_limits(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    entry = {"number": "PR-2026-00001"}
    (error,) = desk.answer(LINE, entry=entry, line=1, depth=13)["errors"]
    assert error["extensions"]["code"] == "INVALID_VALUE"
    assert error["extensions"]["path"] == ["depth"]
