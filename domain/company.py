"""What a company chooses: its accounting scheme, its flow of costs, and its switches."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

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


FLOW_OF_SCHEME = {
    Scheme.PERPETUAL: Flow.REPLAY,
    Scheme.PERIODIC: Flow.REPLAY,
    Scheme.CONTINENTAL: Flow.LINKED,
    Scheme.BY_LEVEL: Flow.CARRIED,
}
"""The flow that a scheme uses unless the company chooses another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySettings:
    """The switches of a company; the defaults are those of a cautious controller.

    Tolerances are in percent of the quantity received, delivered or billed.
    """

    allow_negative_stock: bool = False
    invoice_rate_policy: InvoiceRatePolicy = InvoiceRatePolicy.MUST_MATCH
    value_rejected: bool = False
    provisional_for_non_stock: bool = False
    require_cost_center: bool = False
    over_receipt_tolerance: Decimal = ZERO
    over_delivery_tolerance: Decimal = ZERO
    over_billing_tolerance: Decimal = ZERO
