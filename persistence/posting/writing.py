"""Writing a decision: one statement with one multi-row INSERT per table.

The statement begins with the company's counter row, locked last of all locks, which gives the
sequence and, through the number series, the document's number; everything else hangs on it. When
the masters have changed since they were read, the counter's condition fails, nothing is written,
and the caller decides again.

Sections without rows are left out; each combination is its own prepared statement.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.types.json import Jsonb

from domain.decide import Decision
from domain.periods import FiscalYear
from persistence.posting.linked_sections import forget_linked
from persistence.posting.pools import STATE_COLUMNS
from persistence.posting.scheme_changes import change_company, empty_caches
from persistence.posting.sections import SECTIONS, STATE_TYPES, bin_rows, pool_results


class StaleMastersError(Exception):
    """The masters have changed since they were read: decide again on the new ones."""


@dataclass(frozen=True, slots=True)
class Written:
    """What recording gave a document: its number, the company's sequence, and the moment."""

    number: str
    seq: int
    recorded_at: datetime


_HEAD = """
with c as (
  update company_counter
     set seq = seq + 1, recorded_at = greatest(clock_timestamp(), recorded_at)
   where company_id = %(company)s and masters_version = %(masters)s
  returning seq, recorded_at),
n as (
  insert into number_series as s (company_id, series, fiscal_year, last_number)
  select %(company)s, %(series)s, %(year)s, 1 from c
  on conflict (company_id, series, fiscal_year) do update set last_number = s.last_number + 1
  returning %(series)s::text || '-' || %(year)s::text || '-'
            || case when last_number < 100000 then lpad(last_number::text, 5, '0')
                    else last_number::text end as number),
d as (
  insert into document (company_id, id, seq, kind, number, posting_date, posting_time, recorded_at,
         recorded_by, body_hash, party_id, purpose, update_stock, currency, exchange_rate,
         net_total, charges_total, taxes_total, freight, grand_total, cancels_id, reference,
         remarks, content)
  select %(company)s, %(document)s, c.seq, %(kind)s, n.number, %(posting_date)s, %(posting_time)s,
         c.recorded_at, %(recorded_by)s, %(body_hash)s, %(party)s, %(purpose)s, %(update_stock)s,
         %(currency)s, %(exchange_rate)s, %(net_total)s, %(charges_total)s, %(taxes_total)s,
         %(freight)s, %(grand_total)s,
         %(cancels)s, %(reference)s, %(remarks)s, %(content)s
    from c, n),
f as (
  insert into change (company_id, seq, recorded_at, recorded_by, kind, document_id)
  select %(company)s, c.seq, c.recorded_at, %(recorded_by)s, %(kind)s, %(document)s from c)"""
_BINS = f"""
b as (
  update bin
     set ({STATE_COLUMNS}, last_date, last_time, last_seq, last_ordinal)
       = (select {", ".join("u." + name.strip() for name in STATE_COLUMNS.split(","))},
                 u.last_date, u.last_time, coalesce(u.last_seq, c.seq), u.last_ordinal)
    from c, unnest(%(b_item_id)s::uuid[], %(b_warehouse_id)s::uuid[], %(b_lot_id)s::uuid[],
                   %(b_last_date)s::date[],
                   %(b_last_time)s::time[], %(b_last_seq)s::bigint[], %(b_last_ordinal)s::integer[],
                   {
    ", ".join(
        f"%(b_{name.strip()})s::{kind.strip()}[]"
        for name, kind in zip(STATE_COLUMNS.split(","), STATE_TYPES.split(","), strict=True)
    )
}) as u (item_id, warehouse_id, lot_id, last_date, last_time, last_seq, last_ordinal,
                             {STATE_COLUMNS})
   where bin.company_id = %(company)s and bin.item_id = u.item_id
     and bin.warehouse_id = u.warehouse_id and bin.lot_id = u.lot_id)"""  # noqa: S608 - constant column names
_BIN_COLUMNS = [
    "item_id", "warehouse_id", "lot_id", "last_date", "last_time", "last_seq", "last_ordinal",
    *(name.strip() for name in STATE_COLUMNS.split(",")),
]  # fmt: skip
_VOIDING = """
v as (
  insert into voiding (company_id, document_id, by_id, seq)
  select %(company)s, %(cancels)s, %(document)s, c.seq from c)"""
_FISCAL_YEAR = """
y as (
  insert into fiscal_year (company_id, id, code, start_date, end_date)
  select %(company)s, %(year_id)s, %(year)s, %(year_start)s, %(year_end)s from c
  on conflict do nothing)"""
_MAKE_ACCOUNT = """
insert into account (company_id, id, code, name, type, root, is_group, position)
select %(company)s, %(id)s, %(code)s, %(name)s, %(type)s, %(root)s, false,
       coalesce(max(position), 0) + 1
  from account where company_id = %(company)s
"""
_CHANGE_METHOD = """
update item set costing_method = %s, version = version + 1 where company_id = %s and id = %s
"""
_CHANGE_STANDARD = """
update item set standard_cost = %s, version = version + 1 where company_id = %s and id = %s
"""
_CHANGE_GROUP = """
update item set group_id = %s, version = version + 1 where company_id = %s and id = %s
"""
_MASTERS_CHANGED = """
update company_counter set masters_version = masters_version + 1 where company_id = %s
"""
_COUNT_BINS = "select count(*) from bin where company_id = %s and item_id = any(%s)"
_FORGET_SNAPSHOTS = """
delete from bin_snapshot
 where company_id = %s and item_id = %s and warehouse_id = %s and lot_id = %s
   and (posting_date, posting_time, seq, ordinal) > (%s, %s, %s, %s)
"""
_FORGET_LAYERS = """
delete from layer
 where company_id = %s and item_id = %s and warehouse_id = %s and lot_id = %s and no >= %s
"""


_PARAMETER = re.compile(r"%\((\w+)\)s")


@lru_cache(maxsize=256)
def _statement(sections: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
    """The writing statement with just these sections, and its parameters in order.

    Its placeholders are PostgreSQL's own: psycopg would parse a statement this long every time.
    """
    parts = [_HEAD]
    parts += [section.sql() for section in SECTIONS if section.name in sections]
    parts += [
        text
        for name, text in (("b", _BINS), ("v", _VOIDING), ("y", _FISCAL_YEAR))
        if name in sections
    ]
    body = ",\n".join(parts) + "\nselect n.number, c.seq, c.recorded_at from n, c"
    names: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"${names.setdefault(match[1], len(names) + 1)}"

    return _PARAMETER.sub(numbered, body).encode(), tuple(names)


async def write(
    connection: AsyncConnection,
    decision: Decision,
    *,
    masters_version: int,
    fiscal_year: FiscalYear,
    new_fiscal_year: UUID | None,
    body_hash: bytes,
    recorded_by: str | None,
) -> Written:
    """Append a decision. `new_fiscal_year` is the id of a year that opens with it.

    Raises:
        StaleMastersError: the masters are not at `masters_version` any more.
    """
    params = _head(decision, body_hash, recorded_by)
    params |= {"masters": masters_version, "year": fiscal_year.code}
    names: list[str] = []
    for section in SECTIONS:
        rows = list(section.rows(decision))
        if rows:
            names.append(section.name)
            params |= section.params(rows)
    bins = list(bin_rows(decision))
    if bins:
        names.append("b")
        columns = zip(*bins, strict=True)
        params |= {f"b_{n}": list(c) for n, c in zip(_BIN_COLUMNS, columns, strict=True)}
    if decision.causes.cancels is not None:
        names.append("v")
    if new_fiscal_year is not None:
        names.append("y")
        params |= {
            "year_id": new_fiscal_year,
            "year_start": fiscal_year.start_date,
            "year_end": fiscal_year.end_date,
        }
    await _forget_superseded(connection, decision)
    await forget_linked(connection, decision)
    await empty_caches(connection, decision)
    statement, order = _statement(tuple(names))
    async with AsyncRawCursor(connection) as cursor:
        await cursor.execute(statement, [params[name] for name in order])
        row = await cursor.fetchone()
    if row is None:
        raise StaleMastersError
    await change_company(connection, decision, row[1])
    await _change_items(connection, decision)
    return Written(*row)


async def make_no_rule_account(connection: AsyncConnection, decision: Decision) -> int:
    """Make the account where no sales rule fits, if the decision posts to it.

    Returns by how much the masters' version grows with it: somebody may have made it meanwhile,
    then the code is taken and the caller decides again.
    """
    company = decision.causes.facts.company
    account = company.accounts.get(company.no_rule_account) if company.no_rule_account else None
    used = {line.account for entry in decision.journal for line in entry.lines}
    if account is None or account.id not in used:
        return 0
    await connection.execute(
        _MAKE_ACCOUNT,
        {
            "company": company.id,
            "id": account.id,
            "code": account.code,
            "name": account.name,
            "type": account.type.value,
            "root": account.root.value,
        },
    )
    return 1


async def _change_items(connection: AsyncConnection, decision: Decision) -> None:
    """What the document changes of items themselves."""
    causes = decision.causes
    if causes.methods:
        await _change_methods(connection, decision)
    if causes.standards:
        await _change_standards(connection, decision)
    if causes.groups:
        await _change_groups(connection, decision)


async def _change_standards(connection: AsyncConnection, decision: Decision) -> None:
    """Give the items their new standard costs; who has decided by the old ones decides again."""
    company = decision.causes.facts.company.id
    for one in decision.causes.standards:
        await connection.execute(_CHANGE_STANDARD, (one.after, company, one.item))
    await connection.execute(_MASTERS_CHANGED, (company,))


async def _change_groups(connection: AsyncConnection, decision: Decision) -> None:
    """Put the items into their new groups; who has decided by the old ones decides again."""
    company = decision.causes.facts.company.id
    for one in decision.causes.groups:
        await connection.execute(_CHANGE_GROUP, (one.after, company, one.item))
    await connection.execute(_MASTERS_CHANGED, (company,))


async def _change_methods(connection: AsyncConnection, decision: Decision) -> None:
    """Give the items their new methods; whoever has decided by the old ones decides again.

    The company's counter is locked by now, so that nobody can make a bin any more that the decision
    has not seen.

    Raises:
        StaleMastersError: a bin was made since the bins were read.
    """
    causes = decision.causes
    company = causes.facts.company.id
    for one in causes.methods:
        await connection.execute(_CHANGE_METHOD, (one.after, company, one.item))
    await connection.execute(_MASTERS_CHANGED, (company,))
    if causes.cancels is not None:
        return
    items = [one.item for one in causes.methods]
    cursor = await connection.execute(_COUNT_BINS, (company, items))
    found: Any = await cursor.fetchone()
    if found[0] != sum(len(causes.facts.bins.get(item, ())) for item in items):
        raise StaleMastersError


def _head(decision: Decision, body_hash: bytes, recorded_by: str | None) -> dict[str, Any]:
    causes = decision.causes
    document = causes.document
    return {
        "company": causes.facts.company.id,
        "document": document.id,
        "series": document.numbered_in(),
        "kind": document.kind.value,
        "posting_date": causes.posting_date,
        "posting_time": decision.posting_time,
        "recorded_by": recorded_by,
        "body_hash": body_hash,
        "party": causes.party.id if causes.party else None,
        "purpose": causes.purpose,
        "update_stock": causes.update_stock,
        "currency": causes.currency,
        "exchange_rate": causes.exchange_rate,
        "net_total": causes.net_total,
        "charges_total": causes.charges_total,
        "taxes_total": causes.taxes_total,
        "freight": causes.freight,
        "grand_total": causes.grand_total,
        "cancels": causes.cancels.id if causes.cancels else None,
        "reference": document.reference,
        "remarks": document.remarks,
        "content": Jsonb(causes.content),
    }


async def _forget_superseded(connection: AsyncConnection, decision: Decision) -> None:
    """Drop the caches that a replay makes anew: later snapshots, and layers from its start on."""
    company = decision.causes.facts.company.id
    for result in pool_results(decision):
        if result.replayed_from is None:
            continue
        key, state = result.replayed_from
        after = (date.min, "00:00", -1, -1) if key is None else tuple(key)
        await connection.execute(_FORGET_SNAPSHOTS, (company, *result.pool, *after))
        await connection.execute(_FORGET_LAYERS, (company, *result.pool, state.next_layer))
