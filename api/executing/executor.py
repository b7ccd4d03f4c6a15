"""graphql-core's executor, with what depends on the text of an operation alone found once.

Executing stays graphql-core's. What is overridden asks it less often: what an operation selects
is the same in every request, and a field that only shows its row needs no description of the
operation (docs/adr/0067).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
)
from graphql.execution.values import VariableValues, VariableValueSource
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.executing.coercing import coercer
from api.executing.trusted_documents import MOST_CHARACTERS
from api.types.attributes import Attribute, Reader

Fields: TypeAlias = dict[str, Any]
"""The nodes of a selection, by the names that their values have in the answer."""


@dataclass(slots=True)
class Split:
    """The fields of a selection: those that show an attribute, and the others.

    Of the former: the name in the answer, what reads it, and whether it must not be null.
    """

    fields: Fields
    shown: list[tuple[str, Reader, bool]]
    others: Fields


@dataclass(slots=True)
class Selections:
    """What an operation selects of each type; of one request, or of all with the same text.

    What is found by the identity of something keeps it, so that nothing else gets its identity.
    """

    root: Fields | None = None
    below: dict[tuple[Any, int], tuple[Any, Any]] = field(default_factory=dict)
    splits: dict[tuple[Any, int], Split] = field(default_factory=dict)


class Known:
    """What the first request with an operation's text has found out for the later ones."""

    def __init__(self) -> None:
        """Nothing is known before the first request."""
        self.operation: OperationDefinitionNode | None = None
        self.bare: DocumentNode | None = None
        self._selections: Selections | None = None
        self._variables: list[tuple[str, Any, Any]] = []

    def learn(self, document: DocumentNode, executor: Any) -> None:
        """Keep what does not depend on the request. `bare` is the operation without variables."""
        self.operation = executor.operation
        bare = replace(executor.operation, variable_definitions=())
        self.bare = DocumentNode(definitions=(bare, *executor.fragment_definitions.values()))
        self._variables = [
            (name, source.signature, coercer(source.signature.type))
            for name, source in executor.variable_values.sources.items()
        ]
        # Without directives (@skip, @include) nothing that is selected depends on variables.
        if document.loc is not None and "@" not in document.loc.source.body:
            self._selections = Selections()

    def selections(self) -> Selections:
        """What is selected, as far as it is known."""
        return Selections() if self._selections is None else self._selections

    def variables(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The variables as graphql-core coerces them; None for what it has to look at itself."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, coerce in self._variables:
            if name not in given or coerce is None:
                return None
            sources[name] = VariableValueSource(signature, given[name])
            try:
                coerced[name] = coerce(given[name])
            except Exception:  # noqa: BLE001 - graphql-core finds it again, and says what it is
                return None
        return VariableValues(sources, coerced)


class _Same:
    """A document, found again by its identity: its hash is that of every node in it."""

    __slots__ = ("_document",)

    def __init__(self, document: DocumentNode) -> None:
        self._document = document

    def __hash__(self) -> int:
        return id(self._document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._document is self._document


@lru_cache(maxsize=512)
def _known(_schema: GraphQLSchema, _document: _Same, _operation: str | None) -> Known:
    return Known()


class Executor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, which finds out less for each request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Without graphql-core's helpers for asynchronous work, which no resolver here asks for.

        They refer to the executor as it does to them: a cycle, which keeps all that a request has
        read until the garbage collector runs. Without it a request leaves nothing to be collected.
        """
        super().__init__(*args, **kwargs)
        self.async_helpers: Any = None
        self.selections = Selections()

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: Any = None,
        context_value: Any = None,
        raw_variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        *others: Any,
        **options: Any,
    ) -> Any:
        """An executor, or what is wrong with the request: as graphql-core builds it.

        A text that was executed before is built without its variables, which are coerced here.
        """
        roots = root_value, context_value
        if document.loc is None or document.loc.end > MOST_CHARACTERS:
            return super().build(
                schema, document, *roots, raw_variable_values, operation_name, *others, **options
            )
        known = _known(schema, _Same(document), operation_name)
        variables = known.variables(raw_variable_values or {}) if known.bare is not None else None
        if known.bare is None or variables is None:
            made: Any = super().build(
                schema, document, *roots, raw_variable_values, operation_name, *others, **options
            )
            if isinstance(made, list):
                return made  # errors
            if known.bare is None:
                known.learn(document, made)
        else:
            made = super().build(schema, known.bare, *roots, None, None, *others, **options)
            made.operation = known.operation
            made.variable_values = variables
        made.selections = known.selections()
        return made

    def execute_collected_root_fields(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,
        grouped_field_set: Fields,
        serially: bool,
        new_defer_usages: Any,
    ) -> Any:
        """Execute root fields: those that were collected first, for what is found by them."""
        if self.selections.root is None:
            self.selections.root = grouped_field_set
        fields = self.selections.root
        return super().execute_collected_root_fields(
            root_type, root_value, fields, serially, new_defer_usages
        )

    def collect_subfields(self, return_type: GraphQLObjectType, field_details_list: Any) -> Any:
        """What is selected of a type, collected once."""
        key = return_type, id(field_details_list)
        known = self.selections.below.get(key)
        if known is None:
            found = super().collect_subfields(return_type, field_details_list)
            known = self.selections.below[key] = field_details_list, found
        return known[1]

    def get_stream_usage(self, field_details_list: Any, path: Any) -> None:
        """No list is streamed: the schema has no @stream, which is looked for in every list."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Fields,
        position_context: Any,
    ) -> Any:
        """The values of the fields of an object, or what will be them.

        What its attributes hold is shown at once. All of an object of which something is wrong is
        executed as graphql-core does, which says what, and where.
        """
        split = self.selections.splits.get((parent_type, id(grouped_field_set)))
        if split is None:
            split = self._split(parent_type, grouped_field_set)
        shown = _shown(split, source_value)
        if shown is None:
            return super().execute_fields(
                parent_type, source_value, path, grouped_field_set, position_context
            )
        if not split.others:
            return shown
        found: Any = super().execute_fields(
            parent_type, source_value, path, split.others, position_context
        )
        if not split.shown:
            return found
        if not self.is_awaitable(found):
            return _together(split, shown, found)

        async def awaited() -> dict[str, Any]:
            return _together(split, shown, await found)

        return awaited()

    def _split(self, parent_type: GraphQLObjectType, fields: Fields) -> Split:
        shown: list[tuple[str, Reader, bool]] = []
        others: Fields = {}
        for name, details in fields.items():
            asked = details[0].node.name.value
            resolve = getattr(parent_type.fields.get(asked), "resolve", None)
            if asked == "__typename":
                shown.append((name, lambda _source: parent_type.name, True))
            elif isinstance(resolve, Attribute) and resolve.value is not None:
                shown.append((name, resolve.value, resolve.is_required))
            else:
                others[name] = details
        split = self.selections.splits[parent_type, id(fields)] = Split(fields, shown, others)
        return split


def _shown(split: Split, source: Any) -> dict[str, Any] | None:
    """The attributes of an object that are selected; None if something is wrong with one."""
    shown: dict[str, Any] = {}
    try:
        for name, read, is_needed in split.shown:
            value = shown[name] = read(source)
            if value is Undefined or (value is None and is_needed):
                return None
    except Exception:  # noqa: BLE001 - graphql-core finds it again, and says what it is
        return None
    return shown


def _together(split: Split, shown: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """All fields in the order in which they are selected; some may not have been found."""
    values = shown | found
    return {name: values[name] for name in split.fields if name in values}
