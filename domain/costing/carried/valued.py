"""The CARRIED flow as a decision needs it: entries to append, bins and costs as they then are.

A receipt stands on received not billed at the cost that its goods came in at, not at its price:
lines and billing entries are given their amounts here, once that cost is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.costing.carried.facts import CarriedFacts
from domain.costing.carried.flow import CarriedValue, value_carried
from domain.costing.fold import PoolResult
from domain.costing.linked.facts import BinTotals
from domain.costing.method import Balance, PoolState
from domain.costing.replay import Settlement
from domain.documents.causes import Causes
from domain.lookup import LookUp
from domain.money import ZERO
from domain.movements import EntryKind, Nature
from domain.records import BillingKind, BillingRecord, LineRecord
from domain.stock import Valued


def value_carried_stock(causes: Causes, facts: CarriedFacts, look: LookUp) -> Valued:
    """Value what a document moves and gives, at the costs in force.

    Raises:
        Refused: stock would go below zero, or there is nothing to be revalued.
    """
    value = value_carried(causes, facts, look)
    return Valued(
        movements=value.movements,
        posting_time=value.posting_time,
        settlement=_settlement(value),
        costs=value.entries,
        causes=_at_cost(causes, value),
        cards=value.cards,
    )


def _settlement(value: CarriedValue) -> Settlement:
    return Settlement(
        pools=tuple(
            PoolResult(
                pool=pool,
                state=_state(totals),
                last_key=totals.last_key,
                new_layers=(),
                snapshots=(),
                replayed_from=None,
            )
            for pool, totals in value.bins.items()
        ),
        costs=value.costs,
        balances={id_: Balance(one.quantity, one.value) for id_, one in value.balances.items()},
    )


def _state(totals: BinTotals) -> PoolState:
    return PoolState(quantity=totals.quantity, value=totals.value, movements=totals.movements)


def _at_cost(causes: Causes, value: CarriedValue) -> Causes:
    """The document with what was received at the cost in force at the amounts that it came to.

    A line is worth all that its goods cost; what makes them dearer besides waits for no bill.
    """
    line_of = {
        one.id: one.line
        for one in causes.movements
        if one.id in causes.unpriced and one.nature is Nature.PURCHASE and one.line is not None
    }
    if not line_of:
        return causes
    costs = dict.fromkeys(line_of.values(), ZERO)
    direct = costs.copy()
    for id_, line in line_of.items():
        costs[line] += value.costs[id_]
    for entry in value.entries:
        if entry.kind is EntryKind.DIRECT and entry.movement.id in line_of:
            direct[line_of[entry.movement.id]] += entry.amount
    return replace(
        causes,
        lines=list(_lines(causes.lines, costs)),
        billing=list(_billing(causes.billing, direct)),
    )


def _lines(lines: Iterable[LineRecord], costs: Mapping[UUID, Decimal]) -> Iterable[LineRecord]:
    for one in lines:
        yield replace(one, valuation_amount=costs[one.id]) if one.id in costs else one


def _billing(
    billing: Iterable[BillingRecord], costs: Mapping[UUID, Decimal]
) -> Iterable[BillingRecord]:
    for one in billing:
        received = one.kind is BillingKind.RECEIVED and one.line_id in costs
        yield replace(one, amount=costs[one.line_id]) if received else one
