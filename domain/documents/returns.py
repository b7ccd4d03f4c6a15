"""What purchase and sales returns share: which movements of the original give the goods back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.documents.document import Causes, Document, DocumentKind, line_paths
from domain.documents.lots import LotLine
from domain.errors import (
    Inactive,
    InvalidValue,
    NotFound,
    Required,
    ReturnExceedsOriginal,
    WrongParty,
)
from domain.facts import OriginalLine, OriginalMovement
from domain.lookup import LookUp, Path
from domain.money import QUANTITY_DIGITS, ZERO
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """Goods given back of one line of the original. `from_rejected`: out of those rejected."""

    line: Ref
    quantity: Decimal
    from_rejected: bool = False
    batch: str | None = None
    serials: tuple[str, ...] = ()


_ORIGINALS: Mapping[str, frozenset[str]] = {
    "IN": frozenset({DocumentKind.PURCHASE_RECEIPT, DocumentKind.PURCHASE_INVOICE}),
    "OUT": frozenset({DocumentKind.DELIVERY_NOTE, DocumentKind.SALES_INVOICE}),
}
"""Whose lines can be given back, by the leg that brought the goods or took them away."""


@dataclass(frozen=True, slots=True)
class ReadReturn:
    """A line read: the original, and how much of each of its movements is given back."""

    line: ReturnLine
    original: OriginalLine
    parts: Sequence[tuple[OriginalMovement, Decimal]]
    path: Path


def read_returns(
    causes: Causes, look: LookUp, document: Document, lines: Sequence[ReturnLine], leg: str
) -> list[ReadReturn]:
    """Resolve the lines; never more is given back than the original had."""
    if not lines:
        look.refuse(Required(path=("lines",)))
    read: list[ReadReturn] = []
    given_back: dict[UUID, Decimal] = {}
    for index, path in line_paths(len(lines)):
        line = lines[index]
        original = _original(look, line.line, (*path, "line"), _ORIGINALS[leg])
        look.positive(line.quantity, (*path, "quantity"), QUANTITY_DIGITS)
        if original is None:
            continue
        _follow(causes, look, document, original, read, (*path, "line"))
        _check_later(look, document, original)
        wanted = "REJECTED" if line.from_rejected else leg
        candidates = [
            one
            for one in original.movements
            if one.leg == wanted and _is_named(causes, original, line, one)
        ]
        parts = _take(candidates, line.quantity, given_back)
        taken = sum((quantity for _, quantity in parts), ZERO)
        if taken < line.quantity:
            look.refuse(
                ReturnExceedsOriginal(
                    path=(*path, "quantity"), returnable=taken, requested=line.quantity
                )
            )
        read.append(ReadReturn(line, original, parts, path))
    return read


def _follow(
    causes: Causes,
    look: LookUp,
    document: Document,
    original: OriginalLine,
    read: Sequence[ReadReturn],
    path: Path,
) -> None:
    """A return is in the currency, and at the rate, of the originals, which have one party."""
    first = read[0].original if read else original
    if original.party != first.party:
        look.refuse(WrongParty(path=path, party=first.party_code))
    same_money = (original.currency, original.exchange_rate) == (
        first.currency,
        first.exchange_rate,
    )
    if not same_money or document.currency not in {None, original.currency}:
        look.refuse(InvalidValue(path=path, reason="other_currency"))
    causes.currency, causes.exchange_rate = first.currency, first.exchange_rate


def _check_later(look: LookUp, document: Document, original: OriginalLine) -> None:
    """Goods come back after they went: else what they cost would depend on itself."""
    at = document.posting_time
    if document.posting_date < original.posting_date:
        look.refuse(InvalidValue(path=("postingDate",), reason="before_the_original"))
    elif document.posting_date == original.posting_date and any(
        at is not None and at < movement.key.posting_time for movement in original.movements
    ):
        look.refuse(InvalidValue(path=("postingTime",), reason="before_the_original"))


def _original(look: LookUp, ref: Ref, path: Path, kinds: frozenset[str]) -> OriginalLine | None:
    for original in look.facts.originals.values():
        if str(original.id) == ref.value.lower() and original.kind in kinds:
            if original.is_void:
                look.refuse(Inactive(path=path, kind="document", reference=original.number))
            return original
    look.refuse(NotFound(path=path, kind="line", reference=ref.value))
    return None


def _is_named(
    causes: Causes, original: OriginalLine, line: LotLine, movement: OriginalMovement
) -> bool:
    """Whether the movement is of a lot that the line names; all are if it names none."""
    codes = {line.batch} if line.batch else set(line.serials)
    if not codes:
        return True
    lots = {causes.facts.lots.get((original.item.id, code)) for code in codes if code}
    return movement.pool.lot in lots


def _take(
    candidates: Sequence[OriginalMovement], quantity: Decimal, given_back: dict[UUID, Decimal]
) -> list[tuple[OriginalMovement, Decimal]]:
    parts: list[tuple[OriginalMovement, Decimal]] = []
    for movement in candidates:
        left = movement.returnable - given_back.get(movement.id, ZERO)
        part = min(left, quantity)
        if part > 0:
            parts.append((movement, part))
            given_back[movement.id] = given_back.get(movement.id, ZERO) + part
            quantity -= part
    return parts
