"""Writing a decision: one statement with one multi-row INSERT per table.

The statement begins with the company's counter row, locked last of all locks, which gives the
sequence and, through the number series, the document's number; everything else hangs on it. When
the masters have changed since they were read, the counter's condition fails, nothing is written,
and the caller decides again.

Sections without rows are left out; each combination is its own prepared statement.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from domain.costing.fold import PoolResult
from domain.decide import Decision
from domain.money import ZERO
from domain.movements import NO_LOT, UNRECORDED
from domain.periods import FiscalYear
from persistence.posting.pools import STATE_COLUMNS


class StaleMastersError(Exception):
    """The masters have changed since they were read: decide again on the new ones."""


@dataclass(frozen=True, slots=True)
class Written:
    """What recording gave a document: its number, the company's sequence, and the moment."""

    number: str
    seq: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the statement: its columns with their types, and the rows of a decision.

    Columns named in `given` come from the statement itself (company, document, sequence).
    """

    name: str
    table: str
    given: str
    given_values: str
    columns: str
    types: str
    rows: Callable[[Decision], Iterable[Sequence[Any]]]
    conflict: str = ""

    def sql(self) -> str:
        """The insert, from arrays: one parameter a column."""
        names = [column.strip() for column in self.columns.split(",")]
        arrays = ", ".join(
            f"%({self.name}_{column})s::{kind.strip()}[]"
            for column, kind in zip(names, self.types.split(","), strict=True)
        )
        return (
            f"{self.name} as (insert into {self.table} ({self.given}, {self.columns})"  # noqa: S608
            f" select {self.given_values}, {', '.join(_given_or_new(n) for n in names)}"
            f" from c, unnest({arrays}) as u ({self.columns}) {self.conflict})"
        )

    def params(self, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """The rows as one array a column."""
        names = [column.strip() for column in self.columns.split(",")]
        return {
            f"{self.name}_{name}": list(column)
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }


def _given_or_new(column: str) -> str:
    """A null sequence in a row is the one that this statement gives."""
    return "coalesce(u.seq, c.seq)" if column == "seq" else f"u.{column}"


_OWN = "company_id, document_id"
_OWN_VALUES = "%(company)s, %(document)s"
_OWN_SEQ = "company_id, document_id, seq"
_OWN_SEQ_VALUES = "%(company)s, %(document)s, c.seq"
_SEQ = "company_id, seq"
_SEQ_VALUES = "%(company)s, c.seq"


def _lines(decision: Decision) -> Iterable[Sequence[Any]]:
    for line in decision.causes.lines:
        yield (
            line.id, line.line_no, line.item_id, line.warehouse_id, line.to_warehouse_id,
            line.quantity, line.rate, line.amount, line.valuation_amount, line.account_id,
            line.cost_center_id, line.party_id, line.against_line_id, line.against_id,
            line.description,
        )  # fmt: skip


def _charges(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.charges:
        yield (
            one.charge_no, one.account_id, one.category, one.rate, one.amount, one.cost_center_id
        )  # fmt: skip


def _movements(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.movements:
        yield (
            one.id, one.key.ordinal, one.line, one.leg.value, one.nature.value,
            one.key.posting_date, one.key.posting_time, one.pool.item, one.pool.warehouse,
            one.quantity, one.party, one.contra, one.cost_center,
            one.returns.movement if one.returns else None, one.voids, one.document,
            one.pool.lot if one.pool.lot != NO_LOT else None, one.corrects,
            one.counted.quantity if one.counted else None,
            one.counted.unit_cost if one.counted else None,
        )  # fmt: skip


def _sources(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.movements:
        for source in one.sources:
            yield (one.id, source.movement, source.fraction)


def _costs(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.costs:
        yield (
            one.id, one.movement_id, one.document_id, one.because_id, one.item_id,
            one.warehouse_id, one.kind, one.posting_date, one.actual, one.stock_account_id,
            one.contra_account_id, one.journal_entry_id,
        )  # fmt: skip


def _entries(decision: Decision) -> Iterable[Sequence[Any]]:
    for ordinal, one in enumerate(decision.journal):
        yield (one.id, ordinal, one.posting_date, one.document, one.because, one.source)


def _journal_lines(decision: Decision) -> Iterable[Sequence[Any]]:
    for entry in decision.journal:
        for number, line in enumerate(entry.lines, start=1):
            yield (
                entry.id, number, entry.posting_date, line.account, line.amount,
                line.cost_center, line.party,
            )  # fmt: skip


def _billing(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.billing:
        yield (one.id, one.line_id, decision.causes.posting_date, one.kind.value, one.quantity,
               one.amount, one.account_id)  # fmt: skip


def _parties(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.parties:
        yield (
            one.id, one.party_id, one.against_id, decision.causes.posting_date, one.account_id,
            one.amount, one.currency, one.currency_amount,
        )  # fmt: skip


def _snapshots(decision: Decision) -> Iterable[Sequence[Any]]:
    for result in _pool_results(decision):
        for key, state in result.snapshots:
            yield (*result.pool, *_key_columns(key), *_state(state))


def _layers(decision: Decision) -> Iterable[Sequence[Any]]:
    for result in _pool_results(decision):
        for layer in result.new_layers:
            yield (
                *result.pool, layer.no, layer.movement, layer.quantity, layer.value,
                layer.quantity_before, layer.value_before, layer.below, layer.below_left,
            )  # fmt: skip


def _pool_results(decision: Decision) -> Sequence[PoolResult]:
    return decision.settlement.pools if decision.settlement else ()


def _bins(decision: Decision) -> Iterable[Sequence[Any]]:
    for result in _pool_results(decision):
        yield (*result.pool, *_key_columns(result.last_key), *_state(result.state))


def _key_columns(key: Any) -> tuple[Any, ...]:
    """Date, time, sequence (null = the one being given) and ordinal of a posting key."""
    if key is None:
        return (None, None, 0, 0)
    seq = None if key.seq >= UNRECORDED else key.seq
    return (key.posting_date, key.posting_time, seq, key.ordinal)


def _state(state: Any) -> tuple[Any, ...]:
    return (
        state.quantity, state.value, state.movements, state.received, state.received_value,
        state.issued, state.first_layer, state.next_layer, state.top_layer, state.top_left,
        state.last_quantity, state.last_value,
    )  # fmt: skip


def _billing_states(decision: Decision) -> Iterable[Sequence[Any]]:
    """Sums per line of what this document's billing entries change, in key order."""
    states: dict[UUID, list[Any]] = {}
    for one in decision.causes.billing:
        state = states.setdefault(one.line_id, [one.account_id, *[ZERO] * 6, False])
        at = {"BILLED": 3, "RETURNED": 5}.get(one.kind.value, 1)
        state[at] += one.quantity
        state[at + 1] += one.amount
        if at == 1 and one.quantity < 0:
            state[7] = True
    for line in sorted(states):
        yield (line, *states[line])


def _open_items(decision: Decision) -> Iterable[Sequence[Any]]:
    """What this document changes on invoices, one row an invoice, in key order."""
    items: dict[UUID, list[Any]] = {}
    for one in decision.causes.open_items:
        known = items.get(one.document_id)
        if known is None:
            items[one.document_id] = [
                one.party_id, one.account_id, one.currency, one.exchange_rate, one.amount,
                one.settled, one.is_void,
            ]  # fmt: skip
        else:
            known[5] += one.settled
            known[6] = known[6] or one.is_void
    for document in sorted(items):
        yield (document, *items[document])


def _lots(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.new_lots.values():
        yield (one.id, one.item_id, one.code, one.kind.value, one.expiry_date)


_STATE_TYPES = (
    "numeric, numeric, integer, numeric, numeric, numeric, integer, integer, integer, numeric,"
    " numeric, numeric"
)

_SECTIONS = (
    Section(
        "lt", "lot", "company_id", "%(company)s",
        "id, item_id, code, kind, expiry_date", "uuid, uuid, text, text, date", _lots,
    ),
    Section(
        "ln", "document_line", _OWN, _OWN_VALUES,
        "id, line_no, item_id, warehouse_id, to_warehouse_id, quantity, rate, amount,"
        " valuation_amount, account_id, cost_center_id, party_id, against_line_id, against_id,"
        " description",
        "uuid, integer, uuid, uuid, uuid, numeric, numeric, numeric, numeric, uuid, uuid, uuid,"
        " uuid, uuid, text",
        _lines,
    ),
    Section(
        "ch", "document_charge", _OWN, _OWN_VALUES,
        "charge_no, account_id, category, rate, amount, cost_center_id",
        "integer, uuid, text, numeric, numeric, uuid",
        _charges,
    ),
    Section(
        "mv", "movement", _SEQ, _SEQ_VALUES,
        "id, ordinal, line_id, leg, nature, posting_date, posting_time, item_id, warehouse_id,"
        " quantity, party_id, contra_account_id, cost_center_id, returns_id, voids_id, document_id,"
        " lot_id, corrects_id, counted_quantity, counted_rate",
        "uuid, integer, uuid, text, text, date, time, uuid, uuid, numeric, uuid, uuid, uuid, uuid,"
        " uuid, uuid, uuid, uuid, numeric, numeric",
        _movements,
    ),
    Section(
        "ms", "movement_source", _SEQ, _SEQ_VALUES,
        "movement_id, source_id, fraction", "uuid, uuid, numeric", _sources,
    ),
    Section(
        "ce", "cost_entry", _SEQ, _SEQ_VALUES,
        "id, movement_id, document_id, because_id, item_id, warehouse_id, kind, posting_date,"
        " actual, stock_account_id, contra_account_id, journal_entry_id",
        "uuid, uuid, uuid, uuid, uuid, uuid, text, date, numeric, uuid, uuid, uuid",
        _costs,
    ),
    Section(
        "je", "journal_entry", _SEQ, _SEQ_VALUES,
        "id, ordinal, posting_date, document_id, because_id, source",
        "uuid, integer, date, uuid, uuid, text",
        _entries,
    ),
    Section(
        "jl", "journal_line", _SEQ, _SEQ_VALUES,
        "journal_entry_id, line_no, posting_date, account_id, amount, cost_center_id, party_id",
        "uuid, integer, date, uuid, numeric, uuid, uuid",
        _journal_lines,
    ),
    Section(
        "be", "billing_entry", _OWN_SEQ, _OWN_SEQ_VALUES,
        "id, line_id, posting_date, kind, quantity, amount, account_id",
        "uuid, uuid, date, text, numeric, numeric, uuid",
        _billing,
    ),
    Section(
        "pe", "party_entry", _OWN_SEQ, _OWN_SEQ_VALUES,
        "id, party_id, against_id, posting_date, account_id, amount, currency, currency_amount",
        "uuid, uuid, uuid, date, uuid, numeric, text, numeric",
        _parties,
    ),
    Section(
        "sn", "bin_snapshot", "company_id", "%(company)s",
        "item_id, warehouse_id, lot_id, posting_date, posting_time, seq, ordinal, " + STATE_COLUMNS,
        "uuid, uuid, uuid, date, time, bigint, integer, " + _STATE_TYPES,
        _snapshots,
    ),
    Section(
        "ly", "layer", "company_id", "%(company)s",
        "item_id, warehouse_id, lot_id, no, movement_id, quantity, value, quantity_before,"
        " value_before, below, below_left",
        "uuid, uuid, uuid, integer, uuid, numeric, numeric, numeric, numeric, integer, numeric",
        _layers,
    ),
    Section(
        "bs", "billing_state as s", _OWN, _OWN_VALUES,
        "line_id, account_id, quantity, amount, billed_quantity, billed_amount,"
        " returned_quantity, returned_amount, is_void",
        "uuid, uuid, numeric, numeric, numeric, numeric, numeric, numeric, boolean",
        _billing_states,
        "on conflict (company_id, line_id) do update set"
        " quantity = s.quantity + excluded.quantity, amount = s.amount + excluded.amount,"
        " billed_quantity = s.billed_quantity + excluded.billed_quantity,"
        " billed_amount = s.billed_amount + excluded.billed_amount,"
        " returned_quantity = s.returned_quantity + excluded.returned_quantity,"
        " returned_amount = s.returned_amount + excluded.returned_amount,"
        " is_void = s.is_void or excluded.is_void",
    ),
    Section(
        "oi", "open_item as o", "company_id", "%(company)s",
        "document_id, party_id, account_id, currency, exchange_rate, amount, settled, is_void",
        "uuid, uuid, uuid, text, numeric, numeric, numeric, boolean",
        _open_items,
        "on conflict (company_id, document_id) do update set"
        " settled = o.settled + excluded.settled, is_void = o.is_void or excluded.is_void",
    ),
)  # fmt: skip

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
         net_total, charges_total, grand_total, cancels_id, reference, remarks, content)
  select %(company)s, %(document)s, c.seq, %(kind)s, n.number, %(posting_date)s, %(posting_time)s,
         c.recorded_at, %(recorded_by)s, %(body_hash)s, %(party)s, %(purpose)s, %(update_stock)s,
         %(currency)s, %(exchange_rate)s, %(net_total)s, %(charges_total)s, %(grand_total)s,
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
        for name, kind in zip(STATE_COLUMNS.split(","), _STATE_TYPES.split(","), strict=True)
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
_CHANGE_COMPANY = """
update company set scheme = %s, posts_stock_from = %s, version = version + 1 where id = %s
"""
_FORGET_SNAPSHOTS = """
delete from bin_snapshot
 where company_id = %s and item_id = %s and warehouse_id = %s and lot_id = %s
   and (posting_date, posting_time, seq, ordinal) > (%s, %s, %s, %s)
"""
_FORGET_LAYERS = """
delete from layer
 where company_id = %s and item_id = %s and warehouse_id = %s and lot_id = %s and no >= %s
"""


@lru_cache(maxsize=256)
def _statement(sections: tuple[str, ...]) -> bytes:
    """The writing statement with just these sections."""
    parts = [_HEAD]
    parts += [section.sql() for section in _SECTIONS if section.name in sections]
    parts += [
        text
        for name, text in (("b", _BINS), ("v", _VOIDING), ("y", _FISCAL_YEAR))
        if name in sections
    ]
    body = ",\n".join(parts)
    return f"{body}\nselect n.number, c.seq, c.recorded_at from n, c".encode()


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
    for section in _SECTIONS:
        rows = list(section.rows(decision))
        if rows:
            names.append(section.name)
            params |= section.params(rows)
    bins = list(_bins(decision))
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
    cursor = await connection.execute(_statement(tuple(names)), params)
    row = await cursor.fetchone()
    if row is None:
        raise StaleMastersError
    change = decision.causes.company_change
    if change is not None:
        company = decision.causes.facts.company.id
        await connection.execute(
            _CHANGE_COMPANY, (change.scheme.value, change.posts_stock_from, company)
        )
    return Written(*row)


def _head(decision: Decision, body_hash: bytes, recorded_by: str | None) -> dict[str, Any]:
    causes = decision.causes
    document = causes.document
    return {
        "company": causes.facts.company.id,
        "document": document.id,
        "series": document.series,
        "kind": document.kind.value,
        "posting_date": causes.posting_date,
        "posting_time": decision.posting_time,
        "recorded_by": recorded_by,
        "body_hash": body_hash,
        "party": causes.party.id if causes.party else None,
        "purpose": causes.purpose,
        "update_stock": causes.update_stock,
        "currency": causes.currency,
        "exchange_rate": document.exchange_rate,
        "net_total": causes.net_total,
        "charges_total": causes.charges_total,
        "grand_total": causes.grand_total,
        "cancels": causes.cancels.id if causes.cancels else None,
        "reference": document.reference,
        "remarks": document.remarks,
        "content": Jsonb(causes.content),
    }


async def _forget_superseded(connection: AsyncConnection, decision: Decision) -> None:
    """Drop the caches that a replay makes anew: later snapshots, and layers from its start on."""
    company = decision.causes.facts.company.id
    for result in _pool_results(decision):
        if result.replayed_from is None:
            continue
        key, state = result.replayed_from
        after = (date.min, "00:00", -1, -1) if key is None else tuple(key)
        await connection.execute(_FORGET_SNAPSHOTS, (company, *result.pool, *after))
        await connection.execute(_FORGET_LAYERS, (company, *result.pool, state.next_layer))
