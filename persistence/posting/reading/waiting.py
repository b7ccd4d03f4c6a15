# ruff: noqa: S608 - only constant conditions of this module are put together
"""What waits for a batch: costs to be adjusted, cost entries to be posted to the ledger."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.documents.needs import Needs
from domain.facts import CompanyFacts, Facts
from domain.movements import (
    NO_LOT,
    Contra,
    CostEntry,
    EntryKind,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
)
from domain.open_lines import UnpostedEntry
from domain.schemes.posting import SCHEMES
from persistence.posting.book import Book
from persistence.posting.reading import references
from persistence.reports.posted_stock import is_unposted

# Each with how many there are in all: a run is told how far it has come.
_WAITING = """
select item_id, count(*) over () from (
  select distinct item_id from cost_dirty
   where company_id = %(company)s and (%(all)s or item_id = any(%(items)s))) d
 order by 1 limit %(limit)s
"""
# Two posting batches at once would post the same entries. A cancellation takes back what is posted
# and leaves to a batch what is not: one in between would find neither, or both.
_LOCK = """
select pg_advisory_xact_lock%s(hashtext('post inventory cost'), hashtext(%%(company)s::text))
"""
_HOLD = _LOCK % "_shared"
_LOCK %= ""
_WAITS = f"""
       e.company_id = %(company)s and {is_unposted("e")}
   and (%(all)s or e.item_id = any(%(items)s))
   and (%(after)s::uuid is null or (e.posting_date, e.seq, e.id) >
        (select a.posting_date, a.seq, a.id from cost_entry a
          where a.company_id = %(company)s and a.id = %(after)s))
"""
_UNPOSTED = f"""
select e.id, e.kind, e.posting_date, e.actual, e.expected, e.interim, e.because_id,
       e.contra_account_id, d.number, m.id, m.posting_date, m.posting_time, m.seq, m.ordinal,
       m.item_id, m.warehouse_id, m.lot_id, m.quantity, m.nature, m.leg, m.document_id, m.line_id,
       m.party_id, p.party_group, m.cost_center_id, m.contra_account_id, e.contra_cost_center_id
  from cost_entry e
  join movement m on m.company_id = e.company_id and m.id = e.movement_id
  join document d on d.company_id = m.company_id and d.id = m.document_id
  left join party p on p.company_id = m.company_id and p.id = m.party_id
 where {_WAITS}
 order by e.posting_date, e.seq, e.id
 limit %(limit)s
"""
_UNPOSTED_IN_ALL = f"select count(*) from cost_entry e where {_WAITS}"


async def hold_batches(connection: AsyncConnection, company: CompanyFacts) -> None:
    """Let none of the company's posting batches change what the ledger has heard of, to the end.

    To be called before anything else is locked: a batch that has begun is waited for.
    """
    scheme = SCHEMES.get(company.scheme)
    if scheme is not None and scheme.posts_by_batch:
        await connection.execute(_HOLD.encode(), {"company": company.id})


async def with_waiting(
    connection: AsyncConnection, book: Book, needs: Needs, facts: Facts
) -> Facts:
    """The items whose costs wait, or the cost entries that the ledger has not heard of."""
    params: dict[str, Any] = {
        "company": book.company.id,
        "all": needs.waiting_of_all,
        "items": list(facts.items_by_id),
    }
    if needs.waiting_items:
        cursor = await connection.execute(_WAITING, {**params, "limit": needs.waiting_items})
        rows = await cursor.fetchall()
        waiting = tuple(row[0] for row in rows)
        return replace(facts, waiting_items=waiting, waiting_in_all=rows[0][1] if rows else 0)
    await connection.execute(_LOCK.encode(), params)
    params |= {"after": needs.unposted_after, "limit": needs.unposted}
    cursor = await connection.execute(_UNPOSTED.encode(), params)
    unposted = tuple(_unposted(row) for row in await cursor.fetchall())
    in_all = len(unposted)
    if in_all == needs.unposted:
        cursor = await connection.execute(_UNPOSTED_IN_ALL.encode(), params)
        in_all = (await cursor.fetchone() or (in_all,))[0]
    wanted = {one.entry.movement.pool.item for one in unposted} - facts.items_by_id.keys()
    refs = references.refs_of_ids("item", wanted)
    found = await references.items(connection, book.company, book.costing_method, refs)
    by_id: dict[UUID, Any] = {**facts.items_by_id, **{one.id: one for one in found.values()}}
    return replace(facts, unposted=unposted, waiting_in_all=in_all, items_by_id=by_id)


def _unposted(row: Sequence[Any]) -> UnpostedEntry:
    movement = Movement(
        id=row[9],
        key=PostingKey(*row[10:14]),
        pool=Pool(row[14], row[15], row[16] or NO_LOT),
        quantity=row[17],
        nature=Nature(row[18]),
        leg=Leg(row[19]),
        document=row[20],
        line=row[21],
        party=row[22],
        party_group=row[23],
        cost_center=row[24],
        contra=row[25],
    )
    entry = CostEntry(
        id=row[0],
        movement=movement,
        because=row[6],
        kind=EntryKind(row[1]),
        posting_date=row[2],
        amount=row[3],
        expected=row[4],
        interim=row[5],
        contra=Contra(row[7], cost_center=row[26]) if row[7] else None,
    )
    return UnpostedEntry(entry, row[8])
