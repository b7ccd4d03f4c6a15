"""Documents whose lines are entered in other units than the model's: all else has to stay the same.

What the reference says of 6 at 2 must come of 3 pairs at 4. Only units in which quantity and price
are decimals that can be given; that of a line is chosen by its document's number, not by chance.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.documents.document import Document
from domain.documents.parts.credit_line import CreditNoteLine
from domain.money import QUANTITY_DIGITS, RATE_DIGITS

STOCK_UNIT = "Unit"
UNITS: Mapping[str, Decimal] = {
    "Pair": Decimal(2),
    "Quarter": Decimal("0.25"),
    "Trio": Decimal(3),
}
"""The units that every item of the model has besides its stock unit, with their factors."""

_CHOICES = (None, "Pair", "Quarter", STOCK_UNIT, "Trio")
_QUANTITIES = ("quantity", "rejected_quantity")
_OTHERS = ("line", "receipt_line", "delivery_line", "invoice_line", "return_line")


def in_units(document: Document, no: int) -> Document:
    """The same document, some of its lines in another unit."""
    lines: Any = getattr(document, "lines", ())
    chosen = tuple(
        _in_unit(line, _CHOICES[(no + place) % len(_CHOICES)]) if _can_be(line) else line
        for place, line in enumerate(lines)
    )
    given: dict[str, Any] = {"lines": chosen}
    return document if chosen == lines else replace(document, **given)


def _can_be(line: Any) -> bool:
    """Whether it is about an item, and its quantity is not 1 of whatever unit."""
    if not hasattr(line, "uom"):
        return False
    others = [getattr(line, name, None) for name in _OTHERS]
    if isinstance(line, CreditNoteLine) and line.quantity is None and not any(others):
        return False
    return line.item is not None or any(others)


def _in_unit(line: Any, uom: str | None) -> Any:
    if uom is None:
        return line
    factor = UNITS.get(uom, Decimal(1))
    given: dict[str, Any] = {"uom": uom}
    for name in _QUANTITIES:
        if getattr(line, name, None) is not None:
            given[name] = getattr(line, name) / factor
    if getattr(line, "rate", None) is not None:
        given["rate"] = line.rate * factor
    digits = dict.fromkeys(_QUANTITIES, QUANTITY_DIGITS) | {"rate": RATE_DIGITS}
    fits = all(given[name] == round(given[name], digits[name]) for name in digits if name in given)
    return replace(line, **given) if fits else line
