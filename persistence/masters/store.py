"""What all masters share: making one once, changing the version one has seen, never losing one.

Masters are written through SQLModel sessions; what a unique key or a foreign key refuses comes
back as the refusal that a person understands.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from psycopg import errors as pg
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.accounts import AccountType, Role, Root, expected_of, fits
from domain.errors import (
    CodeTaken,
    IdempotencyConflict,
    InUse,
    InvalidParent,
    IsGroup,
    NotFound,
    Refusal,
    Refused,
    VersionConflict,
    WrongAccountType,
)
from domain.masters import NAME_LENGTH, Change, Checks, Path
from domain.references import Ref
from persistence.database import Database, books_of
from persistence.ids import PLACES, is_known_in
from persistence.masters import lookups
from persistence.masters.change_log import SessionLog
from persistence.tables import Account, CostCenter, ItemGroup, Warehouse

Master = TypeVar("Master", bound=SQLModel)


class Outcome(NamedTuple):
    """The record that was made or changed, and whether this id had made it before."""

    company_id: UUID
    id: UUID
    replayed: bool = False


_IS_KNOWN = f"select {is_known_in(PLACES, ':company', ':id')}"
_MOVING = frozenset({"version", "created_at", "is_active", "position"})


def replay(existing: SQLModel, wanted: SQLModel, given: UUID) -> None:
    """A repeated creation gives the first result, if it asks for the same.

    Once the record was changed its first content is not known any more: then the id alone counts.

    Raises:
        Refused: IDEMPOTENCY_CONFLICT.
    """
    fields = [name for name in type(wanted).model_fields if name not in _MOVING]
    same = all(getattr(existing, name) == getattr(wanted, name) for name in fields)
    if getattr(existing, "version", 1) == 1 and not same:
        raise Refused(IdempotencyConflict(path=("id",), id=str(given)))


async def insert(session: AsyncSession, record: SQLModel, key: Any, given: UUID | None) -> bool:
    """Insert a record unless its id has been used; whether it was a repetition.

    Raises:
        Refused: IDEMPOTENCY_CONFLICT: the id is that of another record, of this kind or another.
    """
    if given is not None:
        existing = await session.get(type(record), key)
        if existing is not None:
            replay(existing, record, given)
            return True
        company_id, id_ = key
        if (await run(session, _IS_KNOWN, company=company_id, id=id_)).scalar_one():
            raise Refused(IdempotencyConflict(path=("id",), id=str(given)))
    session.add(record)
    await session.flush()
    return False


@asynccontextmanager
async def writing(
    database: Database,
    company_id: UUID,
    codes: Mapping[str, tuple[str, str, Path]] | None = None,
    used: InUse | None = None,
) -> AsyncIterator[AsyncSession]:
    """A transaction on masters, logged; what its keys refuse becomes a refusal.

    Args:
        database: the open database, acting for whoever changes masters.
        company_id: the company whose masters are written.
        codes: constraint -> (kind, value, path) of the code that is taken when it is violated.
        used: the refusal for a record that others refer to.

    Raises:
        Refused: CODE_TAKEN, IN_USE.
    """
    assert database.principal is not None, "whoever changes masters is logged"
    try:
        async with database.session(company_id) as session:
            log = SessionLog(session)
            yield session
            await session.flush()
            connection = await books_of(await session.connection())
            await log.append(connection, company_id, database.principal)
    except IntegrityError as error:
        cause = error.orig
        if isinstance(cause, pg.UniqueViolation):
            taken = (codes or {}).get(cause.diag.constraint_name or "")
            if taken is not None:
                kind, value, path = taken
                raise Refused(CodeTaken(path=path, kind=kind, value=value)) from error
        if isinstance(cause, pg.ForeignKeyViolation) and used is not None:
            raise Refused(used) from error
        raise


async def locked(session: AsyncSession, kind: type[Master], key: Any, change: Change) -> Master:
    """The record to be changed, locked, in the version that the person has seen.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT.
    """
    # Without the key: foreign keys to the record are still checked by others meanwhile.
    found = await session.get(kind, key, with_for_update={"key_share": True})
    if found is None:
        raise Refused(NotFound(kind=change.target.kind, reference=change.target.value))
    refuse_other_version(found, change.target.kind, change.expected_version)
    return found


def refuse_other_version(record: SQLModel, kind: str, expected: int | None) -> None:
    """Nobody changes what they have not seen.

    Raises:
        Refused: VERSION_CONFLICT, with where the record as it is now is found.
    """
    version: int = record.version  # type: ignore[attr-defined]
    if expected is None or expected == version:
        return
    raise Refused(
        VersionConflict(
            path=("expectedVersion",),
            expected=expected,
            current=version,
            kind=kind,
            company=str(getattr(record, "company_id", record.id)),  # type: ignore[attr-defined] - every master has an id
            id=str(record.id),  # type: ignore[attr-defined] - as above
        )
    )


def apply(record: SQLModel, values: Mapping[str, object]) -> bool:
    """Set what differs and count the version up if anything did; whether anything did."""
    changed = {name: value for name, value in values.items() if getattr(record, name) != value}
    for name, value in changed.items():
        setattr(record, name, value)
    if changed:
        record.version += 1  # type: ignore[attr-defined]
    return bool(changed)


def names_of(values: Mapping[str, object], checks: Checks) -> dict[str, Any]:
    """The changed fields, with code and name (where given) checked."""
    checked: dict[str, Any] = dict(values)
    for name in ("code", "sku"):
        if name in checked:
            checked[name] = checks.code(checked[name], (name,))
    if "name" in checked:
        checked["name"] = checks.text(checked["name"], ("name",), NAME_LENGTH)
    return checked


class References:
    """Looks up what a request refers to, noting what is missing or does not fit."""

    def __init__(self, database: Database, company_id: UUID, checks: Checks) -> None:
        """All within one company."""
        self._database = database
        self._company_id = company_id
        self._checks = checks

    def refuse(self, refusal: Refusal) -> None:
        """Note what does not fit about something that was found."""
        self._checks.refuse(refusal)

    async def find(self, ref: Ref | None, path: Path) -> Any:
        """The record's row; None when none is named, or there is none (noted)."""
        if ref is None:
            return None
        try:
            return await lookups.find(self._database, self._company_id, ref, path)
        except Refused as refused:
            self._checks.refusals.extend(refused.refusals)
            return None

    async def group(self, ref: Ref | None, path: Path) -> Any:
        """A parent: a group of the tree."""
        found = await self.find(ref, path)
        if ref is not None and found is not None and not found.is_group:
            self._checks.refuse(InvalidParent(path=path, kind=ref.kind, reference=found.code))
        return found

    async def account_for(self, ref: Ref | None, path: Path, role: Role) -> Any:
        """A posting account whose type and root may fill the role."""
        found = await self.account(ref, path)
        if found is None or found.is_group:
            return None
        if not fits(role, AccountType(found.type), Root(found.root)):
            expected = expected_of(role)
            self._checks.refuse(WrongAccountType(path=path, account=found.code, expected=expected))
        return found

    async def account(self, ref: Ref | None, path: Path, *types: str) -> Any:
        """A posting account, of one of the types if any are named."""
        found = await self.find(ref, path)
        if found is None:
            return None
        if found.is_group:
            self._checks.refuse(IsGroup(path=path, kind="account", reference=found.code))
        elif types and found.type not in types:
            expected = ", ".join(types)
            self._checks.refuse(WrongAccountType(path=path, account=found.code, expected=expected))
        return found


async def refuse_loop(
    session: AsyncSession,
    kind: type[Account] | type[CostCenter] | type[ItemGroup] | type[Warehouse],
    record: Account | CostCenter | ItemGroup | Warehouse,
    parent_id: UUID,
    path: Path,
) -> None:
    """A record may not come to lie below itself.

    Raises:
        Refused: INVALID_PARENT.
    """
    ancestor: UUID | None = parent_id
    while ancestor is not None:
        if ancestor == record.id:
            name = str(kind.__tablename__)
            raise Refused(InvalidParent(path=path, kind=name, reference=record.code))
        above = await session.get(kind, (record.company_id, ancestor))
        ancestor = above.parent_id if above else None


async def run(session: AsyncSession, statement: str, **params: Any) -> CursorResult[Any]:
    """A statement in SQL's own words, after what the session has not written yet."""
    await session.flush()
    connection = await session.connection()
    return await connection.execute(text(statement), params)


async def hold_postings(session: AsyncSession, company_id: UUID) -> None:
    """Let nothing be posted until this change is done, and what was decided before it be repeated.

    Posting's last step counts on the version it has read, under the same row's lock: so whatever
    is checked after this holds for every posting. Changes of trees run one at a time by it too.
    Whoever has the company's postings to himself is waited for like by any posting.
    """
    with_others = "select pg_advisory_xact_lock_shared(hashtextextended(:company, 0))"
    await run(session, with_others, company=str(company_id))
    statement = (
        "update company_counter set masters_version = masters_version + 1"
        " where company_id = :company"
    )
    await run(session, statement, company=company_id)


async def lock_company(session: AsyncSession, company_id: UUID) -> None:
    """One creation of a company's items or parties at a time; postings go on meanwhile."""
    statement = "select 1 from company where id = :company for no key update"
    await run(session, statement, company=company_id)


_REFERRERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "account": (
        ("journal_line", "account_id"), ("document_charge", "account_id"),
        ("document_line", "account_id"), ("movement", "contra_account_id"),
        ("billing_state", "account_id"), ("party_entry", "account_id"),
        ("warehouse", "account_id"), ("account_role", "account_id"), ("account", "parent_id"),
        ("item", "expense_account_id"), ("item", "income_account_id"),
        ("item", "cost_of_goods_sold_account_id"),
        ("party", "receivable_account_id"), ("party", "payable_account_id"),
        ("item_group", "stock_account_id"), ("item_group", "adjustment_account_id"),
        ("item_group", "purchase_price_variance_account_id"),
        ("item_group", "cost_of_goods_sold_account_id"), ("item_group", "income_account_id"),
        ("posting_rule_account", "account_id"), ("tax", "sales_account_id"),
        ("tax", "purchase_account_id"), ("document_tax", "account_id"),
    ),
    "tax": (("document_tax", "tax_id"), ("document_line_tax", "tax_id")),
    "payment_term": (
        ("party", "payment_term_id"), ("document", "(content ->> 'payment_term')::uuid"),
    ),
    "item_group": (
        ("item", "group_id"), ("item_group", "parent_id"), ("posting_rule", "item_group_id"),
    ),
    "cost_center": (
        ("journal_line", "cost_center_id"), ("document_line", "cost_center_id"),
        ("document_charge", "cost_center_id"), ("cost_center", "parent_id"),
    ),
    "warehouse": (
        ("movement", "warehouse_id"), ("document_line", "warehouse_id"),
        ("document_line", "to_warehouse_id"), ("bin", "warehouse_id"), ("warehouse", "parent_id"),
        ("posting_rule", "warehouse_id"),
    ),
    "item": (("movement", "item_id"), ("document_line", "item_id"), ("bin", "item_id")),
    "party": (
        ("document", "party_id"), ("document_line", "party_id"), ("party_entry", "party_id"),
        ("journal_line", "party_id"), ("movement", "party_id"),
    ),
}  # fmt: skip
"""Where a kind of master may be referred to; not all of it is under foreign keys."""


async def is_referred_to(
    session: AsyncSession, kind: str, company_id: UUID, one: UUID, *, only: tuple[str, ...] = ()
) -> bool:
    """Whether any record (of the tables named, if any are) refers to this one."""
    found = await run(session, references_statement(kind, only), company=company_id, one=one)
    return bool(found.scalar_one())


def references_statement(kind: str, only: tuple[str, ...] = ()) -> str:
    """Looks for any record (of the tables named, if any are) that refers to one of that kind."""
    tests = " or ".join(
        f"exists (select from {table} where company_id = :company and {column} = :one)"
        for table, column in _REFERRERS[kind]
        if not only or table in only
    )
    return f"select {tests}"
