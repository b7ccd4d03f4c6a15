"""PostgreSQL reads from an array what was written into it."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from persistence.arrays import array_of, ids

ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
COLUMNS: list[tuple[str, Sequence[Any]]] = [
    ("text", ["plain", "", "NULL", None, 'a "quote"', "back\\slash", "\\", '"', "{a,b}", " x\n"]),
    ("uuid", [ID, None, UUID(int=0)]),
    ("numeric", [Decimal("-1.50"), None, Decimal("1E-12"), Decimal(10) ** 14]),
    ("integer", [1, None, -3, 2**31 - 1]),
    ("bigint", [2**31, None, -(2**63)]),
    ("uuid", []),
    ("uuid", [None]),
    ("uuid", ()),
    ("uuid", (ID, ID, ID)),
    ("uuid", (ID, UUID(int=0), ID)),
    ("uuid", (None, None)),
    ("uuid", (None, ID, None)),
    ("boolean", [True, None, False]),
    ("date", [date(2026, 1, 31), None, date(1999, 12, 31), date.min, date.max]),
    ("time", [time(14, 30, 5, 250), None, time.min, time.max]),
    ("bytea", [b"\x02\x00\\\"'", None, b""]),
    ("jsonb", [{}, {"due_date": "2026-01-31", "said": 'a "b" \\ {c}'}]),
    ("text", []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values"), COLUMNS, ids=[kind for kind, _ in COLUMNS])
def test_what_is_written_is_read(
    untouched_database_url: str, kind: str, values: Sequence[Any]
) -> None:
    with psycopg.connect(untouched_database_url) as connection:
        row = connection.execute(f"select %s::{kind}[]".encode(), (array_of(kind, values),))
        assert row.fetchone() == (list(values),)


def test_ids_are_the_same_array() -> None:
    assert ids([ID, UUID(int=0)]) == array_of("uuid", [ID, UUID(int=0)])
