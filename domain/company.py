"""What a company chooses: its accounting scheme, its flow of costs, and its switches."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import cast
from uuid import UUID

from domain.money import ZERO


class Scheme(StrEnum):
    """Which accounts hear of stock."""

    PERPETUAL = "PERPETUAL"
    CONTINENTAL = "CONTINENTAL"
    BY_LEVEL = "BY_LEVEL"
    PERIODIC = "PERIODIC"


class Flow(StrEnum):
    """How late facts travel: decided again, forwarded along links, or carried as an average."""

    REPLAY = "REPLAY"
    LINKED = "LINKED"
    CARRIED = "CARRIED"


class CostingMethod(StrEnum):
    """What an issue of an item costs."""

    FIFO = "FIFO"
    LIFO = "LIFO"
    MOVING_AVERAGE = "MOVING_AVERAGE"
    AVERAGE_PERIOD = "AVERAGE_PERIOD"
    STANDARD = "STANDARD"
    WEIGHTED_AVERAGE = "WEIGHTED_AVERAGE"
    SPECIFIC = "SPECIFIC"
    SERIAL = "SERIAL"
    BATCH = "BATCH"


class InvoiceRatePolicy(StrEnum):
    """What happens to an invoice line at another rate than its receipt line."""

    MUST_MATCH = "MUST_MATCH"
    KEEP_DIFFERENCE = "KEEP_DIFFERENCE"
    ADJUST_RECEIPT_COST = "ADJUST_RECEIPT_COST"


class AdjustmentDating(StrEnum):
    """When a later insight into an earlier document's cost counts."""

    OWN_PERIOD = "OWN_PERIOD"
    FIRST_OPEN_PERIOD = "FIRST_OPEN_PERIOD"


class AutomaticCostAdjustment(StrEnum):
    """When costs are adjusted: with each document, or by `adjustCosts`."""

    NEVER = "NEVER"
    ALWAYS = "ALWAYS"


class AverageCostPeriod(StrEnum):
    """How long the period is that an average cost is calculated for."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    ACCOUNTING_PERIOD = "ACCOUNTING_PERIOD"


class AverageCostCalcType(StrEnum):
    """What is averaged together: an item, or an item in one warehouse."""

    ITEM = "ITEM"
    ITEM_WAREHOUSE = "ITEM_WAREHOUSE"


FLOW_OF_SCHEME = {
    Scheme.PERPETUAL: Flow.REPLAY,
    Scheme.PERIODIC: Flow.REPLAY,
    Scheme.CONTINENTAL: Flow.LINKED,
    Scheme.BY_LEVEL: Flow.CARRIED,
}
"""The flow that a scheme uses unless the company chooses another."""


SUPPORTED_SCHEMES = (Scheme.PERPETUAL, Scheme.PERIODIC)
"""The schemes that post today; the others are refused when a company is opened."""

BEGINNING = date(1, 1, 1)
"""`posts_stock_from` of a company that has posted stock at once since it was opened."""


def posts_stock_from(scheme: Scheme) -> date | None:
    """The first day on which a new company's stock movements reach the ledger at once."""
    return None if scheme is Scheme.PERIODIC else BEGINNING


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySettings:
    """The switches of a company; the defaults are those of a cautious controller.

    Tolerances are in percent of the quantity received, delivered or billed.
    """

    allow_negative_stock: bool = False
    invoice_rate_policy: InvoiceRatePolicy = InvoiceRatePolicy.MUST_MATCH
    adjustment_dating: AdjustmentDating = AdjustmentDating.OWN_PERIOD
    value_rejected: bool = False
    provisional_for_non_stock: bool = False
    require_cost_center: bool = False
    over_receipt_tolerance: Decimal = ZERO
    over_delivery_tolerance: Decimal = ZERO
    over_billing_tolerance: Decimal = ZERO
    automatic_cost_posting: bool = True
    automatic_cost_adjustment: AutomaticCostAdjustment = AutomaticCostAdjustment.ALWAYS
    expected_cost_posting: bool = False
    average_cost_period: AverageCostPeriod = AverageCostPeriod.DAY
    average_cost_calc_type: AverageCostCalcType = AverageCostCalcType.ITEM
    accounting_periods: tuple[date, ...] = ()
    allow_posting_from: date | None = None
    user_allow_posting_from: date | None = None

    @property
    def adjusts_at_once(self) -> bool:
        """Whether later costs travel on with the document that brings them (flow LINKED)."""
        return self.automatic_cost_adjustment is AutomaticCostAdjustment.ALWAYS

    @classmethod
    def of(cls, stored: Mapping[str, object]) -> "CompanySettings":
        """The switches from `company.settings`, where only those are kept that were ever set."""
        known: dict[str, object] = {}
        for each in fields(cls):
            value = stored.get(each.name)
            if value is None:
                continue
            if each.name.endswith("_tolerance"):
                known[each.name] = Decimal(str(value))
            elif each.name in _CHOICES:
                known[each.name] = _CHOICES[each.name](str(value))
            else:
                known[each.name] = bool(value)
        return cls(**known)  # type: ignore[arg-type]

    def stored(self) -> dict[str, object]:
        """The switches as `company.settings` keeps them: JSON, decimals as strings."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(v) if isinstance(v, Decimal) else v for name, v in values.items()}


_CHOICES: Mapping[str, type[InvoiceRatePolicy] | type[AdjustmentDating]] = {
    "invoice_rate_policy": InvoiceRatePolicy,
    "adjustment_dating": AdjustmentDating,
}
"""The switches that are a choice among names."""

DEFAULT_COST_CENTER = "default_cost_center"
"""The key in `company.settings` of the default cost center's id."""

PENDING_DEFAULTS = "pending_defaults"
"""The key in `company.settings` of roles whose account, named by code, is not made yet."""


def default_cost_center_of(stored: Mapping[str, object]) -> UUID | None:
    """The company's default cost center, from `company.settings`."""
    value = stored.get(DEFAULT_COST_CENTER)
    return UUID(str(value)) if value else None


def pending_defaults_of(stored: Mapping[str, object]) -> dict[str, str]:
    """Role -> code of an account that is not made yet, from `company.settings`."""
    pending = cast("Mapping[str, str]", stored.get(PENDING_DEFAULTS) or {})
    return dict(pending)
