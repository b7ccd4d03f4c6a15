"""What tests run on: PostgreSQL databases that need not last, and the application over HTTP."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
import uvicorn
from psycopg import AsyncConnection, sql

from api.app import create_app
from api.serving.bounded_protocol import BoundedHttp
from api.settings import Settings
from persistence.embedded import EmbeddedPostgres
from persistence.prepared import LastingStatements

# A test's database need not survive a power cut.
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "autovacuum": "off",
    "plan_cache_mode": "force_generic_plan",  # of books so small no plan depends on what is asked
}
# Nor is a statement planned six times before its plan is kept: it is when it is first asked.
_CONNECTING: Any = AsyncConnection.connect
_CONNECTING.__func__.__kwdefaults__["prepare_threshold"] = 0
LastingStatements.prepared_max = 1000
_numbers = count(1)


@contextmanager
def new_database(postgres: EmbeddedPostgres, template: str = "perpetuo") -> Iterator[str]:
    """The address of a database of its own, migrated (or, from template0, empty)."""
    name = f"test_{next(_numbers)}"
    maintenance = postgres.url.replace("@/perpetuo?", "@/postgres?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        try:
            yield postgres.url.replace("@/perpetuo?", f"@/{name}?")
        finally:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


def server_of(url: str, settings: Settings | None = None) -> uvicorn.Server:
    """The application over HTTP, not yet running."""
    config = uvicorn.Config(
        create_app(settings or Settings(), url),
        http=BoundedHttp,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_keep_alive=75,  # as it is served; after 5 s a slow test could ask as it hangs up
    )
    return uvicorn.Server(config)


@contextmanager
def running_server(url: str, settings: Settings | None = None) -> Iterator[str]:
    """The application over HTTP on a free port of this machine, in a thread; its base address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = server_of(url, settings)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
