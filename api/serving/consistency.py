"""Reading what one has written, also from replicas: the token, and who answers a query.

Every mutation offers a `consistencyToken`: a position in the database's write-ahead log after
everything that the mutation has done. A query that names it, in the header or the extension, may
be answered by a streaming replica, which then knows at least that much.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from strawberry.types import ExecutionResult

from api.context import Context
from persistence.measures import REPLICA_READS

HEADER = "consistency-token"
EXTENSION = "consistencyToken"

_BYTES = 8


def token_of(position: int) -> str:
    """A position as clients keep it: they make nothing of it but give it back."""
    return base64.urlsafe_b64encode(position.to_bytes(_BYTES)).rstrip(b"=").decode()


def position_of(token: str) -> int:
    """The position that a token stands for.

    Raises:
        ValueError: it is no token.
    """
    try:
        position = int.from_bytes(base64.b64decode(f"{token}=", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValueError("it is no consistencyToken") from error
    if position >= 1 << 63 or token_of(position) != token:
        raise ValueError("it is no consistencyToken")
    return position


def position_named(headers: Mapping[str, str], extensions: Mapping[str, Any] | None) -> int | None:
    """The position that a request names; None if it does not.

    Raises:
        ValueError: what it names is no token.
    """
    token = (extensions or {}).get(EXTENSION)
    if token is None:
        token = headers.get(HEADER)
    return None if token is None else position_of(str(token))


async def answered(
    context: Context, position: int | None, run: Callable[[], Awaitable[ExecutionResult]]
) -> ExecutionResult:
    """A query's answer: a replica's, if one may answer it and does, else the primary's.

    Args:
        context: the request's.
        position: what the replica must have replayed; None = the reader does not mind.
        run: executes the query in the context; twice if the replica fails meanwhile.
    """
    replicas = context.services.replicas
    if replicas is None or (position is None and not context.services.replicas_answer_all):
        return await run()
    replica = await replicas.reader(position or 0)
    if replica is None:
        REPLICA_READS.labels("behind" if replicas.any_up else "down").inc()
        return await run()
    context.read_from(replica)
    result = await run()
    if context.replica_failure is None:
        REPLICA_READS.labels("replica").inc()
        return result
    REPLICA_READS.labels("failed").inc()
    replicas.failed(context.replica_failure)
    context.read_from(context.services.database)
    return await run()
