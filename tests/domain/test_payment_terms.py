"""Payment terms: days and discounts, worked out by hand."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.payment_terms import EarlyDiscount, PaymentTermFacts


@pytest.mark.parametrize(
    ("posted", "days", "end_of_month", "due"),
    [
        ("2026-01-10", 0, False, "2026-01-10"),
        ("2026-01-10", 30, False, "2026-02-09"),
        ("2026-01-10", 0, True, "2026-01-31"),
        ("2024-02-10", 10, True, "2024-03-10"),
        ("2026-12-31", 15, True, "2027-01-15"),
        ("9999-12-30", 30, False, "9999-12-31"),
        ("9999-12-30", 30, True, "9999-12-31"),
    ],
)
def test_a_bill_is_due_so_many_days_later(
    posted: str, days: int, end_of_month: bool, due: str
) -> None:
    terms = PaymentTermFacts(
        id=UUID(int=1), code="N", due_days=days, end_of_month=end_of_month,
        discount_percent=Decimal(2), discount_days=days,
    )  # fmt: skip
    day = date.fromisoformat(posted)
    assert terms.due_date(day) == date.fromisoformat(due)
    if not end_of_month:
        assert terms.discount_until(day) == date.fromisoformat(due)


def test_without_a_percentage_there_is_no_discount() -> None:
    terms = PaymentTermFacts(id=UUID(int=1), code="N", due_days=30, discount_days=10)
    assert terms.discount_until(date(2026, 1, 10)) is None


@pytest.mark.parametrize(
    ("percent", "outstanding", "money", "digits", "discount"),
    [
        ("2", "1190", "1166.20", 2, "23.80"),
        # Half a cent: 2 % of 1.25 is 0.025.
        ("2", "1.25", "1.22", 2, "0.03"),
        # A part: 490 pay 500.
        ("2", "1190", "490", 2, "10"),
        # 100 x 3 / 97 = 3.0928.
        ("3", "1190", "100", 2, "3.09"),
        # Who pays more than is asked for takes the rest, who pays all takes none.
        ("2", "1190", "1180", 2, "10"),
        ("2", "1190", "1190", 2, "0"),
        ("2", "1190", "1200", 2, "0"),
        # Whole yen: 3 % of 1,190 are 35.7.
        ("3", "1190", "1154", 0, "36"),
        ("3", "1190", "0", 0, "0"),
        ("100", "10", "0", 2, "10"),
    ],
)
def test_money_comes_with_the_discount_on_what_it_settles(
    percent: str, outstanding: str, money: str, digits: int, discount: str
) -> None:
    early = EarlyDiscount(Decimal(percent), date(2026, 1, 31))
    found = early.taken_with(Decimal(money), Decimal(outstanding), digits)
    assert found == Decimal(discount)
