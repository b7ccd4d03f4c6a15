"""Lines in units whose factor has changed since: the same goods, in their items' stock units.

A barcode may be another item's by now, or another unit's: lines are told what it stood for.
"""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from api.context import Context
from api.documents.reading.loaders import loaders_of
from domain.money import ONE, divide, multiply, plain
from domain.units import shown_rate
from persistence.documents.rows import DocumentRow, LineRow
from persistence.masters.rows import units_of

_QUANTITIES = ("quantity", "rejectedQuantity")


async def as_counted_then(
    context: Context, row: DocumentRow, given: Mapping[str, Any]
) -> dict[str, Any]:
    """What a document was given (an `AnyDocumentInput`), to mean the same goods as it did.

    A line keeps its unit as long as that is what it was, by its item or by the line that it bills,
    returns, credits or receives. Any other is told in the stock unit: its quantity exactly, its
    rate with as many decimal places as a rate has.
    """
    ((kind, document),) = given.items()
    lines: list[dict[str, Any]] = document.get("lines") or []
    scanned = {number for number, one in enumerate(lines) if "barcode" in (one.get("item") or {})}
    if not scanned and not any("uom" in line for line in lines):
        return dict(given)
    posted = await loaders_of(context).lines.load((row.company_id, row.id))
    lines = [dict(line) for line in lines]
    for one in posted:
        if one.line_no - 1 in scanned:
            line = lines[one.line_no - 1]
            line["item"] = {"id": str(one.item_id)}
            if one.uom is not None:
                line["uom"] = one.uom
    counted = [(one, one.uom_factor) for one in posted if one.uom_factor is not None]
    factors = await asyncio.gather(*(_factor_now(context, one) for one, _ in counted))
    told = list(lines)
    for (one, then), now in zip(counted, factors, strict=True):
        if now != then:
            told[one.line_no - 1] = _in_stock_unit(kind, lines[one.line_no - 1], then)
    return {kind: {**document, "lines": told}}


def _in_stock_unit(kind: str, line: Mapping[str, Any], then: Decimal) -> dict[str, Any]:
    told = {field: value for field, value in line.items() if field != "uom"}
    if kind == "creditNote" and not line.keys() & {"invoiceLine", "returnLine"}:
        told.setdefault("quantity", "1")  # of whichever unit, where none is given
    for field in _QUANTITIES:
        if field in told:
            told[field] = f"{plain(multiply(Decimal(told[field]), then)):f}"
    if "rate" in told:
        told["rate"] = f"{shown_rate(divide(Decimal(told['rate']), then)):f}"
    return told


async def _factor_now(context: Context, posted: LineRow) -> Decimal | None:
    """How many stock units one of the line's unit would be now; None: its item has it no more."""
    for named in (posted.returned_line_id, posted.against_line_id):
        if named is not None:
            other = await loaders_of(context).line.load((posted.company_id, named))
            if other is not None and other.uom == posted.uom and other.uom_factor is not None:
                return other.uom_factor
    assert posted.item_id is not None, "a unit is one of an item"
    item = await context.loaders.item.load((posted.company_id, posted.item_id))
    return ONE if posted.uom == item.uom else dict(units_of(item.units or {})).get(posted.uom or "")
