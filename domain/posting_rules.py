"""Rules by which postings find their accounts, and the two ways of looking them up.

`STOCK_POSTING` (stock group x warehouse) and `GENERAL_POSTING` (party group x item group): the
first rule in order that fits and names an account for the role. `SALES` and `COST_OF_SALES` (area x
item group x sales type): the most specific rule, step by step down a ladder of eight. A key that a
rule leaves open fits anything. Each look-up says what it found and why every other rule did not
count. Rule: the NAV and webERP sections of the scenario vectors.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.accounts import Role


class RuleTable(StrEnum):
    """The tables of posting rules."""

    STOCK_POSTING = "STOCK_POSTING"
    GENERAL_POSTING = "GENERAL_POSTING"
    SALES = "SALES"
    COST_OF_SALES = "COST_OF_SALES"


class RuleKey(StrEnum):
    """What a rule may ask of a posting."""

    STOCK_GROUP = "stockGroup"
    WAREHOUSE = "warehouse"
    PARTY_GROUP = "partyGroup"
    ITEM_GROUP = "itemGroup"
    AREA = "area"
    SALES_TYPE = "salesType"


KEYS: Mapping[RuleTable, tuple[RuleKey, ...]] = {
    RuleTable.STOCK_POSTING: (RuleKey.STOCK_GROUP, RuleKey.WAREHOUSE),
    RuleTable.GENERAL_POSTING: (RuleKey.PARTY_GROUP, RuleKey.ITEM_GROUP),
    RuleTable.SALES: (RuleKey.AREA, RuleKey.ITEM_GROUP, RuleKey.SALES_TYPE),
    RuleTable.COST_OF_SALES: (RuleKey.AREA, RuleKey.ITEM_GROUP, RuleKey.SALES_TYPE),
}
"""What the rules of a table may ask for."""

ROLES: Mapping[RuleTable, tuple[Role, ...]] = {
    RuleTable.STOCK_POSTING: (Role.STOCK_IN_HAND, Role.STOCK_INTERIM),
    RuleTable.GENERAL_POSTING: (
        Role.COST_OF_GOODS_SOLD,
        Role.INCOME,
        Role.STOCK_ADJUSTMENT,
        Role.PURCHASES,
        Role.DIRECT_COST_APPLIED,
        Role.OVERHEAD_APPLIED,
        Role.PURCHASE_VARIANCE,
        Role.ACCRUAL_INTERIM,
        Role.COGS_INTERIM,
    ),
    RuleTable.SALES: (Role.INCOME, Role.SALES_DISCOUNT),
    RuleTable.COST_OF_SALES: (Role.COST_OF_GOODS_SOLD,),
}
"""The roles that the rules of a table may name accounts for."""

_A, _G, _T = RuleKey.AREA, RuleKey.ITEM_GROUP, RuleKey.SALES_TYPE
LADDER: tuple[frozenset[RuleKey], ...] = (
    frozenset({_A, _G, _T}),
    frozenset({_A, _G}),
    frozenset({_A, _T}),
    frozenset({_G, _T}),
    frozenset({_G}),
    frozenset({_A}),
    frozenset({_T}),
    frozenset(),
)
"""What a rule asks for, from the most specific step to the one that fits anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRule:
    """A rule: `keys` is what it asks for (a key left out fits anything), `accounts` what it names.

    Warehouses and item groups are ids as text, the other keys codes. `position` counts from 1.
    """

    position: int
    keys: Mapping[RuleKey, str] = field(default_factory=dict[RuleKey, str])
    accounts: Mapping[Role, UUID] = field(default_factory=dict[Role, UUID])


class Why(StrEnum):
    """Why a rule did not count."""

    OTHER_STOCK_GROUP = "OTHER_STOCK_GROUP"
    OTHER_WAREHOUSE = "OTHER_WAREHOUSE"
    OTHER_PARTY_GROUP = "OTHER_PARTY_GROUP"
    OTHER_ITEM_GROUP = "OTHER_ITEM_GROUP"
    OTHER_AREA = "OTHER_AREA"
    OTHER_SALES_TYPE = "OTHER_SALES_TYPE"
    NO_ACCOUNT = "NO_ACCOUNT"
    LATER = "LATER"
    LESS_SPECIFIC = "LESS_SPECIFIC"


class Beaten(NamedTuple):
    """A rule that did not count, and why."""

    rule: PostingRule
    why: Why


class Found(NamedTuple):
    """What a look-up came to: the rule that counted, or None; the others; the ladder's step."""

    rule: PostingRule | None
    beaten: tuple[Beaten, ...] = ()
    step: int | None = None


_OTHER = {
    RuleKey.STOCK_GROUP: Why.OTHER_STOCK_GROUP,
    RuleKey.WAREHOUSE: Why.OTHER_WAREHOUSE,
    RuleKey.PARTY_GROUP: Why.OTHER_PARTY_GROUP,
    RuleKey.ITEM_GROUP: Why.OTHER_ITEM_GROUP,
    RuleKey.AREA: Why.OTHER_AREA,
    RuleKey.SALES_TYPE: Why.OTHER_SALES_TYPE,
}


def first_match(
    rules: Sequence[PostingRule], role: Role, asked: Mapping[RuleKey, str | None]
) -> Found:
    """The first rule in order that fits what is asked and names an account for the role."""
    counted: PostingRule | None = None
    beaten: list[Beaten] = []
    for rule in rules:
        why = _unfit(rule, role, asked) or (Why.LATER if counted else None)
        if why is None:
            counted = rule
        else:
            beaten.append(Beaten(rule, why))
    return Found(counted, tuple(beaten))


def most_specific(
    rules: Sequence[PostingRule], role: Role, asked: Mapping[RuleKey, str | None]
) -> Found:
    """The rule of the first step of the ladder on which one fits; of two alike, the first."""
    counted: PostingRule | None = None
    reached: int | None = None
    for step, keys in enumerate(LADDER, start=1):
        alike = (rule for rule in rules if frozenset(rule.keys) == keys)
        counted = next((rule for rule in alike if _unfit(rule, role, asked) is None), None)
        if counted is not None:
            reached = step
            break
    beaten = tuple(
        Beaten(rule, _unfit(rule, role, asked) or _behind(rule, counted))
        for rule in rules
        if rule is not counted
    )
    return Found(counted, beaten, reached)


def _behind(rule: PostingRule, counted: PostingRule | None) -> Why:
    alike = counted is not None and rule.keys.keys() == counted.keys.keys()
    return Why.LATER if alike else Why.LESS_SPECIFIC


def _unfit(rule: PostingRule, role: Role, asked: Mapping[RuleKey, str | None]) -> Why | None:
    for key, value in rule.keys.items():
        if asked.get(key) != value:
            return _OTHER[key]
    return None if role in rule.accounts else Why.NO_ACCOUNT


LOOK_UP: Mapping[
    RuleTable,
    Callable[[Sequence[PostingRule], Role, Mapping[RuleKey, str | None]], Found],
] = {
    RuleTable.STOCK_POSTING: first_match,
    RuleTable.GENERAL_POSTING: first_match,
    RuleTable.SALES: most_specific,
    RuleTable.COST_OF_SALES: most_specific,
}
"""How the rules of a table are looked up."""
