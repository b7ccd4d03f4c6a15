"""A line of a credit note, as handed in and as read, and the refusal of crediting too much."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.errors import OverCredited, Refusal
from domain.facts import ItemFacts
from domain.invoiced import InvoicedLine, ReturnedLine
from domain.lookup import Path
from domain.money import ZERO
from domain.movements import Pool
from domain.references import Ref
from domain.taxes import TaxFacts
from domain.units import Unit


class CreditSide(StrEnum):
    """Whether a customer is credited or a supplier credits us."""

    SALES = "SALES"
    PURCHASE = "PURCHASE"


class CreditKind(StrEnum):
    """Why it is credited: goods came back, the price was too high, or goods are not taken back."""

    RETURN = "RETURN"
    OVERCHARGE = "OVERCHARGE"
    WRITE_OFF = "WRITE_OFF"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteLine:
    """What is credited: of an invoice's line, of goods that went back, or of neither.

    `quantity` None = all that is left of the line named, or 1. `rate` (per unit) or `amount`, in
    the document's currency; neither = at the price of the line named. `discount_percent` is taken
    off the rate. `warehouse` is where goods of no known sale come back (BY_LEVEL). `taxes` are
    those on the net amount, None = those of the invoice's line. `uom` is the unit of the quantity
    and the rate, None = the item's stock unit.
    """

    invoice_line: Ref | None = None
    return_line: Ref | None = None
    item: Ref | None = None
    quantity: Decimal | None = None
    rate: Decimal | None = None
    amount: Decimal | None = None
    account: Ref | None = None
    cost_center: Ref | None = None
    description: str | None = None
    warehouse: Ref | None = None
    discount_percent: Decimal = ZERO
    taxes: tuple[Ref, ...] | None = None
    uom: str | None = None

    @property
    def is_as_invoiced(self) -> bool:
        """Whether it names no price of its own."""
        return self.rate is None and self.amount is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCredit:
    """A line read. `account` is the one named.

    `amount` is positive, in the document's currency, net of the discount; `list_amount` before it.
    `in_company` is the amount in company currency, `discount` what the invoice took off it there,
    if it is credited as invoiced. `taxes` are those that it names; if it `inherits_taxes` it takes
    back those of the invoice's line. `pool` is where the goods come back to, None where the line
    moves none. Quantity and rates are in the item's stock unit; `unit` is the one that was named.
    """

    path: Path
    invoiced: InvoicedLine | None
    returned: ReturnedLine | None
    item: ItemFacts | None
    quantity: Decimal
    rate: Decimal | None
    amount: Decimal
    in_company: Decimal
    account: UUID | None
    cost_center: UUID | None
    description: str | None
    taxes: tuple[TaxFacts, ...] = ()
    inherits_taxes: bool = False
    pool: Pool | None = None
    list_rate: Decimal | None = None
    list_amount: Decimal = ZERO
    discount_percent: Decimal = ZERO
    discount: Decimal | None = None
    unit: Unit | None = None


def over_credited(path: Path, left: Decimal, requested: Decimal) -> Refusal:
    """More would be credited than is left."""
    return OverCredited(path=path, creditable=max(left, ZERO), requested=requested)
