"""What every posting of a company looks up, read once and kept until its masters change.

`company_counter.masters_version` grows with each change; a posting compares it before it decides
and again, under lock, in the statement that writes. So a cached chart can be old, but nothing is
ever posted by it.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import KEPT_IN_CURRENCY, AccountType, Role, Root, WarehouseFacts
from domain.company import CompanySettings, CostingMethod, Flow, Scheme
from domain.currencies import currency_digits, is_currency
from domain.errors import NotFound, Refused
from domain.facts import (
    AccountFacts,
    CompanyFacts,
    CostCenterFacts,
    ItemFacts,
    ItemGroupFacts,
    PartyFacts,
)
from domain.payment_terms import PaymentTermFacts
from domain.periods import FiscalYear, fiscal_year_of
from domain.ports import Recorded
from domain.posting_rules import PostingRule, RuleKey, RuleTable
from domain.references import Ref
from domain.taxes import TaxFacts
from domain.texts import spellings
from persistence.posting.known import Known


class StaleMastersError(Exception):
    """The masters have changed since they were read: decide again on the new ones."""


@dataclass(frozen=True, slots=True)
class Book:
    """A company's masters as of a version, and the items and parties that were read with it."""

    version: int
    company: CompanyFacts
    costing_method: CostingMethod
    fiscal_years: frozenset[str]
    items: Known[ItemFacts] = field(default_factory=Known[ItemFacts], compare=False)
    parties: Known[PartyFacts] = field(default_factory=Known[PartyFacts], compare=False)

    def fiscal_year_of(self, day: date) -> FiscalYear:
        """The fiscal year that a day falls in, open or not."""
        return fiscal_year_of(day, self.company.fiscal_year_start_month)


_OF_NO_VERSION = -1


class Books:
    """The books read so far by this process, by company."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ids: dict[Ref, UUID] = {}
        self._books: dict[UUID, Book] = {}

    async def company_id(self, connection: AsyncConnection, ref: Ref) -> UUID:
        """The company that a reference names.

        Raises:
            Refused: there is none.
        """
        known = self._ids.get(ref)
        if known is not None:
            return known
        row = None
        for named in spellings(ref.value):
            query = _ID_BY_ID if ref.by == "id" else _ID_BY_CODE
            row = row or await (await connection.execute(query, (named,))).fetchone()
        if row is None:
            raise Refused(NotFound(path=("company",), kind="company", reference=ref.value))
        self._ids[ref] = row[0]
        return row[0]

    def cached(self, company_id: UUID, version: int) -> Book | None:
        """The book, if it is of this version."""
        book = self._books.get(company_id)
        return book if book is not None and book.version == version else None

    def newest(self, company_id: UUID) -> Book:
        """The book as it was last read; it has been, by whoever asks."""
        return self._books[company_id]

    def forget(self, company_id: UUID) -> None:
        """Read the book anew next time: what was read last may not have been committed."""
        book = self._books.get(company_id)
        if book is not None:
            self._books[company_id] = replace(book, version=_OF_NO_VERSION)

    def at_hand(self, ref: Ref) -> Book | None:
        """The book of the company that a reference names, if it was read before."""
        company_id = self._ids.get(ref)
        return self._books.get(company_id) if company_id else None

    def note_year(self, recorded: Recorded) -> None:
        """A posting is committed, and the fiscal year of its day open.

        The masters' version does not grow with a year, so that nobody else has to read anew.
        """
        if recorded.seq is not None and recorded.decision is not None:
            self.note_year_of(recorded.company_id, recorded.decision.causes.posting_date)

    def note_year_of(self, company_id: UUID, day: date) -> None:
        """The same, of a company and a day."""
        book = self._books[company_id]
        code = book.fiscal_year_of(day).code
        if code not in book.fiscal_years:
            self._books[company_id] = replace(book, fiscal_years=book.fiscal_years | {code})

    async def load(self, connection: AsyncConnection, company_id: UUID) -> Book:
        """Read the book anew, all of it as of one version."""
        book = await read_book(connection, company_id)
        self._books[company_id] = book
        return book


_ID_BY_ID = "select id from company where id::text = %s"
_ID_BY_CODE = "select id from company where code = %s"
_COMPANY = """
select c.code, c.currency, c.scheme, c.settings, c.costing_method, c.fiscal_year_start_month,
       c.posts_stock_from, c.frozen_through, c.is_active, n.masters_version, c.flow,
       c.inventory_closed_through, c.scheme_from, c.scheme_since, c.flow_since,
       (select coalesce(jsonb_object_agg(r.role, r.account_id), '{}')
          from account_role r where r.company_id = c.id),
       (select coalesce(array_agg(f.code), '{}') from fiscal_year f where f.company_id = c.id)
  from company c join company_counter n on n.company_id = c.id
 where c.id = %s
"""
_ACCOUNTS = """
select id, code, name, type, root, is_group, is_active, currency from account where company_id = %s
"""
_WAREHOUSES = """
select id, code, name, parent_id, account_id, is_group, is_active, is_transit from warehouse
 where company_id = %s
"""
_COST_CENTERS = """
select id, code, name, is_group, is_active from cost_center where company_id = %s
"""
_ITEM_GROUPS = """
select id, code, parent_id, stock_account_id, adjustment_account_id,
       purchase_price_variance_account_id, cost_of_goods_sold_account_id, income_account_id
  from item_group where company_id = %s
"""
_POSTING_RULES = """
select r.kind, r.position, r.stock_group, r.warehouse_id::text, r.party_group,
       r.item_group_id::text, r.area, r.sales_type,
       (select jsonb_object_agg(a.role, a.account_id) from posting_rule_account a
         where a.company_id = r.company_id and a.rule_id = r.id)
  from posting_rule r where r.company_id = %s
 order by r.kind, r.position
"""
_TAXES = """
select id, code, rate, position, on_tax, sales_account_id, purchase_account_id, is_active
  from tax where company_id = %s
"""
_PAYMENT_TERMS = """
select id, code, due_days, end_of_month, discount_percent, discount_days, is_active
  from payment_term where company_id = %s
"""


async def read_rules(
    connection: AsyncConnection, company_id: UUID
) -> dict[RuleTable, tuple[PostingRule, ...]]:
    """A company's posting rules, table by table."""
    cursor = await connection.execute(_POSTING_RULES, (company_id,))
    return _posting_rules(await cursor.fetchall())


class _Head(NamedTuple):
    """The company itself: the columns of `_COMPANY`, in their order."""

    code: str
    currency: str
    scheme: str
    settings: dict[str, Any]
    costing_method: str
    fiscal_year_start_month: int
    posts_stock_from: date | None
    frozen_through: date | None
    is_active: bool
    version: int
    flow: str
    inventory_closed_through: date | None
    scheme_from: date | None
    scheme_since: int
    flow_since: int
    roles: dict[str, str]
    years: list[str]


class _Masters(NamedTuple):
    """The rows of its other masters."""

    accounts: list[Any]
    warehouses: list[Any]
    cost_centers: list[Any]
    item_groups: list[Any]
    posting_rules: list[Any]
    taxes: list[Any]
    payment_terms: list[Any]


async def read_book(connection: AsyncConnection, company_id: UUID) -> Book:
    """A company's masters as they are now."""
    async with connection.pipeline():
        company = await connection.execute(_COMPANY, (company_id,))
        accounts = await connection.execute(_ACCOUNTS, (company_id,))
        warehouses = await connection.execute(_WAREHOUSES, (company_id,))
        centers = await connection.execute(_COST_CENTERS, (company_id,))
        groups = await connection.execute(_ITEM_GROUPS, (company_id,))
        rules = await connection.execute(_POSTING_RULES, (company_id,))
        taxes = await connection.execute(_TAXES, (company_id,))
        terms = await connection.execute(_PAYMENT_TERMS, (company_id,))
        found: Any = await company.fetchone()
        head = _Head(*found)
        rows = _Masters(
            accounts=await accounts.fetchall(),
            warehouses=await warehouses.fetchall(),
            cost_centers=await centers.fetchall(),
            item_groups=await groups.fetchall(),
            posting_rules=await rules.fetchall(),
            taxes=await taxes.fetchall(),
            payment_terms=await terms.fetchall(),
        )
    facts = _company_facts(company_id, head, rows)
    return Book(head.version, facts, CostingMethod(head.costing_method), frozenset(head.years))


def _company_facts(company_id: UUID, head: _Head, rows: _Masters) -> CompanyFacts:
    return CompanyFacts(
        id=company_id,
        code=head.code,
        currency=head.currency,
        digits=currency_digits(head.currency),
        scheme=Scheme(head.scheme),
        settings=CompanySettings.of(head.settings),
        fiscal_year_start_month=head.fiscal_year_start_month,
        posts_stock_from=head.posts_stock_from,
        flow=Flow(head.flow),
        frozen_through=head.frozen_through,
        inventory_closed_through=head.inventory_closed_through,
        scheme_from=head.scheme_from,
        scheme_since=head.scheme_since,
        flow_since=head.flow_since,
        is_active=head.is_active,
        roles={Role(role): UUID(account) for role, account in head.roles.items()},
        accounts={row[0]: _account(row, head.currency) for row in rows.accounts},
        accounts_named=_named(rows.accounts),
        warehouses={row[0]: WarehouseFacts(*row) for row in rows.warehouses},
        warehouses_named=_named(rows.warehouses),
        item_groups={row[0]: ItemGroupFacts(*row) for row in rows.item_groups},
        posting_rules=_posting_rules(rows.posting_rules),
        taxes={row[0]: _tax(row) for row in rows.taxes},
        taxes_named={row[1]: row[0] for row in rows.taxes},
        payment_terms={row[0]: _terms(row) for row in rows.payment_terms},
        payment_terms_named={row[1]: row[0] for row in rows.payment_terms},
        cost_centers={
            row[0]: CostCenterFacts(row[0], row[1], row[3], row[4]) for row in rows.cost_centers
        },
        cost_centers_named=_named(rows.cost_centers),
        default_cost_center=_default_cost_center(head.settings, rows.cost_centers),
    )


def _account(row: Any, company_currency: str) -> AccountFacts:
    id_, code, name, type_, root, is_group, is_active, currency = row
    is_other = currency is not None and currency != company_currency and is_currency(currency)
    is_kept = is_other and type_ in KEPT_IN_CURRENCY
    return AccountFacts(
        id_, code, name, AccountType(type_), Root(root), is_group, is_active,
        currency if is_kept else None,
    )  # fmt: skip


def _tax(row: Any) -> TaxFacts:
    names = (
        "id", "code", "rate", "order", "on_tax", "sales_account", "purchase_account", "is_active",
    )  # fmt: skip
    return TaxFacts(**dict(zip(names, row, strict=True)))


def _terms(row: Any) -> PaymentTermFacts:
    names = (
        "id", "code", "due_days", "end_of_month", "discount_percent", "discount_days", "is_active",
    )  # fmt: skip
    return PaymentTermFacts(**dict(zip(names, row, strict=True)))


def _posting_rules(rows: list[Any]) -> dict[RuleTable, tuple[PostingRule, ...]]:
    """The rules of each table, in order."""
    found: dict[RuleTable, tuple[PostingRule, ...]] = {}
    for kind, position, *keys, accounts in rows:
        asked = {key: value for key, value in zip(RuleKey, keys, strict=True) if value is not None}
        named = {Role(role): UUID(account) for role, account in (accounts or {}).items()}
        rule = PostingRule(position=position, keys=asked, accounts=named)
        found[RuleTable(kind)] = (*found.get(RuleTable(kind), ()), rule)
    return found


def _named(rows: list[Any]) -> dict[str, UUID]:
    """Codes first, then "code name", so that a code always wins."""
    named = {f"{row[1]} {row[2]}": row[0] for row in rows}
    named.update({row[1]: row[0] for row in rows})
    return named


def _default_cost_center(settings: dict[str, Any], rows: list[Any]) -> UUID | None:
    default = settings.get("default_cost_center")
    return next((row[0] for row in rows if default in (str(row[0]), row[1])), None)
