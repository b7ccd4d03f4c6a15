"""A real PostgreSQL from a wheel, owned by this process: see `server.py`."""

from persistence.embedded.folder import EmbeddedPostgresError
from persistence.embedded.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]
