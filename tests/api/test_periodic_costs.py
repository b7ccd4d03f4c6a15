"""Under PERIODIC goods cost what they cost under PERPETUAL; the ledger does not hear of it."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.api.desk import Desk, bill, billed, delivery, goods, is_clean, receipt
from tests.api.test_billing_by_line import SchemeDesk
from tests.api.test_credit_notes import credit, line_of

Story: TypeAlias = Callable[[Desk], Any]
"""Posts documents; the last of them changes what goods cost."""


def dearer(desk: Desk) -> Any:
    came = desk.post(receipt("2026-01-10", goods("10", "200")))
    desk.post(delivery("2026-01-11", goods("4", "300")))
    return desk.post(bill("2026-01-12", billed("10", "210", came["lines"][0])))


def in_another_currency(desk: Desk) -> Any:
    euros = {"currency": "EUR", "exchangeRate": "1.1"}
    came = desk.post(receipt("2026-01-10", goods("10", "200"), **euros))
    euros["exchangeRate"] = "1.2"
    return desk.post(bill("2026-01-12", billed("5", "220", came["lines"][0]), **euros))


def billed_ahead(desk: Desk) -> Any:
    first = desk.post(bill("2026-01-10", billed("10", "200")))
    line = {"id": first["lines"][0]["id"]}
    return desk.post(receipt("2026-01-11", goods("6", "190", invoiceLine=line)))


def too_dear(desk: Desk) -> Any:
    came = desk.post(receipt("2026-01-10", goods("10", "200")))
    first = desk.post(bill("2026-01-11", billed("10", "210", came["lines"][0])))
    return desk.post(credit("PURCHASE", "OVERCHARGE", "2026-01-12", line_of(first, rate="5")))


def billed_again(desk: Desk) -> Any:
    came = desk.post(receipt("2026-01-10", goods("10", "200")))
    first = desk.post(bill("2026-01-11", billed("10", "210", came["lines"][0])))
    desk.post(credit("PURCHASE", "RETURN", "2026-01-12", line_of(first, quantity="4")))
    assert desk.stock()["RM0001 in Stores"][1] == "2060.00"
    return desk.post(bill("2026-01-13", billed("4", "220", came["lines"][0])))


def too_dear_with_its_goods(desk: Desk) -> Any:
    first = desk.post(bill("2026-01-11", goods("10", "210"), updateStock=True))
    return desk.post(credit("PURCHASE", "OVERCHARGE", "2026-01-12", line_of(first, rate="5")))


def too_dear_ahead(desk: Desk) -> Any:
    first = desk.post(bill("2026-01-10", billed("10", "200")))
    line = {"id": first["lines"][0]["id"]}
    desk.post(receipt("2026-01-11", goods("6", "200", invoiceLine=line)))
    desk.post(credit("PURCHASE", "OVERCHARGE", "2026-01-12", line_of(first, rate="5")))
    return desk.post(receipt("2026-01-13", goods("4", "200", invoiceLine=line)))


@pytest.mark.parametrize(
    ("story", "worth"),
    [
        (dearer, "1260.00"),
        (in_another_currency, "2310.00"),
        (billed_ahead, "1200.00"),
        (too_dear, "2050.00"),
        (billed_again, "2140.00"),
        (too_dear_with_its_goods, "2050.00"),
        (too_dear_ahead, "1950.00"),
    ],
)
def test_goods_cost_what_they_are_billed_at_under_either_scheme(
    server: str, story: Story, worth: str
) -> None:
    settings = {"invoiceRatePolicy": "ADJUST_RECEIPT_COST"}
    for scheme in ("PERPETUAL", "PERIODIC"):
        desk = type(scheme, (SchemeDesk,), {"scheme": scheme})(server)
        desk.make("updateCompany", "company", company=desk.company, settings=settings)
        last = story(desk)
        assert desk.stock()["RM0001 in Stores"][1] == worth, scheme
        assert is_clean(desk)
        desk.cancelled(last)
        assert is_clean(desk)
    assert "Stores" not in desk.balances()
