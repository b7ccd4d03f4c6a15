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
