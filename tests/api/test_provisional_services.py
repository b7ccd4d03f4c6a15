"""Services received and not billed: billed in parts, too much, credited, cancelled."""

from typing import Any

import pytest

from tests.api.desk import (
    COGS,
    Desk,
    bill,
    billed,
    cancelling,
    entries,
    is_clean,
    receipt,
    refusals,
    shown_and_kept,
)
from tests.api.test_credit_notes import credit, line_of

ACCRUAL = "Services Received But Not Billed"


@pytest.fixture
def desk(server: str) -> Desk:
    made = Desk(server)
    made.make("updateCompany", "company", company=made.company,
              settings={"provisionalForNonStock": True})  # fmt: skip
    return made


def test_an_accrued_service_is_billed_in_parts_and_credited(desk: Desk) -> None:
    service = {"item": {"sku": "SV0001"}, "quantity": "3", "rate": "33.333333"}
    came = shown_and_kept(desk, receipt("2026-01-10", service))
    assert entries(came) == {COGS: "100.00", ACCRUAL: "-100.00"}
    line = came["lines"][0]
    first = shown_and_kept(desk, bill("2026-01-11", billed("1", "33.333333", line, "SV0001")))
    assert entries(first) == {ACCRUAL: "33.33", "Creditors": "-33.33"}
    assert refusals(desk, bill("2026-01-12", billed("2.5", "33.333333", line, "SV0001"))) == [
        ("OVER_BILLED", "lines.0.quantity")
    ]
    rest = shown_and_kept(desk, bill("2026-01-12", billed("2", "33.333333", line, "SV0001")))
    assert entries(rest) == {ACCRUAL: "66.67", "Creditors": "-66.67"}
    assert ACCRUAL not in desk.balances()
    assert refusals(desk, cancelling(came)) == [("HAS_DEPENDENTS", "document")]
    made = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-13", line_of(rest)))
    assert entries(made) == {"Creditors": "66.67", ACCRUAL: "-66.67"}
    for one in (made, rest, first, came):
        desk.cancelled(one)
    assert desk.balances() == {}
    assert is_clean(desk)


def test_an_accrued_service_at_another_price(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": "ADJUST_RECEIPT_COST"})  # fmt: skip
    service = {"item": {"sku": "SV0001"}, "quantity": "2", "rate": "50"}
    came: Any = desk.post(receipt("2026-01-10", service))
    dear = shown_and_kept(desk, bill("2026-01-11", billed("2", "60", came["lines"][0], "SV0001")))
    assert entries(dear) == {ACCRUAL: "100.00", COGS: "20.00", "Creditors": "-120.00"}
    made = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-13", line_of(dear)))
    assert entries(made) == {"Creditors": "120.00", ACCRUAL: "-100.00", COGS: "-20.00"}
    assert is_clean(desk)
