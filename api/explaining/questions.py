"""Finding what is to be explained, and explaining it: what queries and fields share."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from api.context import Context
from api.explaining.ids import MOST_LINES
from api.explaining.nodes import FigureExplanation, argument, shown
from domain.errors import InvalidValue, Refused
from domain.explain.nodes import Subject
from persistence.masters.lookups import parse_id
from persistence.reports.explain import Explaining

Find = Callable[[Explaining], Awaitable[Subject | None]]
"""Finds what is to be explained."""

DEEPEST = 12
"""Levels that one question may open."""

Depth = Annotated[
    int, argument("How many levels to open, at most 12; deeper nodes open by their id.")
]


async def explained(
    context: Context, company_id: UUID, depth: int, find: Find
) -> FigureExplanation | None:
    """The explanation of the subject that `find` finds; None where there is none.

    Raises:
        Refused: INVALID_VALUE for a depth out of range.
    """
    if not 0 <= depth <= DEEPEST:
        raise Refused(InvalidValue(path=("depth",), reason="out_of_range", least=0, most=DEEPEST))
    async with context.database.transaction(company_id) as connection:
        explaining = await Explaining.of(connection, company_id)
        subject = await find(explaining)
        if subject is None:
            return None
        try:
            found = await explaining.tree(subject, depth)
        except LookupError:
            return None
    root = shown(company_id, found.root, found, 0)
    return FigureExplanation(root=root, explanation=found)


async def explained_line(
    context: Context, company_id: UUID, entry: UUID, line: int, depth: int
) -> FigureExplanation | None:
    """Why a ledger line is what it is; None for a line that is not in the books."""

    async def find(explaining: Explaining) -> Subject | None:
        return await explaining.line_subject(entry, line)

    return await explained(context, company_id, depth, find)


async def explained_cost(
    context: Context, company_id: UUID, movement: str, depth: int
) -> FigureExplanation | None:
    """Why a movement costs what it does; None for one that is not in the books.

    It is named by its id, or as "DN-2026-00001/1": its document's number, and its place there.
    """
    number, _, place = movement.rpartition("/")

    async def find(explaining: Explaining) -> Subject | None:
        one = parse_id(movement)
        if number and place.isdecimal() and int(place) < MOST_LINES:
            one = await explaining.movement_numbered(number.replace("\0", ""), int(place))
        return await explaining.cost_subject(one) if one else None

    return await explained(context, company_id, depth, find)
