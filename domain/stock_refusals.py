"""What is refused once stock is valued: goods that are not there, and costs that nobody knows."""

from collections.abc import Sequence
from uuid import UUID

from domain.company import CostingMethod
from domain.costing.fold import Shortage, taken_over
from domain.costing.replay import Settlement
from domain.documents.causes import Causes
from domain.errors import (
    InsufficientStock,
    InvalidValue,
    NothingToRevalue,
    Refusal,
    SerialNotAvailable,
    ValuationRateMissing,
)
from domain.lookup import LookUp
from domain.movements import Movement, Nature


def refuse_impossible(
    causes: Causes, movement: Movement, outcome: Settlement, look: LookUp
) -> None:
    """What can only be told once the movement is valued."""
    if outcome.costless and movement.id in outcome.costless:
        look.refuse(rate_missing(causes, movement))
    if movement.nature is Nature.MAKING and movement.sources:
        digits = causes.facts.company.digits
        consumed = taken_over(movement, outcome.costs, digits)
        if consumed + movement.given_total < 0:
            look.refuse(InvalidValue(path=("lines",), reason="scrap_dearer"))


def refuse_empty(
    causes: Causes, movements: Sequence[Movement], outcome: Settlement, look: LookUp
) -> None:
    """Where stock is revalued some has to be: told once a line, or once a bin that is named."""
    if not causes.revalued:
        return
    empty: dict[UUID, Movement] = {}
    there: set[UUID] = set()
    for movement in movements:
        of = causes.revalued.get(movement.id)
        if of is None:
            continue
        if outcome.balances[movement.id].quantity > 0:
            there.add(of)
        else:
            empty.setdefault(of, movement)
    for of, movement in empty.items():
        if of not in there:
            look.refuse(_nothing_there(causes, movement))


def rate_missing(causes: Causes, movement: Movement) -> Refusal:
    """Nobody knows what the movement's goods cost."""
    item = causes.facts.items_by_id[movement.pool.item].sku
    return ValuationRateMissing(path=(*causes.paths[movement.id][:-1], "rate"), item=item)


def _nothing_there(causes: Causes, movement: Movement) -> Refusal:
    item = causes.facts.items_by_id[movement.pool.item].sku
    line = next(one for one in causes.lines if one.id == movement.line)
    named = line.warehouse_id
    warehouse = causes.facts.company.warehouses[named].code if named else None
    path = causes.paths[movement.id][:-1]
    return NothingToRevalue(path=path, item=item, warehouse=warehouse)


def insufficient(causes: Causes, shortage: Shortage) -> Refusal:
    """More leaves than is there; of a serial number that it is not there."""
    movement = shortage.movement
    facts = causes.facts
    item = facts.items_by_id[movement.pool.item]
    warehouse = facts.company.warehouses[movement.pool.warehouse].code
    path = causes.paths.get(movement.id, ())
    if item.costing_method == CostingMethod.SERIAL:
        known = facts.serials.get(movement.pool.lot)
        serial = known.code if known else facts.lot_codes.get(movement.pool.lot, "")
        return SerialNotAvailable(path=path, item=item.sku, warehouse=warehouse, serial=serial)
    return InsufficientStock(
        path=path,
        item=item.sku,
        warehouse=warehouse,
        available=shortage.available,
        requested=shortage.requested,
        posting_date=shortage.at.posting_date.isoformat(),
    )
