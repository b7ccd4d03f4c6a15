"""What a session has to be for the books, whatever a server, a database or a role has set.

A database administrator may set other defaults for a role or a database. Those that would change
what our statements mean are put back in each session; what only bounds or times them
(`statement_timeout`, `lock_timeout`, memory, plans) is left as it is.
"""

import psycopg
from psycopg import Connection

from persistence.operator_error import OperatorError

APPLICATION_ROLE = "perpetuo_app"
AS_BUILT_FOR = """
set time zone 'UTC'; set datestyle to iso; set default_transaction_isolation to 'read committed';
set client_encoding to 'UTF8'; set search_path to public, pg_temp;
set array_nulls to on; set row_security to on
"""
"""Which day it is, how moments are written and texts sent, where tables are; that whoever waits
for a lock then sees what the one before has written; that NULL in an array is no text; and that
row-level security leaves rows out instead of failing."""


# From PostgreSQL 16 on a member may not always set the role.
_MAY_BECOME = """
select coalesce(bool_or(pg_has_role(oid, case when current_setting('server_version_num')::int
                                              >= 160000 then 'SET' else 'MEMBER' end)), false)
  from pg_roles where rolname = %(role)s
"""


class SessionError(OperatorError):
    """The application cannot work in the sessions that it is given."""


def require_own_session(connection: Connection, url: str) -> None:
    """Refuse a pooler that pools by transaction or statement, as PgBouncer's `pool_mode` says.

    The application's role, its settings, prepared statements, LISTEN and locks belong to a
    session. Behind a pooler the server process is not the one that the connection was told of when
    it began; then two connections must have a process each, and keep it.

    Raises:
        SessionError: they do not.
    """
    if connection.info.backend_pid == _process_of(connection):
        return
    with psycopg.connect(url) as other:
        first, second = {_process_of(connection)}, {_process_of(other)}
        # Not simply in turns: two processes could be given out in turns, too.
        first |= {_process_of(connection), _process_of(connection)}
        second |= {_process_of(other)}
        if share_processes(first, second):
            raise SessionError(
                "The database is behind a pooler that gives no connection a session of its own: "
                "use `pool_mode = session`, or the server's own address."
            )


def require_application_role(connection: Connection) -> None:
    """Refuse a role that logs in and cannot become the application's.

    Raises:
        SessionError: it cannot.
    """
    if connection.execute(_MAY_BECOME, {"role": APPLICATION_ROLE}).fetchone() != (True,):
        user = connection.info.user
        raise SessionError(
            f"The role {user} may not become {APPLICATION_ROLE}, as which the application works: "
            f"as a superuser, `grant {APPLICATION_ROLE} to {user}`."
        )


def share_processes(first: set[int], second: set[int]) -> bool:
    """Whether two connections had not one process each, for themselves."""
    return len(first) > 1 or len(second) > 1 or first == second


def _process_of(connection: Connection) -> int:
    """The server process that runs a transaction of its own."""
    row = connection.execute("select pg_backend_pid()").fetchone()
    connection.commit()
    assert row is not None, "a function has a value"
    return row[0]
