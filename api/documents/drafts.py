"""Drafts: documents that somebody goes on writing, or that wait for a second pair of eyes."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.context import Info
from api.documents.any_document import AnyDocumentInput, beneath, chosen, command_of
from api.documents.approval import content_of
from api.documents.draft import (
    NOT_POSTED,
    DeleteDraftPayload,
    Draft,
    DraftPayload,
    DraftStatus,
    PostDraftPayload,
    document_of,
    only_own,
    readable,
)
from api.documents.draft_filter import DraftFilter, resolved
from api.documents.inputs.as_json import from_json
from api.documents.inputs.drafts import (
    DraftInput,
    RejectDocumentInput,
    SaveDraftInput,
    UpdateDraftInput,
)
from api.documents.reading.document import Document
from api.documents.reading.related import look_up_for
from api.documents.reading.showing import shown
from api.masters.common import CompanyArgument, company_id_of, optional_value
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.mutations import Input, mutation
from api.types.refs import CompanyRef
from api.types.sorting import DraftSort, sorted_by
from domain.documents.document import Document as Paper
from domain.errors import ApprovalRequired, FourEyes, NotPending, PersonRequired, Refused
from domain.naming import camel
from domain.ports import Recorded
from persistence import draft_lists, drafts
from persistence.drafts import DraftRow


async def _paper(info: Info, row: DraftRow) -> Paper:
    """The document of a draft, under the id that it keeps for it.

    Raises:
        Refused: its input is wrong; paths point into the document's own input.
    """
    given = from_json(info.schema, AnyDocumentInput, row.content)
    company = CompanyRef(id=strawberry.ID(str(row.company_id)))
    return await command_of(info, company, given)


async def _post(info: Info, row: DraftRow, approved_by: str | None) -> PostDraftPayload:
    """Post a draft's document; it is closed in the same transaction."""
    context = info.context
    try:
        paper = await _paper(info, row)
        recorded: Recorded = await context.books.submit(
            paper,
            context.principal.name,
            closing=drafts.closing(row, approved_by),
            approved=approved_by is not None,
        )
    except drafts.DraftNotClosed:
        raise
    except Refused as refused:
        raise beneath(refused, "document", camel(row.kind)) from refused
    if recorded.replayed:
        # Somebody has posted it by its own mutation meanwhile: only the draft is left to close.
        async with context.database.transaction(row.company_id) as connection:
            await drafts.closing(row, None)(connection)
    document = await shown(context, recorded)
    now = await drafts.find(context.database, row.company_id, row.id)
    return PostDraftPayload(
        document=cast("Document", document),
        draft=cast("Draft", now),
        replayed=recorded.replayed,
    )


@strawberry.type
class DraftQueries:
    """Reading drafts."""

    @strawberry.field(description="A draft by its id; null when there is none.")
    async def draft(
        self,
        info: Info,
        company: CompanyArgument,
        id_: Annotated[UUID, strawberry.argument(name="id", description="The draft's id.")],
    ) -> Draft | None:
        """Of one company."""
        company_id = await company_id_of(info, company)
        return cast("Draft | None", await readable(info.context, company_id, id_))

    @strawberry.field(description="The drafts of a company, last changed first.")
    async def drafts(
        self,
        info: Info,
        company: CompanyArgument,
        status: Annotated[
            list[DraftStatus] | None,
            strawberry.argument(description="Only these; all that are not posted unless given."),
        ] = None,
        *,
        which: Annotated[
            DraftFilter | None,
            strawberry.argument(name="filter", description="Which of them."),
        ] = None,
        sort: Annotated[Any, sorted_by(DraftSort)] = DraftSort.CHANGED_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Draft]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        company_id = await company_id_of(info, company)
        statuses = [one.value for one in (NOT_POSTED if status is None else status)]
        chosen = await resolved(info, company_id, which or DraftFilter(), statuses)
        rows = await draft_lists.page_of_drafts(info.context.database, company_id, page, chosen)
        await look_up_for(info, rows, Draft)
        found: Any = rows
        return connect(page, found, Connection[Draft])


@strawberry.type
class DraftMutations:
    """Writing drafts, posting them, and the second pair of eyes."""

    @mutation("Keeps a document that is not finished; nothing of it is checked against the books.")
    async def save_draft(self, info: Info, input_: Input[SaveDraftInput]) -> DraftPayload:
        """Safe to repeat under its id."""
        company_id = await company_id_of(info, input_.company)
        id_ = input_.id or uuid7()
        content = content_of(*chosen(input_.document), drafts.document_id_of(id_), input_.note)
        row, replayed = await drafts.save(
            info.context.database, company_id, id_, content, info.context.principal.name,
            author=only_own(info.context, company_id),
        )  # fmt: skip
        return DraftPayload(draft=cast("Draft", row), replayed=replayed)

    @mutation("Puts other content into a draft; one that waited or was rejected is open again.")
    async def update_draft(self, info: Info, input_: Input[UpdateDraftInput]) -> DraftPayload:
        """Whole documents only."""
        company_id = await company_id_of(info, input_.company)
        note = optional_value(input_.note)
        content = content_of(*chosen(input_.document), drafts.document_id_of(input_.draft), note)
        content = content._replace(keeps_note=input_.note is strawberry.UNSET)
        expected = optional_value(input_.expected_version)
        row = await drafts.change(
            info.context.database, company_id, input_.draft, expected, content,
            info.context.principal.name, author=only_own(info.context, company_id),
        )  # fmt: skip
        return DraftPayload(draft=cast("Draft", row))

    @mutation("Throws a draft away.")
    async def delete_draft(self, info: Info, input_: Input[DraftInput]) -> DeleteDraftPayload:
        """It was never part of the books."""
        company_id = await company_id_of(info, input_.company)
        expected = optional_value(input_.expected_version)
        await drafts.delete(
            info.context.database, company_id, input_.draft, expected,
            author=only_own(info.context, company_id),
        )  # fmt: skip
        return DeleteDraftPayload(deleted_id=strawberry.ID(str(input_.draft)))

    @mutation(
        "Posts a draft's document and closes the draft, in one transaction; where the company"
        " wants four eyes it waits for approval instead."
    )
    async def submit_draft(self, info: Info, input_: Input[DraftInput]) -> PostDraftPayload:
        """Repeating it gives the document again."""
        database = info.context.database
        company_id = await company_id_of(info, input_.company)
        expected = optional_value(input_.expected_version)
        own = only_own(info.context, company_id)

        async def post() -> PostDraftPayload:
            row = await drafts.seen(database, company_id, input_.draft, expected, author=own)
            try:
                return await _post(info, row, None)
            except Refused as refused:
                if not any(isinstance(one, ApprovalRequired) for one in refused.refusals):
                    raise
            await drafts.set_status(database, company_id, row.id, row.version, drafts.PENDING)
            raise Refused(ApprovalRequired(path=("draft",), draft=str(row.id)))

        return await _once(info, company_id, input_.draft, post)

    @mutation(
        "What submitting a draft now would post, or be refused for; nothing is kept. Also for"
        " whoever is to approve it."
    )
    async def preview_draft(self, info: Info, input_: Input[DraftInput]) -> PostDraftPayload:
        """One draft at a time: each is a decision of its own."""
        company_id = await company_id_of(info, input_.company)
        known = await readable(info.context, company_id, input_.draft)
        if known is not None and known.status == drafts.POSTED:
            return await _posted(info, known)
        expected = optional_value(input_.expected_version)
        own = only_own(info.context, company_id)
        row = await drafts.seen(
            info.context.database, company_id, input_.draft, expected, author=own
        )
        try:
            recorded = await info.context.books.preview(await _paper(info, row))
        except Refused as refused:
            raise beneath(refused, "document", camel(row.kind)) from refused
        document = await shown(info.context, recorded)
        return PostDraftPayload(document=cast("Document", document), draft=cast("Draft", row))

    @mutation("Posts a document that waits for a second person, who did not write it.")
    async def approve_document(self, info: Info, input_: Input[DraftInput]) -> PostDraftPayload:
        """The database refuses an approval by its author, or by a program, as well."""
        who = info.context.principal
        company_id = await company_id_of(info, input_.company)
        if who.is_service:
            raise Refused(PersonRequired(path=("draft",), account=who.name))
        expected = optional_value(input_.expected_version)

        async def post() -> PostDraftPayload:
            row = await _waiting(info, company_id, input_, expected)
            return await _post(info, row, who.name)

        return await _once(info, company_id, input_.draft, post, approved_by=who.name)

    @mutation("Sends a document that waits for a second person back to its author.")
    async def reject_document(self, info: Info, input_: Input[RejectDocumentInput]) -> DraftPayload:
        """Its author may change it and submit it again."""
        company_id = await company_id_of(info, input_.company)
        expected = optional_value(input_.expected_version)
        row = await _waiting(info, company_id, input_, expected)
        rejected = await drafts.set_status(
            info.context.database, company_id, row.id, row.version, drafts.REJECTED,
            rejected_by=info.context.principal.name, reason=input_.reason,
        )  # fmt: skip
        return DraftPayload(draft=cast("Draft", rejected))


async def _once(
    info: Info,
    company_id: UUID,
    one: UUID,
    post: Callable[[], Awaitable[PostDraftPayload]],
    *,
    approved_by: str | None = None,
) -> PostDraftPayload:
    """Post a draft, unless that is done already: by the same request before, or at this moment.

    Only by who `approved_by` names, if anybody: who comes second to another is told so.
    """

    async def posted() -> DraftRow | None:
        known = await readable(info.context, company_id, one)
        if known is None or known.status != drafts.POSTED:
            return None
        return known if approved_by in {None, known.approved_by} else None

    if known := await posted():
        return await _posted(info, known)
    try:
        return await post()
    except Refused:
        if known := await posted():
            return await _posted(info, known)
        raise


async def _posted(info: Info, known: DraftRow) -> PostDraftPayload:
    """The answer that whoever asks has had before, or has missed."""
    document = await document_of(known, info)
    return PostDraftPayload(document=document, draft=cast("Draft", known), replayed=True)


async def _waiting(
    info: Info, company_id: UUID, given: DraftInput, expected: int | None
) -> DraftRow:
    """A draft that waits for a second person, which whoever asks is.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, NOT_PENDING, FOUR_EYES.
    """
    own = only_own(info.context, company_id)
    row = await drafts.seen(info.context.database, company_id, given.draft, expected, author=own)
    if row.status != drafts.PENDING:
        raise Refused(NotPending(path=("draft",)))
    if info.context.principal.name in {row.created_by, row.changed_by}:
        raise Refused(FourEyes(path=("draft",), author=info.context.principal.name))
    return row
