"""graphql-core's executor, with what depends on the text of an operation alone found once.

Executing stays graphql-core's. What is overridden asks it less often: what an operation selects
is the same in every request, and a field that only shows its row needs no description of the
operation (docs/adr/0067). Where anything is not plain, graphql-core does all of it, and says what
is wrong: no exception that is caught here is lost, for it is raised again there.
"""

from functools import partial
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_nullable_type,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.executing.known_texts import Fields, Selections, Split, is_row, known
from api.executing.trusted_documents import MOST_CHARACTERS
from api.types.core import NotPlain


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
        variables = raw_variable_values
        whole = partial(
            super().build, schema, document, *roots, variables, operation_name, *others, **options
        )
        if document.loc is None or document.loc.end > MOST_CHARACTERS:
            return whole()
        text = known(schema, document, operation_name)
        if text.bare is None:
            made: Any = whole()
            if isinstance(made, list):
                return made  # errors
            text.learn(document, made)
        else:
            try:
                coerced = text.variables(variables or {})
            except Exception:  # noqa: BLE001 - found again, and said
                return whole()
            made = super().build(schema, text.bare, *roots, None, None, *others, **options)
            made.operation = text.operation
            made.variable_values = coerced
        made.selections = text.selections()
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
        collected = self.selections.below.get(key)
        if collected is None:
            found = super().collect_subfields(return_type, field_details_list)
            collected = self.selections.below[key] = field_details_list, found
        return collected[1]

    def _below(self, of: GraphQLObjectType, field_details_list: Any) -> Fields:
        fields, *_ = self.collect_subfields(of, field_details_list)
        return fields

    def get_stream_usage(self, field_details_list: Any, path: Any) -> None:
        """No list is streamed: the schema has no @stream, which is looked for in every list."""

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """The values of a list.

        Objects of which nothing but attributes is selected are shown in one loop, without a path
        for each.
        """
        shown = None
        if isinstance(result, list):
            try:
                shown = self._shown(return_type.of_type, field_details_list, info, result)
            except Exception:  # noqa: BLE001 - found again, and said
                shown = None
        if shown is not None:
            return shown
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _shown(
        self, item_type: Any, field_details_list: Any, info: Any, items: list[Any]
    ) -> list[Any] | None:
        """The objects of a list; None if they are none, or if more than attributes is selected."""
        kind = get_nullable_type(item_type)
        is_object = isinstance(kind, GraphQLObjectType)
        if not is_object and not isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return None
        if not all(map(is_row, set(map(type, items)))):
            return None
        splits: dict[GraphQLObjectType, Split] = {}
        shown: list[Any] = []
        for item in items:
            of: Any = kind if is_object else self._type_of(kind, field_details_list, info, item)
            if of.is_type_of is not None and of.is_type_of(item, info) is not True:
                raise NotPlain
            split = splits.get(of)
            if split is None:
                fields = self._below(of, field_details_list)
                split = splits[of] = self.selections.split(of, fields, self._below)
                if split.others:
                    return None
            shown.append(split.values(item))
        return shown

    def _type_of(
        self, kind: Any, field_details_list: Any, info: Any, item: Any
    ) -> GraphQLObjectType:
        resolve = kind.resolve_type or self.type_resolver
        return self.ensure_valid_runtime_type(
            resolve(item, info, kind), kind, field_details_list, info, item
        )

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
        split = self.selections.split(parent_type, grouped_field_set, self._below)
        try:
            shown = split.values(source_value)
        except Exception:  # noqa: BLE001 - found again, and said
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
            return split.together(shown, found)

        async def awaited() -> dict[str, Any]:
            return split.together(shown, await found)

        return awaited()
