"""Asking why a figure is what it is."""

from typing import Annotated

import strawberry

from api.context import Info
from api.explaining.ids import MOST_LINES, read, unknown
from api.explaining.nodes import FigureExplanation, argument
from api.explaining.questions import Depth, explained, explained_cost
from api.masters.common import CompanyArgument, company_id_of
from domain.explain.nodes import Subject
from domain.references import parse_id
from persistence.explaining.explain import Explaining

_MOVEMENT = """The stock movement's id; or its document's number and its place there, as \
"DN-2026-00001/1"."""
_NODE = """The node's id; or a stock movement, as "DN-2026-00001/1"."""


@strawberry.input(one_of=True, description="An entry of the general ledger.")
class LedgerEntryRef:
    """By exactly one of its names."""

    id: strawberry.ID | None = strawberry.field(
        description="The entry's id.", default=strawberry.UNSET
    )
    number: str | None = strawberry.field(
        description="The number of the document that it is about: its own first entry.",
        default=strawberry.UNSET,
    )


@strawberry.type
class ExplainQuery:
    """Why figures are what they are."""

    @strawberry.field(
        description="Why a line of the general ledger is what it is, down to receipts and charges."
    )
    async def explain_journal_line(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        entry: Annotated[LedgerEntryRef, argument("The entry.")],
        line: Annotated[int, argument("The line's number in the entry, from 1.")],
        depth: Depth = 4,
    ) -> FigureExplanation:
        """As it was written: later documents have entries of their own."""
        company_id = await company_id_of(info, company)
        reference = str(entry.id or entry.number)

        async def find(explaining: Explaining) -> Subject | None:
            if entry.id:
                one = parse_id(str(entry.id))
            else:
                one = await explaining.entry_of_document(str(entry.number).replace("\0", ""))
            in_range = 0 < line < MOST_LINES
            return await explaining.line_subject(one, line) if one and in_range else None

        found = await explained(info.context, company_id, depth, find)
        if found is None:
            raise unknown(f"{reference}/{line}", ("entry",))
        return found

    @strawberry.field(
        description="Why a stock movement costs what it does now, down to receipts and charges."
    )
    async def explain_cost(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        movement: Annotated[strawberry.ID, argument(_MOVEMENT)],
        depth: Depth = 4,
    ) -> FigureExplanation:
        """A cancelled movement: what it cost before it was cancelled."""
        company_id = await company_id_of(info, company)
        found = await explained_cost(info.context, company_id, str(movement), depth)
        if found is None:
            raise unknown(str(movement), ("movement",))
        return found

    @strawberry.field(description="A node of an explanation, opened further.")
    async def explain_node(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        id_: Annotated[strawberry.ID, strawberry.argument(name="id", description=_NODE)],
        depth: Depth = 4,
    ) -> FigureExplanation:
        """The same figure, as the root of a tree of its own."""
        company_id = await company_id_of(info, company)

        async def find(_: Explaining) -> Subject | None:
            return read(str(id_))

        if "/" in id_:
            found = await explained_cost(info.context, company_id, str(id_), depth)
        else:
            found = await explained(info.context, company_id, depth, find)
        if found is None:
            raise unknown(str(id_))
        return found
