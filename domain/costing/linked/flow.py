"""A document's movements valued in the LINKED flow: stamped, linked, settled, and dated.

What the script does around it: `value_linked` answers `MissingLinked` until everything that it
needs is given, then a `LinkedValue` with what to append and what to keep in caches.
"""

from uuid import UUID

from domain.costing.linked.changing import regive, void
from domain.costing.linked.facts import LinkedFacts, MissingLinked
from domain.costing.linked.moving import add, by_layers, prepared
from domain.costing.linked.outcome import LinkedValue, outcome
from domain.costing.linked.returned import match_returned
from domain.costing.linked.settling import Settling
from domain.costing.linked.work import Work
from domain.documents.causes import Causes
from domain.lookup import LookUp


def value_linked(causes: Causes, facts: LinkedFacts, look: LookUp) -> LinkedValue | MissingLinked:
    """Value what a document moves and gives.

    Raises:
        Refused: stock would go below zero, or a receipt to be undone has been used.
    """
    missing = _first_missing(causes, facts)
    if missing is not None:
        return missing
    return _valued(Work(causes, facts, look))


def linked_items(causes: Causes) -> set[UUID]:
    """The items that a document moves, gives cost to or adjusts: they are locked first."""
    pools = {one.pool for one in (*causes.movements, *causes.voided)}
    pools |= {one.pool for one in causes.regiven}
    pools |= {pool for one in causes.revaluations for pool in one.pools}
    return {pool.item for pool in pools} | causes.adjusted_items


def _first_missing(causes: Causes, facts: LinkedFacts) -> MissingLinked | None:
    """What a document's own movements need, before anything else is known."""
    pools = {one.pool for one in (*causes.movements, *causes.voided)}
    pools |= {one.pool for one in causes.regiven}
    revalued_pools = {pool for one in causes.revaluations for pool in one.pools}
    movements = {one.movement for one in causes.regiven} | {one.id for one in causes.voided}
    for one in causes.movements:
        movements |= {source.movement for source in one.sources}
        if one.returns is not None and not one.returns.is_earlier:
            movements.add(one.returns.movement)
    movements -= {one.id for one in causes.movements}
    movements |= facts.dirty
    items = linked_items(causes)
    absent = MissingLinked(
        items=frozenset(items - facts.items.keys()),
        pools=frozenset(pools - facts.open.keys()),
        left=frozenset(revalued_pools - facts.left.keys()),
        movements=frozenset(movements - facts.movements.keys()),
    )
    return absent if absent != MissingLinked() else None


def _valued(work: Work) -> LinkedValue | MissingLinked:
    void(work)
    mirrors = [one for one in work.causes.movements if one.voids is not None]
    for movement in by_layers(work, prepared(work)):
        add(work, movement)
    missing = regive(work) or match_returned(work)
    work.look.refuse_if_any()
    if missing is not None:
        return missing
    work.start |= work.facts.dirty if work.causes.adjusts_costs else frozenset()
    settling = Settling(
        work.nodes, work.facts.averages, work.averaging, work.digits, adjust=work.adjusts
    )
    settling.run(sorted(work.start, key=lambda id_: id_.int))
    if settling.missing or settling.missing_averages:
        return MissingLinked(
            movements=frozenset(settling.missing), averages=settling.missing_averages
        )
    others = {
        one.movement.pool.item for one in work.nodes.values() if one.touched
    } - work.facts.items.keys()
    if others:
        return MissingLinked(items=frozenset(others))
    return outcome(work, settling, mirrors)
