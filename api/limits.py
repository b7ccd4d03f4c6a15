"""Limits on a request's text, checked before anything runs: depth, fields, aliases, tokens, bytes.

One rule object for the whole process: strawberry's own limiters make a new rule class per
request, and the validation cache never hits.
"""

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

MOST_BYTES = 8 * 1024 * 1024
"""A request's body; a batch of a thousand documents fits many times."""

MOST_TOKENS = 20_000
"""Tokens of a query's text; documents belong in variables, which do not count."""

DEEPEST = 20
"""Levels of fields; the introspection fields of tools are not counted."""

MOST_FIELDS = 5_000
"""Fields of an operation, fragments counted wherever they are spread."""

MOST_SUBSCRIPTIONS = 100
"""Subscriptions at the same time on one WebSocket."""

MOST_ALIASES = 500
"""Aliased fields of an operation, fragments counted wherever they are spread."""

_Measure = tuple[int, int, int]


class OperationLimits(ValidationRule):
    """Refuses operations that are too deep or too wide."""

    def __init__(self, context: ValidationContext) -> None:
        """Fragments are measured once per document."""
        super().__init__(context)
        self._measured: dict[str, _Measure] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: object) -> None:
        """Measure the operation with all its fragments."""
        depth, fields, aliases = self._measure(node.selection_set, frozenset())
        for what, found, most in (
            ("deep", depth, DEEPEST),
            ("many fields", fields, MOST_FIELDS),
            ("many aliases", aliases, MOST_ALIASES),
        ):
            if found > most:
                self.report_error(
                    GraphQLError(
                        f"The operation has too {what}: {found}, the limit is {most}.".replace(
                            "has too deep", "is too deep"
                        ),
                        node,
                    )
                )

    def _measure(self, selections: SelectionSetNode | None, within: frozenset[str]) -> _Measure:
        """Depth, fields and aliases of a selection; a fragment inside itself counts nothing."""
        depth = fields = aliases = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self._below(node, within)
                measure = (below[0] + 1, below[1] + 1, below[2] + (node.alias is not None))
            elif isinstance(node, FragmentSpreadNode):
                measure = self._spread(node.name.value, within)
            else:
                measure = self._measure(getattr(node, "selection_set", None), within)
            depth = max(depth, measure[0])
            fields += measure[1]
            aliases += measure[2]
        return depth, fields, aliases

    def _below(self, node: FieldNode, within: frozenset[str]) -> _Measure:
        if node.name.value.startswith("__"):
            return 0, 0, 0  # graphql-core has a rule of its own for nested introspection
        return self._measure(node.selection_set, within)

    def _spread(self, name: str, within: frozenset[str]) -> _Measure:
        if name in within:
            return 0, 0, 0
        if name not in self._measured:
            fragment = self.context.get_fragment(name)
            self._measured[name] = (
                self._measure(fragment.selection_set, within | {name})
                if isinstance(fragment, FragmentDefinitionNode)
                else (0, 0, 0)
            )
        return self._measured[name]
