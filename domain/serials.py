"""A serial number is one unit: whole, and in one place at a time, or in none.

Whatever moves it moves all of it, under any method. Whatever brings it in, a purchase, a return, a
count or the cancelling of an issue, is refused when there would be two of it at any time, in
whichever warehouses.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from domain.documents.causes import Causes
from domain.errors import LotsMismatch, SerialInStock, SerialNotAvailable
from domain.lookup import LookUp
from domain.money import ONE, ZERO
from domain.movements import (
    NO_LOT,
    UNRECORDED,
    Assertion,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
)
from domain.open_lines import SerialFacts
from domain.records import LotKind

_WHOLE = frozenset({-ONE, ZERO, ONE})
"""What documents may move of a serial number: one, or none where it is counted."""


def refuse_broken_serials(causes: Causes, look: LookUp) -> None:
    """Refuse movements of a part of a unit; what a cancellation takes back may have been one."""
    for movement in causes.movements:
        if movement.voids is None and movement.quantity not in _WHOLE and _is_one(causes, movement):
            item = causes.facts.items_by_id[movement.pool.item]
            path = causes.paths.get(movement.id, ())[:2]
            look.refuse(
                LotsMismatch(
                    path=path, item=item.sku, quantity=abs(movement.quantity), reason="whole_units"
                )
            )


def counted_as_gone(causes: Causes, movements: Sequence[Movement]) -> list[Movement]:
    """What later counts say of numbers that move before them and that they had not heard of.

    They listed all that there were: none of these was there. Each of these movements belongs to
    its count, as if that had been recorded after what moves the number now.
    """
    if not causes.facts.serial_counts:
        return []
    first: dict[Pool, PostingKey] = {}
    for one in (*movements, *causes.voided):
        if one.voids is None and _is_one(causes, one):
            first[one.pool] = min(one.key, first.get(one.pool, one.key))
    gone: list[Movement] = []
    for pool, key in sorted(first.items()):
        for count in causes.facts.serial_counts:
            is_there = (count.item, count.warehouse) == (pool.item, pool.warehouse)
            if not is_there or count.key < key or pool.lot in count.lots:
                continue
            ordinal = len(movements) + len(gone)
            gone.append(
                Movement(
                    id=causes.facts.new_id(),
                    key=count.key._replace(seq=UNRECORDED, ordinal=ordinal),
                    pool=pool,
                    quantity=ZERO,
                    nature=Nature.COUNT,
                    leg=Leg.OUT,
                    document=count.document,
                    line=count.line,
                    cost_center=count.cost_center,
                    contra=count.contra,
                    counted=Assertion(ZERO, None),
                )
            )
    return gone


def refuse_serials_twice(causes: Causes, movements: Iterable[Movement], look: LookUp) -> None:
    """Refuse movements that bring in a serial number which is there already, or take it out twice.

    Where stock may go below zero a unit may leave before it comes, but only once.
    """
    moved: dict[UUID, list[Movement]] = {}
    for movement in movements:
        if _is_one(causes, movement):
            moved.setdefault(movement.pool.lot, []).append(movement)
    for lot, added in moved.items():
        known = causes.facts.serials.get(lot)
        coming = next((one for one in added if one.quantity > 0), None)
        going = next((one for one in added if one.quantity < 0), None)
        twice = _first_of_two(known, added, 1) if coming else None
        if coming is not None and twice is not None:
            look.refuse(_there_already(causes, coming, known, twice))
        elif going is not None and _first_of_two(known, added, -1) is not None:
            look.refuse(_gone_already(causes, going, known))


def _is_one(causes: Causes, movement: Movement) -> bool:
    """Whether a movement is of a serial number: one that is known, or that its document makes."""
    lot = movement.pool.lot
    if lot is NO_LOT:
        return False
    made = (one for one in causes.new_lots.values() if one.id == lot)
    return lot in causes.facts.serials or any(one.kind is LotKind.SERIAL for one in made)


def _there_already(
    causes: Causes, coming: Movement, known: SerialFacts | None, twice: PostingKey
) -> SerialInStock:
    made = (one.code for one in causes.new_lots.values() if one.id == coming.pool.lot)
    return SerialInStock(
        path=causes.paths.get(coming.voids or coming.id, ()),
        item=causes.facts.items_by_id[coming.pool.item].sku,
        serial=known.code if known else next(made, ""),
        posting_date=twice.posting_date.isoformat(),
    )


def _gone_already(causes: Causes, going: Movement, known: SerialFacts | None) -> SerialNotAvailable:
    return SerialNotAvailable(
        path=causes.paths.get(going.voids or going.id, ()),
        item=causes.facts.items_by_id[going.pool.item].sku,
        warehouse=causes.facts.company.warehouses[going.pool.warehouse].code,
        serial=known.code if known else "",
    )


def _first_of_two(
    known: SerialFacts | None, added: Iterable[Movement], sign: int
) -> PostingKey | None:
    """When there would first be more than one, or (`sign` -1) more than one owed.

    What one document moves counts as one step.
    """
    steps: dict[PostingKey, Decimal] = {}
    earlier = known.moves if known else ()
    for key, quantity in (*earlier, *((one.key, one.quantity) for one in added)):
        step = key._replace(ordinal=0)
        steps[step] = steps.get(step, ZERO) + quantity
    balance = ZERO
    for step in sorted(steps):
        balance += steps[step]
        if sign * balance > ONE:
            return step
    return None
