"""Units of measure: an item is counted in its stock unit, and bought or sold in others too.

A unit's factor says how many stock units one of it is. A line that names a unit has its quantity
and its price in that; both are converted where the line is read, once, and everything after that is
in the stock unit. A price per stock unit keeps 48 digits (100 a dozen is 8.3333... each), and an
amount is cut to 24 before it is rounded: quantity x price is the same cent in either unit. What
names a line that was entered in the same unit goes by that line's factor, not by today's.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from domain.errors import InvalidValue, UnitNotOfItem
from domain.lookup import LookUp, Path
from domain.money import (
    MAX_AMOUNT,
    ONE,
    QUANTITY_DIGITS,
    RATE_DIGITS,
    divide,
    multiply,
    plain,
    round_to,
)
from domain.texts import composed, spellings


class InAUnit(Protocol):
    """A posted line, with the unit that it was entered in, if it named one."""

    @property
    def uom(self) -> str | None:
        """The unit."""
        ...

    @property
    def uom_factor(self) -> Decimal | None:
        """How many stock units one of it was then."""
        ...


class EnteredLine(Protocol):
    """A line of a document, as far as it can be entered in another unit."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def quantity(self) -> Decimal | None:
        """In the unit that it names."""
        ...

    @property
    def rate(self) -> Decimal | None:
        """Per such a unit."""
        ...


Entered = TypeVar("Entered", bound=EnteredLine)


class HasUnits(Protocol):
    """An item, as far as its units go."""

    @property
    def sku(self) -> str:
        """Its stock keeping unit."""
        ...

    @property
    def uom(self) -> str:
        """Its stock unit."""
        ...

    @property
    def units(self) -> Sequence[tuple[str, Decimal]]:
        """Its other units, each with its factor."""
        ...

    @property
    def scanned_uom(self) -> str | None:
        """The unit of the barcode by which it is named."""
        ...


class Unit(NamedTuple):
    """The unit that a line is entered in, and how many stock units one of it is."""

    uom: str
    factor: Decimal

    def quantity(self, look: LookUp, given: Decimal, path: Path) -> Decimal:
        """A quantity in the stock unit, exact; refused where that is none that stock can have.

        One that is refused as it was given is not refused again.
        """
        quantity = plain(multiply(given, self.factor))
        if abs(given) >= MAX_AMOUNT:
            return quantity
        if abs(quantity) >= MAX_AMOUNT:
            look.refuse(InvalidValue(path=path, reason="too_large"))
        elif _has_more_decimals(quantity) and not _has_more_decimals(given):
            look.refuse(InvalidValue(path=path, reason="too_many_decimals_in_stock_unit"))
        return quantity

    def rate(self, look: LookUp, given: Decimal, path: Path) -> Decimal:
        """A price or cost per stock unit; refused where that is too large, which `given` is not."""
        rate = divide(given, self.factor)
        if abs(rate) >= MAX_AMOUNT > abs(given):
            look.refuse(InvalidValue(path=path, reason="too_large"))
        return rate


def _has_more_decimals(quantity: Decimal) -> bool:
    return quantity != round(quantity, QUANTITY_DIGITS)


def in_stock_unit(look: LookUp, line: Entered, unit: Unit | None, path: Path) -> Entered:
    """The same line as if it had been entered in the item's stock unit."""
    if unit is None:
        return line
    quantity, rate = line.quantity, line.rate
    if quantity is not None:
        quantity = unit.quantity(look, quantity, (*path, "quantity"))
    if rate is not None:
        rate = unit.rate(look, rate, (*path, "rate"))
    return replace(line, quantity=quantity, rate=rate)


def read_unit(
    look: LookUp, uom: str | None, item: HasUnits, path: Path, *named: InAUnit | None
) -> Unit | None:
    """The unit that a line is entered in; None: it names none, or one that its item does not have.

    A line that names none is in the unit of the barcode by which it names its item.
    `named` are the lines of other documents that it bills, returns, credits or receives.
    """
    uom = item.scanned_uom if uom is None else uom
    if uom is None:
        return None
    for line in named:
        if line is None or line.uom is None or line.uom_factor is None:
            continue
        if composed(line.uom) == composed(uom):
            return Unit(line.uom, line.uom_factor)
    factors = dict(item.units)
    for name in spellings(uom):
        factor = ONE if name == item.uom else factors.get(name)
        if factor is not None:
            return Unit(name, factor)
    at = (*path, "uom")
    if not item.sku:
        look.refuse(InvalidValue(path=at, reason="only_with_item"))
    else:
        known = (item.uom, *(other for other, _ in item.units))
        look.refuse(UnitNotOfItem(path=at, item=item.sku, uom=uom, units=known))
    return None


def kept_unit(unit: Unit | None) -> dict[str, object]:
    """What a line's record keeps of its unit."""
    return {} if unit is None else {"uom": unit.uom, "uom_factor": unit.factor}


def shown_rate(rate: Decimal, factor: Decimal = ONE) -> Decimal:
    """A price per stock unit as one per a unit of that factor, for display."""
    return plain(round_to(rate if factor == ONE else multiply(rate, factor), RATE_DIGITS))


def told_rate(rate: Decimal, unit: Unit | None) -> Decimal:
    """A price per stock unit as the line says it that names the unit."""
    return shown_rate(rate) if unit is None else shown_rate(rate, unit.factor)


def is_same_price(one: Decimal, unit: Unit | None, other: Decimal, line: InAUnit) -> bool:
    """Whether two prices per stock unit are one, in the unit of either: of `one`, or of the line.

    100 a dozen is 8.333333333333 apiece: neither can be given more exactly in the other's unit.
    """
    if one == other:
        return True
    factors = (unit.factor if unit is not None else ONE, line.uom_factor or ONE)
    return any(shown_rate(one, factor) == shown_rate(other, factor) for factor in factors)


def shown_quantity(quantity: Decimal, factor: Decimal) -> Decimal:
    """A quantity of stock units in a unit of that factor, for display."""
    return plain(round_to(divide(quantity, factor), QUANTITY_DIGITS))
