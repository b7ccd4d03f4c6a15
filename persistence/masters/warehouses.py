"""Warehouses: a tree, each with a stock account of its own, its parents' or the company's."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.accounts import (
    AccountType,
    ResolvedAccount,
    Role,
    WarehouseFacts,
    resolve_stock_account,
)
from domain.errors import InUse, Refused
from domain.masters import Change, Checks, NewWarehouse, Path
from persistence.database import Database
from persistence.masters.lookups import default_accounts, find, find_company, rows
from persistence.masters.rows import WarehouseRow, columns
from persistence.masters.store import (
    Outcome,
    References,
    apply,
    hold_postings,
    insert,
    is_referred_to,
    locked,
    names_of,
    refuse_loop,
    run,
    writing,
)
from persistence.tables import AccountRole, Company, Warehouse


async def create(database: Database, command: NewWarehouse) -> Outcome:
    """Make a warehouse.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, INVALID_PARENT, IS_GROUP,
            WRONG_ACCOUNT_TYPE, CODE_TAKEN, IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    references = References(database, company.id, checks)
    code, name = checks.code_and_name(command.code, command.name)
    parent = await references.group(command.parent, ("parent",))
    account = await references.account(command.account, ("account",), AccountType.STOCK)
    checks.refuse_if_any()
    record = Warehouse(
        company_id=company.id,
        id=command.id or uuid7(),
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        account_id=account.id if account else None,
        is_group=command.is_group,
        is_transit=command.is_transit,
    )
    codes = {"warehouse_code": ("warehouse", code, ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        replayed = await insert(session, record, (company.id, record.id), command.id)
    return Outcome(company.id, record.id, replayed)


_NATURE = {"is_group": "isGroup", "is_transit": "isTransit"}
"""What a warehouse is, and stays once it is used."""


async def update(database: Database, change: Change) -> Outcome:
    """Change a warehouse; its stock account stays while it has stock movements in the ledger.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE, INVALID_PARENT, IS_GROUP,
            WRONG_ACCOUNT_TYPE, IN_USE, CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: WarehouseRow = await find(database, company.id, change.target, ("warehouse",))
    checks = Checks()
    references = References(database, company.id, checks)
    values = names_of(change.values, checks)
    if "parent" in values:
        parent = await references.group(values.pop("parent"), ("parent",))
        values["parent_id"] = parent.id if parent else None
    if "account" in values:
        account = await references.account(values.pop("account"), ("account",), AccountType.STOCK)
        values["account_id"] = account.id if account else None
    checks.refuse_if_any()
    codes = {"warehouse_code": ("warehouse", values.get("code", row.code), ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        record = await locked(session, Warehouse, (company.id, row.id), change)
        for name, field in _NATURE.items():
            becomes_other = values.get(name, getattr(record, name)) != getattr(record, name)
            if becomes_other and await is_referred_to(session, "warehouse", company.id, row.id):
                raise Refused(InUse(path=(field,), kind="warehouse", reference=row.code))
        parent_id = values.get("parent_id")
        if isinstance(parent_id, UUID):
            await refuse_loop(session, Warehouse, record, parent_id, ("parent",))
        before = await resolved(session, company.id)
        if apply(record, values):
            path = ("account",) if "account_id" in values else ("parent",)
            await refuse_moved_accounts(session, company.id, before, path)
    return Outcome(company.id, row.id)


def stock_accounts_of(
    warehouses: Iterable[WarehouseFacts], default: UUID | None
) -> dict[UUID, ResolvedAccount | None]:
    """The stock account of every warehouse of a company, and where it was found."""
    by_id = {warehouse.id: warehouse for warehouse in warehouses}
    return {one: resolve_stock_account(one, by_id, default) for one in by_id}


async def stock_accounts(
    database: Database, company_id: UUID
) -> dict[UUID, ResolvedAccount | None]:
    """The same as it stands in the books now."""
    query = f"select {columns(WarehouseRow)} from warehouse t where t.company_id = %(company)s"  # noqa: S608 - our names
    found = await rows(database, company_id, WarehouseRow, query, {"company": company_id})
    default = (await default_accounts(database, company_id)).get(Role.STOCK_IN_HAND)
    facts = (
        WarehouseFacts(row.id, row.code, row.name, row.parent_id, row.account_id) for row in found
    )
    return stock_accounts_of(facts, default)


async def resolved(session: AsyncSession, company_id: UUID) -> dict[UUID, UUID | None]:
    """Every warehouse's stock account as this transaction sees it."""
    found = await session.exec(select(Warehouse).where(Warehouse.company_id == company_id))
    facts = [WarehouseFacts(w.id, w.code, w.name, w.parent_id, w.account_id) for w in found]
    role = await session.get(AccountRole, (company_id, Role.STOCK_IN_HAND))
    resolved = stock_accounts_of(facts, role.account_id if role else None)
    return {one: account.account if account else None for one, account in resolved.items()}


async def refuse_moved_accounts(
    session: AsyncSession, company_id: UUID, before: dict[UUID, UUID | None], path: Path
) -> None:
    """Refuse a change that gives another stock account to a warehouse with posted movements.

    Its stock value stands on the old account; moving it needs a journal, which is not built yet.

    Raises:
        Refused: IN_USE with the warehouse.
    """
    company = await session.get(Company, company_id)
    if company is None or company.posts_stock_from is None:
        return
    await session.flush()
    after = await resolved(session, company_id)
    moved = [one for one, account in after.items() if one in before and before[one] != account]
    if not moved:
        return
    found = await run(
        session,
        "select w.code from warehouse w where w.company_id = :company and w.id = any(:moved)"
        " and exists (select from bin b where b.company_id = :company"
        " and b.warehouse_id = w.id and b.movements > 0) order by w.code limit 1",
        company=company_id,
        moved=moved,
    )
    code = found.scalar_one_or_none()
    if code is not None:
        raise Refused(InUse(path=path, kind="warehouse", reference=code))
