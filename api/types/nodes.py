"""`Node`, `node(id:)` and `nodes(ids:)`: anything with an id, of whichever company and kind.

A capability registers how its kind of record is read; the database knows which kind an id is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api.context import Context, Info
from domain.errors import InvalidValue, Refused
from domain.references import parse_id

NodeReader: TypeAlias = Callable[[Context, UUID, UUID], Awaitable[Any]]
"""Reads one record: (context, company id, id)."""

MOST_NODES = 100
"""Ids that can be asked for at once."""

node_readers: dict[str, NodeReader] = {}
"""How records of each table are read."""


def node_reader(table: str) -> Callable[[NodeReader], NodeReader]:
    """Register how records of a table are read for `node(id:)`."""

    def register(reader: NodeReader) -> NodeReader:
        node_readers[table] = reader
        return reader

    return register


@strawberry.interface(description="Anything with an identifier of its own.")
class Node:
    """What `node(id:)` finds."""

    id: strawberry.ID = strawberry.field(
        description="The record's identifier: a UUID, the same for ever and, unless a client makes "
        "one twice, in no other record."
    )


@strawberry.type
class NodeQueries:
    """Looking anything up by its id."""

    @strawberry.field(
        description="Any record by its id; null when there is none. Of a document and a master of "
        "one id it is the document."
    )
    async def node(
        self,
        info: Info,
        id_: Annotated[strawberry.ID, strawberry.argument(name="id", description="Its id.")],
    ) -> Node | None:
        """Asks the database which kind of record the id is, and reads that."""
        return await _read(info.context, str(id_))

    @strawberry.field(
        description="Records by their ids, at most 100, in the order of the ids: null where there "
        "is none, or none that whoever asks may read."
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Their ids.")],
    ) -> list[Node | None]:
        """Read together, as far as they are of one kind.

        Raises:
            Refused: INVALID_VALUE for more than so many.
        """
        if len(ids) > MOST_NODES:
            how = InvalidValue(path=("ids",), reason="out_of_range", least=0, most=MOST_NODES)
            raise Refused(how)
        return await asyncio.gather(*(_read(info.context, str(one)) for one in ids))


async def _read(context: Context, text: str) -> Any:
    """A record of any kind, whoever asks."""
    one = parse_id(text)
    place = await context.locate(one) if one else None
    if one is None or place is None or place.kind not in node_readers:
        return None
    return await node_readers[place.kind](context, place.company_id, one)
