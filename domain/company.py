"""What a company chooses: its accounting scheme, its flow of costs, and its switches."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, cast
from uuid import UUID

from domain.links import Link, LinkChange, is_linked, read_links
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


class FormerAverage(NamedTuple):
    """How a company averaged before it chose another way, after the recording `through`."""

    through: int
    period: AverageCostPeriod
    type: AverageCostCalcType
    ends: tuple[date, ...]


FLOW_OF_SCHEME = {
    Scheme.PERPETUAL: Flow.REPLAY,
    Scheme.PERIODIC: Flow.REPLAY,
    Scheme.CONTINENTAL: Flow.LINKED,
    Scheme.BY_LEVEL: Flow.CARRIED,
}
"""The flow that a scheme uses unless the company chooses another."""

SUPPORTED_SCHEMES = (Scheme.PERPETUAL, Scheme.CONTINENTAL, Scheme.BY_LEVEL, Scheme.PERIODIC)
"""The schemes that post today; the others are refused when a company is opened."""

METHODS_OF_FLOW = {
    Flow.REPLAY: ("FIFO", "LIFO", "MOVING_AVERAGE", "BATCH", "SERIAL"),
    Flow.LINKED: ("FIFO", "LIFO", "AVERAGE_PERIOD", "STANDARD", "SPECIFIC"),
    Flow.CARRIED: ("STANDARD", "WEIGHTED_AVERAGE"),
}
"""The costing methods that a flow has, its usual one first."""


METHOD_IN_FLOW: Mapping[Flow, Mapping[str, str]] = {
    Flow.REPLAY: {
        "AVERAGE_PERIOD": "MOVING_AVERAGE",
        "WEIGHTED_AVERAGE": "MOVING_AVERAGE",
        "STANDARD": "MOVING_AVERAGE",
        "SPECIFIC": "BATCH",
    },
    Flow.LINKED: {
        "MOVING_AVERAGE": "AVERAGE_PERIOD",
        "WEIGHTED_AVERAGE": "AVERAGE_PERIOD",
        "BATCH": "SPECIFIC",
        "SERIAL": "SPECIFIC",
    },
    Flow.CARRIED: {
        "FIFO": "WEIGHTED_AVERAGE",
        "LIFO": "WEIGHTED_AVERAGE",
        "MOVING_AVERAGE": "WEIGHTED_AVERAGE",
        "AVERAGE_PERIOD": "WEIGHTED_AVERAGE",
    },
}
"""What a method of another flow becomes when a company changes its flow: the nearest one.

A method that is not named here stays as it is, where the flow has it; else there is none. What is
kept by serial number under SPECIFIC comes under SERIAL: that depends on the item.
"""


def method_in_flow(method: str, flow: Flow) -> str | None:
    """The method of `flow` that takes the place of one of another flow; None: there is none."""
    after = METHOD_IN_FLOW[flow].get(method, method)
    return after if after in METHODS_OF_FLOW[flow] else None


def usual_method(scheme: Scheme) -> CostingMethod:
    """What a company of that scheme costs issues by unless it says otherwise."""
    return CostingMethod(METHODS_OF_FLOW[FLOW_OF_SCHEME[scheme]][0])


BEGINNING = date(1, 1, 1)
"""`posts_stock_from` of a company that has posted stock at once since it was opened."""


def posts_stock_from(scheme: Scheme) -> date | None:
    """The first day on which a new company's stock movements reach the ledger at once."""
    return None if scheme is Scheme.PERIODIC else BEGINNING


MOST_DAYS_AHEAD = 36_525
"""As far as a company may let its documents be dated ahead, or open years: a hundred years."""

DAYS_AHEAD_OF_NEW = 1_096
"""How far documents of a new company may be dated ahead unless it says otherwise: three years, for
what is agreed on long before, and not for a clock that is in another decade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySettings:
    """The switches of a company; the defaults are those of a cautious controller.

    Tolerances are in percent of the quantity received, delivered or billed. The switches of costs
    (`automatic_cost_posting` to `accounting_periods`) are those of the flow LINKED and the scheme
    CONTINENTAL. Documents may be dated from `user_allow_posting_from` on, or from
    `allow_posting_from` where that is not set; adjustments and batches only from the latter on.
    Nor may they be dated later than `posting_days_ahead` days after today, if that is set.
    `adjust_for_payment_discount`: a discount for early payment lowers the taxes of the bill too,
    unless its line says otherwise.
    `links` are those of the scheme BY_LEVEL, as they were turned on and off; `former_averages` tell
    what an average was of then, in order.
    """

    allow_negative_stock: bool = False
    invoice_rate_policy: InvoiceRatePolicy = InvoiceRatePolicy.MUST_MATCH
    adjustment_dating: AdjustmentDating = AdjustmentDating.OWN_PERIOD
    allow_expired_lots: bool = False
    value_rejected: bool = False
    provisional_for_non_stock: bool = False
    require_cost_center: bool = False
    require_party: bool = False
    unique_supplier_reference: bool = False
    adjust_for_payment_discount: bool = False
    four_eyes: bool = False
    over_receipt_tolerance: Decimal = ZERO
    over_delivery_tolerance: Decimal = ZERO
    over_billing_tolerance: Decimal = ZERO
    automatic_cost_posting: bool = True
    automatic_cost_adjustment: AutomaticCostAdjustment = AutomaticCostAdjustment.ALWAYS
    expected_cost_posting: bool = False
    average_cost_period: AverageCostPeriod = AverageCostPeriod.DAY
    average_cost_calc_type: AverageCostCalcType = AverageCostCalcType.ITEM
    accounting_periods: tuple[date, ...] = ()
    posting_days_ahead: int | None = None
    allow_posting_from: date | None = None
    user_allow_posting_from: date | None = None
    links: tuple[LinkChange, ...] = ()
    former_averages: tuple[FormerAverage, ...] = ()

    def is_linked(self, link: Link, day: date) -> bool:
        """Whether the ledger hears of that sub-ledger's documents of a day (scheme BY_LEVEL)."""
        return is_linked(self.links, link, day)

    @property
    def integrate_sales(self) -> bool:
        """Whether the link of receivables is on, as it was turned last."""
        return self.is_linked(Link.SALES, date.max)

    @property
    def integrate_purchases(self) -> bool:
        """Whether the link of payables is on, as it was turned last."""
        return self.is_linked(Link.PURCHASES, date.max)

    @property
    def integrate_stock(self) -> bool:
        """Whether the link of stock is on, as it was turned last."""
        return self.is_linked(Link.STOCK, date.max)

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
            known[each.name] = _READERS.get(each.name, bool)(value)
        return cls(**known)  # type: ignore[arg-type]

    def stored(self) -> dict[str, object]:
        """The switches as `company.settings` keeps them: JSON, decimals as strings."""
        return {each.name: _as_json(getattr(self, each.name)) for each in fields(self)}


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _days(value: object) -> tuple[date, ...]:
    return tuple(sorted(_day(one) for one in cast("Iterable[object]", value)))


def _as_json(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_as_json(one) for one in cast("tuple[object, ...]", value)]
    return value


_READERS: Mapping[str, Callable[[object], object]] = {
    "invoice_rate_policy": lambda value: InvoiceRatePolicy(str(value)),
    "adjustment_dating": lambda value: AdjustmentDating(str(value)),
    "over_receipt_tolerance": _decimal,
    "over_delivery_tolerance": _decimal,
    "over_billing_tolerance": _decimal,
    "automatic_cost_adjustment": lambda value: AutomaticCostAdjustment(str(value)),
    "average_cost_period": lambda value: AverageCostPeriod(str(value)),
    "average_cost_calc_type": lambda value: AverageCostCalcType(str(value)),
    "accounting_periods": _days,
    "posting_days_ahead": lambda value: int(str(value)),
    "allow_posting_from": _day,
    "user_allow_posting_from": _day,
    "links": read_links,
    "former_averages": lambda value: tuple(
        FormerAverage(one[0], AverageCostPeriod(one[1]), AverageCostCalcType(one[2]), _days(one[3]))
        for one in cast("Iterable[tuple[int, str, str, object]]", value)
    ),
}
"""How the switches that are not yes or no are read."""

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
