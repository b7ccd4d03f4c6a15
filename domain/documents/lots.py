"""Batches and serial numbers on document lines: which lots a quantity consists of."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from domain.company import CostingMethod
from domain.documents.document import Causes
from domain.errors import InvalidValue, LotsMismatch, NotFound
from domain.facts import ItemFacts
from domain.lookup import LookUp, Path
from domain.money import ONE
from domain.movements import NO_LOT
from domain.records import LotKind, LotRecord


class LotLine(Protocol):
    """A document line that may name a batch or serial numbers."""

    @property
    def batch(self) -> str | None:
        """The batch's code."""
        ...

    @property
    def serials(self) -> Sequence[str]:
        """The serial numbers, one a unit."""
        ...


Lots = Sequence[tuple[UUID, Decimal]]
"""The lots that a quantity consists of, and how much of each; NO_LOT for ordinary goods."""


def read_lots(
    causes: Causes,
    look: LookUp,
    item: ItemFacts,
    line: LotLine,
    quantity: Decimal,
    path: Path,
    *,
    may_be_new: bool,
) -> Lots:
    """The lots of a line: one batch, or as many serial numbers as units, or none.

    An item of actual cost (SPECIFIC) is kept by either. `may_be_new` says whether the document may
    bring in lots that nobody has heard of.
    """
    specific = item.costing_method == CostingMethod.SPECIFIC
    by_batch = item.costing_method == CostingMethod.BATCH or (specific and bool(line.batch))
    by_serial = item.costing_method == CostingMethod.SERIAL or (specific and not line.batch)
    if by_batch and line.batch and not line.serials:
        lot = _lot(causes, look, item, line.batch, LotKind.BATCH, (*path, "batch"), may_be_new)
        return [(lot, quantity)] if lot is not None else []
    if by_serial and not line.batch:
        serials = line.serials
        if len(serials) == quantity and len(set(serials)) == len(serials):
            at = (*path, "serials")
            lots = [
                _lot(causes, look, item, serial, LotKind.SERIAL, at, may_be_new)
                for serial in serials
            ]
            return [(lot, ONE) for lot in lots if lot is not None]
    elif not by_batch and not line.batch and not line.serials:
        return [(NO_LOT, quantity)]
    look.refuse(LotsMismatch(path=path, item=item.sku, quantity=quantity))
    return []


def _lot(
    causes: Causes,
    look: LookUp,
    item: ItemFacts,
    code: str,
    kind: LotKind,
    path: Path,
    may_be_new: bool,
) -> UUID | None:
    if not code.strip():
        look.refuse(InvalidValue(path=path, reason="empty"))
        return None
    if "\0" in code:
        look.refuse(InvalidValue(path=path, reason="control_characters"))
        return None
    known = causes.facts.lots.get((item.id, code))
    if known is not None:
        return known
    if not may_be_new:
        look.refuse(NotFound(path=path, kind="lot", reference=code))
        return None
    made = causes.new_lots.get((item.id, code))
    if made is None:
        made = LotRecord(id=causes.facts.new_id(), item_id=item.id, code=code, kind=kind)
        causes.new_lots[item.id, code] = made
    return made.id


def lot_needs(lines: Sequence[LotLine]) -> frozenset[str]:
    """The codes of all lots that lines name, but those that no lot can have."""
    codes = {line.batch for line in lines if line.batch}
    codes = codes.union(*(line.serials for line in lines))
    return frozenset(code for code in codes if "\0" not in code)
