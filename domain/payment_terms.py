"""Payment terms: when a bill is due, and until when which discount may be taken of it.

They are an agreement: a bill keeps what they said on its day, whatever they say later. Source of
the fields: NAV's payment terms and ERPNext's payment term.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from domain.money import ONE, ZERO, multiply, round_to, share

MOST_DAYS = 3650
"""As far as payment may be put off, in days: ten years."""

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTermFacts:
    """Terms: due `due_days` after the posting date, or after the end of its month.

    `discount_percent` may be taken until `discount_days` after the posting date; zero: none.
    """

    id: UUID
    code: str
    due_days: int = 0
    end_of_month: bool = False
    discount_percent: Decimal = ZERO
    discount_days: int = 0
    is_active: bool = True

    def due_date(self, posting_date: date) -> date:
        """The day by which a bill is to be paid."""
        start = _end_of_month(posting_date) if self.end_of_month else posting_date
        return _later(start, self.due_days)

    def discount_until(self, posting_date: date) -> date | None:
        """The last day on which the discount may be taken; None: there is none."""
        return _later(posting_date, self.discount_days) if self.discount_percent else None


def _later(day: date, days: int) -> date:
    """So many days later, at most the last day that there is."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _end_of_month(day: date) -> date:
    """The last day of a day's month."""
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    first_of_next = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EarlyDiscount:
    """What a bill grants who pays it early: so much percent, until the end of a day."""

    percent: Decimal
    until: date

    def of(self, outstanding: Decimal, digits: int) -> Decimal:
        """The discount on all that is outstanding."""
        return round_to(multiply(multiply(outstanding, self.percent), _PERCENT), digits)

    def taken_with(self, money: Decimal, outstanding: Decimal, digits: int) -> Decimal:
        """The discount that comes with so much money: all of it where the rest is no more.

        A part of the bill is settled with the discount on that part: 490 pay 500 at 2 percent.
        """
        in_all = self.of(outstanding, digits)
        if money >= outstanding - in_all:
            return max(outstanding - money, ZERO)
        rate = multiply(self.percent, _PERCENT)
        return min(round_to(share(money, rate, ONE - rate), digits), outstanding - money)
