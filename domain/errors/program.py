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
    meaning = "Something went wrong inside, before or after anything was written."
    fix = "Send it again with the same id: nothing is done twice. Report the incident's id."
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
class OperationTooLarge(Refusal):
    """The text goes beyond a limit (`reason`) of which it may have `most`; `setting` moves it."""

    code = "OPERATION_TOO_LARGE"
    meaning = "The operation's text is deeper or longer than the server allows; nothing was run."
    fix = "Put documents into variables and split the operation, or raise the setting."
    reason: str
    most: int
    setting: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMalformed(Refusal):
    """Refused by its form, before it was read as GraphQL."""

    code = "BAD_REQUEST"
    meaning = "The request is not GraphQL over HTTP, or comes from where none may come from."
    fix = "Send what the message says: a POST of JSON with `query` and `variables`."
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMalformed(Refusal):
    """The text of the operation cannot be parsed."""

    code = "GRAPHQL_PARSE_FAILED"
    meaning = "The operation's text is not GraphQL."
    fix = "Correct the text at `locations`."
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInvalid(Refusal):
    """The operation does not fit the schema."""

    code = "GRAPHQL_VALIDATION_FAILED"
    meaning = "The operation does not fit the schema."
    fix = "Compare it with schema.graphql at `locations`; generated code is made anew from it."
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMalformed(Refusal):
    """A variable is not of its type, or the operation asked for is not in the document."""

    code = "BAD_USER_INPUT"
    meaning = "A variable is missing or not of its type; nothing was run."
    fix = "Give the value in the spelling that the message shows."
    problem: str
