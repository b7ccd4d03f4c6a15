"""Lists of masters: filtered, searched, in keyset pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

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
    PeriodChangeRow,
    TaxRow,
    WarehouseRow,
    columns,
)
from persistence.paging import Ordering, Page

Row = TypeVar("Row", bound=NamedTuple)


def _by(name: str, first: str, type_: type = str) -> Ordering:
    return Ordering(name, (f"t.{first}", "t.id"), (first, "id"), (type_, UUID))


COMPANIES = _by("companies", "code")
ACCOUNTS = _by("accounts", "position", int)
WAREHOUSES = _by("warehouses", "code")
ITEMS = _by("items", "sku")
ITEM_GROUPS = _by("itemGroups", "code")
PARTIES = _by("parties", "code")
TAXES = _by("taxes", "code")
COST_CENTERS = _by("costCenters", "code")
FISCAL_YEARS = Ordering("fiscalYears", ("t.code", "t.id"), ("code", "id"), (str, UUID))
PERIOD_CHANGES = Ordering(
    "periodChanges",
    ("t.recorded_at", "t.id"),
    ("recorded_at", "id"),
    (datetime, UUID),
    descending=True,
)

ORDERINGS: Mapping[type[NamedTuple], Ordering] = {
    CompanyRow: COMPANIES,
    AccountRow: ACCOUNTS,
    WarehouseRow: WAREHOUSES,
    ItemRow: ITEMS,
    ItemGroupRow: ITEM_GROUPS,
    PartyRow: PARTIES,
    TaxRow: TAXES,
    CostCenterRow: COST_CENTERS,
    FiscalYearRow: FISCAL_YEARS,
    PeriodChangeRow: PERIOD_CHANGES,
}
"""The order of each list: accounts in chart order, closings newest first, the rest by code."""

_SEARCHED: Mapping[type[NamedTuple], tuple[str, ...]] = {
    ItemRow: ("sku", "name"),
    PartyRow: ("code", "name", "tax_id"),
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
        search: part of a code or name, in any case.
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
        params["search"] = f"%{_literal(search)}%"
        searched = _SEARCHED.get(kind, ("code", "name"))
        conditions.append("(" + " or ".join(f"t.{c} ilike %(search)s" for c in searched) + ")")
    query = (
        f"select {columns(kind)} from {TABLES[kind]} t where {' and '.join(conditions)}"  # noqa: S608 - our names
        f" order by {page.order_by} limit {page.fetch}"
    )
    return await rows(database, company_id, kind, query, params)


def _literal(search: str) -> str:
    """What is searched for, with LIKE's own signs taken literally."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("\0", "")
