"""The database that a command works on: the embedded one, which it then owns, or another's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from api.settings import Settings
from persistence import migrate
from persistence.embedded import EmbeddedPostgres, EmbeddedPostgresError
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


@contextmanager
def usable_database(settings: Settings, report: Report) -> Iterator[str]:
    """The database; where a server already runs on the embedded one, that server's.

    The books are kept by PostgreSQL whoever posts, and a server looks at the masters' version with
    each document: so it notices changes by itself.

    Raises:
        EmbeddedPostgresError: the folder is in use, and its database cannot be found.
    """
    with ExitStack() as stack:
        try:
            url = stack.enter_context(reachable_database(settings, report))
        except EmbeddedPostgresError:
            running = _running_database(settings.data_dir)
            if running is None:
                raise
            report("Using the database of the server that is running")
            migrate.require_current(running)
            url = running
        else:
            prepare_schema(url, settings, report)
        yield url


def _running_database(data_dir: Path) -> str | None:
    """The address of the embedded database that another process owns, if it answers."""
    cluster = data_dir.resolve() / "postgres"
    try:
        socket_folder = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()[4]
    except (OSError, IndexError):
        return None
    url = f"postgresql://perpetuo@/perpetuo?host={quote(socket_folder, safe='')}"
    probe(url)
    return url
