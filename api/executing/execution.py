"""What happens around every operation: cached parsing and validation, limits, masked faults."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
)
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.schema import validate_document
from strawberry.types.execution import ExecutionContext

from api.context import Context
from api.cost.checking import too_costly
from api.cost.counting import Counted, counted
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


# By the text, not by the document: a document's hash is that of every node in it.
@lru_cache(maxsize=512)
def _validated_text(core: GraphQLSchema, query: str, limits: TextLimits) -> list[GraphQLError]:
    return validate_document(core, parsed(query, limits), rules_of(limits))


@lru_cache(maxsize=512)
def _counted_text(core: GraphQLSchema, query: str, name: str | None, limits: TextLimits) -> Counted:
    return counted(core, parsed(query, limits), name)


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


def _unnamed(execution: ExecutionContext) -> list[GraphQLError]:
    """An error where it is not said which of several operations is to be run.

    Strawberry would run the first.
    """
    document = execution.graphql_document
    assert document is not None, "it is valid"
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) == 1 or execution._provided_operation_name is not None:  # noqa: SLF001 - `operation_name` is the first's then
        return []
    return [GraphQLError("Must provide operation name if query contains multiple operations.")]


class Execution(SchemaExtension):
    """One extension instead of five: each costs time on every request. See `Runner`."""

    _problem: Problem = ValueMalformed
    """What graphql-core's errors mean: an invalid document, or else a variable."""

    def begin(self) -> None:
        """Parse and validate, each text once.

        The parsed text, and what is wrong with it, are left where strawberry looks for them.
        """
        context = self.execution_context
        if not context.query:
            return
        limits: TextLimits = context.context.services.text_limits
        context.parse_options = {"max_tokens": limits.tokens}
        try:
            document = parsed(context.query, limits)
        except GraphQLError:
            return  # found again, and said, where strawberry parses it itself
        context.graphql_document = document
        core = core_of(context.schema)
        errors = self._validated(core, document, limits) or _unnamed(context)
        if errors:
            self._problem = DocumentInvalid
        context.pre_execution_errors = errors or self._cost_errors(core, document, limits)

    def _validated(
        self, core: GraphQLSchema, document: DocumentNode, limits: TextLimits
    ) -> list[GraphQLError]:
        """What is wrong with a document; one that is not kept is not remembered either."""
        query = self.execution_context.query or ""
        if len(query) > _CACHED_TEXT:
            return validate_document(core, document, rules_of(limits))
        return _validated_text(core, query, limits)

    def _cost_errors(
        self, core: GraphQLSchema, document: DocumentNode, limits: TextLimits
    ) -> list[GraphQLError]:
        """What a valid operation may cost, for the answer's extensions; an error if too much."""
        execution = self.execution_context
        context: Context = execution.context
        query, name = execution.query or "", execution.operation_name
        if len(query) > _CACHED_TEXT:
            found = counted(core, document, name)
        else:
            found = _counted_text(core, query, name, limits)
        variables = found.variables(execution.variables)
        limit = context.services.cost_limits.limit(context.principal)
        cost = found.cost(variables)
        execution.extensions_results = {"cost": {"requested": cost, "limit": limit}}
        if cost <= limit:
            return []
        refusal = too_costly(core, found, variables, limit)
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
    """Runs `Execution` around operations and events, and knows that there are no other hooks.

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
