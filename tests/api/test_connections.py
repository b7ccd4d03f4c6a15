"""Keyset pages: cursors say where, pages say whether there is more."""

import base64
import json
from dataclasses import dataclass
from uuid import UUID

import pytest

from api.types.connections import Connection, connect, cursor_of, page_of
from domain.errors import InvalidValue, Refused
from persistence.paging import Ordering, Page

BY_CODE = Ordering("things", ("t.code", "t.id"), ("code", "id"), (str, UUID))
NEWEST = Ordering("journal", ("t.seq",), ("seq",), (int,), descending=True)


@dataclass(frozen=True)
class Thing:
    code: str
    id: UUID

    @property
    def seq(self) -> int:
        return self.id.int


THINGS = [Thing(code, UUID(int=number)) for number, code in enumerate("abcde", start=1)]


def read(page: Page) -> list[Thing]:
    """What a database would answer, for pages by code."""
    found = THINGS
    if page.after:
        found = [thing for thing in found if (thing.code, thing.id) > page.after]
    if page.before:
        found = [thing for thing in found if (thing.code, thing.id) < page.before]
    if page.backward:
        found = found[::-1]
    return found[: page.fetch]


def codes(connection: Connection) -> str:
    return "".join(thing.code for thing in connection.nodes)


def test_a_list_is_read_forwards_page_by_page() -> None:
    page = page_of(BY_CODE, first=2)
    one = connect(page, read(page))
    assert (codes(one), one.page_info.has_next_page, one.page_info.has_previous_page) == (
        "ab", True, False,
    )  # fmt: skip
    page = page_of(BY_CODE, first=3, after=one.page_info.end_cursor)
    two = connect(page, read(page))
    assert (codes(two), two.page_info.has_next_page, two.page_info.has_previous_page) == (
        "cde", False, True,
    )  # fmt: skip


def test_a_list_is_read_backwards_and_keeps_its_order() -> None:
    page = page_of(BY_CODE, last=2)
    end = connect(page, read(page))
    assert (codes(end), end.page_info.has_previous_page) == ("de", True)
    page = page_of(BY_CODE, last=2, before=end.page_info.start_cursor)
    assert codes(connect(page, read(page))) == "bc"


def test_edges_carry_the_cursor_of_their_row() -> None:
    page = page_of(BY_CODE, first=1)
    connection = connect(page, read(page))
    (edge,) = connection.edges()
    assert (edge.node, edge.cursor) == (THINGS[0], connection.page_info.start_cursor)


def test_an_empty_page_has_no_cursors() -> None:
    page = page_of(BY_CODE, after=cursor_of(BY_CODE, THINGS[-1]))
    info = connect(page, read(page)).page_info
    assert (info.start_cursor, info.end_cursor, info.has_next_page) == (None, None, False)


def test_the_page_is_sql_with_row_comparison() -> None:
    page = page_of(BY_CODE, first=10, after=cursor_of(BY_CODE, THINGS[1]))
    assert page.where == "(t.code, t.id) > (%(after_0)s, %(after_1)s)"
    assert page.params == {"after_0": "b", "after_1": UUID(int=2)}
    assert (page.order_by, page.fetch) == ("t.code, t.id", 11)


def test_descending_lists_turn_both_comparison_and_order() -> None:
    after = page_of(NEWEST, first=1, after=cursor_of(NEWEST, THINGS[2]))
    assert (after.where, after.order_by) == ("(t.seq) < (%(after_0)s)", "t.seq desc")
    last = page_of(NEWEST, last=1)
    assert (last.where, last.order_by) == ("true", "t.seq")


@pytest.mark.parametrize(
    ("arguments", "path", "reason"),
    [
        ({"first": -1}, "first", "out_of_range"),
        ({"first": 501}, "first", "out_of_range"),
        ({"last": 501}, "last", "out_of_range"),
        ({"first": 1, "last": 1}, "last", "first_and_last"),
    ],
)
def test_counts_out_of_range_are_refused(arguments: dict, path: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        page_of(BY_CODE, **arguments)
    (refusal,) = refused.value.refusals
    assert isinstance(refusal, InvalidValue)
    assert (refusal.path, refusal.reason) == ((path,), reason)


def _cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "nonsense", "é", "AAAA", _cursor("things"), _cursor("things", "a"),
        _cursor("things", "a", "no uuid"), _cursor("things", "a\0", str(UUID(int=1))),
        _cursor("others", "a", str(UUID(int=1))), _cursor("things", "a", str(UUID(int=1)), "more"),
        base64.urlsafe_b64encode(b"[" * 5000).decode(), base64.urlsafe_b64encode(b"7").decode(),
    ],
)  # fmt: skip
def test_foreign_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        page_of(BY_CODE, after=cursor)
    assert refused.value.refusals == (InvalidValue(path=("after",), reason="invalid_cursor"),)


def test_any_text_survives_in_a_cursor() -> None:
    thing = Thing('é"\\ñ 1300 Almacén', UUID(int=9))
    page = page_of(BY_CODE, after=cursor_of(BY_CODE, thing))
    assert page.after == (thing.code, thing.id)
