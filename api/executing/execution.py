"""What happens around every operation: texts read once, limits, masked faults."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
)
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.schema import validate_document
from strawberry.types import ExecutionResult
from strawberry.types.execution import ExecutionContext
from strawberry.types.graphql import OperationType as Kind

from api.context import Context
from api.cost.checking import too_costly
from api.cost.counting import Counted, counted
from api.executing.executor import Executor
from api.executing.limits import rules_of
from api.executing.text_limits import TextLimits
from api.executing.top_level import Problem, translated
from api.executing.trusted_documents import MOST_CHARACTERS
from api.messages import LANGUAGES
from api.types.core import core_of
from domain.errors import DocumentInvalid, Refused, ValueMalformed
from persistence.database import ReplicaFailedError

# Longer texts are parsed each time: nobody fills memory with them.
_CACHED_TEXT = MOST_CHARACTERS

_parse_cached = lru_cache(maxsize=512)(parse)


def parsed(query: str, limits: TextLimits) -> DocumentNode:
    """A query's text, parsed; raises GraphQLError where it is none."""
    if len(query) > _CACHED_TEXT:
        return parse(query, max_tokens=limits.tokens)
    return _parse_cached(query, max_tokens=limits.tokens)


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it was read: parsed, and what is wrong with it, or else what it may cost.

    `kind` is that of its operation; None where it has none of the name that is asked for.
    """

    document: DocumentNode
    kind: Kind | None
    errors: list[GraphQLError]
    counted: Counted | None


def _read(core: GraphQLSchema, query: str, name: str | None, limits: TextLimits) -> Read:
    document = parsed(query, limits)
    operation = get_operation_ast(document, name)
    kind = None if operation is None else Kind(operation.operation.value)
    errors = validate_document(core, document, rules_of(limits)) or _unnamed(document, name)
    return Read(document, kind, errors, None if errors else counted(core, document, name))


# By the text, not by the document: a document's hash is that of every node in it.
_read_cached = lru_cache(maxsize=512)(_read)


def read(core: GraphQLSchema, query: str, name: str | None, limits: TextLimits) -> Read:
    """A text, read once; raises GraphQLError where it is none. Long ones are not kept."""
    reading = _read if len(query) > _CACHED_TEXT else _read_cached
    return reading(core, query, name, limits)


def operation_type(query: str, name: str | None, limits: TextLimits) -> OperationType | None:
    """What kind of operation it is; None where the text is wrong, which executing it will say."""
    try:
        operation = get_operation_ast(parsed(query, limits), name)
    except GraphQLError:
        return None
    return operation.operation if operation else None


def checked(query: str, limits: TextLimits) -> DocumentNode:
    """A query's text, parsed, and checked as before running it.

    Raises:
        GraphQLError: the first thing that is wrong with it.
    """
    from api.schema import schema  # noqa: PLC0415 - which is made with this module's extension

    document = parsed(query, limits)
    errors = validate_document(core_of(schema), document, rules_of(limits))
    if errors:
        raise errors[0]
    return document


def _unnamed(document: DocumentNode, name: str | None) -> list[GraphQLError]:
    """An error where it is not said which of several operations is to be run.

    Strawberry would run the first.
    """
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) == 1 or name is not None:
        return []
    return [GraphQLError("Must provide operation name if query contains multiple operations.")]


class Execution(SchemaExtension):
    """One extension instead of five: each costs time on every request.

    Subscriptions are run by strawberry with it; of what is answered once see `executed`.
    """

    _problem: Problem = ValueMalformed
    """What graphql-core's errors mean: an invalid document, or else a variable."""

    def begin(self) -> Read | None:
        """Parse and validate, each text once.

        The parsed text, and what is wrong with it, are left where strawberry looks for them.

        Returns:
            None where there is no text, or none that can be parsed.
        """
        context = self.execution_context
        if not context.query:
            return None
        limits: TextLimits = context.context.services.text_limits
        context.parse_options = {"max_tokens": limits.tokens}
        name = context._provided_operation_name  # noqa: SLF001 - `operation_name` may be the first's
        try:
            found = read(core_of(context.schema), context.query, name, limits)
        except GraphQLError:
            return None  # found again, and said, where strawberry parses it itself
        context.graphql_document = found.document
        if found.errors:
            self._problem = DocumentInvalid
        context.pre_execution_errors = found.errors or self._cost_errors(found.counted)
        return found

    def _cost_errors(self, found: Counted | None) -> list[GraphQLError]:
        """What a valid operation may cost, for the answer's extensions; an error if too much."""
        assert found is not None, "it is valid"
        execution = self.execution_context
        context: Context = execution.context
        variables = found.variables(execution.variables)
        limit = context.services.cost_limits.limit(context.principal)
        cost = found.cost(variables)
        execution.extensions_results = {"cost": {"requested": cost, "limit": limit}}
        if cost <= limit:
            return []
        refusal = too_costly(core_of(execution.schema), found, variables, limit)
        return [GraphQLError(refusal.code, original_error=Refused(refusal))]

    def end(self) -> None:
        """Translate refusals and mask faults in what leaves."""
        self._translate(self.execution_context.result)

    def on_stream_result(self, result: Any) -> Iterator[None]:
        """The same for each event of a subscription."""
        self._translate(result)
        yield None

    def _translate(self, result: Any) -> None:
        errors = getattr(result, "errors", None)
        if errors and not self._is_of_a_replica(errors):
            result.errors = [translated(one, self._language, self._problem) for one in errors]

    def _is_of_a_replica(self, errors: list[GraphQLError]) -> bool:
        """Whether a replica failed: then nobody is told, for the primary is going to answer."""
        for error in errors:
            if isinstance(error.original_error, ReplicaFailedError):
                self.execution_context.context.replica_failure = error.original_error
                return True
        return False

    @property
    def _language(self) -> str:
        return getattr(self.execution_context.context, "language", LANGUAGES[0])


_IS_AWAITABLE: Any = optimized_is_awaitable


async def executed(operation: ExecutionContext) -> ExecutionResult | None:
    """Execute a query or a mutation, as strawberry does with `Execution`.

    Strawberry makes extensions, their runner and context managers of both for every operation.

    Returns:
        None for strawberry to say what is wrong: there is no operation that could be read or that
        may be asked for in this way.
    """
    around = Execution()
    around.execution_context = operation
    found = around.begin()
    if found is None or found.kind is None or found.kind not in operation.allowed_operations:
        return None
    errors = operation.pre_execution_errors
    if errors:
        result = ExecutionResult(None, errors)
    else:
        operation.context.only_reads = found.kind is Kind.QUERY
        answer = execute(
            core_of(operation.schema),
            found.document,
            operation.root_value,
            operation.context,
            operation.variables,
            operation._provided_operation_name,  # noqa: SLF001 - as above
            executor_class=Executor,
            is_awaitable=_IS_AWAITABLE,
            operation_extensions=operation.operation_extensions,
        )
        answer = await answer if isawaitable(answer) else answer
        result = ExecutionResult(answer.data, answer.errors)
    result.extensions = operation.extensions_results
    operation.result = result
    around.end()
    return result


class _Operation(AbstractAsyncContextManager[None], AbstractContextManager[None]):
    """An operation from its text to its answer: what `Execution` does before and after it."""

    def __init__(self, extensions: list[SchemaExtension]) -> None:
        self._extensions = [one for one in extensions if isinstance(one, Execution)]

    def __enter__(self) -> None:
        for one in self._extensions:
            one.begin()

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        for one in () if failed else self._extensions:
            one.end()

    async def __aenter__(self) -> None:
        self.__enter__()

    async def __aexit__(self, failed: type[BaseException] | None, *_: object) -> None:
        self.__exit__(failed)


_NO_HOOK: Any = nullcontext()


class Runner(SchemaExtensionsRunner):
    """Runs `Execution` around subscriptions and events, and knows that there are no other hooks.

    Strawberry looks for the hooks of each request anew and makes a context manager for each kind.
    """

    def operation(self) -> Any:
        """Around all of an operation."""
        return _Operation(self.extensions)

    def parsing(self) -> Any:
        """No hook; nor in the two below."""
        return _NO_HOOK

    validation = executing = parsing

    async def get_extensions_results(self, ctx: ExecutionContext) -> dict[str, Any]:
        """What `Execution` has to say beside the data: the cost."""
        return ctx.extensions_results
