"""What a decision of the LINKED flow writes beside the rest: links, and the caches of the flow."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import AsyncConnection

from domain.decide import Decision
from domain.movements import UNRECORDED
from persistence.posting.writing.section import SEQ, Section


def _links(decision: Decision) -> Iterable[Sequence[Any]]:
    if decision.linked is not None:
        for one in decision.linked.links:
            yield (one.id, one.decrease, one.increase, one.quantity)


def _states(decision: Decision) -> Iterable[Sequence[Any]]:
    if decision.linked is not None:
        for one in decision.linked.states:
            movement = one.movement
            key = movement.key
            seq = None if key.seq >= UNRECORDED else key.seq
            yield (
                movement.id, *movement.pool, key.posting_date, key.posting_time, seq, key.ordinal,
                one.open, one.valuation_date,
            )  # fmt: skip


def _items(decision: Decision) -> Iterable[Sequence[Any]]:
    if decision.linked is not None:
        for item, state in decision.linked.items.items():
            card = state.card
            yield (
                item, card.value if card else None, card.quantity if card else None,
                state.is_invoiced,
            )  # fmt: skip


def _dirty(decision: Decision) -> Iterable[Sequence[Any]]:
    if decision.linked is not None:
        yield from decision.linked.dirty_rows()


def _postings(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.postings:
        yield (
            one.cost_entry_id, one.journal_entry_id, one.posting_date, one.actual, one.interim,
            one.stock_account_id, one.contra_account_id, one.interim_account_id,
            one.interim_contra_account_id,
        )  # fmt: skip


LINKED_SECTIONS = (
    Section(
        "ap", "application", SEQ,
        "id, decrease_id, increase_id, quantity", "uuid, uuid, uuid, numeric", _links,
    ),
    Section(
        "lm", "linked_movement", "company_id",
        "movement_id, item_id, warehouse_id, lot_id, posting_date, posting_time, seq, ordinal,"
        " open_quantity, valuation_date",
        "uuid, uuid, uuid, uuid, date, time, bigint, integer, numeric, date",
        _states,
        "on conflict (company_id, movement_id) do update set"
        " open_quantity = excluded.open_quantity, valuation_date = excluded.valuation_date",
    ),
    Section(
        "ic", "item_cost", "company_id",
        "item_id, card_value, card_quantity, is_invoiced", "uuid, numeric, numeric, boolean",
        _items,
        "on conflict (company_id, item_id) do update set card_value = excluded.card_value,"
        " card_quantity = excluded.card_quantity, is_invoiced = excluded.is_invoiced",
    ),
    Section(
        "cd", "cost_dirty", "company_id",
        "item_id, movement_id", "uuid, uuid", _dirty, "on conflict do nothing",
    ),
    Section(
        "cp", "cost_posting", SEQ,
        "cost_entry_id, journal_entry_id, posting_date, actual, interim, stock_account_id,"
        " contra_account_id, interim_account_id, interim_contra_account_id",
        "uuid, uuid, date, numeric, numeric, uuid, uuid, uuid, uuid",
        _postings,
    ),
)  # fmt: skip

_FORGET_STATES = """
delete from linked_movement where company_id = %s and movement_id = any(%s)
"""
_FORGET_DIRTY = """
delete from cost_dirty where company_id = %s and movement_id = any(%s)
"""


async def forget_linked(connection: AsyncConnection, decision: Decision) -> None:
    """Drop cache rows: of cancelled movements, and marks of costs that are up to date now."""
    linked = decision.linked
    if linked is None:
        return
    company = decision.causes.facts.company.id
    if linked.voided:
        await connection.execute(_FORGET_STATES, (company, list(linked.voided)))
    done = [*linked.dirty_removed, *linked.voided]
    if done:
        await connection.execute(_FORGET_DIRTY, (company, done))
