"""The change log of masters: what an auditor may know of how a record was changed.

Records are compared as the API shows them: fields by the API's names, references as what they
refer to. Of the personal fields of parties the log keeps that they changed and no value: it is
append-only, and a person's data can be erased.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID


class MasterKind(StrEnum):
    """What kind of record was changed."""

    COMPANY = "COMPANY"
    ACCOUNT = "ACCOUNT"
    COST_CENTER = "COST_CENTER"
    WAREHOUSE = "WAREHOUSE"
    ITEM_GROUP = "ITEM_GROUP"
    ITEM = "ITEM"
    LOT = "LOT"
    PARTY = "PARTY"
    TAX = "TAX"
    PAYMENT_TERM = "PAYMENT_TERM"
    POSTING_RULE = "POSTING_RULE"
    FISCAL_YEAR = "FISCAL_YEAR"
    WEBHOOK = "WEBHOOK"


class MasterAction(StrEnum):
    """What was done with it."""

    CREATED = "CREATED"
    CHANGED = "CHANGED"
    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"
    DELETED = "DELETED"


class Reference(NamedTuple):
    """Another record, as the value of a field."""

    table: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A record at one moment; an empty field may be None, or left out.

    `code` is what people call it, None where that is personal; `version` None where it has none.
    """

    code: str | None
    version: int | None
    fields: Mapping[str, object]


class FieldChange(NamedTuple):
    """A field's value before and after; None = empty."""

    before: object
    after: object


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterChange:
    """One record's change by one request.

    `code` and `version` are those after it, or the last ones of a record that is gone. A field
    whose values are not kept is None in `fields`.
    """

    kind: MasterKind
    record_id: UUID
    action: MasterAction
    code: str | None
    version: int | None
    fields: Mapping[str, FieldChange | None]


_SHOWN: Mapping[MasterKind, frozenset[str]] = MappingProxyType(
    {
        MasterKind.PARTY: frozenset(
            {
                "roles", "group", "area", "salesType", "receivableAccount", "payableAccount",
                "isActive",
            }
        ),
        MasterKind.WEBHOOK: frozenset({"kinds", "state"}),
    }
)  # fmt: skip
"""Kinds with fields that are personal, or a secret between two: what is neither, of these.

A field that comes later is withheld until it is named here.
"""

_ACTIVE = "isActive"
_POSITION = "position"


def is_withheld(kind: MasterKind, field: str) -> bool:
    """Whether the log keeps only that a field changed."""
    return kind in _SHOWN and field not in _SHOWN[kind]


def change_of(
    kind: MasterKind, record_id: UUID, before: State | None, after: State | None
) -> MasterChange | None:
    """What became of a record that was (None: was not) there and is (None: is not) now.

    None where nothing became of it.
    """
    last = after or before
    if last is None:
        return None
    fields = dict(_changed(before, after))
    if before is not None and after is not None and not fields:
        return None
    return MasterChange(
        kind=kind,
        record_id=record_id,
        action=_action(before, after, fields),
        code=last.code,
        version=last.version,
        fields={
            name: None if is_withheld(kind, name) else change for name, change in fields.items()
        },
    )


def _changed(before: State | None, after: State | None) -> Iterator[tuple[str, FieldChange]]:
    was: Mapping[str, object] = before.fields if before else {}
    is_: Mapping[str, object] = after.fields if after else {}
    for name in dict.fromkeys((*is_, *was)):
        change = FieldChange(_value(was.get(name)), _value(is_.get(name)))
        if change.before != change.after:
            yield name, change


def _value(value: object) -> object:
    """What is false or zero is a value; an empty list or text is none."""
    return None if value in ("", [], (), {}) else value


def _action(
    before: State | None, after: State | None, fields: Mapping[str, FieldChange]
) -> MasterAction:
    if before is None:
        return MasterAction.CREATED
    if after is None:
        return MasterAction.DELETED
    if _ACTIVE in fields:
        return MasterAction.ACTIVATED if fields[_ACTIVE].after else MasterAction.DEACTIVATED
    return MasterAction.CHANGED


def without_shifts(
    rules: Mapping[UUID, tuple[State | None, State | None]],
) -> dict[UUID, tuple[State | None, State | None]]:
    """Posting rules of one table, before and after it was replaced, without mere shifts.

    A rule put in or taken out moves those behind it, which says nothing: the first that fits
    counts. Only where those that stayed come in another order their positions are a change.
    """
    stayed = [
        (_position(before), _position(after))
        for before, after in rules.values()
        if before and after
    ]
    if [after for _, after in sorted(stayed)] != sorted(after for _, after in stayed):
        return dict(rules)
    return {
        id_: (_without_position(before), _without_position(after))
        if before and after
        else (before, after)
        for id_, (before, after) in rules.items()
    }


def _position(state: State) -> int:
    position = state.fields[_POSITION]
    assert isinstance(position, int), "every rule has one"
    return position


def _without_position(state: State) -> State:
    return replace(
        state, fields={name: one for name, one in state.fields.items() if name != _POSITION}
    )
