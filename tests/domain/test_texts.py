"""Codes are one line of signs that people see: no two of them look the same."""

from unicodedata import normalize

import pytest

from domain.texts import CODE_LENGTH, composed, fault_of_code, named_by, spellings


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("S-1", None),
        ("Ñandú 7", None),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", None),  # Persian, with its joiner
        ("\U0001f468\u200d\U0001f469", None),  # one emoji of two
        ("", "empty"),
        (" \n", "empty"),
        ("S1\r\n", "outer_spaces"),
        (" S1", "outer_spaces"),
        ("S\t1", "control_characters"),
        ("S\u20281", "control_characters"),
        ("S\u200b1", "unseen_characters"),
        ("\ufeffS1", "unseen_characters"),
        ("S\u202e1", "unseen_characters"),
        ("S\u200c1", "unseen_characters"),
        ("x" * CODE_LENGTH, None),
        ("x" * (CODE_LENGTH + 1), "too_long"),
    ],
)
def test_what_may_name_something(code: str, fault: str | None) -> None:
    assert fault_of_code(code) == fault


CAFE, APART = "Café", normalize("NFD", "Café")


@pytest.mark.parametrize(
    ("text", "kept", "found"),
    [
        ("Cafe", {"Cafe": 1}, 1),
        (CAFE, {CAFE: 1}, 1),
        (APART, {CAFE: 1}, 1),
        (APART, {CAFE: 1, APART: 2}, 2),  # as earlier releases kept both
        (CAFE, {APART: 2}, None),
        ("Cafe", {CAFE: 1}, None),
    ],
)
def test_a_name_is_found_in_either_form(text: str, kept: dict[str, int], found: int | None) -> None:
    assert named_by(text, kept) == found
    assert ({*spellings(text)} & {*kept} != set()) is (found is not None)
    assert composed(text) == (CAFE if text == APART else text)
