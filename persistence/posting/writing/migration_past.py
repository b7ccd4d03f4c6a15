"""What a migration finds, kept row by row, so that cancelling it can put that back.

The rows are of the company itself, of items that come under another method, and, where the flow of
costs changes, of all that the old flow knows: its caches, which the new flow overwrites.
"""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from domain.company import Flow, Scheme
from domain.decide import Decision
from domain.documents.document import DocumentKind
from domain.documents.migration import methods_between
from domain.documents.parts.scheme_change import CompanyChange, MigrationPast, Reclass
from domain.migrating.checks import LISTED_DOCUMENTS
from domain.movements import NO_LOT, Pool
from domain.recorded import DocumentFacts

_CACHES = ("layer", "bin_snapshot", "linked_movement", "cost_dirty", "item_cost", "bin")

_KEEP = """
insert into migration_past (company_id, migration_id, kind, no, content)
select %(company)s, %(migration)s, '{table}', row_number() over (), to_jsonb(t)
  from {table} t where t.{key} = %(company)s
"""
METHOD_AFTER = """coalesce(%(of_items)s::jsonb ->> id::text,
                        %(methods)s::jsonb ->> costing_method, costing_method)"""
"""What becomes of an item's method; null, as it was, where it goes by the company's."""

_KEEP_METHODS = f"""
insert into migration_past (company_id, migration_id, kind, no, content)
select %(company)s, %(migration)s, 'item', row_number() over (),
       jsonb_build_object('id', id, 'before', costing_method, 'after', {METHOD_AFTER})
  from item
 where company_id = %(company)s and {METHOD_AFTER} is distinct from costing_method
"""  # noqa: S608 - constant pieces
_OWN = """
select content from migration_past
 where company_id = %(company)s and migration_id = %(document)s and kind = 'company'
"""
_LOCK = "select 1 from company_counter where company_id = %(company)s for update"
# What the new flow was told is not in the old one, cancelled or not; only a migration that was
# cancelled has left no trace in any.
_SINCE = """
select count(*), (array_agg(d.number order by d.seq))[1:%(listed)s]
  from document d
  left join voiding v on v.company_id = d.company_id and v.document_id in (d.id, d.cancels_id)
  left join document o on o.company_id = d.company_id and o.id = v.document_id
 where d.company_id = %(company)s
   and d.seq > (select seq from document
                 where company_id = %(company)s and id = %(document)s)
   and (o.id is null or %(changed_flow)s and o.kind <> %(kind)s)
"""
_RECLASSED = """
select m.item_id, m.warehouse_id, m.lot_id, e.movement_id, e.document_id, e.actual,
       e.stock_account_id, e.expected, e.interim, e.interim_account_id, e.interim_contra_account_id
  from cost_entry e
  join movement m on m.company_id = e.company_id and m.id = e.movement_id
 where e.company_id = %(company)s and e.because_id = %(document)s and e.document_id <> e.because_id
 order by e.id
"""
_PUT_BACK_COMPANY = """
update company c
   set scheme = kept.scheme, flow = kept.flow, posts_stock_from = kept.posts_stock_from,
       scheme_from = kept.scheme_from, scheme_since = kept.scheme_since,
       flow_since = kept.flow_since,
       costing_method = case when %(opens_flow)s then kept.costing_method
                             else c.costing_method end,
       version = c.version + 1
  from migration_past p
 cross join lateral jsonb_populate_record(null::company, p.content) kept
 where c.id = %(company)s and p.company_id = %(company)s and p.migration_id = %(migration)s
   and p.kind = 'company'
"""
# An item that was made, or came under another method, since then comes under the nearest one.
_PUT_BACK_METHODS = """
with known as (
    select (content ->> 'id')::uuid as id, content ->> 'before' as before,
           content ->> 'after' as after
      from migration_past
     where company_id = %(company)s and migration_id = %(migration)s and kind = 'item'
), wanted as (
    select i.id, coalesce(known.before, %(methods)s::jsonb ->> i.costing_method) as method
      from item i left join known on known.id = i.id and known.after = i.costing_method
     where i.company_id = %(company)s
)
update item i set costing_method = wanted.method, version = version + 1
  from wanted
 where i.company_id = %(company)s and wanted.id = i.id and wanted.method <> i.costing_method
"""
_EMPTY = "delete from {table} where company_id = %(company)s"
# Columns that have come since, in a later release, have their defaults.
_KEPT_COLUMNS = """
select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
       string_agg('kept.' || quote_ident(a.attname), ', ' order by a.attnum)
  from pg_attribute a
 where a.attrelid = '{table}'::regclass and a.attnum > 0 and not a.attisdropped
   and exists (select from migration_past p
                where p.company_id = %(company)s and p.migration_id = %(migration)s
                  and p.kind = '{table}' and p.content ? a.attname::text)
"""
_PUT_BACK = """
insert into {table} ({columns})
select {values} from migration_past p
 cross join lateral jsonb_populate_record(null::{table}, p.content) kept
 where p.company_id = %(company)s and p.migration_id = %(migration)s and p.kind = '{table}'
"""


async def keep_past(connection: AsyncConnection, decision: Decision) -> None:
    """Keep what is there, before a migration changes it."""
    change = decision.causes.company_change
    if change is None or change.undoes is not None:
        return
    params = {
        "company": decision.causes.facts.company.id,
        "migration": decision.causes.document.id,
        "methods": Jsonb(dict(change.methods)),
        "of_items": Jsonb({str(id_): method for id_, method in change.of_items.items()}),
    }
    await connection.execute(_KEEP.format(table="company", key="id").encode(), params)
    if not change.opens_flow:
        return
    await connection.execute(_KEEP_METHODS.encode(), params)
    for table in _CACHES:
        await connection.execute(_KEEP.format(table=table, key="company_id").encode(), params)


async def with_past(
    connection: AsyncConnection, company: UUID, document: DocumentFacts, flow: Flow
) -> DocumentFacts:
    """A migration with what it has kept; from here on nothing is recorded meanwhile.

    `flow` is the company's now. Other documents are returned as they are.
    """
    if document.kind != DocumentKind.MIGRATION:
        return document
    params: dict[str, Any] = {"company": company, "document": document.id}
    await connection.execute(_LOCK, params)
    row = await (await connection.execute(_OWN, params)).fetchone()
    if row is None:
        return document
    kept: dict[str, Any] = row[0]
    before = Flow(kept["flow"])
    params |= {"listed": LISTED_DOCUMENTS, "changed_flow": before is not flow}
    params["kind"] = DocumentKind.MIGRATION.value
    since: Any = await (await connection.execute(_SINCE, params)).fetchone()
    reclassed = await (await connection.execute(_RECLASSED, params)).fetchall()
    past = MigrationPast(
        scheme=Scheme(kept["scheme"]),
        flow=before,
        posts_stock_from=_day(kept["posts_stock_from"]),
        scheme_from=_day(kept["scheme_from"]),
        scheme_since=kept["scheme_since"],
        flow_since=kept["flow_since"],
        changed_flow=before is not flow,
        methods=methods_between(flow, before),
        since=tuple(since[1] or ()),
        since_count=since[0],
        reclassed=tuple(
            Reclass(Pool(row[0], row[1], row[2] or NO_LOT), *row[3:]) for row in reclassed
        ),
    )
    return replace(document, past=past)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


async def put_back(connection: AsyncConnection, company: UUID, change: CompanyChange) -> None:
    """Give the company, its items and its flow of costs back what a migration has kept."""
    params = {
        "company": company,
        "migration": change.undoes,
        "opens_flow": change.opens_flow,
        "methods": Jsonb(dict(change.methods)),
    }
    await connection.execute(_PUT_BACK_COMPANY, params)
    if not change.opens_flow:
        return
    await connection.execute(_PUT_BACK_METHODS, params)
    for table in _CACHES:
        await connection.execute(_EMPTY.format(table=table).encode(), params)
        kept = await connection.execute(_KEPT_COLUMNS.format(table=table).encode(), params)
        columns, values = await kept.fetchone() or (None, None)
        if columns is not None:
            statement = _PUT_BACK.format(table=table, columns=columns, values=values)
            await connection.execute(statement.encode(), params)
