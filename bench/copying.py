"""The floor of what writes many rows: COPY of the very rows that the product has written.

Into tables of the same columns, keys and indexes in a schema beside, in one durable transaction;
without foreign keys, triggers and row-level security, and with nothing decided.
"""

import time
from uuid import UUID

import psycopg

from bench.place import Place

_SCHEMA = "copied"


def copied_per_second(place: Place, rows: dict[str, str], company: UUID) -> float:
    """Rows per second that COPY writes of these.

    Args:
        place: whose database has them.
        rows: conditions by table, which say which; "{table}" stands for its name.
        company: whose rows they are.
    """
    with psycopg.connect(place.url, autocommit=True) as owner:
        owner.execute("select set_config('app.company_id', %s, false)", (str(company),))
        owner.execute(f"drop schema if exists {_SCHEMA} cascade".encode())
        owner.execute(f"create schema {_SCHEMA}".encode())
        pieces = {table: _taken(owner, table, which) for table, which in rows.items()}
        for table in rows:
            like = f"create table {_SCHEMA}.{table} (like public.{table} including all)"
            owner.execute(like.encode())
        count, seconds = _put(owner, pieces)
        owner.execute(f"drop schema {_SCHEMA} cascade".encode())
    return count / seconds


def _taken(owner: psycopg.Connection, table: str, which: str) -> list[bytes]:
    query = f"copy (select * from {table} where {which}) to stdout (format binary)"
    with owner.cursor().copy(query.encode()) as copying:
        return [bytes(piece) for piece in copying]


def _put(owner: psycopg.Connection, pieces: dict[str, list[bytes]]) -> tuple[int, float]:
    """Rows written, and how long it took."""
    count = 0
    began = time.perf_counter()
    with owner.transaction():
        for table, found in pieces.items():
            cursor = owner.cursor()
            with cursor.copy(f"copy {_SCHEMA}.{table} from stdin (format binary)".encode()) as into:
                for piece in found:
                    into.write(piece)
            count += cursor.rowcount
    return count, time.perf_counter() - began
