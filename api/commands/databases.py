"""The database that a command works on: the embedded one, which it then owns, or another's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.settings import Settings
from persistence import migrate
from persistence.embedded import EmbeddedPostgres
from persistence.probe import probe

Report = Callable[[str], None]


@contextmanager
def reachable_database(settings: Settings, report: Report) -> Iterator[str]:
    """The address of the database, which answers; an embedded one runs until the end of the block.

    Raises:
        EmbeddedPostgresError: the embedded one cannot be started.
        DatabaseUnavailableError: the other one does not answer.
    """
    if settings.database_url is not None:
        report("Connecting to the database")
        probe(settings.database_url)
        yield settings.database_url
    else:
        with EmbeddedPostgres(settings.data_dir, on_stage=report) as server:
            yield server.url


def prepare_schema(url: str, settings: Settings, report: Report) -> None:
    """Make the schema fit to serve.

    The embedded database is ours to migrate, and so is an empty one. Anybody else's books are
    migrated only when told to, since other servers of an older release may be running on them.

    Raises:
        SchemaError: the database is another release's.
    """
    if settings.embedded or migrate.schema_state(url).age is migrate.Age.EMPTY:
        migrate.upgrade(url, report)
    else:
        migrate.require_current(url)
