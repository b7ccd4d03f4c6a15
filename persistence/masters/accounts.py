"""Accounts: made under their root and parent, kept in chart order."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.accounts import GENERAL_TYPE, AccountType, Role, Root, expected_of, fits, root_of
from domain.company import PENDING_DEFAULTS, pending_defaults_of
from domain.currencies import is_currency
from domain.errors import InUse, InvalidParent, InvalidValue, Refused, Required, WrongAccountType
from domain.masters import Change, Checks, NewAccount
from domain.texts import composed
from persistence.database import Database
from persistence.masters.lookups import find, find_company
from persistence.masters.rows import AccountRow
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
from persistence.tables import Account, AccountRole, Company

_LAST = 2**31 - 1

RENUMBER = """
with recursive tree(id, place) as (
    select id, array[array_position(
               array['ASSET', 'LIABILITY', 'EQUITY', 'INCOME', 'EXPENSE'], root::text), position]
      from account where company_id = :company and parent_id is null
    union all
    select child.id, tree.place || child.position
      from account child join tree on child.parent_id = tree.id
     where child.company_id = :company
), numbered(id, position) as (
    select id, row_number() over (order by place, id) from tree
)
update account set position = numbered.position from numbered
 where account.company_id = :company and account.id = numbered.id
   and account.position <> numbered.position
"""
"""Chart order: roots as in the statements, each group followed by what it holds."""


async def create(database: Database, command: NewAccount) -> Outcome:
    """Make an account, the last of its group.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, INVALID_PARENT, CODE_TAKEN,
            WRONG_ACCOUNT_TYPE where a company default waits for an account of that code,
            IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    code, name = checks.code_and_name(command.code, command.name)
    parent = await References(database, company.id, checks).group(command.parent, ("parent",))
    root = _root(checks, command, parent)
    _check_currency(checks, command.currency)
    checks.refuse_if_any()
    record = Account(
        company_id=company.id,
        id=command.id or uuid7(),
        code=code,
        name=name,
        type=command.type or GENERAL_TYPE[root],
        root=root,
        parent_id=parent.id if parent else None,
        is_group=command.is_group,
        position=_LAST,
        currency=command.currency,
    )
    codes = {"account_code": ("account", code, ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        key = (company.id, record.id)
        if await insert(session, record, key, command.id):
            return Outcome(company.id, record.id, replayed=True)
        await _fill_pending_defaults(session, record)
        await run(session, RENUMBER, company=company.id)
    return Outcome(company.id, record.id)


def _root(checks: Checks, command: NewAccount, parent: AccountRow | None) -> Root:
    """The root of the new account; what does not fit is noted."""
    inherited = Root(parent.root) if parent else None
    if inherited and command.root not in {None, inherited}:
        reference = parent.code if parent else ""
        checks.refuse(InvalidParent(path=("parent",), kind="account", reference=reference))
    root = root_of(command.type, command.root, inherited)
    if root is None and (command.root or inherited) is None:
        checks.refuse(Required(path=("root",)))
    elif root is None:
        path = ("root",) if command.root else ("parent",)
        checks.refuse(InvalidValue(path=path, reason="root_not_of_type"))
    return root or Root.ASSET


def _check_currency(checks: Checks, currency: object) -> None:
    if isinstance(currency, str) and not is_currency(currency):
        checks.refuse(InvalidValue(path=("currency",), reason="unknown_currency"))


async def _fill_pending_defaults(session: AsyncSession, account: Account) -> None:
    """A company default that waits for an account of this code gets it now."""
    company = await session.get(Company, account.company_id)
    pending = pending_defaults_of(company.settings) if company else {}
    names = {account.code, f"{account.code} {account.name}"}
    waiting = [role for role, code in pending.items() if composed(code) in names]
    if company is None or account.is_group or not waiting:
        return
    for name in waiting:
        role = Role(name)
        if not fits(role, AccountType(account.type), Root(account.root)):
            expected = expected_of(role)
            raise Refused(WrongAccountType(path=("type",), account=account.code, expected=expected))
        await session.merge(
            AccountRole(company_id=account.company_id, role=role, account_id=account.id)
        )
    left = {role: code for role, code in pending.items() if role not in waiting}
    company.settings = {**company.settings, PENDING_DEFAULTS: left}


async def update(database: Database, change: Change) -> Outcome:
    """Change an account; its type, and whether it is a group, only while nothing refers to it.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE, INVALID_PARENT, IN_USE, CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: AccountRow = await find(database, company.id, change.target, ("account",))
    checks = Checks()
    values = names_of(change.values, checks)
    if "parent" in values:
        references = References(database, company.id, checks)
        parent = await references.group(values.pop("parent"), ("parent",))
        if parent and parent.root != row.root:
            checks.refuse(InvalidParent(path=("parent",), kind="account", reference=parent.code))
        values["parent_id"] = parent.id if parent else None
    type_ = values.get("type", row.type)
    if root_of(AccountType(str(type_)), Root(row.root)) is None:
        checks.refuse(InvalidValue(path=("type",), reason="root_not_of_type"))
    _check_currency(checks, values.get("currency"))
    checks.refuse_if_any()
    codes = {"account_code": ("account", values.get("code", row.code), ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        record = await locked(session, Account, (company.id, row.id), change)
        await _refuse_if_used(session, record, values)
        parent_id = values.get("parent_id")
        if isinstance(parent_id, UUID):
            await refuse_loop(session, Account, record, parent_id, ("parent",))
        if values.get("parent_id", record.parent_id) != record.parent_id:
            record.position = _LAST
        if apply(record, values) and "parent_id" in values:
            await run(session, RENUMBER, company=company.id)
    return Outcome(company.id, row.id)


async def _refuse_if_used(
    session: AsyncSession, record: Account, values: dict[str, object]
) -> None:
    for name, path in (("type", "type"), ("is_group", "isGroup"), ("currency", "currency")):
        if name not in values or values[name] == getattr(record, name):
            continue
        if await is_referred_to(session, "account", record.company_id, record.id):
            raise Refused(InUse(path=(path,), kind="account", reference=record.code))
