"""Papers under BY_LEVEL, in tables: services that are accrued, variances, discounts given back."""

from decimal import Decimal

import pytest

from domain.errors import Refused
from tests.domain.histories import done, goods, posted
from tests.model.operations import SERVICE, Kind, Line, LineOf, Switches
from tests.model.schemes.books import ByLevelBooks

RECEIVED = done(Kind.RECEIPT, 1, goods("1", "10", SERVICE))
CREDITED = done(Kind.CREDIT_BILL, 3, (Line(of=LineOf(2, 0)),))


@pytest.mark.parametrize(
    ("accrues", "account", "billed"),
    [
        (False, None, {"Services": 1200, "Creditors": -1200}),
        (False, "Samples", {"Samples": 1200, "Creditors": -1200}),
        (True, None, {"Owed services": 1000, "Services": 200, "Creditors": -1200}),
        (True, "Samples", {"Owed services": 1000, "Samples": 200, "Creditors": -1200}),
    ],
)
def test_a_received_service_costs_what_is_billed(
    *, accrues: bool, account: str | None, billed: dict[str, int]
) -> None:
    line = Line(
        item=SERVICE, of=LineOf(1, 0), quantity=Decimal(1), rate=Decimal(12), account=account
    )
    books = ByLevelBooks(Switches(accrues_services=accrues))
    found = posted([RECEIVED, done(Kind.BILL, 2, (line,)), CREDITED], books)
    assert found[2] == billed
    assert found[3] == {place: -amount for place, amount in billed.items()}


def test_goods_billed_as_they_come_are_a_variance_on_their_own_cost_center() -> None:
    """Where the ledger does not hear of stock."""
    bill = done(Kind.BILL, 1, goods("2", "30", center="north"))
    found = posted([bill], ByLevelBooks(Switches(integrates_stock=False, center="house")))
    assert found[1] == {"Variance@north": 6000, "Creditors": -6000}


def test_goods_taken_back_take_all_of_their_discount_back() -> None:
    """0.10 less a half, at 1.0937: a sale of 0.11 and a discount of 0.06 for a price of 0.05."""
    sale = done(Kind.SALE, 1, goods("1", "0.05", off=Decimal(50)), foreign=Decimal("1.0937"))
    back = done(Kind.SALES_RETURN, 2, (Line(of=LineOf(1, 0), quantity=Decimal(1)),))
    found = posted([sale, back], ByLevelBooks(Switches(integrates_stock=False)))
    assert found[1] == {"Sales": -11, "Rebates": 6, "Debtors": 5}
    assert found[2] == {"Sales": 11, "Rebates": -6, "Debtors": -5}


@pytest.mark.parametrize("kind", [Kind.SALES_RETURN, Kind.CREDIT_SALE])
def test_what_is_taken_back_in_parts_takes_all_of_its_discount_back(kind: Kind) -> None:
    """20 less a half at 1.1115: a sale of 22.23 less 11.11. By itself a half would be 11.12."""
    item = SERVICE if kind is Kind.CREDIT_SALE else "lifo"
    sale = done(Kind.SALE, 1, goods("2", "5", item, off=Decimal(50)), foreign=Decimal("1.1115"))
    half = done(kind, 2, (Line(of=LineOf(1, 0), quantity=Decimal(1)),))
    found = posted([sale, half, half], ByLevelBooks(Switches(integrates_stock=False)))
    assert found[1] == {"Sales": -2223, "Rebates": 1111, "Debtors": 1112}
    left = {
        account: sum(one.get(account, 0) for one in found.values())
        for account in ("Sales", "Rebates", "Debtors")
    }
    assert left == {"Sales": 0, "Rebates": 0, "Debtors": 0}


CLEARED = done(Kind.CLEAR, 3, (Line(of=LineOf(1, 0), quantity=Decimal(0)),))


@pytest.mark.parametrize(
    ("hears_of_stock", "cleared"),
    [(True, {"Accrual": 4000000, "Adjustment": -4000000}), (False, {})],
)
def test_suspense_is_written_off_only_where_goods_were_credited_to_it(
    *, hears_of_stock: bool, cleared: dict[str, int]
) -> None:
    """Two at the standard cost of 20,000."""
    came = done(Kind.RECEIPT, 1, goods("2", "12"))
    found = posted([came, CLEARED], ByLevelBooks(Switches(integrates_stock=hears_of_stock)))
    assert found[2] == cleared


def test_goods_that_came_with_their_bill_wait_for_nothing_once_they_went_back() -> None:
    books = ByLevelBooks(Switches())
    back = done(Kind.PURCHASE_RETURN, 2, (Line(of=LineOf(1, 0), quantity=Decimal(1)),))
    with pytest.raises(Refused) as refused:
        posted([done(Kind.BILL, 1, goods("2", "12")), back, CLEARED], books)
    assert [one.code for one in refused.value.refusals] == ["INVALID_VALUE"]
    assert len(books.documents) == 2, "nothing was kept of it"
