"""Whether a database answers, and is one that the books can be kept in."""

import psycopg

from persistence.operator_error import OperatorError
from persistence.sessions import require_own_session

CONNECT_SECONDS = 10
_OLDEST_SERVER = 15


class DatabaseUnavailableError(OperatorError):
    """The database does not answer, or cannot hold the books."""


def probe(url: str) -> None:
    """Connect once and look at the server.

    Raises:
        DatabaseUnavailableError: with libpq's own reason, or with what the server lacks.
        SessionError: a pooler stands before it that shares sessions.
    """
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
            version = connection.info.server_version // 10_000
            encoding = connection.info.parameter_status("server_encoding")
            require_own_session(connection, url)
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise DatabaseUnavailableError(f"The database cannot be reached: {reason}") from error
    if version < _OLDEST_SERVER:
        raise DatabaseUnavailableError(
            f"The database is PostgreSQL {version}; {_OLDEST_SERVER} or newer is needed."
        )
    if encoding != "UTF8":
        raise DatabaseUnavailableError(f"The database's encoding is {encoding}; UTF8 is needed.")
