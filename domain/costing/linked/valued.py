"""The LINKED flow as a decision needs it: entries to append, bins as they then are."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.costing.fold import PoolResult
from domain.costing.linked.entries import linked_entries
from domain.costing.linked.facts import BinTotals, LinkedFacts, MissingLinked
from domain.costing.linked.flow import value_linked
from domain.costing.linked.node import Node
from domain.costing.linked.outcome import LinkedValue
from domain.costing.method import Balance, PoolState
from domain.costing.replay import Settlement
from domain.documents.causes import Causes
from domain.lookup import LookUp
from domain.money import ZERO
from domain.movements import Pool
from domain.stock import Valued, dearer


def value_linked_stock(causes: Causes, facts: LinkedFacts, look: LookUp) -> Valued | MissingLinked:
    """Value what a document moves and gives, by links.

    Raises:
        Refused: stock would go below zero, or a receipt to be undone has been used.
    """
    value = value_linked(causes, facts, look)
    if isinstance(value, MissingLinked):
        return value
    if causes.spread:
        first = replace(_settlement(value, facts), costs=_costs_of_lines(causes, value))
        movements = dearer(causes, causes.movements, first)
        causes = replace(causes, movements=list(movements))
        value = value_linked(causes, facts, look)
        if isinstance(value, MissingLinked):
            return value
    return Valued(
        movements=value.movements,
        posting_time=value.posting_time,
        settlement=_settlement(value, facts),
        costs=tuple(linked_entries(causes, value)),
        linked=value,
    )


def _costs_of_lines(causes: Causes, value: LinkedValue) -> Mapping[UUID, Decimal]:
    """What comes in by each movement of a document: all legs of a transfer of layers together."""
    costs: dict[tuple[UUID | None, Pool], Decimal] = {}
    for node in _own(value):
        if node.quantity > 0:
            place = (node.movement.line, node.movement.pool)
            costs[place] = costs.get(place, ZERO) + node.cost
    return {
        one.id: costs[one.line, one.pool]
        for one in causes.movements
        if (one.line, one.pool) in costs
    }


def _settlement(value: LinkedValue, facts: LinkedFacts) -> Settlement:
    return Settlement(
        pools=tuple(_result(pool, totals) for pool, totals in value.bins.items()),
        costs={node.id: node.cost for node in value.nodes},
        balances=_balances(value, facts.bins),
    )


def _result(pool: Pool, totals: BinTotals) -> PoolResult:
    return PoolResult(
        pool=pool,
        state=_state(totals),
        last_key=totals.last_key,
        new_layers=(),
        snapshots=(),
        replayed_from=None,
    )


def _state(totals: BinTotals) -> PoolState:
    return PoolState(quantity=totals.quantity, value=totals.value, movements=totals.movements)


def _balances(value: LinkedValue, bins: Mapping[Pool, BinTotals]) -> dict[UUID, Balance]:
    """The bin after each of the document's own movements, one after the other."""
    running: dict[Pool, BinTotals] = dict(bins)
    balances: dict[UUID, Balance] = {}
    for node in _own(value):
        pool = node.movement.pool
        before = running.get(pool, BinTotals())
        running[pool] = BinTotals(
            before.quantity + node.quantity, before.value + node.cost, before.movements + 1
        )
        balances[node.id] = Balance(running[pool].quantity, running[pool].value)
    return balances


def _own(value: LinkedValue) -> Iterable[Node]:
    return (node for node in value.nodes if node.is_new)
