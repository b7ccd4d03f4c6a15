"""What the mutations of drafts are given."""

from uuid import UUID

import strawberry

from api.documents.any_document import AnyDocumentInput
from api.documents.inputs.parts import about
from api.types.refs import CompanyRef

_VERSION = "The version of the draft you have seen; refused if it is another now."


@strawberry.input(description="A draft to be kept.")
class SaveDraftInput:
    """A new draft."""

    company: CompanyRef = about("The company whose books the document is for.")
    document: AnyDocumentInput = about("The document as far as it is written.")  # type: ignore[valid-type] - made from the kinds
    id: UUID | None = about("The draft's own identity, made by the client.", default=None)
    note: str | None = about("A note for whoever goes on with it.", default=None)


@strawberry.input(description="Other content for a draft.")
class UpdateDraftInput:
    """A changed draft."""

    company: CompanyRef = about("Its company.")
    draft: UUID = about("The draft's id.")
    document: AnyDocumentInput = about("The whole document as it is now.")  # type: ignore[valid-type] - made from the kinds
    note: str | None = about(
        "A note for whoever goes on with it; left out, it stays.", default=strawberry.UNSET
    )
    expected_version: int | None = about(_VERSION, default=strawberry.UNSET)


@strawberry.input(description="A draft.")
class DraftInput:
    """A draft by its id."""

    company: CompanyRef = about("Its company.")
    draft: UUID = about("The draft's id.")
    expected_version: int | None = about(_VERSION, default=strawberry.UNSET)


@strawberry.input(description="A draft to be sent back.")
class RejectDocumentInput(DraftInput):
    """A draft with a reason."""

    reason: str = about("Why, for its author.")
