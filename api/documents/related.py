"""Fields that show another record: a master through its look-up, or a document."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.context import Info, known
from api.documents.reading_loaders import loaders_of

if TYPE_CHECKING:
    from api.documents.reading_document import Document

LazyDocument = Annotated["Document", strawberry.lazy("api.documents.reading_document")]


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

    return strawberry.field(resolver=resolve, description=description, graphql_type=of)


def document_named(attribute: str, description: str, *, required: bool = False) -> Any:
    """A field that shows the document named by `attribute`."""

    def resolve(self: Any, info: Info) -> Awaitable[Any] | None:
        one = getattr(self, attribute)
        if one is None:
            return None
        return loaders_of(info.context).document.load((self.company_id, one))

    document: Any = LazyDocument
    of = document if required else document | None
    return strawberry.field(resolver=resolve, description=description, graphql_type=of)
