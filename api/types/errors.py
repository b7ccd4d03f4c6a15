"""Errors at the edge: refusals as typed GraphQL errors, faults as incidents.

A person's mistake is data: a mutation's payload lists it under `errors`, typed by its code. Every
refusal in domain/errors/ that carries data gets a GraphQL type of its own here, so that adding
a refusal there (and its messages) is all there is to do.
"""

import dataclasses
import types
import typing
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import strawberry
import structlog

from api.context import Info
from api.messages import message as message_of
from api.messages import remedies
from api.types.nodes import Node, node_readers
from domain.errors import InternalError, Refusal, SystemBusy, VersionConflict, catalogue
from domain.naming import camel
from persistence.passing import is_passing

log = structlog.get_logger("perpetuo.api")

_REFUSALS = catalogue()

_codes: Any = Enum("ErrorCode", {refusal.code: refusal.code for refusal in _REFUSALS})
ErrorCode = strawberry.enum(
    _codes,
    name="ErrorCode",
    description="What went wrong; a code never changes its meaning. See `errorCatalog`.",
)
for _refusal in _REFUSALS:
    next(
        value for value in ErrorCode.__strawberry_definition__.values if value.name == _refusal.code
    ).description = _refusal.meaning


@strawberry.interface(description="Why a request was refused; nothing of it was written.")
class UserError:
    """What all refusals have in common."""

    code: str = strawberry.field(
        description="What went wrong; a code never changes.", graphql_type=ErrorCode
    )
    message: str = strawberry.field(
        description="The same for people, in the language of Accept-Language (en, es)."
    )
    path: list[str] = strawberry.field(
        description='Where in the input: ["lines", "0", "quantity"]; empty = the whole request.'
    )
    retryable: bool = strawberry.field(
        description="Whether the very same request may succeed later, unchanged and with its id."
    )


@strawberry.type(description="A refusal that carries no further data.")
class GeneralError(UserError):
    """The type of refusals without fields of their own."""


_FIELD_TEXTS = {
    "account": "The account's code.",
    "units": "The units that the item has, its stock unit first.",
    "uom": "The unit that was named.",
    "available": "The quantity there is, in the item's unit.",
    "company": "The company's id; empty where it does not matter.",
    "id": "The id of the record, or the one that was given.",
    "closed_through": "The last closed day.",
    "credit": "The sum of the credits, in the company's currency.",
    "current": "The record's version now.",
    "debit": "The sum of the debits, in the company's currency.",
    "documents": "The numbers of the documents.",
    "expected": "What it should have been.",
    "given": "What was given.",
    "incident": "The id under which the fault stands in the server's log.",
    "item": "The item's SKU.",
    "kind": 'The kind of record: "account", "item", ...',
    "least": "The least value there may be, where `reason` is `out_of_range`.",
    "most": "The greatest value there may be, where `reason` is `out_of_range`.",
    "problem": "What is wrong, for whoever writes the client; always in English.",
    "open_amount": "What is still open, in the document's currency.",
    "creditable": "What is left to be credited: a quantity, or an amount in document currency.",
    "open_quantity": "What is still open, in the item's unit.",
    "party": "The party's code.",
    "posting_date": "The posting date concerned.",
    "reason": 'Why the value cannot be right, as a key: "must_be_positive".',
    "reference": "The code, SKU, number or id that was given.",
    "requested": "What was asked for.",
    "taken_back_by": "The kinds of documents that take it back on such a day, as `DocumentKind`.",
    "tolerance": "Percent that is allowed beyond that.",
    "role": "The company default (as in `CompanyDefaults`) or the party's role.",
    "value": "The value that was given.",
    "warehouse": "The warehouse's code.",
}


def _readable(name: str) -> str:
    return _FIELD_TEXTS.get(name, f"The refusal's {name.replace('_', ' ')}.")


def _graphql_type(annotation: Any) -> Any:
    """The GraphQL type of a refusal's field: tuples become lists, the rest stays."""
    if typing.get_origin(annotation) is tuple:
        return list[typing.get_args(annotation)[0]]
    return annotation


async def _record(self: Any, info: Info) -> Node | None:
    """What somebody else has made of it."""
    company, id_ = UUID(self.company or _NO_ID), UUID(self.id or _NO_ID)
    reader = node_readers.get(self.kind)
    return await reader(info.context, company, id_) if reader else None


_NO_ID = "00000000-0000-0000-0000-000000000000"


def _typed(refusal: type[Refusal]) -> type[UserError]:
    """The GraphQL type of one refusal, with the refusal's own fields."""
    own = [field for field in dataclasses.fields(refusal) if field.name != "path"]
    if not own:
        return GeneralError
    hints = typing.get_type_hints(refusal)
    members: dict[str, Any] = {
        field.name: strawberry.field(description=_readable(field.name)) for field in own
    }
    if refusal is VersionConflict:
        members["record"] = strawberry.field(
            resolver=_record, description="The record as it is now, where it is a `Node`."
        )
    members["__annotations__"] = {field.name: _graphql_type(hints[field.name]) for field in own}
    members["__doc__"] = refusal.meaning
    made = types.new_class(
        refusal.__name__, (UserError,), exec_body=lambda namespace: namespace.update(members)
    )
    return strawberry.type(made, description=f"{refusal.meaning} {refusal.fix}")


_TYPES: dict[str, type[UserError]] = {refusal.code: _typed(refusal) for refusal in _REFUSALS}

ERROR_TYPES: tuple[type[UserError], ...] = tuple(dict.fromkeys(_TYPES.values()))
"""Every type of error, for the schema: no field returns them by name, only the interface."""


def user_error(refusal: Refusal, language: str) -> UserError:
    """One refusal as the API shows it."""
    own = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in refusal.params().items()
    }
    return _TYPES[refusal.code](
        code=ErrorCode[refusal.code],
        message=message_of(refusal, language),
        path=list(refusal.path),
        retryable=refusal.retryable,
        **own,
    )


def user_errors(refusals: Iterable[Refusal], language: str) -> list[UserError]:
    """Refusals as the API shows them, in the order in which they were found."""
    return [user_error(refusal, language) for refusal in refusals]


def refusal_of(fault: BaseException, operation: str) -> Refusal:
    """What a client is told of an exception that is no refusal; the log is told all of it.

    A database that is away, or a conflict that bounded retries did not get past, is worth trying
    again with the same id; anything else is a fault of the program.
    """
    incident = str(uuid4())
    if is_passing(fault):
        log.warning("try_again", operation=operation, incident=incident, fault=repr(fault))
        return SystemBusy()
    log.error("internal_error", operation=operation, incident=incident, exc_info=fault)
    return InternalError(incident=incident)


@strawberry.type(description="One entry of the error catalogue.")
class ErrorCatalogEntry:
    """A code, what it means and what to do."""

    code: str = strawberry.field(description="The code.", graphql_type=ErrorCode)
    meaning: str = strawberry.field(
        description="What happened, in the language of Accept-Language."
    )
    fix: str = strawberry.field(description="What to do about it, in that language.")
    retryable: bool = strawberry.field(
        description="Whether the same request may succeed later, unchanged."
    )
    params: list[str] = strawberry.field(description="The data it carries, by field name.")
    type: str = strawberry.field(description="The GraphQL type that carries the data.")


def error_catalogue(language: str) -> Sequence[ErrorCatalogEntry]:
    """Every refusal there is, in the order of the codes."""
    texts = remedies(language)
    return [
        ErrorCatalogEntry(
            code=ErrorCode[refusal.code],
            meaning=texts.get(refusal.meaning, refusal.meaning),
            fix=texts.get(refusal.fix, refusal.fix),
            retryable=refusal.retryable,
            params=[camel(f.name) for f in dataclasses.fields(refusal) if f.name != "path"],
            type=_TYPES[refusal.code].__name__,
        )
        for refusal in _REFUSALS
    ]


@strawberry.type
class ErrorQueries:
    """The catalogue of errors."""

    @strawberry.field(description="Every error code, what it means and what to do about it.")
    def error_catalog(self, info: Info) -> list[ErrorCatalogEntry]:
        """In the order of the codes."""
        return list(error_catalogue(info.context.language))
