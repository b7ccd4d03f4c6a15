"""The text of the statement that appends decisions: one multi-row INSERT per table.

It begins with the company's counter row, locked last of all locks, which gives the sequences and,
through the number series, the documents' numbers; everything else hangs on it. When the masters
have changed since they were read, the counter's condition fails and nothing is written.

Sections without rows are left out, and columns of a section that no row uses; each combination is
its own prepared statement.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from persistence.posting.reading.pools import STATE_COLUMNS
from persistence.posting.writing.section import Columns, Form
from persistence.posting.writing.sections import SECTIONS, STATE_TYPES
from persistence.round_trip import Statement

_DOCUMENT = {
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
    "given": "json",
}
DOCUMENT_COLUMNS = Columns(
    "d", _DOCUMENT | {"series": "text", "year": "text", "behind": "integer"}, "document"
)
"""A document, and where it stands in its number series: how many of the same come behind it."""

_COUNTED = """
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
  returning series, fiscal_year, last_number)"""


def _documents(form: Form) -> str:
    rows = DOCUMENT_COLUMNS.rows(form)
    number = f"n.last_number - {rows.of('behind')}"
    return f"""
d as (
  insert into document (company_id, seq, number, recorded_at, {", ".join(_DOCUMENT)})
  select %(company)s, c.seq + u.i,
         n.series || '-' || n.fiscal_year || '-'
         || case when {number} < 100000 then lpad(({number})::text, 5, '0')
                 else ({number})::text end,
         c.recorded_at, {", ".join(rows.of(name) for name in _DOCUMENT)}
    from c, {rows.source()}
    join n on n.series = {rows.of("series")} and n.fiscal_year = {rows.of("year")}
  returning number, seq)"""  # noqa: S608 - constant names


_STATE = [name.strip() for name in STATE_COLUMNS.split(",")]
BIN_COLUMNS = Columns(
    "b",
    {
        "item_id": "uuid",
        "warehouse_id": "uuid",
        "lot_id": "uuid",
        "last_date": "date",
        "last_time": "time",
        "last_seq": "bigint",
        "last_ordinal": "integer",
        **dict(zip(_STATE, (kind.strip() for kind in STATE_TYPES.split(",")), strict=True)),
        "by": "integer",
    },
    "bin",
)
"""The bins as they are after all decisions; `by` is the decision that moved one last, from 1."""


def _bins(form: Form) -> str:
    rows = BIN_COLUMNS.rows(form)
    return f"""
b as (
  update bin
     set {", ".join(f"{name} = {rows.of(name)}" for name in _STATE)},
         last_date = {rows.of("last_date")}, last_time = {rows.of("last_time")},
         last_seq = coalesce({rows.of("last_seq")}, c.seq + {rows.of("by")}),
         last_ordinal = {rows.of("last_ordinal")}
    from c, {rows.source()}
   where bin.company_id = %(company)s and bin.item_id = {rows.of("item_id")}
     and bin.warehouse_id = {rows.of("warehouse_id")} and bin.lot_id = {rows.of("lot_id")})"""  # noqa: S608


_VOIDING = """
v as (
  insert into voiding (company_id, document_id, by_id, seq)
  select %(company)s, u.cancels_id, u.id, c.seq + u.n
    from c, unnest(%(cancels)s::uuid[], %(documents)s::uuid[]) with ordinality
            as u (cancels_id, id, n)
   where u.cancels_id is not null)"""
_YEAR = {"id": "uuid", "code": "text", "start_date": "date", "end_date": "date"}
YEAR_COLUMNS = Columns("y", _YEAR, "fiscal_year")


def _fiscal_years(form: Form) -> str:
    rows = YEAR_COLUMNS.rows(form)
    return f"""
y as (
  insert into fiscal_year (company_id, {", ".join(_YEAR)})
  select %(company)s, {", ".join(rows.of(name) for name in _YEAR)}
    from c, {rows.source()}
  on conflict do nothing)"""  # noqa: S608 - constant column names


VOIDING = Form("v")
_BY_NAME: Mapping[str, Callable[[Form], str]] = {
    "d": _documents,
    **{section.name: section.sql for section in SECTIONS},
    "b": _bins,
    "v": lambda _form: _VOIDING,
    "y": _fiscal_years,
}


@lru_cache(maxsize=256)
def statement(forms: tuple[Form, ...]) -> Statement:
    """The writing statement with just these sections."""
    parts = [_COUNTED, *(_BY_NAME[form.name](form) for form in forms)]
    body = ",\n".join(parts) + "\nselect d.number, d.seq, c.recorded_at from d, c order by d.seq"
    return Statement.of(body)
