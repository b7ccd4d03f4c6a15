"""Writing decisions: one statement with one multi-row INSERT per table, for one or several.

The statement begins with the company's counter row, locked last of all locks, which gives the
sequences and, through the number series, the documents' numbers; everything else hangs on it. When
the masters have changed since they were read, the counter's condition fails, nothing is written,
and the caller decides again.

Sections without rows are left out; each combination is its own prepared statement.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
from persistence.posting.section import columns_of
from persistence.posting.sections import SECTIONS, STATE_TYPES, bin_rows, pool_results


class StaleMastersError(Exception):
    """The masters have changed since they were read: decide again on the new ones."""


@dataclass(frozen=True, slots=True)
class Written:
    """What recording gave a document: its number, the company's sequence, and the moment."""

    number: str
    seq: int
    recorded_at: datetime


_DOCUMENT_COLUMNS = {
    "id": "uuid",
    "kind": "text",
    "posting_date": "date",
    "posting_time": "time",
    "recorded_by": "text",
    "body_hash": "bytea",
    "party_id": "uuid",
    "purpose": "text",
    "update_stock": "boolean",
    "currency": "text",
    "exchange_rate": "numeric",
    "net_total": "numeric",
    "charges_total": "numeric",
    "taxes_total": "numeric",
    "freight": "numeric",
    "grand_total": "numeric",
    "cancels_id": "uuid",
    "reference": "text",
    "remarks": "text",
    "content": "jsonb",
}
_PLACE_COLUMNS = {"series": "text", "year": "text", "behind": "integer"}
"""Where a document stands in its number series: how many of the same come behind it."""


def _unnest(prefix: str, columns: Mapping[str, str]) -> str:
    """Arrays, one parameter a column, as rows `u` counted by `n` from 1."""
    arrays = ", ".join(f"%({prefix}_{name})s::{kind}[]" for name, kind in columns.items())
    return f"unnest({arrays}) with ordinality as u ({', '.join(columns)}, n)"


_HEAD = f"""
with c as (
  update company_counter
     set seq = seq + %(count)s, recorded_at = greatest(clock_timestamp(), recorded_at)
   where company_id = %(company)s and masters_version = %(masters)s
  returning seq - %(count)s as seq, recorded_at),
n as (
  insert into number_series as s (company_id, series, fiscal_year, last_number)
  select %(company)s, u.series, u.year, count(*)
    from c, unnest(%(d_series)s::text[], %(d_year)s::text[]) as u (series, year)
   group by u.series, u.year
  on conflict (company_id, series, fiscal_year)
  do update set last_number = s.last_number + excluded.last_number
  returning series, fiscal_year, last_number),
d as (
  insert into document (company_id, seq, number, recorded_at, {", ".join(_DOCUMENT_COLUMNS)})
  select %(company)s, c.seq + u.n,
         n.series || '-' || n.fiscal_year || '-'
         || case when n.last_number - u.behind < 100000
                 then lpad((n.last_number - u.behind)::text, 5, '0')
                 else (n.last_number - u.behind)::text end,
         c.recorded_at, {", ".join(f"u.{name}" for name in _DOCUMENT_COLUMNS)}
    from c, {_unnest("d", _DOCUMENT_COLUMNS | _PLACE_COLUMNS)}
    join n on n.series = u.series and n.fiscal_year = u.year
  returning number, seq),
f as (
  insert into change (company_id, seq, recorded_at, recorded_by, kind, document_id)
  select %(company)s, c.seq + u.n, c.recorded_at, u.recorded_by, u.kind, u.id
    from c, {_unnest("d", {"recorded_by": "text", "kind": "text", "id": "uuid"})})"""  # noqa: S608 - constant names
_STATE = [name.strip() for name in STATE_COLUMNS.split(",")]
_BIN_COLUMNS = {
    "item_id": "uuid",
    "warehouse_id": "uuid",
    "lot_id": "uuid",
    "last_date": "date",
    "last_time": "time",
    "last_seq": "bigint",
    "last_ordinal": "integer",
    **dict(zip(_STATE, (kind.strip() for kind in STATE_TYPES.split(",")), strict=True)),
    "by": "integer",
}
"""The bins as they are after all decisions; `by` is the decision that moved one last, from 1."""

_BINS = f"""
b as (
  update bin
     set ({STATE_COLUMNS}, last_date, last_time, last_seq, last_ordinal)
       = (select {", ".join("u." + name for name in _STATE)},
                 u.last_date, u.last_time, coalesce(u.last_seq, c.seq + u.by), u.last_ordinal)
    from c, {_unnest("b", _BIN_COLUMNS)}
   where bin.company_id = %(company)s and bin.item_id = u.item_id
     and bin.warehouse_id = u.warehouse_id and bin.lot_id = u.lot_id)"""  # noqa: S608 - constant column names
_VOIDING = """
v as (
  insert into voiding (company_id, document_id, by_id, seq)
  select %(company)s, u.cancels_id, u.id, c.seq + u.n
    from c, unnest(%(cancels)s::uuid[], %(documents)s::uuid[]) with ordinality
            as u (cancels_id, id, n)
   where u.cancels_id is not null)"""
_YEAR_COLUMNS = {"id": "uuid", "code": "text", "start_date": "date", "end_date": "date"}
_FISCAL_YEARS = f"""
y as (
  insert into fiscal_year (company_id, {", ".join(_YEAR_COLUMNS)})
  select %(company)s, {", ".join(f"u.{name}" for name in _YEAR_COLUMNS)}
    from c, {_unnest("y", _YEAR_COLUMNS)}
  on conflict do nothing)"""  # noqa: S608 - constant column names
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
        for name, text in (("b", _BINS), ("v", _VOIDING), ("y", _FISCAL_YEARS))
        if name in sections
    ]
    body = ",\n".join(parts) + "\nselect d.number, d.seq, c.recorded_at from d, c order by d.seq"
    names: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"${names.setdefault(match[1], len(names) + 1)}"

    return _PARAMETER.sub(numbered, body).encode(), tuple(names)


@dataclass(frozen=True, slots=True)
class Writing:
    """A decision to be written, and what is known of it besides.

    `new_fiscal_year` is the id of a year that opens with it.
    """

    decision: Decision
    body_hash: bytes
    recorded_by: str | None
    fiscal_year: FiscalYear
    new_fiscal_year: UUID | None = None


async def write(
    connection: AsyncConnection,
    writings: Sequence[Writing],
    *,
    masters_version: int,
    commit: bool = False,
) -> list[Written]:
    """Append decisions of one company, each made on the books that the one before leaves.

    Several at once must not share a line that is billed or an invoice that is settled. With
    `commit` the transaction ends with it, in the same round trip; where the masters have changed
    it has written nothing either.

    Raises:
        StaleMastersError: the masters are not at `masters_version` any more.
    """
    decisions = [one.decision for one in writings]
    names, params = _sections(decisions)
    params |= _heads(writings) | {"masters": masters_version}
    if any(decision.causes.cancels for decision in decisions):
        names.append("v")
    years = [
        (one.new_fiscal_year, year.code, year.start_date, year.end_date)
        for one in writings
        for year in (one.fiscal_year,)
        if one.new_fiscal_year is not None
    ]
    if years:
        names.append("y")
        params |= columns_of("y", _YEAR_COLUMNS, years)
    for decision in decisions:
        await _forget_superseded(connection, decision)
        await forget_linked(connection, decision)
        await empty_caches(connection, decision)
    statement, order = _statement(tuple(names))
    async with connection.pipeline(), AsyncRawCursor(connection) as cursor:
        await cursor.execute(statement, [params[name] for name in order])
        if commit:
            await connection.commit()
        rows = await cursor.fetchall()
    if not rows:
        raise StaleMastersError
    for decision, row in zip(decisions, rows, strict=True):
        await change_company(connection, decision, row[1])
        await _change_items(connection, decision)
    return [Written(*row) for row in rows]


def _sections(decisions: Sequence[Decision]) -> tuple[list[str], dict[str, Any]]:
    """The sections of the statement that have rows, and their parameters."""
    names: list[str] = []
    params: dict[str, Any] = {}
    for section in SECTIONS:
        filled = section.params(decisions)
        if filled is not None:
            names.append(section.name)
            params |= filled
    bins = {
        result.pool: (*row, by)
        for by, decision in enumerate(decisions, start=1)
        for result, row in zip(pool_results(decision), bin_rows(decision), strict=True)
    }
    if bins:
        names.append("b")
        params |= columns_of("b", _BIN_COLUMNS, list(bins.values()))
    return names, params


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


def _heads(writings: Sequence[Writing]) -> dict[str, Any]:
    """The documents themselves, and where each stands in its number series."""
    behind: Counter[tuple[str, str]] = Counter()
    rows: list[tuple[Any, ...]] = []
    for one in reversed(writings):
        place = (one.decision.causes.document.numbered_in(), one.fiscal_year.code)
        rows.insert(0, (*_head(one), *place, behind[place]))
        behind[place] += 1
    params: dict[str, Any] = columns_of("d", _DOCUMENT_COLUMNS | _PLACE_COLUMNS, rows)
    return params | {
        "company": writings[0].decision.causes.facts.company.id,
        "count": len(writings),
        "documents": params["d_id"],
        "cancels": params["d_cancels_id"],
    }


def _head(writing: Writing) -> tuple[Any, ...]:
    """A document's row, in the order of `_DOCUMENT_COLUMNS`."""
    decision, causes = writing.decision, writing.decision.causes
    document = causes.document
    return (
        document.id, document.kind.value, causes.posting_date, decision.posting_time,
        writing.recorded_by, writing.body_hash, causes.party.id if causes.party else None,
        causes.purpose, causes.update_stock, causes.currency, causes.exchange_rate,
        causes.net_total, causes.charges_total, causes.taxes_total, causes.freight,
        causes.grand_total, causes.cancels.id if causes.cancels else None, document.reference,
        document.remarks, Jsonb(causes.content),
    )  # fmt: skip


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
