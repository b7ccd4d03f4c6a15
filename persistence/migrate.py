"""Bring the database's schema to what this release expects, and tell when it is another's."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

import migrations

_LOCK = text("select pg_advisory_xact_lock(hashtext('perpetuo migrate'))")


class Age(Enum):
    """How a database's schema stands to this release."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


class SchemaError(Exception):
    """The schema does not suit this release; the message is one line for the terminal."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The database's revision (None when it has none), and the newest that this release knows."""

    age: Age
    revision: str | None
    newest: str


def schema_state(url: str) -> SchemaState:
    """How the database's schema stands to this release."""
    with _engine(url).connect() as connection:
        return _state(connection)


def require_current(url: str) -> None:
    """Accept the database only if its schema is the one of this release.

    Raises:
        SchemaError: it is not.
    """
    state = schema_state(url)
    _refuse_newer(state)
    if state.age is not Age.CURRENT:
        found = f"at revision {state.revision}" if state.revision else "empty"
        raise SchemaError(
            f"The database is {found} and this release needs {state.newest}: "
            "run `perpetuo migrate` first."
        )


def upgrade(url: str, on_stage: Callable[[str], None] = lambda _stage: None) -> SchemaState:
    """Migrate to the newest revision in one transaction; nothing happens if it is there already.

    Two that migrate at once wait for each other.

    Raises:
        SchemaError: the database belongs to a newer release.
    """
    with _engine(url).begin() as connection:
        connection.execute(_LOCK)
        state = _state(connection)
        _refuse_newer(state)
        if state.age is not Age.CURRENT:
            on_stage(f"Migrating the database to revision {state.newest}")
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return SchemaState(Age.CURRENT, state.newest, state.newest)


def _refuse_newer(state: SchemaState) -> None:
    if state.age is Age.NEWER:
        raise SchemaError(
            f"The database is at revision {state.revision}, which this release does not know "
            f"(it ends at {state.newest}): use a newer release of Perpetuo."
        )


def _state(connection: Connection) -> SchemaState:
    scripts = ScriptDirectory.from_config(_config())
    newest = scripts.get_current_head()
    if newest is None:
        raise SchemaError("This release has no migrations: it is not installed completely.")
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        age = Age.EMPTY
    elif revision == newest:
        age = Age.CURRENT
    elif revision in {script.revision for script in scripts.walk_revisions()}:
        age = Age.OLDER
    else:
        age = Age.NEWER
    return SchemaState(age, revision, newest)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])).replace("%", "%%"))
    return config


def _engine(url: str) -> Engine:
    """An engine that opens what libpq opens, without translating its addresses."""
    return create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool
    )
