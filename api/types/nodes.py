"""`Node` and `node(id:)`: anything that has an id, whichever company and kind it is of.

A capability registers how its kind of record is read; the database knows which kind an id is.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api.context import Context, Info
from domain.references import parse_id

NodeReader: TypeAlias = Callable[[Context, UUID, UUID], Awaitable[Any]]
"""Reads one record: (context, company id, id)."""

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
        description="The record's identifier: a UUID, the same for ever and in no other record."
    )


@strawberry.type
class NodeQueries:
    """Looking anything up by its id."""

    @strawberry.field(description="Any record by its id; null when there is none.")
    async def node(
        self,
        info: Info,
        id_: Annotated[strawberry.ID, strawberry.argument(name="id", description="Its id.")],
    ) -> Node | None:
        """Asks the database which kind of record the id is, and reads that."""
        one = parse_id(str(id_))
        place = await info.context.locate(one) if one else None
        if one is None or place is None or place.kind not in node_readers:
            return None
        return await node_readers[place.kind](info.context, place.company_id, one)
