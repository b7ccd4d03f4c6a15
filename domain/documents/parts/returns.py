"""What purchase and sales returns share: which goods are given back, of an original or of none.

A line names the line that brought or took the goods: then it gives back of its movements, and never
more than they had. Or it names an item and a warehouse, where nobody knows the original any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.company import Flow
from domain.documents.causes import Causes, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.goods import read_pool
from domain.documents.parts.lots import LotLine, Lots, as_kept, lot_needs, read_lots
from domain.documents.parts.returned_services import returnable_service
from domain.errors import (
    Inactive,
    InvalidValue,
    LotsMismatch,
    NotFound,
    Required,
    ReturnExceedsOriginal,
    WrongParty,
)
from domain.facts import ItemFacts, OriginalLine, OriginalMovement, PartyFacts
from domain.lookup import LookUp, Path
from domain.money import QUANTITY_DIGITS, RATE_DIGITS, ZERO
from domain.movements import Pool, Returned
from domain.references import Ref
from domain.units import Unit, in_stock_unit, read_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """Goods given back: of one line of an original, or of an item in a warehouse.

    Goods of an original come back to the warehouse that they left, or leave from where they came
    in, unless another is named. `from_rejected`: out of those that the original rejected. `rate`,
    without an original, is per unit in the document's currency: of a sales return what the goods
    cost, of a purchase return their price. `allow_zero_valuation`: goods whose cost nobody knows
    come back at none. `takes_from` is the line whose goods go back to a supplier, without that it
    is its original (CONTINENTAL). `cost_of_goods_sold_account` is where the cost of what a customer
    gives back went. `uom` is the unit of the quantity and the rate, None = the item's stock unit.
    """

    quantity: Decimal
    line: Ref | None = None
    from_rejected: bool = False
    item: Ref | None = None
    warehouse: Ref | None = None
    rate: Decimal | None = None
    allow_zero_valuation: bool = False
    cost_center: Ref | None = None
    batch: str | None = None
    serials: tuple[str, ...] = ()
    uom: str | None = None
    takes_from: Ref | None = None
    cost_of_goods_sold_account: Ref | None = None


_ORIGINALS: Mapping[str, frozenset[str]] = {
    "IN": frozenset({DocumentKind.PURCHASE_RECEIPT, DocumentKind.PURCHASE_INVOICE}),
    "OUT": frozenset({DocumentKind.DELIVERY_NOTE, DocumentKind.SALES_INVOICE}),
}
"""Whose lines can be given back, by the leg that brought the goods or took them away."""


@dataclass(frozen=True, slots=True)
class ReadReturn:
    """A line read, in the stock unit: the original, and how much of each of its movements.

    `warehouse`: where the goods come back to or leave from, if not from where they were moved.
    """

    line: ReturnLine
    original: OriginalLine
    parts: Sequence[tuple[OriginalMovement, Decimal]]
    path: Path
    unit: Unit | None = None
    warehouse: UUID | None = None

    @property
    def place(self) -> UUID | None:
        """The warehouse of the line; None of a service, which is in none."""
        return self.warehouse or (self.parts[0][0].pool.warehouse if self.parts else None)

    def pool_of(self, movement: OriginalMovement) -> Pool:
        """Where the goods of a movement come back to, or leave from."""
        pool = movement.pool
        return pool._replace(warehouse=self.warehouse) if self.warehouse else pool


@dataclass(frozen=True, slots=True)
class LooseReturn:
    """A line read, in the stock unit, that has no original: where goods come back to, or leave.

    `takes` are what the lots are taken of, one by one, where the line says of which other
    (`takes_line`).
    """

    line: ReturnLine
    item: ItemFacts
    pool: Pool
    lots: Lots
    cost_center: UUID | None
    path: Path
    unit: Unit | None = None
    takes: tuple[Returned, ...] = ()
    takes_line: UUID | None = None


def return_needs(lines: Sequence[ReturnLine], party: Ref | None) -> Needs:
    """The lines given back, locked, with their movements; items and the party, where named."""
    originals = frozenset(line.line for line in lines if line.line is not None)
    taken = frozenset(line.takes_from for line in lines if line.takes_from is not None)
    return Needs(
        items=frozenset(line.item for line in lines if line.item is not None),
        parties=frozenset({party} if party else ()),
        lines=originals,
        originals=originals | taken,
        credits_invoices=bool(originals),
        lots=lot_needs(lines),
    )


def read_returns(
    causes: Causes, look: LookUp, document: Document, lines: Sequence[ReturnLine], leg: str
) -> list[ReadReturn | LooseReturn]:
    """Resolve the lines; never more is given back than an original had.

    `leg` is that of the originals' movements: IN of what is given back to a supplier.
    """
    if not lines:
        look.refuse(Required(path=("lines",)))
    read: list[ReadReturn | LooseReturn] = []
    linked: list[ReadReturn] = []
    given_back: dict[UUID, Decimal] = {}
    for index, path in line_paths(len(lines)):
        line = lines[index]
        look.positive(line.quantity, (*path, "quantity"), QUANTITY_DIGITS)
        comes_back = leg == "OUT"
        if not _is_one_or_the_other(look, line, path):
            continue
        if line.line is None:
            loose = _read_loose(causes, look, line, path, comes_back=comes_back)
            if loose is not None:
                read.append(loose)
            continue
        original = original_of(look, line.line, (*path, "line"), _ORIGINALS[leg])
        if original is None:
            continue
        _follow(causes, look, document, original, linked, (*path, "line"))
        check_later(look, document, original)
        if original.posting_date == causes.posting_date:
            moved = [movement.key.posting_time for movement in original.movements]
            causes.not_before = max([causes.not_before, *moved])
        one = _read_linked(causes, look, line, original, given_back, path, leg)
        linked.append(one)
        read.append(one)
    return read


def _is_one_or_the_other(look: LookUp, line: ReturnLine, path: Path) -> bool:
    """A line names its original or an item, and nothing that only the other kind has."""
    if (line.line is None) == (line.item is None):
        look.refuse(InvalidValue(path=path, reason="original_or_item"))
        return False
    if line.line is None:
        if line.from_rejected:
            look.refuse(InvalidValue(path=(*path, "fromRejected"), reason="only_with_original"))
        return True
    for name, given in (
        ("rate", line.rate is not None),
        ("allowZeroValuation", line.allow_zero_valuation),
        ("costCenter", line.cost_center is not None),
        ("takesFrom", line.takes_from is not None),
        ("costOfGoodsSoldAccount", line.cost_of_goods_sold_account is not None),
    ):
        if given:
            look.refuse(InvalidValue(path=(*path, name), reason="only_without_original"))
    return True


def _read_loose(
    causes: Causes, look: LookUp, line: ReturnLine, path: Path, *, comes_back: bool
) -> LooseReturn | None:
    """A line without an original; only what comes back from a customer may bring new lots."""
    item = look.stock_item(line.item, (*path, "item")) if line.item is not None else None
    center = look.cost_center(line.cost_center, (*path, "costCenter"))
    if line.rate is not None:
        look.not_negative(line.rate, (*path, "rate"), RATE_DIGITS)
    elif not comes_back:
        look.refuse(Required(path=(*path, "rate")))
    if item is None:
        return None
    unit = read_unit(look, line.uom, item, path)
    line = in_stock_unit(look, line, unit, path)
    pool = read_pool(look, item, line.warehouse, path)
    lots = read_lots(causes, look, item, line, line.quantity, path, may_be_new=comes_back)
    if pool is None:
        return None
    return LooseReturn(line, item, pool, lots, center.id if center else None, path, unit)


def _read_linked(
    causes: Causes,
    look: LookUp,
    line: ReturnLine,
    original: OriginalLine,
    given_back: dict[UUID, Decimal],
    path: Path,
    leg: str,
) -> ReadReturn:
    unit = read_unit(look, line.uom, original.item, path, original)
    line = in_stock_unit(look, line, unit, path)
    if original.item.is_stock_item:
        refuse_other_count(look, original.item, line, line.quantity, path)
    wanted = "REJECTED" if line.from_rejected else leg
    candidates = [
        one
        for one in original.movements
        if one.leg == wanted and is_named(causes, original, line, one)
    ]
    parts = take(candidates, line.quantity, given_back)
    taken = sum((quantity for _, quantity in parts), ZERO)
    if not original.item.is_stock_item:
        taken = returnable_service(look, line, original, given_back, path)
    if taken < line.quantity:
        look.refuse(
            ReturnExceedsOriginal(
                path=(*path, "quantity"), returnable=taken, requested=line.quantity
            )
        )
    return ReadReturn(
        line, original, parts, path, unit, _elsewhere(look, line, original, parts, path, leg)
    )


def _elsewhere(
    look: LookUp,
    line: ReturnLine,
    original: OriginalLine,
    parts: Sequence[tuple[OriginalMovement, Decimal]],
    path: Path,
    leg: str,
) -> UUID | None:
    """The warehouse that a line with an original names besides.

    By links, what is sent back is taken off its receipt, which is in its warehouse; what was
    rejected is worth nothing elsewhere.
    """
    if line.warehouse is None or not original.item.is_stock_item:
        return None
    pool = read_pool(look, original.item, line.warehouse, path)
    stays = leg == "IN" and (look.company.flow is Flow.LINKED or line.from_rejected)
    there = {movement.pool.warehouse for movement, _ in parts}
    if pool is not None and stays and there - {pool.warehouse}:
        at = (*path, "warehouse")
        look.refuse(InvalidValue(path=at, reason="only_from_where_they_came_in"))
    return pool.warehouse if pool else None


def refuse_other_count(
    look: LookUp, item: ItemFacts, line: LotLine, quantity: Decimal, path: Path
) -> None:
    """As many serial numbers come back or arrive as are named, if any are."""
    if line.serials and len(line.serials) != quantity:
        look.refuse(
            LotsMismatch(path=path, item=item.sku, quantity=quantity, reason="needs_serials")
        )


def party_of(
    look: LookUp,
    read: Sequence[ReadReturn | LooseReturn],
    named: Ref | None,
    name: str,
    role: str,
) -> PartyFacts | None:
    """The customer or supplier: that of the originals, or the one named where there are none.

    `name` is the field that names it. A document that names another than its originals' is refused.
    """
    given = look.party(named, (name,), role) if named is not None else None
    for one in read:
        if isinstance(one, ReadReturn) and one.original.party is not None:
            known = PartyFacts(one.original.party, one.original.party_code, frozenset())
            if given is not None and given.id != known.id:
                look.refuse(WrongParty(path=(name,), party=given.code))
            return known
    if named is None and any(isinstance(one, LooseReturn) for one in read):
        look.refuse(Required(path=(name,)))
    return given


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


def check_later(
    look: LookUp, document: Document, original: OriginalLine, path: Path | None = None
) -> None:
    """Goods come back after they went: else what they cost would depend on itself.

    `path` is the field that names the original, where the document's day may be right for others.
    """
    at = document.posting_time
    if document.posting_date < original.posting_date:
        look.refuse(InvalidValue(path=path or ("postingDate",), reason="before_the_original"))
    elif document.posting_date == original.posting_date and any(
        at is not None and at < movement.key.posting_time for movement in original.movements
    ):
        look.refuse(InvalidValue(path=path or ("postingTime",), reason="before_the_original"))


def original_of(look: LookUp, ref: Ref, path: Path, kinds: frozenset[str]) -> OriginalLine | None:
    """The live line of one of the kinds that a reference names."""
    for original in look.facts.originals.values():
        if original.id == ref.id and original.kind in kinds:
            if original.is_void:
                look.refuse(Inactive(path=path, kind="document", reference=original.number))
            return original
    look.refuse(NotFound(path=path, kind="line", reference=ref.value))
    return None


def is_named(
    causes: Causes, original: OriginalLine, line: LotLine, movement: OriginalMovement
) -> bool:
    """Whether the movement is of a lot that the line names; all are if it names none."""
    codes = {line.batch} if line.batch else set(line.serials)
    if not codes:
        return True
    kept = [as_kept(causes, original.item, code) for code in codes if code]
    lots = {causes.facts.lots.get((original.item.id, code)) for code in kept}
    return movement.pool.lot in lots


def take(
    candidates: Sequence[OriginalMovement], quantity: Decimal, given_back: dict[UUID, Decimal]
) -> list[tuple[OriginalMovement, Decimal]]:
    """How much of each movement makes up the quantity, no more than is left of it."""
    parts: list[tuple[OriginalMovement, Decimal]] = []
    for movement in candidates:
        left = movement.returnable - given_back.get(movement.id, ZERO)
        part = min(left, quantity)
        if part > 0:
            parts.append((movement, part))
            given_back[movement.id] = given_back.get(movement.id, ZERO) + part
            quantity -= part
    return parts
