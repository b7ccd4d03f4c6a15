"""The account that a posting goes to, and where it was found: one search for all schemes.

From the nearest to the farthest: what the item or the party names itself, the posting rules of the
scheme, the warehouse and those above it, the item's group and those above it, the company's
default. Each scheme says which of them it asks for a role; what it does not ask is passed by.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.accounts import AccountSource, Role, resolve_stock_account
from domain.company import Scheme
from domain.facts import CompanyFacts, ItemFacts, ItemGroupFacts, PartyFacts
from domain.posting_rules import LOOK_UP, Beaten, PostingRule, RuleKey, RuleTable


class Source(StrEnum):
    """Where an account was found."""

    ITEM = "ITEM"
    PARTY = "PARTY"
    RULE = "RULE"
    GROUP = "GROUP"
    PARENT_GROUP = "PARENT_GROUP"
    WAREHOUSE = "WAREHOUSE"
    PARENT_WAREHOUSE = "PARENT_WAREHOUSE"
    COMPANY_DEFAULT = "COMPANY_DEFAULT"
    NO_RULE = "NO_RULE"
    MISSING = "MISSING"


class FoundAccount(NamedTuple):
    """An account and its source; `rule` of which table counted, on which step, and which did not.

    `account` is None for MISSING (nothing names one), and for NO_RULE (no sales rule fits) until
    the account `NO_RULE_CODE` was made.
    """

    account: UUID | None
    source: Source
    table: RuleTable | None = None
    rule: PostingRule | None = None
    step: int | None = None
    beaten: tuple[Beaten, ...] = ()


class Asked(NamedTuple):
    """What an account is wanted for; any of it may be unknown."""

    item: ItemFacts | None = None
    warehouse: UUID | None = None
    party: PartyFacts | None = None

    def keys(self) -> dict[RuleKey, str | None]:
        """What rules may ask for."""
        item, party = self.item, self.party
        return {
            RuleKey.STOCK_GROUP: item.stock_group if item else None,
            RuleKey.WAREHOUSE: str(self.warehouse) if self.warehouse else None,
            RuleKey.PARTY_GROUP: party.group if party else None,
            RuleKey.ITEM_GROUP: str(item.group) if item and item.group else None,
            RuleKey.AREA: party.area if party else None,
            RuleKey.SALES_TYPE: party.sales_type if party else None,
        }


NO_RULE_CODE = "1"
"""The account that sales and their cost go to where no rule of BY_LEVEL fits; made when needed."""

NO_RULE_NAME = "Default Sales and COGS"

_STOCK, _GENERAL = RuleTable.STOCK_POSTING, RuleTable.GENERAL_POSTING
TABLES: Mapping[Scheme, Mapping[Role, RuleTable]] = {
    Scheme.PERPETUAL: {},
    Scheme.PERIODIC: {},
    Scheme.CONTINENTAL: {
        Role.STOCK_IN_HAND: _STOCK,
        Role.STOCK_INTERIM: _STOCK,
        Role.COST_OF_GOODS_SOLD: _GENERAL,
        Role.INCOME: _GENERAL,
        Role.STOCK_ADJUSTMENT: _GENERAL,
        Role.PURCHASES: _GENERAL,
        Role.DIRECT_COST_APPLIED: _GENERAL,
        Role.OVERHEAD_APPLIED: _GENERAL,
        Role.PURCHASE_VARIANCE: _GENERAL,
        Role.ACCRUAL_INTERIM: _GENERAL,
        Role.COGS_INTERIM: _GENERAL,
    },
    Scheme.BY_LEVEL: {
        Role.INCOME: RuleTable.SALES,
        Role.SALES_DISCOUNT: RuleTable.SALES,
        Role.COST_OF_GOODS_SOLD: RuleTable.COST_OF_SALES,
    },
}
"""The table of rules that a scheme looks a role up in."""

_LADDERS = frozenset({RuleTable.SALES, RuleTable.COST_OF_SALES})
_OF_GROUP = {
    Role.STOCK_IN_HAND: "stock_account",
    Role.STOCK_ADJUSTMENT: "adjustment_account",
    Role.PURCHASE_VARIANCE: "purchase_price_variance_account",
    Role.COST_OF_GOODS_SOLD: "cost_of_goods_sold_account",
    Role.INCOME: "income_account",
}
_OF_GROUP_BY_LEVEL = frozenset({Role.STOCK_IN_HAND, Role.STOCK_ADJUSTMENT, Role.PURCHASE_VARIANCE})
"""What groups name for BY_LEVEL alone, whose sales go by its tables; the rest is for the others."""

_OF_ITEM_OR_PARTY = {
    Role.INCOME: (Source.ITEM, "income_account"),
    Role.COST_OF_GOODS_SOLD: (Source.ITEM, "cost_of_goods_sold_account"),
    Role.EXPENSE: (Source.ITEM, "expense_account"),
    Role.RECEIVABLE: (Source.PARTY, "receivable_account"),
    Role.PAYABLE: (Source.PARTY, "payable_account"),
}
_OF_WAREHOUSE = {
    AccountSource.WAREHOUSE: Source.WAREHOUSE,
    AccountSource.PARENT: Source.PARENT_WAREHOUSE,
}


def account_for(company: CompanyFacts, role: Role, asked: Asked) -> FoundAccount:
    """The account for a role, at the nearest place that names one."""
    table = TABLES[company.scheme].get(role)
    beaten: tuple[Beaten, ...] = ()
    own = _own(role, asked)
    if own is not None:
        return own
    if table is not None:
        found = LOOK_UP[table](company.posting_rules.get(table, ()), role, asked.keys())
        beaten = found.beaten
        if found.rule is not None:
            account = found.rule.accounts[role]
            return FoundAccount(account, Source.RULE, table, found.rule, found.step, beaten)
        if table in _LADDERS:
            made = company.accounts_named.get(NO_RULE_CODE) or company.no_rule_account
            return FoundAccount(made, Source.NO_RULE, table, beaten=beaten)
    for account, source in _behind_rules(company, role, asked):
        return FoundAccount(account, source, table, beaten=beaten)
    return FoundAccount(None, Source.MISSING, table, beaten=beaten)


def _own(role: Role, asked: Asked) -> FoundAccount | None:
    """What the item or the party names itself."""
    source, name = _OF_ITEM_OR_PARTY.get(role, (None, ""))
    if source is None:
        return None
    account: UUID | None = getattr(asked.item if source is Source.ITEM else asked.party, name, None)
    return FoundAccount(account, source) if account is not None else None


def _behind_rules(company: CompanyFacts, role: Role, asked: Asked) -> Iterator[tuple[UUID, Source]]:
    """Warehouse, group and company default, as far as they name an account; nearest first."""
    if role is Role.STOCK_IN_HAND and asked.warehouse is not None:
        found = resolve_stock_account(asked.warehouse, company.warehouses, None)
        if found is not None:
            yield found.account, _OF_WAREHOUSE[found.source]
    by_level = company.scheme is Scheme.BY_LEVEL
    if asked.item is not None and (role in _OF_GROUP_BY_LEVEL) is by_level:
        group = group_account(asked.item.group, role, company.item_groups)
        if group is not None:
            yield group
    default = company.roles.get(role)
    if default is not None:
        yield default, Source.COMPANY_DEFAULT


def group_account(
    group: UUID | None, role: Role, groups: Mapping[UUID, ItemGroupFacts]
) -> tuple[UUID, Source] | None:
    """The account that a group of items, or its nearest parent, names for a role; None: none does.

    Groups name accounts for stock, adjustments of stock and purchase price variances, and for what
    their goods are sold for and have cost.
    """
    name = _OF_GROUP.get(role)
    source = Source.GROUP
    while name is not None and group is not None:
        one = groups[group]
        account: UUID | None = getattr(one, name)
        if account is not None:
            return account, source
        group, source = one.parent, Source.PARENT_GROUP
    return None
