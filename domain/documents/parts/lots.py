"""Batches and serial numbers on document lines: which lots a quantity consists of."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from domain.company import CostingMethod
from domain.documents.causes import Causes
from domain.errors import (
    ExpiryDateRequired,
    InvalidValue,
    LotDatesDiffer,
    LotExpired,
    LotOnHold,
    LotsMismatch,
    NotFound,
)
from domain.facts import ItemFacts
from domain.lookup import LookUp, Path
from domain.money import ONE
from domain.movements import NO_LOT
from domain.records import LotKind, LotRecord
from domain.texts import composed, fault_of_code, spellings


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

BY_LOT = (CostingMethod.BATCH, CostingMethod.SERIAL, CostingMethod.SPECIFIC)
"""The methods whose goods are kept by batch or serial number."""

_NEEDS: dict[str, str] = {
    CostingMethod.BATCH: "needs_batch",
    CostingMethod.SERIAL: "needs_serials",
    CostingMethod.SPECIFIC: "needs_lots",
}
"""What a line names of such goods, as the reason of a refusal."""

_Dates = tuple[date | None, date | None]
"""The last day on which a lot is good, and the day on which it was made."""


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
    bring in lots that nobody has heard of; the line may give their dates then, and no others than
    those of a lot that is known.
    """
    dates = _dates(look, item, line, path, may_be_new=may_be_new)
    batch = as_kept(causes, item, line.batch) if line.batch else line.batch
    serials = [as_kept(causes, item, serial) for serial in line.serials]
    specific = item.costing_method == CostingMethod.SPECIFIC
    by_batch = item.costing_method == CostingMethod.BATCH or (specific and bool(batch))
    by_serial = item.costing_method == CostingMethod.SERIAL or (specific and not batch)
    named = {LotKind.BATCH: (batch,) if batch else (), LotKind.SERIAL: serials}
    if not (by_batch or by_serial or batch or serials):
        return [(NO_LOT, quantity)]
    fits = all(
        _is_of_kind(causes, item, code, kind) for kind, codes in named.items() for code in codes
    )
    if fits and by_batch and batch and not serials:
        parts = [(batch, quantity)]
        kind, at = LotKind.BATCH, (*path, "batch")
    elif fits and by_serial and not batch and _one_each(serials, quantity):
        parts = [(serial, ONE) for serial in serials]
        kind, at = LotKind.SERIAL, (*path, "serials")
    else:
        reason = _NEEDS.get(item.costing_method, "no_lots") if fits else "lot_of_other_kind"
        look.refuse(LotsMismatch(path=path, item=item.sku, quantity=quantity, reason=reason))
        return []
    lots = [
        (_lot(causes, look, item, code, kind, at, may_be_new=may_be_new, dates=dates), part)
        for code, part in parts
    ]
    return [(lot, part) for lot, part in lots if lot is not None]


def as_kept(causes: Causes, item: ItemFacts, code: str) -> str:
    """A code as its lot has it; of one that nobody has heard of, as it will be kept."""
    known = next((one for one in spellings(code) if (item.id, one) in causes.facts.lots), None)
    return composed(code) if known is None else known


def _one_each(serials: Sequence[str], quantity: Decimal) -> bool:
    """Whether there are as many serial numbers as units, none of them twice."""
    return len(serials) == quantity and len(set(serials)) == len(serials)


def _is_of_kind(causes: Causes, item: ItemFacts, code: str, kind: LotKind) -> bool:
    """Whether a code may be of that kind: a batch stays a batch, a unit a unit.

    Items of method BATCH name either as a batch: a migration may have left them units.
    """
    lot = causes.facts.lots.get((item.id, code))
    known = causes.facts.lot_facts.get(lot) if lot else causes.new_lots.get((item.id, code))
    return known is None or known.kind is kind or item.costing_method == CostingMethod.BATCH


def _lot(
    causes: Causes,
    look: LookUp,
    item: ItemFacts,
    code: str,
    kind: LotKind,
    path: Path,
    *,
    may_be_new: bool,
    dates: _Dates,
) -> UUID | None:
    known = causes.facts.lots.get((item.id, code))
    if known is not None:
        _check_dates(causes, look, item, known, dates, path)
        return known
    if (fault := fault_of_code(code)) is not None:
        look.refuse(InvalidValue(path=path, reason=fault))
        return None
    if not may_be_new:
        look.refuse(NotFound(path=path, kind="lot", reference=code))
        return None
    made = causes.new_lots.get((item.id, code))
    if made is None:
        expiry, manufactured = dates
        if item.require_expiry and expiry is None:
            look.refuse(ExpiryDateRequired(path=(*path[:2], "expiryDate"), item=item.sku, lot=code))
        made = LotRecord(
            id=causes.facts.new_id(),
            item_id=item.id,
            code=code,
            kind=kind,
            expiry_date=expiry,
            manufactured_on=manufactured,
        )
        causes.new_lots[item.id, code] = made
    return made.id


def _dates(look: LookUp, item: ItemFacts, line: LotLine, path: Path, *, may_be_new: bool) -> _Dates:
    """The dates that a line gives to lots: only where it may bring them in."""
    expiry: date | None = getattr(line, "expiry_date", None)
    manufactured: date | None = getattr(line, "manufactured_on", None)
    dates = (expiry, manufactured)
    if dates == (None, None):
        return dates
    by_lot = item.costing_method in BY_LOT
    if not (by_lot and may_be_new):
        look.refuse(InvalidValue(path=(*path, "expiryDate"), reason="only_for_new_lots"))
    elif expiry and manufactured and expiry < manufactured:
        look.refuse(InvalidValue(path=(*path, "expiryDate"), reason="before_manufacture"))
    return dates


def _check_dates(
    causes: Causes, look: LookUp, item: ItemFacts, lot: UUID, dates: _Dates, path: Path
) -> None:
    """More of a known lot is as good as the first of it."""
    known = causes.facts.lot_facts.get(lot)
    if known is None:
        return
    for given, own in zip(dates, (known.expiry_date, known.manufactured_on), strict=True):
        if given is not None and given != own:
            dated = own.isoformat() if own else None
            look.refuse(LotDatesDiffer(path=path, item=item.sku, lot=known.code, recorded=dated))


def refuse_unusable(
    causes: Causes,
    look: LookUp,
    item: ItemFacts,
    lots: Lots,
    path: Path,
    *,
    even_expired: bool = False,
) -> None:
    """Goods on hold are neither sold nor used; expired ones neither, unless the company allows.

    `even_expired` is for writing them off.
    """
    expired_is_fine = even_expired or look.company.settings.allow_expired_lots
    for lot, _ in lots:
        known = causes.facts.lot_facts.get(lot)
        if known is None:
            continue
        if known.hold is not None:
            look.refuse(LotOnHold(path=path, item=item.sku, lot=known.code, status=known.hold))
        expiry = known.expiry_date
        if expiry is not None and expiry < causes.posting_date and not expired_is_fine:
            look.refuse(
                LotExpired(path=path, item=item.sku, lot=known.code, expiry_date=expiry.isoformat())
            )


def lot_needs(lines: Sequence[LotLine]) -> frozenset[str]:
    """The codes of all lots that lines name, but those that no lot can have."""
    codes = {line.batch for line in lines if line.batch}
    codes = codes.union(*(line.serials for line in lines))
    return frozenset(one for code in codes if "\0" not in code for one in spellings(code))
