"""Submitting where a company wants a second pair of eyes: what may not be posted yet waits."""

from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from api.context import Info
from api.documents.inputs.as_json import as_json
from domain.documents.document import Document
from domain.errors import ApprovalRequired, Refused
from domain.naming import camel
from domain.ports import Recorded
from persistence import drafts
from persistence.masters import lookups


def content_of(kind: str, input_: Any, document_id: UUID, note: str | None) -> drafts.Content:
    """What a draft keeps of a document's input, under the id that the document will have."""
    id_ = input_.id or document_id
    content = {camel(kind): {**as_json(input_), "id": str(id_)}}
    return drafts.Content(id_, kind, content, note)


def waits(outcome: Recorded | Refused) -> bool:
    """Whether nothing but an approval is missing."""
    return isinstance(outcome, Refused) and all(
        isinstance(one, ApprovalRequired) for one in outcome.refusals
    )


async def submit(info: Info, kind: str, input_: Any, document: Document) -> Recorded:
    """Post a document, or keep it as a draft that waits for approval.

    Raises:
        Refused: also APPROVAL_REQUIRED with the draft's id.
    """
    try:
        return await info.context.books.submit(document, info.context.principal.name)
    except Refused as refused:
        if not waits(refused):
            raise
    raise await pending(info, kind, input_, document)


async def pending(info: Info, kind: str, input_: Any, document: Document) -> Refused:
    """Keep a document as a draft that waits for a second person; what its author is told."""
    company = await lookups.find_company(info.context.database, document.company)
    content = content_of(kind, input_, document.id, None)
    row, _ = await drafts.save(
        info.context.database, company.id, uuid7(), content, info.context.principal.name,
        drafts.PENDING,
    )  # fmt: skip
    return Refused(ApprovalRequired(draft=str(row.id)))
