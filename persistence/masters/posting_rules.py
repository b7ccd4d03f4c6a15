"""Posting rules: a table of them is replaced as a whole, in order."""

from collections.abc import Mapping
from dataclasses import replace as with_fields
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.account_search import TABLES, Asked, FoundAccount, account_for
from domain.accounts import Role
from domain.errors import InUse, InvalidValue, NotFound, Refused, Required
from domain.facts import CompanyFacts, ItemFacts
from domain.lookup import find
from domain.masters import Change, Checks, NewPostingRule, NewPostingRules, Path
from domain.posting_rules import KEYS, ROLES, PostingRule, RuleKey, RuleTable
from domain.references import Ref
from domain.texts import CODE_LENGTH
from persistence.database import Database
from persistence.masters.lookups import find_company
from persistence.masters.store import Outcome, References, hold_postings, locked, run, writing
from persistence.posting.book import read_book, read_rules
from persistence.posting.reading import references
from persistence.tables import Company, PostingRuleAccount
from persistence.tables import PostingRule as RuleRecord

MOST_RULES = 10_000
_COLUMNS: Mapping[RuleKey, str] = {
    RuleKey.STOCK_GROUP: "stock_group",
    RuleKey.WAREHOUSE: "warehouse_id",
    RuleKey.PARTY_GROUP: "party_group",
    RuleKey.ITEM_GROUP: "item_group_id",
    RuleKey.AREA: "area",
    RuleKey.SALES_TYPE: "sales_type",
}


async def replace(database: Database, command: NewPostingRules) -> Outcome:
    """Replace the rules of one table by these, in their order.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, REQUIRED (a rule without accounts), INVALID_VALUE,
            IS_GROUP, WRONG_ACCOUNT_TYPE; IN_USE where goods in stock would come to another stock
            account.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    wanted = References(database, company.id, checks)
    if len(command.rules) > MOST_RULES:
        raise Refused(InvalidValue(path=("rules",), reason="too_long"))
    rules = [
        await _rule(checks, wanted, command.table, position, given)
        for position, given in enumerate(command.rules, start=1)
    ]
    _refuse_twins(checks, rules)
    checks.refuse_if_any()
    async with writing(database, company.id) as session:
        await hold_postings(session, company.id)
        seen = Change(
            company=command.company,
            target=command.company,
            expected_version=command.expected_version,
        )
        record = await locked(session, Company, company.id, seen)
        # Whoever changes masters waits for us: what is committed now is what we replace.
        async with database.transaction(company.id) as connection:
            before = (await read_book(connection, company.id)).company
        if before.posting_rules.get(command.table, ()) != tuple(rules):
            record.version += 1
        await _write(session, company.id, command.table, rules)
        after = {**before.posting_rules, command.table: tuple(rules)}
        await _refuse_moved_stock(session, before, with_fields(before, posting_rules=after))
    return Outcome(company.id, company.id)


async def _rule(
    checks: Checks, wanted: References, table: RuleTable, position: int, given: NewPostingRule
) -> PostingRule:
    at: Path = ("rules", str(position - 1))
    keys: dict[RuleKey, str] = {}
    for key, value in given.keys.items():
        path = (*at, key.value)
        if key not in KEYS[table]:
            checks.refuse(InvalidValue(path=path, reason="not_of_this_table"))
        elif isinstance(value, Ref):
            found = await wanted.find(value, path)
            keys[key] = str(found.id) if found else ""
        else:
            keys[key] = checks.text(value, path, CODE_LENGTH)
    accounts: dict[Role, UUID] = {}
    if not given.accounts:
        checks.refuse(Required(path=(*at, "accounts")))
    for index, (role, ref) in enumerate(given.accounts):
        path = (*at, "accounts", str(index))
        if role not in ROLES[table]:
            checks.refuse(InvalidValue(path=(*path, "role"), reason="not_of_this_table"))
        elif role in accounts:
            checks.refuse(InvalidValue(path=(*path, "role"), reason="named_twice"))
        elif found := await wanted.account_for(ref, (*path, "account"), role):
            accounts[role] = found.id
    return PostingRule(position=position, keys=keys, accounts=accounts)


def _refuse_twins(checks: Checks, rules: list[PostingRule]) -> None:
    """Two rules that ask for the same: the second could never count."""
    seen: set[tuple[tuple[RuleKey, str], ...]] = set()
    for rule in rules:
        asks = tuple(sorted(rule.keys.items()))
        if asks in seen:
            path = ("rules", str(rule.position - 1))
            checks.refuse(InvalidValue(path=path, reason="asks_the_same"))
        seen.add(asks)


async def _write(
    session: AsyncSession, company_id: UUID, table: RuleTable, rules: list[PostingRule]
) -> None:
    """Put the rules in the place of those before; one that asks for the same keeps its id."""
    ids = await _clear(session, company_id, table)
    records = [
        RuleRecord(
            company_id=company_id,
            id=ids.get(frozenset(_columns(rule).items()), uuid7()),
            kind=table,
            position=rule.position,
            **_columns(rule),
        )
        for rule in rules
    ]
    session.add_all(records)
    await session.flush()
    session.add_all(
        PostingRuleAccount(company_id=company_id, rule_id=record.id, role=role, account_id=account)
        for record, rule in zip(records, rules, strict=True)
        for role, account in rule.accounts.items()
    )
    await session.flush()


async def _clear(
    session: AsyncSession, company_id: UUID, table: RuleTable
) -> dict[frozenset[tuple[str, Any]], UUID]:
    """Take the rules out, one by one: the log sees them so. Their ids by what they asked for."""
    of_table = (RuleRecord.company_id == company_id, RuleRecord.kind == table)
    old = (await session.exec(select(RuleRecord).where(*of_table))).all()
    named = select(PostingRuleAccount).where(
        PostingRuleAccount.company_id == company_id,
        col(PostingRuleAccount.rule_id).in_([rule.id for rule in old]),
    )
    for records in ((await session.exec(named)).all(), old):
        for record in records:
            await session.delete(record)
        await session.flush()
    return {
        frozenset(
            (name, asked)
            for name in _COLUMNS.values()
            if (asked := getattr(rule, name)) is not None
        ): rule.id
        for rule in old
    }


def _columns(rule: PostingRule) -> dict[str, Any]:
    """What a rule asks for, as columns: warehouses and groups by their ids."""
    ids = {RuleKey.WAREHOUSE, RuleKey.ITEM_GROUP}
    return {_COLUMNS[k]: UUID(value) if k in ids else value for k, value in rule.keys.items()}


async def _refuse_moved_stock(
    session: AsyncSession, before: CompanyFacts, after: CompanyFacts
) -> None:
    """Refuse rules that give another stock account to goods whose value stands on the old one.

    Raises:
        Refused: IN_USE with the item.
    """
    if Role.STOCK_IN_HAND not in TABLES[before.scheme]:
        return
    found = await run(
        session,
        "select i.stock_group, b.warehouse_id, min(i.sku) from bin b"
        " join item i on i.company_id = b.company_id and i.id = b.item_id"
        " where b.company_id = :company and b.movements > 0 group by 1, 2 order by 3",
        company=before.id,
    )
    rows: list[Any] = list(found)
    for stock_group, warehouse, sku in rows:
        item = ItemFacts(before.id, sku, sku, "", stock_group=stock_group)
        asked = Asked(item, warehouse)
        accounts = {
            account_for(facts, Role.STOCK_IN_HAND, asked).account for facts in (before, after)
        }
        if len(accounts) > 1:
            raise Refused(InUse(path=("rules",), kind="item", reference=sku))


async def rules_of(
    database: Database, company_id: UUID, table: RuleTable
) -> tuple[PostingRule, ...]:
    """The rules of a table, in order."""
    async with database.transaction(company_id) as connection:
        return (await read_rules(connection, company_id)).get(table, ())


async def explained(
    database: Database,
    company_id: UUID,
    role: Role,
    item: Ref | None,
    warehouse: Ref | None,
    party: Ref | None,
) -> FoundAccount:
    """The account for a role, and where it is found: the search that posting uses.

    Raises:
        Refused: NOT_FOUND for what is named and is not there.
    """
    async with database.transaction(company_id) as connection:
        book = await read_book(connection, company_id)
        refs = [ref for ref in (item,) if ref]
        items = await references.items(connection, book.company, book.costing_method, refs)
        parties = await references.parties(connection, company_id, [p for p in (party,) if p])
    place = None
    if warehouse is not None:
        place = find(warehouse, book.company.warehouses, book.company.warehouses_named)
    asked = Asked(items.get(item) if item else None, place, parties.get(party) if party else None)
    missing = [
        NotFound(path=(ref.kind,), kind=ref.kind, reference=ref.value)
        for ref, found in zip((item, warehouse, party), asked, strict=True)
        if ref is not None and found is None
    ]
    if missing:
        raise Refused(*missing)
    return account_for(book.company, role, asked)
