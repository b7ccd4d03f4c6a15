"""The account of a posting: the nearest place that names one, scheme by scheme."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.account_search import Asked, FoundAccount, Source, account_for
from domain.accounts import AccountType, Role, Root, WarehouseFacts
from domain.company import CompanySettings, Scheme
from domain.facts import AccountFacts, CompanyFacts, ItemFacts, ItemGroupFacts, PartyFacts
from domain.posting_rules import PostingRule, RuleKey, RuleTable

_CODES = (
    "stock", "east", "group", "above", "rule", "cogs", "cogs rule", "sales", "sales rule", "own",
    "debtors", "debtor", "adjustment", "of group", "discount", "cost of group", "sales of group",
)  # fmt: skip
ACCOUNT = {code: UUID(int=number) for number, code in enumerate(_CODES, start=1)}
CODE = {id_: code for code, id_ in ACCOUNT.items()}
EAST, WEST, YARD = UUID(int=101), UUID(int=102), UUID(int=103)
FG, GOODS, RM, SALES, WOOD = (UUID(int=number) for number in range(201, 206))
PARTY = UUID(int=301)

WAREHOUSES = {
    YARD: WarehouseFacts(YARD, "YARD", "Yard", None, ACCOUNT["east"], is_group=True),
    EAST: WarehouseFacts(EAST, "EAST", "East", YARD, None),
    WEST: WarehouseFacts(WEST, "WEST", "West", None, None),
}
GROUPS = {
    GOODS: ItemGroupFacts(GOODS, "GOODS", None, ACCOUNT["above"], ACCOUNT["of group"]),
    FG: ItemGroupFacts(FG, "FG", GOODS, ACCOUNT["group"]),
    RM: ItemGroupFacts(RM, "RM"),
    SALES: ItemGroupFacts(SALES, "SALES", cost_of_goods_sold_account=ACCOUNT["cost of group"]),
    WOOD: ItemGroupFacts(WOOD, "WOOD", SALES, income_account=ACCOUNT["sales of group"]),
}
RULES = {
    RuleTable.STOCK_POSTING: (
        PostingRule(position=1, keys={RuleKey.STOCK_GROUP: "RESALE", RuleKey.WAREHOUSE: str(EAST)},
                    accounts={Role.STOCK_IN_HAND: ACCOUNT["rule"]}),
    ),
    RuleTable.GENERAL_POSTING: (
        PostingRule(position=1, keys={RuleKey.PARTY_GROUP: "EXPORT", RuleKey.ITEM_GROUP: str(FG)},
                    accounts={Role.COST_OF_GOODS_SOLD: ACCOUNT["cogs rule"],
                              Role.INCOME: ACCOUNT["sales rule"]}),
    ),
    RuleTable.SALES: (
        PostingRule(position=1, keys={RuleKey.ITEM_GROUP: str(FG)},
                    accounts={Role.INCOME: ACCOUNT["sales rule"],
                              Role.SALES_DISCOUNT: ACCOUNT["discount"]}),
    ),
    RuleTable.COST_OF_SALES: (
        PostingRule(position=1, keys={RuleKey.AREA: "EU"},
                    accounts={Role.COST_OF_GOODS_SOLD: ACCOUNT["cogs rule"]}),
    ),
}  # fmt: skip
COMPANY = CompanyFacts(
    id=UUID(int=1),
    code="ACME",
    currency="EUR",
    digits=2,
    scheme=Scheme.PERPETUAL,
    settings=CompanySettings(),
    roles={
        Role.STOCK_IN_HAND: ACCOUNT["stock"],
        Role.COST_OF_GOODS_SOLD: ACCOUNT["cogs"],
        Role.INCOME: ACCOUNT["sales"],
        Role.RECEIVABLE: ACCOUNT["debtors"],
        Role.STOCK_ADJUSTMENT: ACCOUNT["adjustment"],
    },
    warehouses=WAREHOUSES,
    item_groups=GROUPS,
    posting_rules=RULES,
)
ITEM = ItemFacts(UUID(int=401), "CHAIR", "Chair", "FIFO", group=FG, stock_group="RESALE")
SOLD = replace(ITEM, group=WOOD)
BUYER = PartyFacts(PARTY, "BUYER", frozenset({"CUSTOMER"}), group="EXPORT", area="EU")


def search(scheme: Scheme, role: Role, asked: Asked) -> tuple[str | None, str]:
    found: FoundAccount = account_for(replace(COMPANY, scheme=scheme), role, asked)
    return (CODE[found.account] if found.account else None, found.source.value)


P, C, L = Scheme.PERPETUAL, Scheme.CONTINENTAL, Scheme.BY_LEVEL


@pytest.mark.parametrize(
    ("scheme", "role", "asked", "account", "source"),
    [
        (P, Role.STOCK_IN_HAND, Asked(ITEM, EAST), "east", Source.PARENT_WAREHOUSE),
        (P, Role.STOCK_IN_HAND, Asked(ITEM, YARD), "east", Source.WAREHOUSE),
        (P, Role.STOCK_IN_HAND, Asked(ITEM, WEST), "stock", Source.COMPANY_DEFAULT),
        (P, Role.INCOME, Asked(ITEM, None, BUYER), "sales", Source.COMPANY_DEFAULT),
        (P, Role.INCOME, Asked(SOLD, None, BUYER), "sales of group", Source.GROUP),
        (P, Role.COST_OF_GOODS_SOLD, Asked(SOLD, EAST), "cost of group", Source.PARENT_GROUP),
        (C, Role.COST_OF_GOODS_SOLD, Asked(SOLD, EAST), "cost of group", Source.PARENT_GROUP),
        (C, Role.INCOME, Asked(replace(ITEM, group=FG), None, BUYER), "sales rule", Source.RULE),
        (L, Role.COST_OF_GOODS_SOLD, Asked(SOLD), None, Source.NO_RULE),
        (P, Role.STOCK_ADJUSTMENT, Asked(ITEM), "adjustment", Source.COMPANY_DEFAULT),
        (P, Role.RECEIVABLE, Asked(None, None, BUYER), "debtors", Source.COMPANY_DEFAULT),
        (P, Role.FREIGHT, Asked(), None, Source.MISSING),
        (C, Role.STOCK_IN_HAND, Asked(ITEM, EAST), "rule", Source.RULE),
        (C, Role.STOCK_IN_HAND, Asked(ITEM, WEST), "stock", Source.COMPANY_DEFAULT),
        (C, Role.STOCK_IN_HAND, Asked(replace(ITEM, stock_group=None), EAST), "east",
         Source.PARENT_WAREHOUSE),
        (C, Role.COST_OF_GOODS_SOLD, Asked(ITEM, EAST, BUYER), "cogs rule", Source.RULE),
        (C, Role.COST_OF_GOODS_SOLD, Asked(ITEM, EAST), "cogs", Source.COMPANY_DEFAULT),
        (C, Role.INCOME, Asked(ITEM, None, BUYER), "sales rule", Source.RULE),
        (C, Role.STOCK_ADJUSTMENT, Asked(ITEM, EAST), "adjustment", Source.COMPANY_DEFAULT),
        (L, Role.STOCK_IN_HAND, Asked(ITEM, EAST), "east", Source.PARENT_WAREHOUSE),
        (L, Role.STOCK_IN_HAND, Asked(ITEM, WEST), "group", Source.GROUP),
        (L, Role.STOCK_IN_HAND, Asked(replace(ITEM, group=GOODS), WEST), "above", Source.GROUP),
        (L, Role.STOCK_IN_HAND, Asked(replace(ITEM, group=RM), EAST), "east",
         Source.PARENT_WAREHOUSE),
        (L, Role.STOCK_ADJUSTMENT, Asked(ITEM), "of group", Source.PARENT_GROUP),
        (L, Role.STOCK_ADJUSTMENT, Asked(replace(ITEM, group=None)), "adjustment",
         Source.COMPANY_DEFAULT),
        (L, Role.INCOME, Asked(ITEM, None, BUYER), "sales rule", Source.RULE),
        (L, Role.SALES_DISCOUNT, Asked(ITEM, None, BUYER), "discount", Source.RULE),
        (L, Role.COST_OF_GOODS_SOLD, Asked(ITEM, None, BUYER), "cogs rule", Source.RULE),
        (L, Role.COST_OF_GOODS_SOLD, Asked(ITEM), None, Source.NO_RULE),
    ],
)  # fmt: skip
def test_the_nearest_place_that_names_an_account_counts(
    scheme: Scheme, role: Role, asked: Asked, account: str | None, source: Source
) -> None:
    assert search(scheme, role, asked) == (account, source.value)


def test_what_item_and_party_name_themselves_goes_before_everything() -> None:
    item = replace(ITEM, income_account=ACCOUNT["own"], cost_of_goods_sold_account=ACCOUNT["own"])
    party = replace(BUYER, receivable_account=ACCOUNT["debtor"])
    for scheme in (P, C, L):
        for role in (Role.INCOME, Role.COST_OF_GOODS_SOLD):
            assert search(scheme, role, Asked(item, None, party)) == ("own", "ITEM")
        assert search(scheme, Role.RECEIVABLE, Asked(item, None, party)) == ("debtor", "PARTY")


def test_a_found_rule_comes_with_its_step_and_those_that_it_beat() -> None:
    found = account_for(replace(COMPANY, scheme=L), Role.INCOME, Asked(ITEM, None, BUYER))
    assert (found.table, found.step) == (RuleTable.SALES, 5)
    assert found.rule is RULES[RuleTable.SALES][0]


def test_without_a_rule_sales_go_to_account_one_once_it_is_there() -> None:
    one = UUID(int=999)
    company = replace(
        COMPANY,
        scheme=L,
        accounts={one: AccountFacts(one, "1", "Sales", AccountType.INCOME, Root.INCOME)},
        accounts_named={"1": one},
    )
    found = account_for(company, Role.COST_OF_GOODS_SOLD, Asked(ITEM))
    assert (found.account, found.source) == (one, Source.NO_RULE)
