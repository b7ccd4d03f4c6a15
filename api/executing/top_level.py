"""Errors at the top level of an answer: all have a code of the catalogue, and one shape.

Refusals come with code and path, faults masked with an incident id. What graphql-core says of a
request (syntax, validation, variables) keeps its message, its places in the text, and gets a code.
"""

import re
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLSyntaxError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from api.executing.coercing import field_named
from api.executing.limits import too_many_tokens
from api.messages import message
from api.types.errors import refusal_of
from domain.errors import (
    DocumentInvalid,
    DocumentMalformed,
    Refusal,
    Refused,
    RequestMalformed,
    ValueMalformed,
)
from domain.naming import camel

Problem = type[DocumentInvalid | ValueMalformed]


def translated(error: GraphQLError, language: str, problem: Problem) -> GraphQLError:
    """A top-level error as it may leave.

    Args:
        error: What execution, or what came before it, has found.
        language: That of the message.
        problem: What an error of graphql-core means, unless it is one of syntax.
    """
    refusals = _refusals(error, problem)
    first, *others = (extensions_of(refusal, language) for refusal in refusals)
    extensions = {**first, "others": others} if others else first
    return GraphQLError(
        message(refusals[0], language),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def _refusals(error: GraphQLError, problem: Problem) -> tuple[Refusal, ...]:
    fault = error.original_error
    if isinstance(fault, Refused):
        return fault.refusals
    if isinstance(fault, CannotGetOperationTypeError | InvalidOperationTypeError):
        return (RequestMalformed(problem=error.message),)
    if isinstance(error, GraphQLSyntaxError):
        return (too_many_tokens(error) or DocumentMalformed(problem=error.message),)
    if (fault is None or isinstance(fault, GraphQLError)) and not _is_of_an_answer(error):
        return (problem(problem=error.message, path=_within_variable(error.message)),)
    return (refusal_of(fault or error, ".".join(str(step) for step in error.path or ())),)


_PLACE = re.compile(r"Variable '\$\w+' has invalid value(?: at ((?:\.\w+|\[\d+\])+))?: ")


def _within_variable(problem: str) -> tuple[str, ...]:
    """Where in a variable it is, as `UserError.path` says it; graphql-core has it in words only."""
    found = _PLACE.match(problem)
    if found is None:
        return ()
    return (*re.findall(r"\w+", found[1] or ""), *field_named(problem[found.end() :]))


def _is_of_an_answer(error: GraphQLError) -> bool:
    """Whether an answer did not fit the schema: a fault, where an argument would be a mistake."""
    return error.path is not None and bool(error.nodes) and isinstance(error.nodes[0], FieldNode)


def error_of(refusal: Refusal, language: str) -> dict[str, Any]:
    """The error of a request of which nothing was executed, in GraphQL's form."""
    said = message(refusal, language)
    return {"message": said, "extensions": extensions_of(refusal, language)}


def extensions_of(refusal: Refusal, language: str) -> dict[str, Any]:
    """What `UserError` has, of a refusal at the top level; `params` are the fields of its type."""
    params = {
        camel(name): list(value) if isinstance(value, tuple) else str(value)
        for name, value in refusal.params().items()
        if value is not None
    }
    return {
        "code": refusal.code,
        "message": message(refusal, language),
        "path": list(refusal.path),
        "retryable": refusal.retryable,
        "params": params,
    }
