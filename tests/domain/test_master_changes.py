"""What the log of changes keeps of a record that was, and is."""

from typing import Any
from uuid import UUID

import pytest

from domain.master_changes import (
    FieldChange,
    MasterAction,
    MasterKind,
    Reference,
    State,
    change_of,
    without_shifts,
)

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def state(**fields: Any) -> State:
    return State(code="A", version=2, fields=fields)


GROUP = Reference("item_group", TWO)
KEPT = [
    (None, state(name="A", group=None, barcodes=[], isStockItem=False),
     "CREATED", {"name": (None, "A"), "isStockItem": (None, False)}),
    (state(name="A", group=None), state(name="A", group=GROUP), "CHANGED",
     {"group": (None, GROUP)}),
    (state(name="A", isActive=True), state(name="B", isActive=True), "CHANGED",
     {"name": ("A", "B")}),
    (state(isActive=True), state(isActive=False), "DEACTIVATED", {"isActive": (True, False)}),
    (state(isActive=False), state(isActive=True), "ACTIVATED", {"isActive": (False, True)}),
    (state(name="A", group=GROUP), None, "DELETED", {"name": ("A", None), "group": (GROUP, None)}),
    (state(rate=0), state(rate=None), "CHANGED", {"rate": (0, None)}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "action", "fields"), KEPT)
def test_what_is_kept_of_a_change(
    before: State | None, after: State | None, action: str, fields: dict[str, Any]
) -> None:
    change = change_of(MasterKind.ITEM, ONE, before, after)
    assert change is not None
    assert (change.action, change.code, change.version) == (MasterAction(action), "A", 2)
    assert change.fields == {name: FieldChange(*both) for name, both in fields.items()}


@pytest.mark.parametrize(
    ("before", "after"),
    [(state(name="A"), state(name="A", description="")), (None, None)],
)
def test_nothing_is_kept_where_nothing_changed(before: State | None, after: State | None) -> None:
    assert change_of(MasterKind.ITEM, ONE, before, after) is None


def test_of_a_party_what_is_personal_or_unheard_of_is_kept_without_its_values() -> None:
    before = state(name="Ann", roles=["CUSTOMER"], phone="1")
    after = state(name="Bea", roles=["SUPPLIER"], phone="2")
    change = change_of(MasterKind.PARTY, ONE, before, after)
    assert change is not None
    assert change.fields == {
        "name": None, "phone": None, "roles": FieldChange(["CUSTOMER"], ["SUPPLIER"]),
    }  # fmt: skip


def _rules(*places: tuple[int | None, int | None]) -> dict[UUID, tuple[State | None, State | None]]:
    return {
        id_: tuple(one and state(position=one) for one in both)  # type: ignore[misc]
        for id_, both in zip((ONE, TWO, THREE), places, strict=False)
    }


@pytest.mark.parametrize(
    ("places", "moved"),
    [
        (((1, 2), (2, 3), (None, 1)), set()),  # one put in before them
        (((1, None), (2, 1), (3, 2)), set()),
        (((1, 2), (2, 1), (3, 3)), {ONE, TWO}),
        (((1, 2), (2, 1), (3, None)), {ONE, TWO}),
    ],
)
def test_rules_that_only_shift_have_not_moved(places: Any, moved: set[UUID]) -> None:
    found = {
        id_: change_of(MasterKind.POSTING_RULE, id_, *both)
        for id_, both in without_shifts(_rules(*places)).items()
    }
    changed = {id_ for id_, one in found.items() if one and one.action is MasterAction.CHANGED}
    assert changed == moved
