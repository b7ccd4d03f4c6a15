"""Codes are one line of signs that people see: no two of them look the same."""

import pytest

from domain.texts import CODE_LENGTH, fault_of_code


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
