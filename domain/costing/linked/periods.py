"""The periods that an average is calculated for, and what is averaged together."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.company import AverageCostCalcType, AverageCostPeriod, CompanySettings, FormerAverage
from domain.costing.linked.facts import AveragePool
from domain.movements import Pool


@dataclass(frozen=True, slots=True)
class Averaging:
    """How a company averages; `ends` are the last days of its accounting periods, in order."""

    period: AverageCostPeriod
    type: AverageCostCalcType
    ends: tuple[date, ...] = ()

    @classmethod
    def of(cls, settings: CompanySettings) -> "Averaging":
        """As the company's settings say."""
        period = settings.average_cost_period
        by_ends = period is AverageCostPeriod.ACCOUNTING_PERIOD
        ends = settings.accounting_periods if by_ends else ()
        return cls(period, settings.average_cost_calc_type, ends)

    @classmethod
    def at(cls, settings: CompanySettings, seq: int) -> "Averaging":
        """As they said when that sequence was recorded."""
        for one in settings.former_averages:
            if seq <= one.through:
                return cls(one.period, one.type, one.ends)
        return cls.of(settings)

    def until(self, seq: int) -> FormerAverage:
        """To be remembered as what was so up to and with that recording."""
        return FormerAverage(seq, self.period, self.type, self.ends)

    def start_of(self, day: date) -> date:
        """The first day of the period that a day falls in. Weeks begin on Monday."""
        match self.period:
            case AverageCostPeriod.DAY:
                return day
            case AverageCostPeriod.WEEK:
                return day - timedelta(days=day.weekday())
            case AverageCostPeriod.MONTH:
                return day.replace(day=1)
            case AverageCostPeriod.QUARTER:
                return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            case AverageCostPeriod.ACCOUNTING_PERIOD:
                return self._accounting_period_of(day)

    def _accounting_period_of(self, day: date) -> date:
        """The day after the last end before it; months, where no ends are told."""
        before = [end for end in self.ends if end < day]
        if not before:
            return day.replace(day=1) if not self.ends else date.min
        return before[-1] + timedelta(days=1)

    def pool_of(self, pool: Pool) -> AveragePool:
        """What the goods are averaged with."""
        by_item = self.type is AverageCostCalcType.ITEM
        return AveragePool(pool.item, None if by_item else pool.warehouse)
