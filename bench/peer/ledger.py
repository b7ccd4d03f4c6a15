"""Many ledger lines for the peer: the account moves that Tryton posted itself, copied by SQL."""

from typing import LiteralString

import psycopg
from psycopg import sql

from bench.place import Report

_COPIES_AT_ONCE = 25
_POSTED = """
select max(m.id), max(l.id), count(*) from account_move m join account_move_line l on l.move = m.id
 where m.origin is not null
"""
_COPIES = sql.SQL("""
insert into {table} ({columns})
with of_year as (
    select id, start_date, row_number() over (order by start_date) as place, count(*) over () as n
      from account_period where type = 'standard'
)
select {values}
  from generate_series(%(first)s::bigint, %(last)s) copy
  join of_year on of_year.place = 1 + copy %% of_year.n
  join {table} posted on posted.id <= %(highest)s
""")
_COLUMNS = """
select column_name from information_schema.columns where table_name = %s order by ordinal_position
"""
_MOVE: dict[str, LiteralString] = {
    "id": "posted.id + copy * %(moves)s",
    "number": "'C' || copy || '-' || posted.id",
    "period": "of_year.id",
    "date": "of_year.start_date",
    "origin": "null",
}
_LINE: dict[str, LiteralString] = {
    "id": "posted.id + copy * %(lines)s",
    "move": "posted.move + copy * %(moves)s",
    "origin": "null",
}


def load(owner: psycopg.Connection, wanted: int, report: Report) -> None:
    """Copy what is posted, over and over, into each period in turn, up to so many lines.

    Ids of a copy are those of what it was copied from and a multiple of the highest of these: so
    the highest of all tells how many copies an interrupted run has made. Copies have no origin.
    """
    moves, lines, in_each = owner.execute(_POSTED).fetchone() or (0, 0, 0)
    (highest,) = owner.execute("select max(id) from account_move").fetchone() or (0,)
    copies = -(-wanted // in_each) - 1
    begun = (highest - 1) // moves + 1
    for first in range(begun, copies + 1, _COPIES_AT_ONCE):
        report(f"Tryton: {first * in_each:,} of {wanted:,} ledger lines")
        counts = {
            "first": first, "last": min(first + _COPIES_AT_ONCE - 1, copies),
            "moves": moves, "lines": lines,
        }  # fmt: skip
        with owner.transaction():
            _copy(owner, "account_move", _MOVE, {**counts, "highest": moves})
            _copy(owner, "account_move_line", _LINE, {**counts, "highest": lines})
    if begun <= copies:
        report("Tryton: vacuum and analyze")
        owner.execute("vacuum analyze account_move, account_move_line")


def _copy(
    owner: psycopg.Connection, table: str, changed: dict[str, LiteralString], counts: dict[str, int]
) -> None:
    columns = [name for (name,) in owner.execute(_COLUMNS, (table,))]
    values = [
        sql.SQL(changed[name]) if name in changed else sql.Identifier("posted", name)
        for name in columns
    ]
    owner.execute(
        _COPIES.format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values),
        ),
        counts,
    )
