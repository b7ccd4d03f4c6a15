"""Nodes add up or do not exist; parts are scaled in whole cents; lines find their costs."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.explain.nodes import Node, NodeKind, Part, Subject, UnexplainedError, scaled
from domain.explain.opening import PostedCostEntry, line, of_line
from domain.explain.story import Recorded
from domain.movements import EntryKind

A, B, C = (UUID(int=one) for one in (1, 2, 3))


def subject(amount: str, kind: NodeKind = NodeKind.COST) -> Subject:
    return Subject(kind, A, 7, Decimal(amount))


def leaf(amount: str) -> Node:
    return Node(subject(amount, NodeKind.DIRECT), ())


def test_a_node_that_is_not_the_sum_of_its_children_cannot_be_built() -> None:
    assert Node(subject("3.00"), (leaf("1.00"), leaf("2.00"))).children
    assert Node(subject("3.00")).children is None
    with pytest.raises(UnexplainedError):
        Node(subject("3.00"), (leaf("1.00"), leaf("1.99")))


@pytest.mark.parametrize(
    ("amount", "whole", "parts", "expected"),
    [
        ("10.00", "10.00", ["6", "4"], ["6.00", "4.00"]),
        ("-5.00", "10.00", ["6", "4"], ["-3.00", "-2.00"]),
        ("1.00", "3.00", ["1", "1", "1"], ["0.33", "0.33", "0.33", "0.01"]),
        ("66.67", "66.67", ["66.666666"], ["66.67"]),
        ("33.34", "33.34", ["33.333333"], ["33.33", "0.01"]),
        ("0.00", "0.00", ["100", "-100"], ["100.00", "-100.00"]),
        ("0.00", "10.00", ["10"], []),
        ("11.00", "10.00", ["10"], []),
        ("1.00", "0.00", ["10", "-10"], []),
    ],
)
def test_parts_are_whole_cents_that_add_up(
    amount: str, whole: str, parts: list[str], expected: list[str]
) -> None:
    given = [Part(NodeKind.DIRECT, B, 7, Decimal(one)) for one in parts]
    found = scaled(subject(amount), given, Decimal(whole), 2)
    assert [str(one.amount) for one in found] == expected
    assert [one.kind for one in found if one.id == A] == [NodeKind.ROUNDING] * (
        len(expected) - len(parts) if len(expected) > len(parts) else 0
    )


def posted(amount: str, center: UUID | None = None) -> PostedCostEntry:
    entry = Recorded(
        id=B, movement=C, kind=EntryKind.ISSUE, amount=Decimal(amount), seq=7, document=A, because=A
    )
    return PostedCostEntry(
        entry=entry, amount=Decimal(amount), quantity=Decimal(1), cost_center=center
    )


def test_costs_belong_to_the_line_of_their_cost_center() -> None:
    costs = [posted("1"), posted("2", A), posted("4", B), posted("8")]
    lines = {1: A, 2: C, 5: B}
    assert [of_line(no, lines, costs) for no in lines] == [
        [costs[1]], [costs[0], costs[3]], [costs[2]],
    ]  # fmt: skip
    assert of_line(1, {1: None}, costs) == costs


def test_what_is_left_of_a_line_is_the_documents_own() -> None:
    parts = line(subject("10.00", NodeKind.JOURNAL_LINE), [posted("7.00")])
    assert [(one.kind, str(one.amount)) for one in parts] == [
        (NodeKind.ISSUE, "7.00"), (NodeKind.DOCUMENT, "3.00"),
    ]  # fmt: skip
