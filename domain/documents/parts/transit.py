"""Goods on their way: sent into a transit warehouse by one stock entry, received by others.

What is received leaves the transit warehouse as goods of just that sending: never more than was
sent, in as many parts as it takes, and at what it costs, also when that changes later. What is lost
on the way is issued in the same manner, and arrives nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from domain.documents.causes import Causes, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.parts.goods import read_pool
from domain.documents.parts.lots import LotLine
from domain.documents.parts.returns import (
    check_later,
    is_named,
    original_of,
    refuse_other_count,
    take,
)
from domain.errors import InvalidValue, ItemMismatch, ReceivedExceedsSent, Required
from domain.facts import ItemFacts, OriginalLine, OriginalMovement
from domain.lookup import LookUp, Path
from domain.money import ONE, ZERO
from domain.movements import Nature, Pool, Returned, Source
from domain.records import LineRecord
from domain.references import Ref
from domain.units import Unit, kept_unit, read_unit

_SENDING = frozenset({DocumentKind.STOCK_ENTRY.value})


class TransitLine(LotLine, Protocol):
    """A line of a stock entry, as far as goods on their way need it."""

    @property
    def item(self) -> Ref:
        """The item."""
        ...

    @property
    def uom(self) -> str | None:
        """The unit of its quantity; None = the item's stock unit."""
        ...

    @property
    def quantity(self) -> Decimal:
        """In its unit."""
        ...

    @property
    def warehouse(self) -> Ref | None:
        """Where goods leave; the sent line says it where they are received."""
        ...

    @property
    def to_warehouse(self) -> Ref | None:
        """Where they go."""
        ...

    @property
    def sent_line(self) -> Ref | None:
        """The line that sent them."""
        ...

    @property
    def takes_from(self) -> Ref | None:
        """Never here: they come of the line that sent them."""
        ...

    @property
    def cost_center(self) -> Ref | None:
        """Of its profit and loss postings."""
        ...

    @property
    def description(self) -> str | None:
        """Free text."""
        ...


def transit_pool(look: LookUp, item: ItemFacts, named: Ref | None, path: Path) -> Pool | None:
    """Where goods are while they are on their way: the one named, or the only one there is."""
    at = (*path, "toWarehouse")
    if named is None:
        roads = [
            one.id
            for one in look.company.warehouses.values()
            if one.is_transit and one.is_active and not one.is_group
        ]
        if len(roads) != 1:
            look.refuse(Required(path=at))
            return None
        named = Ref("warehouse", "id", str(roads[0]))
    pool = read_pool(look, item, named, path, "toWarehouse")
    if pool is not None and not look.company.warehouses[pool.warehouse].is_transit:
        look.refuse(InvalidValue(path=at, reason="no_transit_warehouse"))
    return pool


def receive(
    causes: Causes, look: LookUp, document: Document, lines: Sequence[TransitLine]
) -> list[UUID]:
    """Let goods arrive that earlier entries sent; returns the movements that come in."""
    incoming: list[UUID] = []
    taken: dict[UUID, Decimal] = {}
    for index, path in line_paths(len(lines)):
        line = lines[index]
        item = look.stock_item(line.item, (*path, "item"))
        found = _read(causes, look, document, line, item, taken, path)
        if item is None or found is None:
            continue
        target = read_pool(look, item, line.to_warehouse, path, "toWarehouse")
        if target is None:
            continue
        record = _record(causes, line, found, item, to_warehouse_id=target.warehouse)
        for movement, quantity in found.parts:
            if movement.pool.warehouse == target.warehouse:
                look.refuse(InvalidValue(path=(*path, "toWarehouse"), reason="same_warehouse"))
            leaving = causes.move(
                movement.pool,
                -quantity,
                Nature.TRANSFER,
                record,
                returns=Returned(movement.id, movement.quantity, movement.cost),
            )
            arriving = causes.move(
                target.of_lot(movement.pool.lot),
                quantity,
                Nature.TRANSFER,
                record,
                sources=(Source(leaving.id, ONE),),
            )
            incoming.append(arriving.id)
    return incoming


def lose(
    causes: Causes,
    look: LookUp,
    document: Document,
    line: TransitLine,
    contra: UUID | None,
    taken: dict[UUID, Decimal],
    path: Path,
) -> None:
    """Issue goods that an earlier entry sent and that will not arrive, against `contra`.

    `taken` is what the document's lines before took of each sending.
    """
    item = look.stock_item(line.item, (*path, "item"))
    found = _read(causes, look, document, line, item, taken, path)
    if line.to_warehouse is not None:
        look.refuse(InvalidValue(path=(*path, "toWarehouse"), reason="only_for_transfers"))
    if item is None or found is None:
        return
    record = _record(causes, line, found, item, account_id=contra)
    for movement, quantity in found.parts:
        causes.move(
            movement.pool,
            -quantity,
            Nature.STOCK,
            record,
            contra=contra,
            returns=Returned(movement.id, movement.quantity, movement.cost),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """The sending that a line names, and how much of each of its movements the line takes."""

    sent: OriginalLine
    quantity: Decimal
    parts: list[tuple[OriginalMovement, Decimal]]
    center: UUID | None
    unit: Unit | None


def _read(
    causes: Causes,
    look: LookUp,
    document: Document,
    line: TransitLine,
    item: ItemFacts | None,
    taken: dict[UUID, Decimal],
    path: Path,
) -> _Found | None:
    center = look.cost_center(line.cost_center, (*path, "costCenter"))
    look.positive(line.quantity, (*path, "quantity"))
    if line.warehouse is not None:
        look.refuse(InvalidValue(path=(*path, "warehouse"), reason="sent_line_says"))
    if line.takes_from is not None:
        look.refuse(InvalidValue(path=(*path, "takesFrom"), reason="sent_line_says"))
    sent = _sent(look, line, (*path, "sentLine"))
    if item is None or sent is None:
        return None
    if sent.item.id != item.id:
        expected = sent.item.sku
        look.refuse(ItemMismatch(path=(*path, "sentLine"), expected=expected, given=item.sku))
    check_later(look, document, sent)
    unit = read_unit(look, line.uom, item, path, sent)
    quantity = line.quantity
    if unit is not None:
        quantity = unit.quantity(look, quantity, (*path, "quantity"))
    parts = _parts(causes, look, line, quantity, sent, taken, path)
    return _Found(sent, quantity, parts, center.id if center else None, unit)


def _record(
    causes: Causes, line: TransitLine, found: _Found, item: ItemFacts, **more: UUID | None
) -> LineRecord:
    return causes.new_line(
        item_id=item.id,
        warehouse_id=found.parts[0][0].pool.warehouse if found.parts else None,
        quantity=found.quantity,
        against_line_id=found.sent.id,
        cost_center_id=found.center,
        description=line.description,
        **kept_unit(found.unit),
        **more,
    )


def _sent(look: LookUp, line: TransitLine, path: Path) -> OriginalLine | None:
    if line.sent_line is None:
        look.refuse(Required(path=path))
        return None
    sent = original_of(look, line.sent_line, path, _SENDING)
    if sent is not None and not _on_the_road(look, sent):
        look.refuse(InvalidValue(path=path, reason="not_in_transit"))
        return None
    return sent


def _on_the_road(look: LookUp, sent: OriginalLine) -> list[OriginalMovement]:
    """The movements of a line that brought goods into a transit warehouse."""
    roads = look.company.warehouses
    return [
        one for one in sent.movements if one.leg == "IN" and roads[one.pool.warehouse].is_transit
    ]


def _parts(
    causes: Causes,
    look: LookUp,
    line: TransitLine,
    quantity: Decimal,
    sent: OriginalLine,
    taken: dict[UUID, Decimal],
    path: Path,
) -> list[tuple[OriginalMovement, Decimal]]:
    refuse_other_count(look, sent.item, line, quantity, path)
    candidates = [one for one in _on_the_road(look, sent) if is_named(causes, sent, line, one)]
    parts = take(candidates, quantity, taken)
    found = sum((part for _, part in parts), ZERO)
    if found < quantity:
        look.refuse(
            ReceivedExceedsSent(path=(*path, "quantity"), in_transit=found, requested=quantity)
        )
    return parts
