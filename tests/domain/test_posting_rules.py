"""Posting rules: which counts, on which step, and why the others do not."""

from itertools import product
from uuid import UUID

import pytest

from domain.accounts import Role
from domain.posting_rules import (
    LADDER,
    Found,
    PostingRule,
    RuleKey,
    Why,
    first_match,
    most_specific,
)

STOCK, INTERIM, COGS = Role.STOCK_IN_HAND, Role.STOCK_INTERIM, Role.COST_OF_GOODS_SOLD
S, W = RuleKey.STOCK_GROUP, RuleKey.WAREHOUSE
A, G, T = RuleKey.AREA, RuleKey.ITEM_GROUP, RuleKey.SALES_TYPE


def account(number: int) -> UUID:
    return UUID(int=number)


def rule(position: int, role: Role = STOCK, **keys: str) -> PostingRule:
    return PostingRule(
        position=position,
        keys={RuleKey(key): value for key, value in keys.items()},
        accounts={role: account(position)},
    )


def shown(found: Found) -> tuple[int | None, int | None, list[tuple[int, str]]]:
    return (
        found.rule.position if found.rule else None,
        found.step,
        [(one.rule.position, one.why.value) for one in found.beaten],
    )


STOCK_RULES = (
    rule(1, stockGroup="RESALE", warehouse="EAST"),
    rule(2, stockGroup="RESALE", warehouse="WEST"),
    rule(3, INTERIM, stockGroup="RAW"),
    rule(4, stockGroup="RAW"),
    rule(5),
)


@pytest.mark.parametrize(
    ("group", "warehouse", "counts", "beaten"),
    [
        ("RESALE", "EAST", 1, [(2, "OTHER_WAREHOUSE"), (3, "OTHER_STOCK_GROUP"),
                               (4, "OTHER_STOCK_GROUP"), (5, "LATER")]),
        ("RESALE", "WEST", 2, [(1, "OTHER_WAREHOUSE"), (3, "OTHER_STOCK_GROUP"),
                               (4, "OTHER_STOCK_GROUP"), (5, "LATER")]),
        ("RAW", "EAST", 4, [(1, "OTHER_STOCK_GROUP"), (2, "OTHER_STOCK_GROUP"),
                            (3, "NO_ACCOUNT"), (5, "LATER")]),
        (None, None, 5, [(1, "OTHER_STOCK_GROUP"), (2, "OTHER_STOCK_GROUP"),
                         (3, "OTHER_STOCK_GROUP"), (4, "OTHER_STOCK_GROUP")]),
    ],
)  # fmt: skip
def test_the_first_rule_that_fits_and_names_the_account_counts(
    group: str | None, warehouse: str | None, counts: int, beaten: list[tuple[int, str]]
) -> None:
    found = first_match(STOCK_RULES, STOCK, {S: group, W: warehouse})
    assert shown(found) == (counts, None, beaten)


def test_where_nothing_fits_every_rule_says_why() -> None:
    found = first_match(STOCK_RULES[:2], STOCK, {S: "OTHER", W: "EAST"})
    assert shown(found) == (None, None, [(1, "OTHER_STOCK_GROUP"), (2, "OTHER_STOCK_GROUP")])
    assert shown(first_match((), STOCK, {})) == (None, None, [])


def _eight() -> list[PostingRule]:
    """One rule for each step, in the wrong order."""
    values = {A: "EU", G: "FG", T: "DE"}
    return [
        PostingRule(
            position=9 - step,
            keys={key: values[key] for key in keys},
            accounts={COGS: account(step)},
        )
        for step, keys in reversed(list(enumerate(LADDER, start=1)))
    ]


@pytest.mark.parametrize(
    ("area", "group", "sales_type", "step"),
    [
        ("EU", "FG", "DE", 1), ("EU", "FG", "WS", 2), ("EU", "RM", "DE", 3), ("US", "FG", "DE", 4),
        ("US", "FG", "WS", 5), ("EU", "RM", "WS", 6), ("US", "RM", "DE", 7), ("US", "RM", "WS", 8),
        (None, None, None, 8), ("EU", None, None, 6),
    ],
)  # fmt: skip
def test_the_most_specific_rule_counts_whatever_the_order(
    area: str | None, group: str | None, sales_type: str | None, step: int
) -> None:
    found = most_specific(_eight(), COGS, {A: area, G: group, T: sales_type})
    assert found.rule is not None
    assert (found.step, found.rule.accounts[COGS]) == (step, account(step))
    assert len(found.beaten) == 7
    assert {one.why for one in found.beaten} <= {
        Why.OTHER_AREA, Why.OTHER_ITEM_GROUP, Why.OTHER_SALES_TYPE, Why.LESS_SPECIFIC,
    }  # fmt: skip


def test_the_ladder_goes_down_one_step_after_the_other_as_rules_are_taken_away() -> None:
    asked = {A: "EU", G: "FG", T: "DE"}
    rules = sorted(_eight(), key=lambda one: -one.position)
    for step in range(1, 9):
        assert most_specific(rules[step - 1 :], COGS, asked).step == step
    assert most_specific([], COGS, asked) == Found(None)


def test_a_rule_without_the_role_is_passed_by_and_of_two_alike_the_first_counts() -> None:
    rules = [rule(1, STOCK, area="EU"), rule(2, COGS, area="EU"), rule(3, COGS, area="EU"),
             rule(4, COGS)]  # fmt: skip
    found = most_specific(rules, COGS, {A: "EU", G: None, T: None})
    assert shown(found) == (2, 6, [(1, "NO_ACCOUNT"), (3, "LATER"), (4, "LESS_SPECIFIC")])


def test_the_ladder_is_the_published_one() -> None:
    """Compared with all keys that are asked for, counted down as binary weights 4 2 1."""
    weight = {G: 4, A: 2, T: 1}
    levels = [sum(weight[key] for key in keys) for keys in LADDER]
    assert levels == [7, 6, 3, 5, 4, 2, 1, 0]
    assert {frozenset(k for k, on in zip((A, G, T), bits, strict=True) if on)
            for bits in product((0, 1), repeat=3)} == set(LADDER)  # fmt: skip
