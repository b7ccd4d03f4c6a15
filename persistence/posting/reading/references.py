"""What a document refers to, read for its decision: items, parties, lines, invoices, documents.

Lines and invoices that are billed or settled are locked in key order before they are read, so
that two documents cannot both take what is open.
"""

from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.company import CostingMethod
from domain.costing.timeline import MethodChange
from domain.facts import CompanyFacts, ItemFacts, PartyFacts
from domain.money import ZERO
from domain.movements import Pool, PostingKey
from domain.open_lines import LineFacts, OpenItemFacts, StockAccountBalance
from domain.payment_terms import EarlyDiscount
from domain.references import Ref, RefKind
from domain.texts import composed, named_by, spellings
from persistence.masters.rows import units_of
from persistence.moved_goods import moved_goods
from persistence.tables.documents import BILL_NUMBER, HAS_BILL_NUMBER

METHOD_CHANGES = """
(select jsonb_agg(jsonb_build_array(c.posting_date, c.posting_time, c.seq, c.method_before,
                                    c.method_after) order by c.seq)
   from method_change c
  where c.company_id = i.company_id and c.item_id = i.id
    and c.seq > (select y.flow_since from company y where y.id = i.company_id)
    and not exists (select from voiding v
                     where v.company_id = c.company_id and v.document_id = c.document_id))
"""
"""The changes of the costing method of item `i`, for `method_changes`; null: there are none."""

ITEM_COLUMNS = f"""
i.id, i.sku, i.name, i.costing_method, i.is_stock_item, i.is_active, i.settings,
i.expense_account_id, i.income_account_id, {METHOD_CHANGES}, i.group_id, i.stock_group,
i.standard_cost, i.unit_cost, i.overhead_rate, i.indirect_cost_percent, i.over_receipt_tolerance,
i.over_delivery_tolerance, i.over_billing_tolerance, i.version, i.uom, i.units,
i.cost_of_goods_sold_account_id
"""
_ITEMS = f"""
select 'id:' || i.id::text, null, {ITEM_COLUMNS} from item i
 where i.company_id = %(company)s and i.id = any(%(ids)s::uuid[])
union all
select 'sku:' || i.sku, null, {ITEM_COLUMNS} from item i
 where i.company_id = %(company)s and i.sku = any(%(skus)s)
union all
select 'barcode:' || b.barcode, b.uom, {ITEM_COLUMNS} from item_barcode b
  join item i on i.company_id = b.company_id and i.id = b.item_id
 where b.company_id = %(company)s and b.barcode = any(%(barcodes)s)
"""  # noqa: S608 - constant column names
_HOLD_LINES = """
select pg_advisory_xact_lock(hashtextextended(line, 0))
  from unnest(%(lines)s::text[]) with ordinality as held (line, place)
 order by place
"""
_HOLD_BILL_NUMBER = """
select pg_advisory_xact_lock(hashtextextended(%(party)s::text || ' ' || lower(%(number)s), 0))
"""
_BILL_NUMBERED = """
select d.number from document d
 where d.company_id = %(company)s and d.party_id = %(party)s
   and /*its*/ = lower(%(number)s) and /*has one*/
   and not exists (select from voiding v
                    where v.company_id = d.company_id and v.document_id = d.id)
 order by d.seq limit 1
""".replace("/*its*/", BILL_NUMBER).replace("/*has one*/", HAS_BILL_NUMBER)
BINS = """
select b.item_id, b.warehouse_id, b.lot_id from bin b
 where b.company_id = %(company)s and b.item_id = any(%(items)s)
   and exists (select from movement m
                where m.company_id = b.company_id and m.item_id = b.item_id
                  and m.warehouse_id = b.warehouse_id
                  and coalesce(m.lot_id, '00000000-0000-0000-0000-000000000000') = b.lot_id)
 order by 1, 2, 3
"""
"""The bins of items in which anything ever moved: a refused document leaves some without."""
PARTY_COLUMNS = """
id, code, roles, is_active, receivable_account_id, payable_account_id, party_group, area,
sales_type, version, payment_term_id
"""
_PARTIES = f"""
select {PARTY_COLUMNS} from party
 where company_id = %(company)s and (id = any(%(ids)s::uuid[]) or code = any(%(codes)s))
"""  # noqa: S608 - constant column names
_LOCK_LINES = """
select 1 from billing_state where company_id = %(company)s and line_id = any(%(lines)s)
 order by line_id for update
"""
# What came or was billed beyond a line: on invoices that bill a receipt the excess is what they
# billed ahead; receipts of an invoice came with more than the invoice line has heard of.
_LINES = f"""
select l.id, d.id, d.kind, d.number, l.line_no, d.posting_date, d.party_id, l.item_id,
       l.warehouse_id, d.currency, d.exchange_rate, coalesce(l.rate, 0), b.quantity, b.amount,
       b.billed_quantity, b.billed_amount, b.returned_quantity, b.returned_amount, b.account_id,
       b.is_void,
       b.cleared_quantity, b.cleared_amount,
       case when d.kind in ('PURCHASE_RECEIPT', 'DELIVERY_NOTE')
            then counterpart.billed - counterpart.came else counterpart.came - b.quantity end,
       {moved_goods("d", "l.id")}, i.is_stock_item, l.shipment,
       case when d.kind = 'PURCHASE_INVOICE'
            then (select coalesce(-sum(e.amount), 0) from billing_entry e
                   where e.company_id = b.company_id and e.line_id = b.line_id
                     and e.kind = 'BILLED' and e.quantity = 0)
            else 0 end, l.uom, l.uom_factor
  from billing_state b
  join document_line l on l.company_id = b.company_id and l.id = b.line_id
  join document d on d.company_id = l.company_id and d.id = l.document_id
  join item i on i.company_id = l.company_id and i.id = l.item_id
  cross join lateral (
       select coalesce(sum(o.quantity), 0) as came, coalesce(sum(o.billed_quantity), 0) as billed
         from document_line c
         join billing_state o on o.company_id = c.company_id and o.line_id = c.id
        where c.company_id = l.company_id and c.against_line_id = l.id) counterpart
 where b.company_id = %(company)s and b.line_id = any(%(lines)s)
"""  # noqa: S608 - constant names
_LINE_FIELDS = (
    "id", "document", "kind", "number", "line_no", "posting_date", "party", "item", "warehouse",
    "currency", "exchange_rate", "rate", "quantity", "amount", "billed_quantity", "billed_amount",
    "returned_quantity", "returned_amount", "account", "is_void", "cleared_quantity",
    "cleared_amount", "exceeded", "moved_goods", "is_stock_item", "shipment",
    "overcharged", "uom", "uom_factor",
)  # fmt: skip
_LOCK_OPEN_ITEMS = """
select 1 from open_item where company_id = %(company)s and document_id = any(%(documents)s)
 order by document_id, party_id, account_id for update
"""
_OPEN_ITEMS = """
select o.document_id, d.number, o.party_id, o.account_id, o.currency, o.exchange_rate, o.amount,
       o.settled, o.is_void,
       (select coalesce(sum(p.amount), 0) from party_entry p
         where p.company_id = o.company_id and p.against_id = o.document_id
           and p.party_id = o.party_id and p.account_id = o.account_id)
       + (select coalesce(sum(p.amount), 0) from party_entry p -- as earlier releases kept it
           where p.company_id = o.company_id and p.document_id = o.document_id
             and p.against_id is null
             and p.party_id = o.party_id and p.account_id = o.account_id),
       d.content ->> 'discount_percent', d.content ->> 'discount_until'
  from open_item o
  join document d on d.company_id = o.company_id and d.id = o.document_id
 where o.company_id = %(company)s and o.document_id = any(%(documents)s)
 order by o.document_id, o.party_id, o.account_id
"""
_OPEN_ITEM_FIELDS = (
    "document", "number", "party", "account", "currency", "exchange_rate", "amount", "settled",
    "is_void", "in_company",
)  # fmt: skip
_DOCUMENT_IDS = """
select id from document
 where company_id = %(company)s and (id = any(%(ids)s::uuid[]) or number = any(%(numbers)s))
"""
_STOCK_BALANCES = """
select a.id,
       (select coalesce(sum(j.amount), 0) from journal_line j
         where j.company_id = a.company_id and j.account_id = a.id),
       (select coalesce(sum(b.value), 0) from bin b
         where b.company_id = a.company_id and b.warehouse_id = any(%(warehouses)s)
           and b.warehouse_id in (select w from unnest(%(warehouses)s::uuid[], %(accounts)s::uuid[])
                                  as u (w, account) where u.account = a.id))
  from account a
 where a.company_id = %(company)s and a.id = any(%(stock_accounts)s)
"""


def _by(refs: Iterable[Ref], by: str) -> list[str]:
    return [one for ref in refs if ref.by == by for one in spellings(ref.value)]


def ids_of(refs: Iterable[Ref]) -> list[UUID]:
    """The well-formed ids among references; a malformed one finds nothing and is refused later."""
    spelt = (ref.id for ref in refs if ref.by == "id")
    return [id_ for id_ in spelt if id_ is not None]


def refs_of_ids(kind: RefKind, ids: Iterable[UUID]) -> list[Ref]:
    """References by id."""
    return [Ref(kind, "id", str(id_)) for id_ in ids]


async def items(
    connection: AsyncConnection,
    company: CompanyFacts,
    method: CostingMethod,
    refs: Iterable[Ref],
) -> dict[Ref, ItemFacts]:
    """The items named, by reference."""
    refs = list(refs)
    if not refs:
        return {}
    cursor = await connection.execute(
        _ITEMS.encode(),
        {
            "company": company.id,
            "ids": ids_of(refs),
            "skus": _by(refs, "sku"),
            "barcodes": _by(refs, "barcode"),
        },
    )
    found = {
        row[0]: item_facts(row[2:], company, method, scanned_uom=row[1])
        for row in await cursor.fetchall()
    }
    named: dict[Ref, ItemFacts] = {}
    for ref in refs:
        value = ref.id if ref.by == "id" else ref.value
        item = found.get(f"{ref.by}:{value}") or found.get(f"{ref.by}:{composed(ref.value)}")
        if item is not None:
            named[ref] = item
    return named


def item_facts(
    row: Sequence[Any],
    company: CompanyFacts,
    method: CostingMethod,
    scanned_uom: str | None = None,
) -> ItemFacts:
    """An item from `ITEM_COLUMNS`; `scanned_uom` is the unit of the barcode that named it."""
    settings: dict[str, Any] = row[6]
    allow = settings.get("allow_negative_stock", company.settings.allow_negative_stock)
    return ItemFacts(
        id=row[0],
        sku=row[1],
        name=row[2],
        costing_method=row[3] or method.value,
        is_stock_item=row[4],
        is_active=row[5],
        allow_negative=bool(allow),
        require_expiry=bool(settings.get("require_expiry", False)),
        expense_account=row[7],
        income_account=row[8],
        method_changes=method_changes(row[9]),
        group=row[10],
        stock_group=row[11],
        standard_cost=row[12],
        unit_cost=row[13],
        overhead_rate=row[14] or ZERO,
        indirect_cost_percent=row[15] or ZERO,
        over_receipt_tolerance=_own_or(row[16], company.settings.over_receipt_tolerance),
        over_delivery_tolerance=_own_or(row[17], company.settings.over_delivery_tolerance),
        over_billing_tolerance=_own_or(row[18], company.settings.over_billing_tolerance),
        version=row[19],
        uom=row[20],
        units=units_of(row[21]) if row[21] else (),
        scanned_uom=scanned_uom,
        cost_of_goods_sold_account=row[22],
    )


def _own_or(own: Decimal | None, of_company: Decimal) -> Decimal:
    return of_company if own is None else own


def method_changes(found: Sequence[Any] | None) -> tuple[MethodChange, ...]:
    """The changes of an item's method, from `METHOD_CHANGES`, in posting order."""
    return tuple(
        MethodChange(
            PostingKey(date.fromisoformat(day), time.fromisoformat(moment), seq, 0), before, after
        )
        for day, moment, seq, before, after in found or ()
    )


async def hold_lines(connection: AsyncConnection, lines: Iterable[Ref]) -> None:
    """Keep others from drawing on lines that have no billing state to be locked by, in key order.

    What they have drawn by now is committed, and the next statement sees it.
    """
    ids = sorted(str(id_) for id_ in ids_of(lines))
    await connection.execute(_HOLD_LINES, {"lines": ids})


async def bill_numbered(
    connection: AsyncConnection, company: UUID, parties: Iterable[PartyFacts], number: str
) -> str | None:
    """The live bill of a supplier that has this number; nobody else may take it meanwhile."""
    for party in parties:
        params = {"company": company, "party": party.id, "number": number}
        await connection.execute(_HOLD_BILL_NUMBER, params)
        cursor = await connection.execute(_BILL_NUMBERED.encode(), params)
        if row := await cursor.fetchone():
            return row[0]
    return None


async def bins_of_items(
    connection: AsyncConnection, company: UUID, items: Iterable[UUID]
) -> dict[UUID, tuple[Pool, ...]]:
    """Every pool that ever held anything of these items."""
    cursor = await connection.execute(BINS, {"company": company, "items": list(items)})
    bins: dict[UUID, tuple[Pool, ...]] = {}
    for row in await cursor.fetchall():
        bins[row[0]] = (*bins.get(row[0], ()), Pool(*row))
    return bins


async def parties(
    connection: AsyncConnection, company: UUID, refs: Iterable[Ref]
) -> dict[Ref, PartyFacts]:
    """The parties named, by reference."""
    refs = list(refs)
    if not refs:
        return {}
    cursor = await connection.execute(
        _PARTIES.encode(), {"company": company, "ids": ids_of(refs), "codes": _by(refs, "code")}
    )
    by_id: dict[UUID | None, PartyFacts] = {}
    by_code: dict[str, PartyFacts] = {}
    for row in await cursor.fetchall():
        by_id[row[0]] = by_code[row[1]] = party_facts(row)
    found: dict[Ref, PartyFacts] = {}
    for ref in refs:
        party = by_id.get(ref.id) if ref.by == "id" else named_by(ref.value, by_code)
        if party is not None:
            found[ref] = party
    return found


def party_facts(row: Sequence[Any]) -> PartyFacts:
    """A party from `PARTY_COLUMNS`."""
    return PartyFacts(row[0], row[1], frozenset(row[2]), *row[3:])


async def lines(
    connection: AsyncConnection, company: UUID, refs: Iterable[Ref]
) -> dict[UUID, LineFacts]:
    """The receipt and delivery lines named, locked, by id."""
    ids = ids_of(refs)
    if not ids:
        return {}
    params = {"company": company, "lines": ids}
    await connection.execute(_LOCK_LINES, params)
    cursor = await connection.execute(_LINES, params)
    rows = await cursor.fetchall()
    return {row[0]: LineFacts(**dict(zip(_LINE_FIELDS, row, strict=True))) for row in rows}


async def document_ids(
    connection: AsyncConnection, company: UUID, refs: Iterable[Ref]
) -> list[UUID]:
    """The ids of the documents named by id or number."""
    refs = list(refs)
    if not refs:
        return []
    cursor = await connection.execute(
        _DOCUMENT_IDS, {"company": company, "ids": ids_of(refs), "numbers": _by(refs, "number")}
    )
    return [row[0] for row in await cursor.fetchall()]


async def open_items(
    connection: AsyncConnection, company: UUID, documents: Sequence[UUID]
) -> list[OpenItemFacts]:
    """What is open on the documents named, locked."""
    if not documents:
        return []
    params = {"company": company, "documents": list(documents)}
    await connection.execute(_LOCK_OPEN_ITEMS, params)
    cursor = await connection.execute(_OPEN_ITEMS, params)
    rows = await cursor.fetchall()
    return [
        OpenItemFacts(
            **dict(zip(_OPEN_ITEM_FIELDS, row, strict=True)),
            early_discount=None
            if until is None
            else EarlyDiscount(Decimal(percent), date.fromisoformat(until)),
        )
        for *row, percent, until in rows
    ]


async def stock_balances(
    connection: AsyncConnection,
    company: CompanyFacts,
    stock_accounts: Sequence[UUID],
    account_of: dict[UUID, UUID],
) -> dict[UUID, StockAccountBalance]:
    """Ledger balance and stock value of stock accounts; `account_of` maps each warehouse."""
    if not stock_accounts:
        return {}
    cursor = await connection.execute(
        _STOCK_BALANCES,
        {
            "company": company.id,
            "stock_accounts": list(stock_accounts),
            "warehouses": list(account_of),
            "accounts": list(account_of.values()),
        },
    )
    return {row[0]: StockAccountBalance(row[1], row[2]) for row in await cursor.fetchall()}
