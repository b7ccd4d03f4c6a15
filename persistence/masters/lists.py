"""Lists of masters: filtered, searched, in keyset pages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from domain.texts import composed
from persistence.database import Database
from persistence.masters.lookups import rows
from persistence.masters.rows import (
    TABLES,
    AccountRow,
    CompanyRow,
    CostCenterRow,
    FiscalYearRow,
    ItemGroupRow,
    ItemRow,
    PartyRow,
    PaymentTermRow,
    PeriodChangeRow,
    TaxRow,
    WarehouseRow,
    columns,
)
from persistence.paging import Ordering, Page, both_ways

Row = TypeVar("Row", bound=NamedTuple)


def _by(name: str, first: str, type_: type = str) -> Ordering:
    return Ordering(name, (f"t.{first}", "t.id"), (first, "id"), (type_, UUID))


def _by_code_or_name(name: str, code: str = "code", **more: Ordering) -> dict[str, Ordering]:
    orders = {code.upper(): _by(name, code), "NAME": _by(name, "name")}
    return both_ways(name, **more, **orders)


ACCOUNTS = _by("accounts", "position", int)
PERIOD_CHANGES = _by("periodChanges", "recorded_at", datetime)

ORDERS: Mapping[type[NamedTuple], dict[str, Ordering]] = {
    CompanyRow: _by_code_or_name("companies"),
    AccountRow: _by_code_or_name("accounts", CHART=ACCOUNTS),
    WarehouseRow: _by_code_or_name("warehouses"),
    ItemRow: _by_code_or_name("items", "sku"),
    ItemGroupRow: _by_code_or_name("itemGroups"),
    PartyRow: _by_code_or_name("parties"),
    TaxRow: _by_code_or_name("taxes"),
    PaymentTermRow: _by_code_or_name("paymentTerms"),
    CostCenterRow: _by_code_or_name("costCenters"),
    FiscalYearRow: both_ways(
        "fiscalYears",
        CODE=_by("fiscalYears", "code"),
        START_DATE=_by("fiscalYears", "start_date", date),
    ),
    PeriodChangeRow: both_ways("periodChanges", RECORDED=PERIOD_CHANGES),
}
"""The orders in which each list can be had."""

_SEARCHED: Mapping[type[NamedTuple], tuple[str, ...]] = {
    ItemRow: ("sku", "name"),
    PartyRow: ("code", "name", "tax_id"),
}

_SEARCHED_BESIDES: Mapping[type[NamedTuple], str] = {
    ItemRow: " or exists (select from item_barcode b where b.company_id = t.company_id"
    " and b.item_id = t.id and b.barcode ilike %(search)s)",
}


async def page_of_masters(
    database: Database,
    company_id: UUID | None,
    kind: type[Row],
    page: Page,
    *,
    search: str | None = None,
    equal: Mapping[str, object] | None = None,
    having: tuple[str, object] | None = None,
    among: Sequence[UUID] | None = None,
) -> list[Row]:
    """One row more than the page, in its order.

    Args:
        database: the open database.
        company_id: whose masters; None for companies themselves.
        kind: the rows wanted.
        page: which of them.
        search: part of a code or name (of a tax number or barcode too), in any case.
        equal: column -> value; None does not filter.
        among: only records with these ids; None does not filter.
        having: an array column and a value that must be in it; None does not filter.
    """
    conditions = [page.where]
    params: dict[str, Any] = {**page.params, "company": company_id}
    if company_id is not None:
        conditions.append("t.company_id = %(company)s")
    for column, value in (equal or {}).items():
        params[column] = value
        if value is not None:
            conditions.append(f"t.{column} = %({column})s")
    if having is not None and having[1] is not None:
        conditions.append(f"%(having)s = any(t.{having[0]})")
        params["having"] = str(having[1])
    if among is not None:
        conditions.append("t.id = any(%(among)s)")
        params["among"] = list(among)
    if search is not None:
        params["search"] = containing(composed(search))
        searched = _SEARCHED.get(kind, ("code", "name"))
        found = " or ".join(f"t.{c} ilike %(search)s" for c in searched)
        conditions.append(f"({found}{_SEARCHED_BESIDES.get(kind, '')})")
    query = (
        f"select {columns(kind)} from {TABLES[kind]} t where {' and '.join(conditions)}"  # noqa: S608 - our names
        f" order by {page.order_by} limit {page.fetch}"
    )
    return await rows(database, company_id, kind, query, params)


def containing(search: str) -> str:
    """A pattern for LIKE that finds the text itself anywhere, with LIKE's own signs literally."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%".replace("\0", "")
