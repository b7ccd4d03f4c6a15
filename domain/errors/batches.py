"""What documents handed in together, or kept as drafts, can be refused for."""

from dataclasses import dataclass

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRolledBack(Refusal):
    """A document that could be posted, in a batch of all or nothing of which another could not."""

    code = "BATCH_ROLLED_BACK"
    meaning = "Another document of the batch was refused, so that none of it was posted."
    fix = "Correct the documents that have errors of their own, and send the batch again."
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequired(Refusal):
    """The company wants a second person to look at documents: this one waits as a draft."""

    code = "APPROVAL_REQUIRED"
    meaning = "Documents of this company are posted by the approval of a second person."
    fix = "Nothing is wrong with it: another person approves the draft with approveDocument."
    draft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FourEyes(Refusal):
    """Somebody approves what they have written themselves."""

    code = "FOUR_EYES"
    meaning = "A document is approved by another person than those who wrote it."
    fix = "Let somebody else approve it."
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRequired(Refusal):
    """A service account approves a document."""

    code = "PERSON_REQUIRED"
    meaning = "A document is approved by a person, and this is a service account."
    fix = "Let a user approve it."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPending(Refusal):
    """A draft that nobody has handed in for approval."""

    code = "NOT_PENDING"
    meaning = "The draft does not wait for approval."
    fix = "Submit it first."


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftClosed(Refusal):
    """A draft whose document is posted."""

    code = "DRAFT_CLOSED"
    meaning = "The draft's document is posted; a draft is not changed after that."
    fix = "Cancel the document, or save a new draft."
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManySubscriptions(Refusal):
    """This server process has as many subscriptions as it takes."""

    code = "TOO_MANY_SUBSCRIPTIONS"
    meaning = "The server has as many subscriptions as it takes."
    fix = "Close some, or try again later; reading `changes` always works."
    retryable = True
    most: int
