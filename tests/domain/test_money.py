"""How an amount is split: the parts add up to it, and none of them is turned around."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import split, split_to_largest, split_within


def parts(text: str) -> list[Decimal]:
    return [Decimal(one) for one in text.split()]


@pytest.mark.parametrize(
    ("amount", "weights", "by_last", "by_largest"),
    [
        ("10", "1 1 1", "3.33 3.33 3.34", "3.33 3.33 3.34"),
        ("10", "2 1 0", "6.67 3.33 0", "6.67 3.33 0"),
        ("0.10", "3 2 2", "0.04 0.03 0.03", "0.04 0.03 0.03"),
        ("1", "5 1 1", "0.71 0.14 0.15", "0.72 0.14 0.14"),
        ("-10", "1 1 1", "-3.33 -3.33 -3.34", "-3.33 -3.33 -3.34"),
        # Each part is 0.006: four that are rounded up would leave the last less than nothing.
        ("0.03", "1 1 1 1 1", "0.01 0 0.01 0 0.01", "0.01 0 0.01 0 0.01"),
        ("-0.03", "1 1 1 1 1", "-0.01 0 -0.01 0 -0.01", "-0.01 0 -0.01 0 -0.01"),
        ("0.03", "1 1 1 1 1 0", "0.01 0 0.01 0 0.01 0", "0.01 0 0.01 0 0.01 0"),
        ("0.01", "3 -1", "0.02 -0.01", "0.02 -0.01"),
    ],
)
def test_parts_are_rounded_and_one_takes_the_cents(
    amount: str, weights: str, by_last: str, by_largest: str
) -> None:
    assert split(Decimal(amount), parts(weights), 2) == parts(by_last)
    assert split_to_largest(Decimal(amount), parts(weights), 2) == parts(by_largest)


@given(
    amount=st.decimals(-10, 10, places=2),
    weights=st.lists(st.integers(0, 40).map(Decimal), min_size=1, max_size=12).filter(any),
)
def test_parts_add_up_and_none_is_turned_around(amount: Decimal, weights: list[Decimal]) -> None:
    for way in (split, split_to_largest, split_within):
        found = way(amount, weights, 2)
        assert sum(found) == amount
        assert all(part * amount >= 0 for part in found)
        assert not any(part for part, weight in zip(found, weights, strict=True) if not weight)
