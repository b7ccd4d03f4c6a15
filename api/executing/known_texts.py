"""What is known of a text that was executed before: it does not change with the request.

What is said here is plain, or nothing is: `NotPlain`, and whatever else is raised, means that
graphql-core is to look at it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import GeneratorType
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
)
from graphql.execution.values import VariableValues, VariableValueSource

from api.executing.coercing import coercer
from api.types.attributes import Attribute, Reader
from api.types.core import NotPlain

Fields: TypeAlias = dict[str, Any]
"""The nodes of a selection, by the names that their values have in the answer."""

Below: TypeAlias = Callable[[GraphQLObjectType, Any], Fields]
"""Finds what is selected of a type under the nodes of a field."""

_NO_ROWS = (BaseException, GeneratorType, type(None), type(Undefined))


@dataclass(slots=True)
class Split:
    """The fields of a selection: those that show attributes, and the others.

    Of the former: the name in the answer, what reads it, and whether it must not be null. An object
    that an attribute holds is one of them, if nothing but its attributes is selected.
    """

    fields: Fields
    shown: list[tuple[str, Reader, bool]]
    others: Fields

    def values(self, source: Any) -> dict[str, Any]:
        """The attributes of an object.

        Raises:
            NotPlain: one is missing. Reading and printing may raise anything.
        """
        values: dict[str, Any] = {}
        for name, read, is_needed in self.shown:
            value = values[name] = read(source)
            if value is None and is_needed:
                raise NotPlain
        return values

    def together(self, values: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        """All fields in the order in which they are selected; some may not have been found."""
        both = values | found
        return {name: both[name] for name in self.fields if name in both}


@dataclass(slots=True)
class Selections:
    """What an operation selects of each type; of one request, or of all with the same text.

    What is found by the identity of something keeps it, so that nothing else gets its identity.
    """

    root: Fields | None = None
    below: dict[tuple[Any, int], tuple[Any, Any]] = field(default_factory=dict)
    splits: dict[tuple[Any, int], Split] = field(default_factory=dict)

    def split(self, of: GraphQLObjectType, fields: Fields, below: Below) -> Split:
        """The fields that are selected of a type, split once; `below` finds those of its fields."""
        found = self.splits.get((of, id(fields)))
        if found is None:
            found = self.splits[of, id(fields)] = self._split(of, fields, below)
        return found

    def _split(self, of: GraphQLObjectType, fields: Fields, below: Below) -> Split:
        shown: list[tuple[str, Reader, bool]] = []
        others: Fields = {}
        for name, details in fields.items():
            asked = details[0].node.name.value
            resolve = getattr(of.fields.get(asked), "resolve", None)
            if asked == "__typename":
                shown.append((name, lambda _source: of.name, True))
                continue
            if isinstance(resolve, Attribute):
                read = resolve.value or self._object(resolve, details, below)
                if read is not None:
                    shown.append((name, read, resolve.is_required))
                    continue
            others[name] = details
        return Split(fields, shown, others)

    def _object(self, attribute: Attribute, details: Any, below: Below) -> Reader | None:
        """What shows the object that an attribute holds; None if it takes more than reading."""
        kind = attribute.kind
        if kind is None:
            return None
        split = self.split(kind, below(kind, details), below)
        find, values = attribute.found, split.values
        is_of_kind: Any = kind.is_type_of

        def read(source: Any) -> dict[str, Any] | None:
            found = find(source)
            if found is None:
                return None
            if not is_row(type(found)) or (
                is_of_kind is not None and is_of_kind(found, None) is not True
            ):
                raise NotPlain
            return values(found)

        return None if split.others else read


@lru_cache(maxsize=1024)
def is_row(kind: type) -> bool:
    """Whether values of a Python type are there and can be read at once."""
    return not issubclass(kind, _NO_ROWS) and not hasattr(kind, "__await__")


class Known:
    """What the first request with an operation's text has found out for the later ones."""

    def __init__(self) -> None:
        """Nothing is known before the first request."""
        self.operation: OperationDefinitionNode | None = None
        self.bare: DocumentNode | None = None
        self._selections: Selections | None = None
        self._variables: list[tuple[str, Any, Any]] = []

    def learn(self, document: DocumentNode, executor: Any) -> None:
        """Keep what does not depend on the request. `bare` is the operation without variables.

        It comes last: another thread that finds it finds everything.
        """
        self.operation = executor.operation
        self._variables = [
            (name, source.signature, coercer(source.signature.type))
            for name, source in executor.variable_values.sources.items()
        ]
        # Without directives (@skip, @include) nothing that is selected depends on variables.
        if document.loc is not None and "@" not in document.loc.source.body:
            self._selections = Selections()
        bare = replace(executor.operation, variable_definitions=())
        self.bare = DocumentNode(definitions=(bare, *executor.fragment_definitions.values()))

    def selections(self) -> Selections:
        """What is selected, as far as it is known."""
        return Selections() if self._selections is None else self._selections

    def variables(self, given: Mapping[str, Any]) -> VariableValues:
        """The variables as graphql-core coerces them.

        Raises:
            NotPlain: one is left out, or not plainly valid. Coercing it may raise anything.
        """
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, coerce in self._variables:
            if name not in given or coerce is None:
                raise NotPlain
            sources[name] = VariableValueSource(signature, given[name])
            coerced[name] = coerce(given[name])
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


def known(schema: GraphQLSchema, document: DocumentNode, operation: str | None) -> Known:
    """What is known of an operation of a document: nothing, when it is asked for first."""
    return _known(schema, _Same(document), operation)
