"""Services received and not billed: billed in parts, too much, credited, cancelled."""

from typing import Any

import pytest

from tests.api.bookkeeper import Master
from tests.api.desk import (
    COGS,
    Desk,
    bill,
    billed,
    cancelling,
    delivery,
    entries,
    is_clean,
    moved,
    receipt,
    refusals,
    shown_and_kept,
)
from tests.api.test_accrual_clearing import clearing
from tests.api.test_credit_notes import credit, line_of

ACCRUAL = "Services Received But Not Billed"


class SchemeDesk(Desk):
    """A desk under a scheme."""

    def __init__(self, base: str, scheme: str) -> None:
        self.scheme = scheme
        super().__init__(base)

    def masters(self) -> list[Master]:
        """As ever; its item at a standard cost where the scheme has such."""
        (opened, company), *others = super().masters()
        cost = {"costingMethod": "STANDARD", "standardCost": "9"}
        by_level = self.scheme == "BY_LEVEL"
        return [
            (opened, {**company, "scheme": self.scheme,
                      "settings": {"provisionalForNonStock": True}}),
            *((name, {**given, **cost} if by_level and given.get("sku") == "RM0001" else given)
              for name, given in others),
        ]  # fmt: skip


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


SCHEMES = ["PERPETUAL", "CONTINENTAL", "BY_LEVEL", "PERIODIC"]


def back(line: Any, quantity: str, day: str = "2026-01-11", **more: Any) -> Any:
    """A return of what a receipt's line brought."""
    given = {"line": {"id": line["id"]}, "quantity": quantity, **more}
    return "PurchaseReturn", {"postingDate": day, "lines": [given]}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_accrued_service_goes_back_and_the_rest_is_billed(server: str, scheme: str) -> None:
    desk = SchemeDesk(server, scheme)
    service = {"item": {"sku": "SV0001"}, "quantity": "3", "rate": "33.333333"}
    came: Any = desk.post(receipt("2026-01-10", service))
    line = came["lines"][0]
    gone = shown_and_kept(desk, back(line, "1"))
    assert entries(gone) == {ACCRUAL: "33.33", COGS: "-33.33"}
    assert moved(gone) == {}
    assert refusals(desk, back(line, "2.5")) == [("RETURN_EXCEEDS_ORIGINAL", "lines.0.quantity")]
    over = bill("2026-01-12", billed("2.5", "33.333333", line, "SV0001"))
    assert refusals(desk, over) == [("OVER_BILLED", "lines.0.quantity")]
    assert refusals(desk, cancelling(came)) == [("HAS_DEPENDENTS", "document")]
    part = shown_and_kept(desk, bill("2026-01-12", billed("1", "33.333333", line, "SV0001")))
    assert entries(part)["Creditors"] == "-33.33"
    cleared = shown_and_kept(desk, clearing("2026-01-13", {"line": {"id": line["id"]}}))
    assert entries(cleared)[ACCRUAL] == "33.33"  # of 66.67 half was billed: 33.34
    assert refusals(desk, back(line, "2")) == [("RETURN_EXCEEDS_ORIGINAL", "lines.0.quantity")]
    assert ACCRUAL not in desk.balances()
    assert is_clean(desk)
    for one in (cleared, part, gone, came):
        desk.cancelled(one)
    assert desk.balances() == {}
    assert is_clean(desk)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_billed_service_goes_back_and_is_credited(server: str, scheme: str) -> None:
    desk = SchemeDesk(server, scheme)
    service = {"item": {"sku": "SV0001"}, "quantity": "3", "rate": "50"}
    came: Any = desk.post(receipt("2026-01-10", service))
    line = came["lines"][0]
    desk.post(bill("2026-01-11", billed("3", "50", line, "SV0001")))
    gone = shown_and_kept(desk, back(line, "1", "2026-01-12"))
    assert entries(gone) == {ACCRUAL: "50.00", COGS: "-50.00"}
    credited = credit("PURCHASE", "RETURN", "2026-01-13",
                      {"returnLine": {"id": gone["lines"][0]["id"]}})  # fmt: skip
    note = shown_and_kept(desk, credited)
    assert entries(note) == {"Creditors": "50.00", ACCRUAL: "-50.00"}
    assert desk.balances() == {COGS: "100.00", "Creditors": "-100.00"}
    assert is_clean(desk)


def test_a_service_that_nothing_accrued_goes_back_without_an_entry(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"provisionalForNonStock": False})  # fmt: skip
    service = {"item": {"sku": "SV0001"}, "quantity": "3", "rate": "50"}
    came: Any = desk.post(receipt("2026-01-10", service))
    line = came["lines"][0]
    assert entries(shown_and_kept(desk, back(line, "2"))) == {}
    over = bill("2026-01-12", billed("2", "50", line, "SV0001"))
    assert refusals(desk, over) == [("OVER_BILLED", "lines.0.quantity")]
    lots = back(line, "1", batch="B1", fromRejected=True)
    assert refusals(desk, lots) == [
        ("INVALID_VALUE", "lines.0.fromRejected"), ("LOTS_MISMATCH", "lines.0"),
    ]  # fmt: skip
    invoice: Any = desk.post(bill("2026-01-12", billed("1", "50", line, "SV0001")))
    (error,) = desk.refused(back(invoice["lines"][0], "1", "2026-01-13"))
    assert (error["code"], error["path"]) == ("INVALID_VALUE", ["lines", "0", "line"])
    assert "credited by a credit note" in error["message"]
    sold: Any = desk.post(delivery("2026-01-12", service))
    given = {"line": {"id": sold["lines"][0]["id"]}, "quantity": "1"}
    (error,) = desk.refused(("SalesReturn", {"postingDate": "2026-01-13", "lines": [given]}))
    assert (error["code"], error["path"]) == ("INVALID_VALUE", ["lines", "0", "line"])
