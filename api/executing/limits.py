"""Limits on a request's text, checked before anything runs: depth, fields, aliases, tokens, bytes.

One rule for each choice of limits, made once: strawberry's own limiters make a new rule class per
request, and the validation cache never hits.
"""

import re
from functools import cache
from typing import ClassVar

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    specified_rules,
)

from api.executing.text_limits import TextLimits
from api.messages import LANGUAGES, message
from domain.errors import OperationTooLarge, Refused

MOST_BYTES = 8 * 1024 * 1024
"""A request's body; a batch of a thousand documents fits many times."""

MOST_SUBSCRIPTIONS = 100
"""Subscriptions at the same time on one WebSocket."""


@cache
def rules_of(limits: TextLimits) -> tuple[type[ASTValidationRule], ...]:
    """The rules to validate by: always the same object, as the validation cache needs it."""
    own = type("OperationLimits", (OperationLimits,), {"limits": limits})
    return (*specified_rules, own)


_TOO_MANY_TOKENS = re.compile(r"Document contains more than (\d+) tokens")


def too_many_tokens(error: GraphQLSyntaxError) -> OperationTooLarge | None:
    """What graphql-core means when it stops parsing, unless it means the syntax."""
    found = _TOO_MANY_TOKENS.search(error.message)
    return _too_large(TextLimits(tokens=int(found[1])), "tokens") if found else None


def _too_large(limits: TextLimits, limit: str) -> OperationTooLarge:
    """The refusal of what goes beyond a limit."""
    setting = f"PERPETUO_MAX_{limit.upper()}"
    return OperationTooLarge(reason=limit, most=getattr(limits, limit), setting=setting)


_Measure = tuple[int, int, int]


class OperationLimits(ValidationRule):
    """Refuses operations that are too deep or too wide."""

    limits: ClassVar[TextLimits]

    def __init__(self, context: ValidationContext) -> None:
        """Fragments are measured once per document."""
        super().__init__(context)
        self._measured: dict[str, _Measure] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: object) -> None:
        """Measure the operation with all its fragments."""
        measure = self._measure(node.selection_set, frozenset())
        for limit, found in zip(("depth", "fields", "aliases"), measure, strict=True):
            if found > getattr(self.limits, limit):
                refusal = _too_large(self.limits, limit)
                said, fault = message(refusal, LANGUAGES[0]), Refused(refusal)
                self.report_error(GraphQLError(said, node, original_error=fault))

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
