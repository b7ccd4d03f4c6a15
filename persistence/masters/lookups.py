"""Masters by their ids, and by what a person calls them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from domain.errors import NotFound, Refused
from domain.references import Ref
from domain.texts import spellings
from persistence.arrays import array_of
from persistence.database import Database
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
    TaxRow,
    WarehouseRow,
    columns,
)
from persistence.round_trip import Statement

Row = TypeVar("Row", bound=NamedTuple)


async def rows(
    database: Database,
    company_id: UUID | None,
    kind: type[Row],
    query: str,
    params: Mapping[str, Any],
) -> list[Row]:
    """The rows of a query whose columns are `columns(kind)`."""
    found = await database.ask(company_id, Statement.of(query), params)
    return [kind._make(row) for row in found]


async def _by_id(
    database: Database, company_id: UUID, kind: type[Row], ids: Sequence[UUID]
) -> dict[UUID, Row]:
    query = (
        f"select {columns(kind)} from {TABLES[kind]} t"  # noqa: S608 - names from our own tables
        " where t.company_id = %(company)s and t.id = any(%(ids)s::uuid[])"
    )
    params = {"company": company_id, "ids": array_of("uuid", ids)}
    found = await rows(database, company_id, kind, query, params)
    return {row.id: row for row in found}  # type: ignore[attr-defined]


async def items_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, ItemRow]:
    """The items with these ids."""
    return await _by_id(database, company_id, ItemRow, ids)


async def item_groups_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, ItemGroupRow]:
    """The groups of items with these ids."""
    return await _by_id(database, company_id, ItemGroupRow, ids)


async def warehouses_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, WarehouseRow]:
    """The warehouses with these ids."""
    return await _by_id(database, company_id, WarehouseRow, ids)


async def accounts_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, AccountRow]:
    """The accounts with these ids."""
    return await _by_id(database, company_id, AccountRow, ids)


async def parties_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, PartyRow]:
    """The parties with these ids."""
    return await _by_id(database, company_id, PartyRow, ids)


async def taxes_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, TaxRow]:
    """The taxes with these ids."""
    return await _by_id(database, company_id, TaxRow, ids)


async def payment_terms_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, PaymentTermRow]:
    """The payment terms with these ids."""
    return await _by_id(database, company_id, PaymentTermRow, ids)


async def cost_centers_by_id(
    database: Database, company_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, CostCenterRow]:
    """The cost centers with these ids."""
    return await _by_id(database, company_id, CostCenterRow, ids)


async def companies_by_id(database: Database, ids: Sequence[UUID]) -> dict[UUID, CompanyRow]:
    """The companies with these ids."""
    query = f"select {columns(CompanyRow)} from company t where t.id = any(%(ids)s::uuid[])"  # noqa: S608 - ours
    found = await rows(database, None, CompanyRow, query, {"ids": array_of("uuid", ids)})
    return {row.id: row for row in found}


_ROLES = Statement.of("select role, account_id from account_role where company_id = %(company)s")


async def default_accounts(database: Database, company_id: UUID) -> dict[str, UUID]:
    """Role -> account of the company's defaults that are set."""
    return dict(await database.ask(company_id, _ROLES, {"company": company_id}))


class Place(NamedTuple):
    """Where an id belongs: the company, and the table it is in."""

    company_id: UUID
    kind: str


# An argument is there before the function looks; once named, the companies are always named.
_LOCATE = """
select company_id, kind
  from locate_node(case when set_config('app.locate_in', %(among)s, true) is not null
                        then %(id)s::uuid end)
 where company_id is not null
"""


async def locate(
    database: Database, one: UUID, companies: Sequence[UUID] | None = None
) -> Place | None:
    """The company and the kind of an id, looked for in these companies; None = in all."""
    among = "" if companies is None else f"{{{','.join(map(str, companies))}}}"
    found = await rows(database, None, Place, _LOCATE, {"id": one, "among": among})
    return found[0] if found else None


_NAMES = {
    "company": ("company", "t.code = %(value)s"),
    "account": ("account", "(t.code = %(value)s or t.code || ' ' || t.name = %(value)s)"),
    "warehouse": ("warehouse", "(t.code = %(value)s or t.code || ' ' || t.name = %(value)s)"),
    "cost_center": ("cost_center", "(t.code = %(value)s or t.code || ' ' || t.name = %(value)s)"),
    "party": ("party", "t.code = %(value)s"),
    "tax": ("tax", "t.code = %(value)s"),
    "payment_term": ("payment_term", "t.code = %(value)s"),
    "item_group": ("item_group", "t.code = %(value)s"),
}
_KINDS: dict[str, type[Any]] = {
    "company": CompanyRow,
    "account": AccountRow,
    "warehouse": WarehouseRow,
    "cost_center": CostCenterRow,
    "party": PartyRow,
    "item": ItemRow,
    "item_group": ItemGroupRow,
    "tax": TaxRow,
    "payment_term": PaymentTermRow,
}


def _condition(ref: Ref) -> str:
    if ref.by == "id":
        return "t.id = %(value)s"
    if ref.by == "sku":
        return "t.sku = %(value)s"
    if ref.by == "barcode":
        return (
            "t.id = (select b.item_id from item_barcode b"
            " where b.company_id = %(company)s and b.barcode = %(value)s)"
        )
    return _NAMES[ref.kind][1]


async def find(
    database: Database, company_id: UUID | None, ref: Ref, path: tuple[str, ...] = ()
) -> Any:
    """The one record that a reference names, as its row. A code goes before code and name.

    Raises:
        Refused: NOT_FOUND at `path`.
    """
    kind = _KINDS[ref.kind]
    value: object = ref.id if ref.by == "id" else ref.value.replace("\0", "")
    found: list[Any] = []
    if value is not None:
        own = "" if ref.kind == "company" else "t.company_id = %(company)s and "
        exact_first = "" if ref.by != "code" else " order by t.code = %(value)s desc"
        query = (
            f"select {columns(kind)} from {TABLES[kind]} t"  # noqa: S608 - names from our tables
            f" where {own}{_condition(ref)}{exact_first} limit 1"
        )
        for spelled in spellings(value) if isinstance(value, str) else (value,):
            found = found or await rows(
                database, company_id, kind, query, _params(company_id, spelled)
            )
    if not found:
        raise Refused(NotFound(path=path, kind=ref.kind, reference=ref.value))
    return found[0]


def _params(company_id: UUID | None, value: object) -> dict[str, object]:
    return {"company": company_id, "value": value}


async def find_company(
    database: Database, ref: Ref, path: tuple[str, ...] = ("company",)
) -> CompanyRow:
    """The company that a reference names.

    Raises:
        Refused: NOT_FOUND at `path`.
    """
    return await find(database, None, ref, path)


async def find_company_or_none(database: Database, ref: Ref) -> CompanyRow | None:
    """The company that a reference names, if there is one."""
    try:
        return await find_company(database, ref)
    except Refused:
        return None


async def fiscal_year_by_id(
    database: Database, company_id: UUID, one: UUID
) -> FiscalYearRow | None:
    """A fiscal year."""
    return (await _by_id(database, company_id, FiscalYearRow, [one])).get(one)
