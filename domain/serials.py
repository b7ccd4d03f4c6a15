"""A serial number is one unit: it is in one place at a time, or in none.

Whatever brings it in, a purchase, a return, a count or the cancelling of an issue, is refused when
there would be two of it at any time, in whichever warehouses.
"""

from collections.abc import Iterable
from decimal import Decimal

from domain.company import CostingMethod
from domain.documents.document import Causes
from domain.errors import SerialInStock
from domain.lookup import LookUp
from domain.money import ONE, ZERO
from domain.movements import NO_LOT, Movement, PostingKey
from domain.open_lines import SerialFacts


def refuse_serials_twice(causes: Causes, movements: Iterable[Movement], look: LookUp) -> None:
    """Refuse movements that bring in a serial number which is there already."""
    moved: dict[tuple[object, object], list[Movement]] = {}
    for movement in movements:
        if movement.pool.lot is NO_LOT:
            continue
        item = causes.facts.items_by_id.get(movement.pool.item)
        if item is not None and item.costing_method == CostingMethod.SERIAL:
            moved.setdefault((item.sku, movement.pool.lot), []).append(movement)
    for (sku, _), added in moved.items():
        coming = next((one for one in added if one.quantity > 0), None)
        if coming is None:
            continue
        known = causes.facts.serials.get(coming.pool.lot)
        twice = _first_of_two(known, added)
        if twice is None:
            continue
        made = (one.code for one in causes.new_lots.values() if one.id == coming.pool.lot)
        look.refuse(
            SerialInStock(
                path=causes.paths.get(coming.voids or coming.id, ()),
                item=str(sku),
                serial=known.code if known else next(made, ""),
                posting_date=twice.posting_date.isoformat(),
            )
        )


def _first_of_two(known: SerialFacts | None, added: Iterable[Movement]) -> PostingKey | None:
    """When there would first be more than one; what one document moves counts as one step."""
    steps: dict[PostingKey, Decimal] = {}
    earlier = known.moves if known else ()
    for key, quantity in (*earlier, *((one.key, one.quantity) for one in added)):
        step = key._replace(ordinal=0)
        steps[step] = steps.get(step, ZERO) + quantity
    balance = ZERO
    for step in sorted(steps):
        balance += steps[step]
        if balance > ONE:
            return step
    return None
