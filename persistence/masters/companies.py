"""Companies: opened with their chart, default accounts, cost center Main and counter."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.accounts import AccountType, Role, Root, expected_of, fits
from domain.charts import CHARTS, MAIN_COST_CENTER, Chart
from domain.company import (
    DEFAULT_COST_CENTER,
    FLOW_OF_SCHEME,
    PENDING_DEFAULTS,
    SUPPORTED_SCHEMES,
    Flow,
    pending_defaults_of,
    posts_stock_from,
)
from domain.errors import (
    IdempotencyConflict,
    InUse,
    InvalidValue,
    IsGroup,
    NotFound,
    NotSupported,
    Refusal,
    Refused,
    WrongAccountType,
)
from domain.masters import NAME_LENGTH, Change, Checks, NewCompany
from domain.references import Ref
from domain.texts import composed, named_by, spellings
from persistence.database import Database
from persistence.masters.items import refuse_method
from persistence.masters.lookups import find_company
from persistence.masters.periods import Mover, note_closed_through, refuse_closing_ahead
from persistence.masters.store import Outcome, apply, hold_postings, locked, names_of, run, writing
from persistence.masters.switches import lacking, refuse_switches_without_accounts, turn
from persistence.masters.warehouses import refuse_moved_accounts, resolved
from persistence.tables import Account, AccountRole, Company, CostCenter

DECEMBER = 12


async def create(database: Database, command: NewCompany) -> Outcome:
    """Open a company.

    Raises:
        Refused: REQUIRED, INVALID_VALUE, NOT_SUPPORTED, NOT_FOUND (a default named by id),
            WRONG_ACCOUNT_TYPE, IS_GROUP, DEFAULT_ACCOUNT_MISSING, CODE_TAKEN, IDEMPOTENCY_CONFLICT.
    """
    checks = Checks()
    record = _company(checks, command)
    checks.refuse_if_any()
    codes = {
        "company_code_key": ("company", record.code, ("code",)),
        "company_pkey": ("company", str(record.id), ("id",)),
    }
    async with writing(database, record.id, codes) as session:
        if command.id is not None and (existing := await _opened(session, command.id)):
            _replay(existing, record)
            return Outcome(record.id, record.id, replayed=True)
        session.add(record)
        await session.flush()
        await _furnish(session, record)
        await set_defaults(session, record, command.defaults)
        if command.default_cost_center is not None:
            await set_default_cost_center(session, record, command.default_cost_center)
        if CHARTS[Chart(record.chart)].accounts:  # without a chart its accounts are still to come
            await refuse_switches_without_accounts(session, record, {})
    return Outcome(record.id, record.id)


def _company(checks: Checks, command: NewCompany) -> Company:
    """The company's own row; what does not fit is noted."""
    refuse_method(checks, command.costing_method, FLOW_OF_SCHEME[command.scheme])
    if command.scheme not in SUPPORTED_SCHEMES:
        supported = tuple(str(scheme) for scheme in SUPPORTED_SCHEMES)
        checks.refuse(
            NotSupported(
                path=("scheme",), feature="scheme", value=command.scheme, supported=supported
            )
        )
    if not 1 <= command.fiscal_year_start_month <= DECEMBER:
        checks.refuse(
            InvalidValue(path=("fiscalYearStartMonth",), reason="out_of_range", least=1, most=12)
        )
    return Company(
        id=command.id or uuid7(),
        code=checks.code(command.code, ("code",)),
        name=checks.text(command.name, ("name",), NAME_LENGTH),
        currency=command.currency,
        chart=command.chart,
        scheme=command.scheme,
        flow=FLOW_OF_SCHEME[command.scheme],
        costing_method=command.costing_method,
        fiscal_year_start_month=command.fiscal_year_start_month,
        posts_stock_from=posts_stock_from(command.scheme),
        settings=command.settings.stored(),
    )


async def _opened(session: AsyncSession, one: UUID) -> Company | None:
    """The company that this id has opened; a request with it that still runs is waited for."""
    await run(session, "select pg_advisory_xact_lock(hashtextextended(:one, 0))", one=str(one))
    return await session.get(Company, one)


_IDENTITY = ("code", "name", "currency", "chart", "scheme", "costing_method")


def _replay(existing: Company, wanted: Company) -> None:
    """A repeated opening gives the company; once it was changed, its id and code alone count."""
    names = _IDENTITY if existing.version == 1 else ("code",)
    if any(getattr(existing, name) != getattr(wanted, name) for name in names):
        raise Refused(IdempotencyConflict(path=("id",), id=str(existing.id)))


async def _furnish(session: AsyncSession, company: Company) -> None:
    """Counter, cost center Main, and the template's accounts with the roles they fill."""
    await run(
        session,
        "insert into company_counter (company_id, seq, recorded_at, masters_version)"
        " values (:company, 0, clock_timestamp(), 1)",
        company=company.id,
    )
    main = CostCenter(
        company_id=company.id, id=uuid7(), code=MAIN_COST_CENTER, name=MAIN_COST_CENTER
    )
    session.add(main)
    template = CHARTS[Chart(company.chart)]
    if not template.accounts:
        return
    company.settings = {**company.settings, DEFAULT_COST_CENTER: str(main.id)}
    ids: dict[str, UUID] = {}
    for position, account in enumerate(template.accounts, start=1):
        ids[account.code] = uuid7()
        session.add(
            Account(
                company_id=company.id,
                id=ids[account.code],
                code=account.code,
                name=account.name,
                type=account.type,
                root=account.root,
                parent_id=ids[account.parent] if account.parent else None,
                is_group=account.is_group,
                position=position,
            )
        )
    await session.flush()
    session.add_all(
        AccountRole(company_id=company.id, role=role, account_id=ids[code])
        for role, code in template.defaults.items()
    )
    await session.flush()


async def set_defaults(
    session: AsyncSession, company: Company, wanted: Mapping[Role, Ref | None]
) -> None:
    """Fill, change or clear default accounts; a code that is not there yet waits for its account.

    Raises:
        Refused: NOT_FOUND (by id), IS_GROUP, WRONG_ACCOUNT_TYPE.
    """
    if not wanted:
        return
    checks = Checks()
    pending = pending_defaults_of(company.settings)
    named = await _accounts(session, company.id, wanted.values())
    roles = select(AccountRole).where(AccountRole.company_id == company.id)
    filled = {one.role: one for one in await session.exec(roles)}
    for role, ref in wanted.items():
        pending.pop(role, None)
        account = named.get(ref) if ref else None
        if ref is None or (account is None and ref.by == "code"):
            if ref is not None:
                pending[role] = composed(ref.value.strip())
            if role in filled:
                await session.delete(filled[role])
        elif account is None:
            path = ("defaults", str(role))
            checks.refuse(NotFound(path=path, kind="account", reference=ref.value))
        elif (refusal := _misfit(role, account)) is not None:
            checks.refuse(refusal)
        elif role in filled:
            filled[role].account_id = account.id
        else:
            session.add(AccountRole(company_id=company.id, role=role, account_id=account.id))
    checks.refuse_if_any()
    if pending != pending_defaults_of(company.settings):
        company.settings = {**company.settings, PENDING_DEFAULTS: pending}


def _misfit(role: Role, account: Account) -> Refusal | None:
    """Why an account cannot fill a role."""
    path = ("defaults", str(role))
    if account.is_group:
        return IsGroup(path=path, kind="account", reference=account.code)
    if not fits(role, AccountType(account.type), Root(account.root)):
        return WrongAccountType(path=path, account=account.code, expected=expected_of(role))
    return None


async def _accounts(
    session: AsyncSession, company_id: UUID, refs: Iterable[Ref | None]
) -> dict[Ref, Account]:
    """The accounts that are there of those named: by id, by code, or by code and name."""
    named = [ref for ref in refs if ref]
    ids = [ref.id for ref in named if ref.by == "id"]
    codes = [one for ref in named if ref.by != "id" for one in spellings(ref.value)]
    label = col(Account.code) + " " + col(Account.name)
    found = await session.exec(
        select(Account).where(
            Account.company_id == company_id,
            col(Account.id).in_(ids) | col(Account.code).in_(codes) | label.in_(codes),
        )
    )
    accounts = found.all()
    by_id: dict[UUID | None, Account] = {one.id: one for one in accounts}
    by_code = {f"{one.code} {one.name}": one for one in accounts}
    by_code |= {one.code: one for one in accounts}
    return {
        ref: account
        for ref in named
        if (account := by_id.get(ref.id) if ref.by == "id" else named_by(ref.value, by_code))
    }


async def set_default_cost_center(session: AsyncSession, company: Company, ref: Ref | None) -> None:
    """Set or clear the cost center of lines that name none.

    Raises:
        Refused: NOT_FOUND, IS_GROUP.
    """
    if ref is None:
        others = {k: v for k, v in company.settings.items() if k != DEFAULT_COST_CENTER}
        company.settings = others
        return
    path = ("defaultCostCenter",)
    query = select(CostCenter).where(CostCenter.company_id == company.id)
    if ref.by == "id":
        one = ref.id
        found = await session.get(CostCenter, (company.id, one)) if one else None
    else:
        found = (
            await session.exec(query.where(col(CostCenter.code).in_(spellings(ref.value))))
        ).first()
    if found is None:
        raise Refused(NotFound(path=path, kind="cost_center", reference=ref.value))
    if found.is_group:
        raise Refused(IsGroup(path=path, kind="cost_center", reference=found.code))
    company.settings = {**company.settings, DEFAULT_COST_CENTER: str(found.id)}


async def update(database: Database, change: Change) -> Outcome:
    """Change a company: its names, switches, defaults and closed day.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, REQUIRED, INVALID_VALUE, NOT_SUPPORTED, IS_GROUP,
            WRONG_ACCOUNT_TYPE, DEFAULT_ACCOUNT_MISSING, IN_USE, CODE_TAKEN, POSTING_DATE_AHEAD.
    """
    row = await find_company(database, change.company)
    checks = Checks()
    values = names_of(change.values, checks)
    refuse_method(checks, values.get("costing_method"), Flow(row.flow))
    checks.refuse_if_any()
    defaults: Mapping[Role, Ref | None] | None = values.pop("defaults", None)
    switches: Mapping[str, Any] | None = values.pop("settings", None)
    names_cost_center = "default_cost_center" in values
    cost_center: Ref | None = values.pop("default_cost_center", None)
    codes = {"company_code_key": ("company", values.get("code", row.code), ("code",))}
    async with writing(database, row.id, codes) as session:
        await hold_postings(session, row.id)
        record = await locked(session, Company, row.id, change)
        await _refuse_method_of_moved_items(session, record, values)
        settings_before, closed_before = record.settings, record.frozen_through
        lacking_before = await lacking(session, record)
        if "frozen_through" in values:
            mover = Mover(name=database.principal)
            await note_closed_through(session, record, values["frozen_through"], mover)
        changed = apply(record, values)
        if switches:
            await turn(session, record, switches)
        if record.frozen_through is not None and record.frozen_through != closed_before:
            refuse_closing_ahead(record, record.frozen_through, ("frozenThrough",))
        if names_cost_center:
            await set_default_cost_center(session, record, cost_center)
        if defaults:
            before = await resolved(session, row.id)
            await set_defaults(session, record, defaults)
            await refuse_moved_accounts(session, row.id, before, ("defaults", "stockInHand"))
        await refuse_switches_without_accounts(session, record, lacking_before)
        if not changed and (defaults or record.settings != settings_before):
            record.version += 1
    return Outcome(row.id, row.id)


async def _refuse_method_of_moved_items(
    session: AsyncSession, company: Company, values: Mapping[str, Any]
) -> None:
    """The company's method is that of items without one of their own: not once they have moved."""
    if values.get("costing_method", company.costing_method) == company.costing_method:
        return
    found = await run(
        session,
        "select i.sku from item i where i.company_id = :company and i.costing_method is null"
        " and exists (select from bin b where b.company_id = :company and b.item_id = i.id)"
        " order by i.sku limit 1",
        company=company.id,
    )
    sku = found.scalar_one_or_none()
    if sku is not None:
        raise Refused(InUse(path=("costingMethod",), kind="item", reference=sku))
