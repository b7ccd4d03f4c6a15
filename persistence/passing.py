"""Which faults of the database pass: what failed may be sent again later, with the same id."""

import psycopg
import sqlalchemy.exc

# Also what an administrator's timeouts end, a full disk, and a primary that has become a replica.
_PASSING_STATES = ("08", "25006", "25P03", "25P04", "40001", "40P01", "53", "55P03", "57014", "57P")


def is_passing(fault: BaseException) -> bool:
    """Whether the database is away, full or in somebody's way, rather than asked a wrong thing."""
    if isinstance(fault, sqlalchemy.exc.DBAPIError) and fault.orig is not None:
        fault = fault.orig
    if isinstance(fault, TimeoutError | ConnectionError):
        return True
    if not isinstance(fault, psycopg.Error):
        return False
    if fault.sqlstate is None:
        return isinstance(fault, psycopg.OperationalError)
    return fault.sqlstate.startswith(_PASSING_STATES)
