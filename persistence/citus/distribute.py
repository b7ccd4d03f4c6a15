"""Distribute the tables of a database whose server has Citus; or say what that would do."""

from collections.abc import Callable

import psycopg

from persistence.citus.catalog import Catalog
from persistence.citus.lint import faults
from persistence.citus.plan import statements
from persistence.migrate import SchemaError

_EXTENSION = "select exists (select from pg_extension where extname = 'citus')"
_WORKERS = """
select count(*) from pg_dist_node where isactive and noderole = 'primary' and groupid > 0
"""
_COMPANIES = "select exists (select from company)"


def plan(url: str) -> list[str]:
    """The statements that are still to be run; Citus is not needed to ask.

    Raises:
        SchemaError: the schema could not be distributed.
    """
    with psycopg.connect(url) as connection:
        return _plan(connection)


def distribute(url: str, on_stage: Callable[[str], None] = lambda _stage: None) -> int:
    """Distribute what is not distributed yet, in one transaction; how many statements it took.

    Raises:
        SchemaError: the schema could not be distributed, the server has no Citus or no workers, or
            the database has books already.
    """
    with psycopg.connect(url) as connection:
        planned = _plan(connection)
        if not planned:
            return 0
        _require_citus(connection)
        if _is_true(connection, _COMPANIES):
            raise SchemaError(
                "The database has books already: tables are distributed while they are empty. "
                "Distribute a new database and load the books into it."
            )
        for number, statement in enumerate(planned, 1):
            on_stage(f"Distributing the tables ({number} of {len(planned)})")
            connection.execute(statement.encode())
    return len(planned)


def _plan(connection: psycopg.Connection) -> list[str]:
    catalog = Catalog.of(connection)
    found = faults(catalog)
    if found:
        raise SchemaError(f"The schema cannot be distributed: {' '.join(found)}")
    return statements(catalog)


def _require_citus(connection: psycopg.Connection) -> None:
    if not _is_true(connection, _EXTENSION):
        raise SchemaError(
            "The database has no Citus: run `create extension citus` in it, as a superuser, "
            "on the coordinator and on each worker, and `citus_add_node` for each worker."
        )
    workers = connection.execute(_WORKERS).fetchone()
    if workers == (0,):
        raise SchemaError("Citus has no workers yet: run `citus_add_node` for each.")


def _is_true(connection: psycopg.Connection, query: str) -> bool:
    return connection.execute(query.encode()).fetchone() == (True,)
