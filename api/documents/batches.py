"""Many documents in one request: posted in order, in one transaction, with a result for each."""

import asyncio
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import strawberry

from api.context import Info
from api.documents import approval
from api.documents.any_document import AnyDocumentInput, beneath, chosen, command_of
from api.documents.inputs.parts import about
from api.documents.reading.document import Document
from api.documents.reading.showing import show_lines, shown
from api.types.enums import described
from api.types.errors import UserError, user_errors
from api.types.mutations import Input, Payload, mutation
from api.types.refs import CompanyRef
from domain.documents.document import Document as Paper
from domain.errors import BatchRolledBack, InvalidValue, Refused
from domain.naming import camel
from domain.ports import Recorded
from persistence.posting.waiting import name_as_waiting

MOST_DOCUMENTS = 1_000
"""Documents of one batch: more are sent as several."""


class OnError(StrEnum):
    """All or nothing, or whatever can be posted."""

    ROLLBACK_ALL = "ROLLBACK_ALL"
    SKIP_FAILED = "SKIP_FAILED"


described(
    OnError,
    "What becomes of a batch when some of its documents are refused.",
    {
        OnError.ROLLBACK_ALL: "Nothing is posted unless all of it can be.",
        OnError.SKIP_FAILED: "The others are posted; what builds on a refused one is refused.",
    },
)


@strawberry.input(description="Documents of one company, to be posted in this order.")
class SubmitBatchInput:
    """A batch."""

    company: CompanyRef = about("The company of all the documents.")
    documents: list[AnyDocumentInput] = about(  # type: ignore[valid-type] - made from the kinds
        "One to 1,000 documents; a later one may build on an earlier one of the batch, by the id"
        " that the client gave it (of a line `inDocument`)."
    )
    on_error: OnError = about(
        "What becomes of the others when one is refused.", default=OnError.ROLLBACK_ALL
    )


@strawberry.type(description="What became of one document of a batch.")
class BatchResult:
    """A document or why not."""

    document: Document | None = strawberry.field(
        description="The document as it was when it was posted, or would be; what later ones of the"
        " batch do to it shows when it is read. Null when it was refused.",
        default=None,
    )
    errors: list[UserError] = strawberry.field(
        description='Why it was refused; paths begin ["documents", its place from 0, its kind].',
        default_factory=list,
    )
    replayed: bool = strawberry.field(
        description="Whether its id was sent before and the first result is given again.",
        default=False,
    )


@strawberry.type(description="The answer to submitting or previewing a batch.")
class SubmitBatchPayload(Payload):
    """Top-level errors are those of the batch as such; see `results` for the documents'."""

    results: list[BatchResult] = strawberry.field(
        description="One a document, in the order of the input; empty if the batch was refused"
        " as such.",
        default_factory=list,
    )


def _posting(*, keep: bool) -> Any:
    async def resolve(self: None, info: Info, input_: Any) -> Any:
        del self
        given: SubmitBatchInput = input_
        if not 1 <= len(given.documents) <= MOST_DOCUMENTS:
            raise Refused(
                InvalidValue(
                    path=("documents",), reason="out_of_range", least=1, most=MOST_DOCUMENTS
                )
            )
        context = info.context
        papers = [await _paper(info, given.company, one) for one in given.documents]
        whole = given.on_error is OnError.ROLLBACK_ALL
        if keep:
            outcomes = await context.books.submit_batch(
                papers, context.principal.name, all_or_none=whole
            )
            outcomes = await _kept_waiting(info, given, papers, outcomes)
        else:
            outcomes = await context.books.preview_batch(papers, all_or_none=whole)
            for outcome in outcomes:
                if isinstance(outcome, Recorded):
                    show_lines(context, outcome)
        results = await asyncio.gather(
            *(
                _result(info, (str(at), camel(chosen(one)[0])), outcome)
                for at, (one, outcome) in enumerate(zip(given.documents, outcomes, strict=True))
            )
        )
        return SubmitBatchPayload(
            results=list(results), replayed=all(one.replayed for one in results)
        )

    resolve.__annotations__ = {
        "info": Info,
        "input_": Input[SubmitBatchInput],
        "return": SubmitBatchPayload,
    }
    done = "Post" if keep else "Show what would be posted, and keep nothing:"
    return mutation(
        f"{done} up to 1,000 documents of a company, one after the other in one transaction."
    )(resolve)


async def _paper(info: Info, company: CompanyRef, given: Any) -> Paper | Refused:
    """The document, or what is wrong with its input."""
    try:
        return await command_of(info, company, given)
    except Refused as refused:
        return refused


async def _kept_waiting(
    info: Info,
    given: SubmitBatchInput,
    papers: list[Paper | Refused],
    outcomes: list[Recorded | Refused],
) -> list[Recorded | Refused]:
    """Documents that want a second person become drafts; all or none of them, if so asked."""
    failed = [
        at
        for at, one in enumerate(outcomes)
        if isinstance(one, Refused) and not approval.waits(one)
    ]
    if given.on_error is OnError.ROLLBACK_ALL and failed:
        back = Refused(BatchRolledBack(failed=failed[0]))
        return [back if approval.waits(one) else one for one in outcomes]
    kept: list[Recorded | Refused] = []
    waiting: set[UUID] = set()
    for one, paper, outcome in zip(given.documents, papers, outcomes, strict=True):
        if approval.waits(outcome) and isinstance(paper, Paper):
            kind, input_ = chosen(one)
            kept.append(await approval.pending(info, kind, input_, paper))
            waiting.add(paper.id)
            continue
        if isinstance(outcome, Refused):
            name_as_waiting(outcome, waiting)
        kept.append(outcome)
    return kept


async def _result(info: Info, at: tuple[str, str], outcome: Recorded | Refused) -> BatchResult:
    try:
        if isinstance(outcome, Refused):
            raise outcome
        row = await shown(info.context, outcome)
    except Refused as refused:
        placed = beneath(refused, "documents", *at)
        return BatchResult(errors=user_errors(placed.refusals, info.context.language))
    return BatchResult(document=cast("Document", row), replayed=outcome.replayed)


@strawberry.type
class BatchMutations:
    """Submitting and previewing batches."""

    submit_batch = _posting(keep=True)
    preview_batch = _posting(keep=False)
