"""Finding what is to be explained, and explaining it: what queries and fields share."""

from functools import partial
from typing import Annotated
from uuid import UUID

from strawberry.dataloader import DataLoader

from api.context import Context
from api.explaining.ids import MOST_LINES
from api.explaining.nodes import FigureExplanation, argument, shown
from domain.errors import InvalidValue, Refused
from domain.explain.nodes import Subject
from domain.references import parse_id
from domain.roles import Permission
from persistence.database import Database
from persistence.explaining.explain import Explaining, Explanation, Find

DEEPEST = 12
"""Levels that one question may open."""

Depth = Annotated[
    int, argument("How many levels to open, at most 12; deeper nodes open by their id.")
]


_Asked = tuple[UUID, Find, int]
"""Something of a company, and how deep."""


async def explained(
    context: Context, company_id: UUID, depth: int, find: Find
) -> FigureExplanation | None:
    """The explanation of the subject that `find` finds; None where there is none.

    What a list asks for in each of its rows is explained together.

    Raises:
        Refused: INVALID_VALUE for a depth out of range; FORBIDDEN, for it tells what the books do.
    """
    context.require(company_id, Permission.BOOKS_READ)
    if not 0 <= depth <= DEEPEST:
        raise Refused(InvalidValue(path=("depth",), reason="out_of_range", least=0, most=DEEPEST))
    return await _loader(context).load((company_id, find, depth))


def _loader(context: Context) -> DataLoader[_Asked, FigureExplanation | None]:
    """The request's, kept beside its look-ups and as long as these."""
    kept = vars(context.loaders)
    if "explanations" not in kept:
        kept["explanations"] = DataLoader(load_fn=partial(_load, context.database), cache=False)
    return kept["explanations"]


async def _load(database: Database, asked: list[_Asked]) -> list[FigureExplanation | None]:
    answers: dict[int, FigureExplanation | None] = {}
    for company_id in dict.fromkeys(one[0] for one in asked):
        places = [place for place, one in enumerate(asked) if one[0] == company_id]
        async with database.transaction(company_id) as connection:
            explaining = await Explaining.of(connection, company_id)
            found = await explaining.explain([asked[place][1:] for place in places])
        answers |= {
            place: _figure(company_id, one) for place, one in zip(places, found, strict=True)
        }
    return [answers[place] for place in range(len(asked))]


def _figure(company_id: UUID, found: Explanation | None) -> FigureExplanation | None:
    if found is None:
        return None
    return FigureExplanation(root=shown(company_id, found.root, found, 0), explanation=found)


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
