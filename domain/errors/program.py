"""When the program itself cannot answer."""

from dataclasses import dataclass

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemBusy(Refusal):
    """Bounded retries did not get through: too much contention, or the database is away."""

    code = "TRY_AGAIN"
    meaning = "The request could not be completed just now; nothing was written."
    fix = "Repeat the very same request with the same id."
    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalError(Refusal):
    """A fault of the program; the id finds it in the log."""

    code = "INTERNAL_ERROR"
    meaning = "Something went wrong inside; nothing was written."
    fix = "Report the incident id."
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTooCostly(Refusal):
    """Counted before anything is read; `instead` says what would be answered."""

    code = "QUERY_TOO_COSTLY"
    meaning = "The operation may answer more records than the role's limit; nothing was read."
    fix = "Ask for smaller pages or fewer nested lists, or use the export."
    cost: int
    limit: int
    reason: str
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistedQueryNotFound(Refusal):
    """A hash alone: clients send the text with it next, and Apollo's know this very code."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    meaning = "The server does not know the document that the hash names; nothing was run."
    fix = "Send the document's text with its hash."
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNotTrusted(Refusal):
    """The server runs registered documents only."""

    code = "DOCUMENT_NOT_TRUSTED"
    meaning = "The server runs registered documents only, and this is none of them."
    fix = "Register it with `perpetuo documents add`, or send the hash of a registered one."
    hash: str
