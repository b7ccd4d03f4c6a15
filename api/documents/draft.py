"""What a draft is, as the API shows it, and who may read it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from api.context import Context, Info
from api.documents.draft_total import net_total
from api.documents.reading.document import Document
from api.documents.reading.loaders import loaders_of
from api.documents.reading.related import related
from api.masters.parties import Party
from api.types.enums import described
from api.types.mutations import Payload
from api.types.nodes import Node, node_reader
from domain.currencies import is_currency
from domain.documents.document import DocumentKind
from domain.naming import camel
from domain.roles import Permission
from persistence import drafts
from persistence.drafts import DraftRow


class DraftStatus(StrEnum):
    """What has become of a draft."""

    OPEN = "OPEN"
    PENDING = "PENDING"
    REJECTED = "REJECTED"
    POSTED = "POSTED"


described(
    DraftStatus,
    "What has become of a draft.",
    {
        DraftStatus.OPEN: "Somebody still writes it.",
        DraftStatus.PENDING: "It waits for the approval of a second person.",
        DraftStatus.REJECTED: "The second person sent it back, with a reason.",
        DraftStatus.POSTED: "Its document is in the books.",
    },
)

NOT_POSTED = (DraftStatus.OPEN, DraftStatus.PENDING, DraftStatus.REJECTED)


def _given(self: Any) -> dict[str, Any]:
    """The input in the content, whatever its kind."""
    row = cast("DraftRow", self)
    return row.content[camel(row.kind)]


async def _currency(self: Any, info: Info) -> str:
    said = _given(self).get("currency")
    if said is not None and is_currency(said):
        return said
    company: Any = await info.context.loaders.company.load(self.company_id)
    return company.currency


async def document_of(self: Any, info: Info) -> Any:
    """The document that a draft has become; None until then."""
    row = cast("DraftRow", self)
    if row.status != drafts.POSTED:
        return None
    return await loaders_of(info.context).document.load((row.company_id, row.document_id))


@strawberry.type(description="A document that is not posted yet: it is not part of the books.")
class Draft(Node):
    """Rows of persistence.drafts are returned as they are."""

    document_id: strawberry.ID = strawberry.field(
        description="The id that its document has once it is posted."
    )
    kind: str = strawberry.field(
        description='The kind of document in small letters, as "purchase_receipt".',
        deprecation_reason="Every other kind of document is the enum: use `documentKind`.",
    )
    content: JSON = strawberry.field(
        description="Its input as it was given: an `AnyDocumentInput` in JSON."
    )
    note: str | None = strawberry.field(description="A note for whoever goes on with it.")
    status: DraftStatus = strawberry.field(description="What has become of it.")
    created_by: str = strawberry.field(description="Who began it.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    changed_by: str = strawberry.field(description="Who changed its content last.")
    changed_at: datetime = strawberry.field(description="When it last changed in any way.")
    approved_by: str | None = strawberry.field(description="The second person who posted it.")
    rejected_by: str | None = strawberry.field(description="Who sent it back.")
    reason: str | None = strawberry.field(description="Why it was sent back.")
    version: int = strawberry.field(description="Counts its changes, for `expectedVersion`.")
    document: Document | None = strawberry.field(
        resolver=document_of, description="Its document; null until it is posted."
    )

    posting_date: date | None = strawberry.field(
        description="The day on which its document is to count, if it says so."
    )
    party: Any = related(
        "party",
        "party_id",
        Party | None,
        "The customer or supplier of its document, if it names one that is there.",
    )

    @strawberry.field(description="The currency of its document, as an ISO 4217 code.")
    async def currency(self, info: Info) -> str:
        """The company's unless it says."""
        return await _currency(self, info)

    @strawberry.field(
        description="What its lines come to, without charges, taxes and freight, in its currency; "
        "of a payment its amount, of a journal its debits. Null where it leaves that to the books."
    )
    async def net_total(self, info: Info) -> Decimal | None:
        """From the content alone."""
        return net_total(_given(self), await _currency(self, info))

    @strawberry.field(description="The kind of document that it becomes.")
    def document_kind(self) -> DocumentKind:
        """The field of `AnyDocumentInput` that it fills, as the enum."""
        row: Any = self
        return DocumentKind(row.kind.upper())

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, DraftRow | Draft)


@node_reader("draft")
async def read_draft(context: Context, company_id: UUID, one: UUID) -> Any:
    """A draft by its id, for `node(id:)` and conflicts: only to those who may read it."""
    return await readable(context, company_id, one)


@strawberry.type(description="The answer to saving, changing or rejecting a draft.")
class DraftPayload(Payload):
    """See `Payload`."""

    draft: Draft | None = strawberry.field(description="The draft as it is now.", default=None)


@strawberry.type(description="The answer to deleting a draft.")
class DeleteDraftPayload(Payload):
    """See `Payload`."""

    deleted_id: strawberry.ID | None = strawberry.field(
        description="The id of the draft that is gone.", default=None
    )


@strawberry.type(description="The answer to submitting, previewing or approving a draft.")
class PostDraftPayload(Payload):
    """See `Payload`."""

    document: Document | None = strawberry.field(
        description="The document; null when it was refused, or waits for approval.", default=None
    )
    draft: Draft | None = strawberry.field(description="The draft as it is now.", default=None)


def only_own(context: Context, company_id: UUID) -> str | None:
    """Whose drafts a limited role sees: what they will move is not known yet, so only its own.

    The same goes for a key whose scopes leave out reading documents.
    """
    limited = context.within(company_id, Permission.DOCUMENTS_READ) is not None
    return context.principal.name if limited else None


async def readable(context: Context, company_id: UUID, one: UUID) -> DraftRow | None:
    """A draft, if there is one and whoever asks may read it."""
    found = await drafts.find(context.database, company_id, one)
    own = only_own(context, company_id)
    return found if found is not None and own in {None, found.created_by} else None
