"""Groups of items: product posting groups, or stock categories with accounts of their own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.account_search import group_account
from domain.accounts import Role
from domain.company import Flow, Scheme
from domain.errors import InUse, Refused
from domain.facts import ItemGroupFacts
from domain.masters import Change, Checks, NewItemGroup
from persistence.database import Database
from persistence.masters.items import refuse_method
from persistence.masters.lookups import find, find_company
from persistence.masters.rows import CompanyRow, ItemGroupRow
from persistence.masters.store import (
    Outcome,
    References,
    apply,
    hold_postings,
    insert,
    locked,
    names_of,
    refuse_loop,
    run,
    writing,
)
from persistence.tables import ItemGroup

_ACCOUNTS: Mapping[str, tuple[str, Role]] = {
    "stock_account": ("stockAccount", Role.STOCK_IN_HAND),
    "adjustment_account": ("adjustmentAccount", Role.STOCK_ADJUSTMENT),
    "purchase_price_variance_account": ("purchasePriceVarianceAccount", Role.PURCHASE_VARIANCE),
    "cost_of_goods_sold_account": ("costOfGoodsSoldAccount", Role.COST_OF_GOODS_SOLD),
    "income_account": ("incomeAccount", Role.INCOME),
}
"""Each account of a group: its field in the API, and the role that it fills for its items."""


async def create(database: Database, command: NewItemGroup) -> Outcome:
    """Make a group of items.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, NOT_SUPPORTED, IS_GROUP, WRONG_ACCOUNT_TYPE,
            CODE_TAKEN, IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    references = References(database, company.id, checks)
    code, name = checks.code_and_name(command.code, command.name)
    refuse_method(checks, command.costing_method, Flow(company.flow))
    given = {each: getattr(command, each) for each in ("parent", *_ACCOUNTS)}
    resolved = await _resolved(references, given)
    checks.refuse_if_any()
    record = ItemGroup(
        company_id=company.id,
        id=command.id or uuid7(),
        code=code,
        name=name,
        costing_method=command.costing_method,
        **resolved,
    )
    codes = {"item_group_code": ("item_group", code, ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        replayed = await insert(session, record, (company.id, record.id), command.id)
    return Outcome(company.id, record.id, replayed)


async def update(database: Database, change: Change) -> Outcome:
    """Change a group; under BY_LEVEL the stock account of items that have moved stays.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE, INVALID_PARENT, NOT_SUPPORTED,
            IS_GROUP, WRONG_ACCOUNT_TYPE, IN_USE, CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: ItemGroupRow = await find(database, company.id, change.target, ("itemGroup",))
    checks = Checks()
    references = References(database, company.id, checks)
    values = names_of(change.values, checks)
    refuse_method(checks, values.get("costing_method"), Flow(company.flow))
    resolved = await _resolved(references, values)
    checks.refuse_if_any()
    values = {k: v for k, v in values.items() if k not in _ACCOUNTS and k != "parent"} | resolved
    codes = {"item_group_code": ("item_group", values.get("code", row.code), ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        record = await locked(session, ItemGroup, (company.id, row.id), change)
        parent_id = values.get("parent_id")
        if isinstance(parent_id, UUID):
            await refuse_loop(session, ItemGroup, record, parent_id, ("parent",))
        before = await _stock_accounts(session, company.id)
        if apply(record, values):
            await _refuse_moved_accounts(session, company, before, values)
    return Outcome(company.id, row.id)


async def _resolved(references: References, given: Mapping[str, Any]) -> dict[str, Any]:
    """The ids of the parent and the accounts that were given."""
    resolved: dict[str, Any] = {}
    if "parent" in given:
        parent = await references.find(given["parent"], ("parent",))
        resolved["parent_id"] = parent.id if parent else None
    for name, (field, role) in _ACCOUNTS.items():
        if name in given:
            account = await references.account_for(given[name], (field,), role)
            resolved[f"{name}_id"] = account.id if account else None
    return resolved


async def _stock_accounts(session: AsyncSession, company_id: UUID) -> dict[UUID, UUID | None]:
    """Each group's stock account, its own or its nearest parent's, as this transaction sees it."""
    found = await session.exec(select(ItemGroup).where(ItemGroup.company_id == company_id))
    groups = {
        one.id: ItemGroupFacts(one.id, one.code, one.parent_id, one.stock_account_id)
        for one in found
    }
    found_of = {one: group_account(one, Role.STOCK_IN_HAND, groups) for one in groups}
    return {one: each[0] if each else None for one, each in found_of.items()}


async def _refuse_moved_accounts(
    session: AsyncSession,
    company: CompanyRow,
    before: Mapping[UUID, UUID | None],
    values: Mapping[str, Any],
) -> None:
    """Refuse a change that gives another stock account to items whose stock stands on the old one.

    Raises:
        Refused: IN_USE with the item.
    """
    if company.scheme != Scheme.BY_LEVEL:
        return
    await session.flush()
    after = await _stock_accounts(session, company.id)
    changed = [one for one, account in after.items() if before.get(one, account) != account]
    found = await run(
        session,
        "select i.sku from item i where i.company_id = :company and i.group_id = any(:changed)"
        " and exists (select from bin b where b.company_id = :company and b.item_id = i.id)"
        " order by i.sku limit 1",
        company=company.id,
        changed=changed,
    )
    sku = found.scalar_one_or_none()
    if sku is not None:
        path = ("stockAccount",) if "stock_account_id" in values else ("parent",)
        raise Refused(InUse(path=path, kind="item", reference=sku))
