"""Companies that are alike: the first is made through the API, the others are copies of its rows.

Most tests need a company to work in, and nothing of how it came to be.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from persistence.ids import new_id
from persistence.tables import COMPANY_TABLES

_VARYING = re.compile(
    r'"(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"'
    r'|"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00)"'
)
_TABLES = {"company": "id", **dict.fromkeys(COMPANY_TABLES, "company_id")}
"""Tables of what companies have, and which column names the company."""

_ROWS = " union all ".join(
    f"(select '{table}', json_agg(one)::text from {table} one"
    f" where {column} = (select id from company where code = %(code)s))"
    for table, column in _TABLES.items()
).encode()


class Alike:
    """Makes companies in the database of a server, each made as one before as a copy of it."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[tuple[str, str]]] = {}

    def make(self, code: str, masters: Sequence[Any], make: Callable[[], None]) -> None:
        """A company of these masters; `make` makes it where there is none like it."""
        quoted = json.dumps(code)
        kind = json.dumps(masters).replace(quoted, '"CODE"')
        if rows := self._rows.get(kind):
            self._copy(quoted, rows)
        else:
            make()
            self._rows[kind] = [
                (table, text.replace(quoted, '"CODE"')) for table, text in self._read(code)
            ]

    def _read(self, code: str) -> Iterator[tuple[str, str]]:
        """The rows of each table that has any, as JSON."""
        for table, text in self._connection.execute(_ROWS, {"code": code}):
            if text:
                yield table, text

    def _copy(self, quoted: str, rows: list[tuple[str, str]]) -> None:
        """The same rows with ids of their own, recorded now."""
        ids: dict[str, str] = {}
        now = datetime.now(UTC).isoformat()
        found = sorted({one["id"] for _, text in rows for one in _VARYING.finditer(text)} - {None})
        ids = {one: str(new_id()) for one in found}  # in the same order

        def varied(one: re.Match[str]) -> str:
            return f'"{ids.get(one["id"], now)}"'

        with self._connection.pipeline(), self._connection.transaction():
            # As they are: what triggers count and note are rows among these.
            self._connection.execute("set local session_replication_role = replica")
            for table, text in rows:
                self._connection.execute(
                    f"insert into {table} select * from json_populate_recordset(null::{table}, %s)",  # type: ignore[arg-type]
                    [_VARYING.sub(varied, text.replace('"CODE"', quoted))],
                )


_SERVERS: dict[str, Alike] = {}


@contextmanager
def alike(base: str, url: str) -> Iterator[None]:
    """Make companies of the server at `base` alike, in the database at `url`."""
    with psycopg.connect(url, autocommit=True) as connection:
        _SERVERS[base] = Alike(connection)
        try:
            yield
        finally:
            del _SERVERS[base]


def made_alike(base: str, code: str, masters: Sequence[Any], make: Callable[[], None]) -> None:
    """A company of these masters, a copy if one is there; `make` makes it elsewhere."""
    if server := _SERVERS.get(base):
        server.make(code, masters, make)
    else:
        make()
