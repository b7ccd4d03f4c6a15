"""Amending: a draft made from a document, most often a cancelled one, to be corrected."""

from typing import cast
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.context import Info
from api.documents.any_document import AnyDocumentInput, chosen
from api.documents.approval import content_of
from api.documents.counted_then import as_counted_then
from api.documents.draft import Draft, DraftPayload, only_own
from api.documents.inputs.as_json import from_json
from api.documents.inputs.parts import about
from api.documents.reading.document import given_to
from api.documents.reading.queries import find_document
from api.masters.common import company_id_of
from api.types.mutations import Input, mutation
from api.types.refs import CompanyRef, DocumentRef
from domain.errors import InvalidValue, NotFound, Refused
from persistence import drafts


@strawberry.input(description="A document that is to be entered again, with changes.")
class AmendDocumentInput:
    """A document to make a draft of."""

    company: CompanyRef = about("Its company.")
    document: DocumentRef = about("The document: cancelled, or to be cancelled, or a pattern.")
    id: UUID | None = about("The draft's own identity, made by the client.", default=None)
    note: str | None = about("A note for whoever goes on with it.", default=None)


@strawberry.type
class AmendingMutations:
    """Making drafts from documents."""

    @mutation(
        "Keeps a draft with what a document was given, to be changed and submitted as a document"
        " of its own; the document itself stays as it is. Lines in a unit whose factor has changed"
        " since are in the item's stock unit there: the goods are those that they were."
    )
    async def amend_document(self, info: Info, input_: Input[AmendDocumentInput]) -> DraftPayload:
        """Safe to repeat under the draft's id. A limited role amends only its own documents."""
        context = info.context
        company_id = await company_id_of(info, input_.company)
        ref = input_.document.to_ref()
        row = await find_document(context, company_id, ref)
        own = only_own(context, company_id)
        if own not in {None, row.recorded_by}:
            raise Refused(NotFound(path=("document",), kind="document", reference=ref.value))
        given = await given_to(info, row)
        if given is None:
            raise Refused(InvalidValue(path=("document",), reason="given_not_kept"))
        id_ = input_.id or uuid7()
        given = await as_counted_then(context, row, given)
        document = from_json(info.schema, AnyDocumentInput, given)
        content = content_of(*chosen(document), drafts.document_id_of(id_), input_.note)
        draft, replayed = await drafts.save(
            context.database, company_id, id_, content, context.principal.name, author=own
        )
        return DraftPayload(draft=cast("Draft", draft), replayed=replayed)
