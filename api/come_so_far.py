"""How far somebody says that they have come in the feed: never further than it has itself."""

from uuid import UUID

from api.context import Info
from domain.errors import InvalidValue, Refused
from persistence import feed


async def head_of(info: Info, company_id: UUID) -> int:
    """The last sequence of a company's feed, 0 before anything was recorded.

    The primary is asked: what a replica has not replayed yet has been recorded all the same.
    """
    return (await feed.heads(info.context.services.database, [company_id])).get(company_id, 0)


def refuse_beyond(after: int, head: int, *path: str) -> None:
    """Waiting for a sequence that was never given would miss all until then, without a word.

    Raises:
        Refused: INVALID_VALUE for what the feed, which has come to `head`, has not come to.
    """
    if after > head:
        raise Refused(InvalidValue(path=path, reason="beyond_the_feed"))


async def check_recorded_after(
    info: Info, company_id: UUID, after: int | None, *path: str
) -> int | None:
    """Where a load of what was recorded since goes on.

    Raises:
        Refused: INVALID_VALUE for what the feed has not come to.
    """
    if after:
        refuse_beyond(after, await head_of(info, company_id), *path)
    return after
