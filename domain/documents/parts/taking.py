"""Goods taken of just the line that brought them in: they cost what that line's goods cost.

Where costs travel along links, goods that leave take the receipts that the costing method says. A
line may name another line instead, whose goods it takes: exactly these are used up, and whatever
they come to cost, now or later, is what leaves. Under an average they are no part of it any more
(rule: "Applies-to Entry", the fixed application of Dynamics NAV).
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.company import Flow
from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.documents.parts.goods import Goods
from domain.documents.parts.lots import Lots
from domain.documents.parts.returns import check_later, original_of, take
from domain.errors import InvalidValue, ItemMismatch, ReceiptShort
from domain.facts import ItemFacts, OriginalLine, OriginalMovement
from domain.lookup import LookUp, Path
from domain.money import ZERO
from domain.movements import Pool, Returned
from domain.references import Ref

_BRINGING = frozenset({
    DocumentKind.PURCHASE_RECEIPT, DocumentKind.PURCHASE_INVOICE, DocumentKind.SALES_RETURN,
    DocumentKind.STOCK_ENTRY, DocumentKind.STOCK_RECONCILIATION,
})  # fmt: skip
"""The kinds of documents whose lines bring goods in."""


class Taken(NamedTuple):
    """What a line takes: its lots, split where several movements brought them in, and these."""

    line: UUID
    lots: Lots
    of: tuple[Returned, ...]


class Taking:
    """What the lines of a document take of the lines that they name, one after the other."""

    def __init__(self, causes: Causes, look: LookUp) -> None:
        """Nothing is taken yet."""
        self._causes = causes
        self._look = look
        self._taken: dict[UUID, Decimal] = {}

    def of(
        self, named: Ref, item: ItemFacts, pool: Pool | None, lots: Lots, path: Path
    ) -> Taken | None:
        """Goods of a pool, of the line named; None where that is refused."""
        look, at = self._look, (*path, "takesFrom")
        if look.company.flow is not Flow.LINKED:
            look.refuse(InvalidValue(path=at, reason="takes_by_links"))
            return None
        if pool is None:
            look.refuse(InvalidValue(path=at, reason="line_moves_nothing"))
            return None
        original = original_of(look, named, at, _BRINGING)
        if original is None or original.is_void:
            return None
        if original.item.id != item.id:
            look.refuse(ItemMismatch(path=at, expected=original.item.sku, given=item.sku))
            return None
        check_later(look, self._causes.document, original, at)
        return self._parts(original, item, pool, lots, at)

    def _parts(
        self, original: OriginalLine, item: ItemFacts, pool: Pool, lots: Lots, at: Path
    ) -> Taken | None:
        look, split, of = self._look, list[tuple[UUID, Decimal]](), list[Returned]()
        for lot, wanted in lots:
            there = _brought_in(original, pool.of_lot(lot))
            if not there:
                look.refuse(InvalidValue(path=at, reason="not_brought_in_there"))
                return None
            parts = take(there, wanted, self._taken)
            found = sum((quantity for _, quantity in parts), ZERO)
            if found < wanted:
                self._refuse_short(item, pool, found, wanted, at)
                return None
            for movement, quantity in parts:
                split.append((lot, quantity))
                of.append(Returned(movement.id, movement.quantity, movement.cost, is_exact=True))
        return Taken(original.id, tuple(split), tuple(of))

    def _refuse_short(
        self, item: ItemFacts, pool: Pool, left: Decimal, wanted: Decimal, at: Path
    ) -> None:
        warehouse = self._look.company.warehouses[pool.warehouse].code
        self._look.refuse(
            ReceiptShort(path=at, item=item.sku, warehouse=warehouse, left=left, requested=wanted)
        )


def take_from(
    causes: Causes, look: LookUp, goods: Sequence[Goods], named: Sequence[Ref | None]
) -> list[Goods]:
    """The goods of a sale, each with what it takes of the line that it names, if it does."""
    taking = Taking(causes, look)
    found: list[Goods] = []
    for one in goods:
        found.append(one)
        ref = named[one.index]
        if ref is not None:
            taken = taking.of(ref, one.item, one.pool, one.lots, one.path)
            if taken is not None:
                found[-1] = replace(one, lots=taken.lots, takes=taken.of, takes_line=taken.line)
    return found


def _brought_in(original: OriginalLine, pool: Pool) -> list[OriginalMovement]:
    """The movements of a line that brought goods into a pool, with what is left of each."""
    return [
        one._replace(returned=one.quantity - min(one.open, one.returnable))
        for one in original.movements
        if one.quantity > 0 and one.pool == pool
    ]
