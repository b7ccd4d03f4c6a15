"""Bring the database's schema to what this release expects, and tell when it is another's.

Alembic takes a third of a second to load. It is loaded only when there is something to migrate;
that nothing has changed since the last start is told by the revisions' own lines.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import psycopg
from psycopg import Connection, sql

import migrations
from persistence.citus.nodes import is_distributed
from persistence.operator_error import OperatorError
from persistence.sessions import AS_BUILT_FOR, require_application_role

_LOCK = "select pg_advisory_lock(hashtext('perpetuo migrate'))"
_UNLOCK = "select pg_advisory_unlock(hashtext('perpetuo migrate'))"
_LINE = re.compile(r'^(revision|down_revision)\b[^=\n]*= "([^"]+)"', re.MULTILINE)


# Migration 0030 shows rows to the owner by name; a dump keeps the name, pg_restore changes owners.
_OF_OTHERS = """
select c.relname::text, pg_get_userbyid(c.relowner)::text
  from pg_policy p join pg_class c on c.oid = p.polrelid
 where c.relnamespace = 'public'::regnamespace
   and p.polname = 'owner_finds_work' and p.polroles <> array[c.relowner]
 order by 1
"""
_GIVE = sql.SQL("alter policy owner_finds_work on {} to {}")


class Age(Enum):
    """How a database's schema stands to this release."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


class SchemaError(OperatorError):
    """The schema does not suit this release."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The database's revision (None when it has none), and the newest that this release knows."""

    age: Age
    revision: str | None
    newest: str


def schema_state(url: str) -> SchemaState:
    """How the database's schema stands to this release."""
    with _connected(url) as connection:
        return _state(connection)


def require_current(url: str) -> None:
    """Accept the database only if its schema is the one of this release.

    Raises:
        SchemaError: it is not.
        SessionError: whoever logs in cannot become the application's role.
    """
    with _connected(url) as connection:
        state = _state(connection)
        _refuse_newer(state)
        if state.age is not Age.CURRENT:
            found = f"at revision {state.revision}" if state.revision else "empty"
            raise SchemaError(
                f"The database is {found} and this release needs {state.newest}: "
                "run `perpetuo migrate` first."
            )
        if _policies_of_others(connection):
            raise SchemaError(
                "The database was restored under another owner, who does not see what webhooks "
                "and folding have to do: run `perpetuo migrate` first."
            )
        require_application_role(connection)


def upgrade(url: str, on_stage: Callable[[str], None] = lambda _stage: None) -> SchemaState:
    """Migrate to the newest revision in one transaction; nothing happens if it is there already.

    Two that migrate at once wait for each other.

    Raises:
        SchemaError: the database belongs to a newer release.
        SessionError: whoever logs in cannot become the application's role.
    """
    with _connected(url) as connection:
        connection.execute(_LOCK)
        state = _state(connection)
        _refuse_newer(state)
        if state.age is not Age.CURRENT:
            on_stage(f"Migrating the database to revision {state.newest}")
            _run_alembic(url, distributed=is_distributed(connection))
        for table, owner in _policies_of_others(connection):
            on_stage(f"Giving what the owner may with {table} to {owner}")
            connection.execute(_GIVE.format(sql.Identifier(table), sql.Identifier(owner)))
        require_application_role(connection)
        connection.execute(_UNLOCK)
        return SchemaState(Age.CURRENT, state.newest, state.newest)


def _policies_of_others(connection: Connection) -> list[tuple[str, str]]:
    """Tables, with their owners, whose rows are shown to another role instead, the one before."""
    return connection.execute(_OF_OTHERS).fetchall()


def _connected(url: str, *, commits: bool = False) -> Connection:
    """A connection as we are built for; it commits each statement, unless the caller `commits`."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(AS_BUILT_FOR)
    connection.autocommit = not commits
    return connection


def _refuse_newer(state: SchemaState) -> None:
    if state.age is Age.NEWER:
        raise SchemaError(
            f"The database is at revision {state.revision}, which this release does not know "
            f"(it ends at {state.newest}): use a newer release of Perpetuo."
        )


def _state(connection: Connection) -> SchemaState:
    known, newest = _revisions()
    has_versions = connection.execute("select to_regclass('alembic_version') is not null")
    row = None
    if has_versions.fetchone() == (True,):
        row = connection.execute("select version_num from alembic_version").fetchone()
    revision: str | None = row[0] if row else None
    if revision is None:
        age = Age.EMPTY
    elif revision == newest:
        age = Age.CURRENT
    else:
        age = Age.OLDER if revision in known else Age.NEWER
    return SchemaState(age, revision, newest)


@cache
def _revisions() -> tuple[frozenset[str], str]:
    """All revisions of this release, and the newest: the one that no other follows."""
    known: set[str] = set()
    followed: set[str] = set()
    for file in Path(migrations.__path__[0], "versions").glob("[0-9]*.py"):
        for name, value in _LINE.findall(file.read_text(encoding="utf-8")):
            (known if name == "revision" else followed).add(value)
    newest = known - followed
    if len(newest) != 1:
        raise SchemaError("This release's migrations are not one line: it is not whole.")
    return frozenset(known), newest.pop()


def _run_alembic(url: str, *, distributed: bool) -> None:
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", migrations.__path__[0].replace("%", "%%"))
    # libpq opens its own addresses: nothing is translated on the way.
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _connected(url, commits=True), poolclass=NullPool
    )
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        config.attributes["distributed"] = distributed
        command.upgrade(config, "head")
