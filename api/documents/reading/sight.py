"""What a role that is limited to warehouses sees of what others name: docs/permissions.md.

It sees the documents that move stock of its warehouses, however it comes to them: of a document
that it sees, neither others nor movements elsewhere are shown.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from api.context import Context
from api.documents.reading.loaders import loaders_of
from domain.errors import Forbidden, Refused
from domain.roles import Permission
from persistence.documents.rows import DocumentRow

Row = TypeVar("Row")
OnlySeen: TypeAlias = Callable[[Context, UUID, Awaitable[list[Any]]], Awaitable[Sequence[Any]]]
"""Of rows of a company, those that are seen by whoever asks."""


def limits_in(context: Context, company_id: UUID) -> tuple[UUID, ...] | None:
    """The warehouses to which what who asks sees of documents is limited; None = to none."""
    if context.principal.is_unrestricted:
        return None
    sight = context.principal.authority_in(company_id).sight
    return None if sight is None else tuple(sight)


def sees_given(context: Context, row: DocumentRow) -> bool:
    """Whether who asks sees what a document was given, which names what else it is about.

    A limited role sees that of its own documents, as of drafts.
    """
    own = row.recorded_by == context.principal.name
    return own or limits_in(context, row.company_id) is None


async def only_seen(
    context: Context, company_id: UUID, rows: Sequence[Row], named_by: str
) -> Sequence[Row]:
    """Of rows that name a document by an attribute, those whose document is seen."""
    limits = limits_in(context, company_id)
    if limits is None:
        return rows
    keys = [(company_id, getattr(row, named_by), limits) for row in rows]
    seen = await loaders_of(context).is_seen.load_many(keys)
    return [row for row, is_seen in zip(rows, seen, strict=True) if is_seen]


async def only_within(
    context: Context, company_id: UUID, limits: tuple[UUID, ...] | None, rows: list[Any]
) -> list[Any]:
    """Of rows that name a warehouse, those in these or below them; None = all."""
    if limits is None:
        return rows
    seen = await loaders_of(context).warehouses_in.load((company_id, limits))
    return [row for row in rows if row.warehouse_id in seen]


def naming(attribute: str) -> OnlySeen:
    """Of rows that name a document by an attribute, those whose document is seen."""

    async def seen(context: Context, company_id: UUID, rows: Awaitable[list[Any]]) -> Sequence[Any]:
        return await only_seen(context, company_id, await rows, attribute)

    return seen


async def moving(context: Context, company_id: UUID, rows: Awaitable[list[Any]]) -> Sequence[Any]:
    """Of stock movements, those whose warehouse is seen."""
    return await only_within(context, company_id, limits_in(context, company_id), await rows)


async def shown_if_seen(context: Context, found: Awaitable[Any], *, required: bool) -> Any:
    """A document, where it is seen; else null.

    Raises:
        Refused: FORBIDDEN, where null is no answer.
    """
    row = await found
    if row is None or await only_seen(context, row.company_id, [row], "id"):
        return row
    if required:
        raise Refused(Forbidden(permission=Permission.DOCUMENTS_READ.value))
    return None


def line_named(context: Context, company_id: UUID, one: UUID) -> Awaitable[Any]:
    """A line of a document, by its id; null where its document is not seen."""
    found = loaders_of(context).line.load((company_id, one))
    return found if limits_in(context, company_id) is None else _if_seen(context, found)


async def _if_seen(context: Context, found: Awaitable[Any]) -> Any:
    line = await found
    if line is None or await only_seen(context, line.company_id, [line], "document_id"):
        return line
    return None
