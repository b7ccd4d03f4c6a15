"""The text of the statement that appends decisions: one multi-row INSERT per table.

It begins with the company's counter row, locked last of all locks, which gives the sequences and,
through the number series, the documents' numbers; everything else hangs on it. When the masters
have changed since they were read, the counter's condition fails and nothing is written.

Sections without rows are left out; each combination is its own prepared statement.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from persistence.posting.pools import STATE_COLUMNS
from persistence.posting.sections import SECTIONS, STATE_TYPES

DOCUMENT_COLUMNS = {
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
PLACE_COLUMNS = {"series": "text", "year": "text", "behind": "integer"}
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
  insert into document (company_id, seq, number, recorded_at, {", ".join(DOCUMENT_COLUMNS)})
  select %(company)s, c.seq + u.n,
         n.series || '-' || n.fiscal_year || '-'
         || case when n.last_number - u.behind < 100000
                 then lpad((n.last_number - u.behind)::text, 5, '0')
                 else (n.last_number - u.behind)::text end,
         c.recorded_at, {", ".join(f"u.{name}" for name in DOCUMENT_COLUMNS)}
    from c, {_unnest("d", DOCUMENT_COLUMNS | PLACE_COLUMNS)}
    join n on n.series = u.series and n.fiscal_year = u.year
  returning number, seq),
f as (
  insert into change (company_id, seq, recorded_at, recorded_by, kind, document_id)
  select %(company)s, c.seq + u.n, c.recorded_at, u.recorded_by, u.kind, u.id
    from c, {_unnest("d", {"recorded_by": "text", "kind": "text", "id": "uuid"})})"""  # noqa: S608 - constant names
_STATE = [name.strip() for name in STATE_COLUMNS.split(",")]
BIN_COLUMNS = {
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
    from c, {_unnest("b", BIN_COLUMNS)}
   where bin.company_id = %(company)s and bin.item_id = u.item_id
     and bin.warehouse_id = u.warehouse_id and bin.lot_id = u.lot_id)"""  # noqa: S608 - constant column names
_VOIDING = """
v as (
  insert into voiding (company_id, document_id, by_id, seq)
  select %(company)s, u.cancels_id, u.id, c.seq + u.n
    from c, unnest(%(cancels)s::uuid[], %(documents)s::uuid[]) with ordinality
            as u (cancels_id, id, n)
   where u.cancels_id is not null)"""
YEAR_COLUMNS = {"id": "uuid", "code": "text", "start_date": "date", "end_date": "date"}
_FISCAL_YEARS = f"""
y as (
  insert into fiscal_year (company_id, {", ".join(YEAR_COLUMNS)})
  select %(company)s, {", ".join(f"u.{name}" for name in YEAR_COLUMNS)}
    from c, {_unnest("y", YEAR_COLUMNS)}
  on conflict do nothing)"""  # noqa: S608 - constant column names


_PARAMETER = re.compile(r"%\((\w+)\)s")


@lru_cache(maxsize=256)
def statement(sections: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
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
