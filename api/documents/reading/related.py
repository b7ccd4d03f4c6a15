"""Fields that show another record: a master through its look-up, or a document."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.types.nodes import SelectedField

from api.context import Info, known, looked_up
from api.documents.reading.loaders import loaders_of
from api.documents.reading.sight import limits_in, shown_if_seen

if TYPE_CHECKING:
    from api.documents.reading.document import Document

_NAMED_BY = "named_by"
_DOCUMENT = "document"
"""In a field's metadata: the look-up that it shows a record of, and what has the record's id."""

LazyDocument = Annotated["Document", strawberry.lazy("api.documents.reading.document")]


def related(loader: str, attribute: str, of: Any, description: str) -> Any:
    """A field that shows the master named by `attribute`, through the request's look-up of it.

    The look-up's future is returned as it is: a coroutine per row would cost more. What was looked
    up before is returned itself.
    """

    def resolve(self: Any, info: Info) -> Any:
        one = getattr(self, attribute)
        if one is None:
            return None
        masters, key = getattr(info.context.loaders, loader), (self.company_id, one)
        found = known(masters, key)
        return masters.load(key) if found is None else found

    return strawberry.field(
        resolver=resolve,
        description=description,
        graphql_type=of,
        metadata={_NAMED_BY: (loader, attribute)},
    )


def document_named(attribute: str, description: str, *, required: bool = False) -> Any:
    """A field that shows the document named by `attribute`, to whoever sees that one too."""

    def resolve(self: Any, info: Info) -> Any:
        one = getattr(self, attribute)
        if one is None:
            return None
        documents, key = loaders_of(info.context).document, (self.company_id, one)
        if limits_in(info.context, self.company_id) is not None:
            return shown_if_seen(info.context, documents.load(key), required=required)
        found = known(documents, key)
        return documents.load(key) if found is None else found

    document: Any = LazyDocument
    of = document if required else document | None
    return strawberry.field(
        resolver=resolve,
        description=description,
        graphql_type=of,
        metadata={_NAMED_BY: (_DOCUMENT, attribute)},
    )


async def look_up_for(info: Info, rows: Sequence[Any], of: type) -> None:
    """Look up what the rows of a list name, before any is shown: then none waits by itself.

    Only what is asked for under `nodes`, of the fields of `of` that show other records.
    """
    asked = {one.name for one in _within(info.selected_fields, "nodes")}
    if not rows or not asked:
        return
    definition: Any = of.__strawberry_definition__
    for field in definition.fields:
        name = info.schema.config.name_converter.from_field(field)
        loader, attribute = field.metadata.get(_NAMED_BY, ("", ""))
        if name not in asked or not loader:
            continue
        documents = loaders_of(info.context).document
        records = documents if loader == _DOCUMENT else getattr(info.context.loaders, loader)
        ids = (getattr(row, attribute) for row in rows)
        named = [one for one in ids if one is not None]
        if named:
            await looked_up(records, rows[0].company_id, named)


def _within(selected: Sequence[Any], name: str) -> Iterator[Any]:
    """The fields that are selected under the fields of this name, in fragments too."""
    for one in selected:
        if isinstance(one, SelectedField) and one.name == name:
            yield from _fields(one.selections)
        else:
            yield from _within(one.selections, name)


def _fields(selected: Sequence[Any]) -> Iterator[SelectedField]:
    for one in selected:
        if isinstance(one, SelectedField):
            yield one
        else:
            yield from _fields(one.selections)
