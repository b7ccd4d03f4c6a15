"""Counting what an operation may cost: from its text, its page sizes and the schema.

One for each record that may be answered, at every place where it stands; plain values are free.
A list costs as often as it may have rows. Where several types are possible the dearest counts.
Fields that two fragments share count once, as they are executed once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    is_composite_type,
    is_object_type,
    value_from_ast_untyped,
)

from api.cost import sizes
from api.cost.amounts import Amount, Length, Provided, Variables, dearest, times, total, value
from api.types.connections import PAGE_LIMIT, PAGE_SIZE


@dataclass(frozen=True, slots=True)
class RootField:
    """What one root field costs: `fixed`, and `each` for every row of its page if it has one."""

    name: str
    fixed: Amount
    each: Amount
    length: int | Length
    has_pages: bool = False

    @property
    def cost(self) -> Amount:
        """Altogether."""
        return total((self.fixed, times(self.length, self.each)))


@dataclass(frozen=True, slots=True)
class PageLength:
    """A page whose length is a variable; nobody gets more than the limit."""

    variables: tuple[str, ...]
    otherwise: int

    def given(self, variables: Variables) -> int:
        """The first that is given."""
        for name in self.variables:
            if isinstance(variables.get(name), int):
                return _bounded(variables[name])
        return self.otherwise


@dataclass(frozen=True, slots=True)
class BatchLength:
    """As many results as documents are sent."""

    field: FieldNode

    def given(self, variables: Variables) -> int:
        """Of the batch's input."""
        for argument in self.field.arguments or ():
            if argument.name.value == "input":
                batch = value_from_ast_untyped(argument.value, dict(variables))
                documents = batch.get("documents") if isinstance(batch, dict) else None
                if isinstance(documents, list):
                    return len(documents)
        return 1


@dataclass(frozen=True, slots=True)
class Counted:
    """An operation's root fields, what its variables are unless they are given, and what it costs.

    `amount` is a number unless the length of a page, or whether a field is there, is a variable.
    """

    fields: tuple[RootField, ...]
    defaults: Mapping[str, Any]
    amount: Amount = 0

    def variables(self, given: Variables | None) -> Variables:
        """All variables."""
        return {**self.defaults, **given} if given else self.defaults

    def cost(self, variables: Variables) -> int:
        """What the operation may cost."""
        return value(self.amount, variables)


def counted(schema: GraphQLSchema, document: DocumentNode, name: str | None) -> Counted:
    """What an operation of a valid document costs."""
    return Counting(schema, document).operation(name)


class Counting:
    """One document being counted."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        """Nothing is counted twice: fields on types are remembered."""
        self._schema = schema
        self._document = document
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self._known: dict[tuple[str, tuple[int, ...]], Amount] = {}

    def operation(self, name: str | None) -> Counted:
        """The root fields of one operation."""
        operation = get_operation_ast(self._document, name)
        root = self._schema.get_root_type(operation.operation) if operation else None
        if operation is None or root is None:
            return Counted((), {})
        fields = self._collect(root, [operation.selection_set])
        defaults = {
            one.variable.name.value: value_from_ast_untyped(one.default_value)
            for one in operation.variable_definitions or ()
            if one.default_value is not None
        }
        counted = tuple(self._root_field(root, nodes) for nodes in fields.values())
        return Counted(counted, defaults, total(one.cost for one in counted))

    def _root_field(self, root: GraphQLObjectType, nodes: Sequence[FieldNode]) -> RootField:
        name = nodes[0].name.value
        field = root.fields.get(name)
        if field is None:  # introspection
            return RootField(name, 0, 0, 0)
        length = self._length(root.name, nodes, field)
        rows = sizes.rows_of(field)
        own = sizes.weight(root.name, name)
        if not rows:
            each = self._selected(nodes, field, own)
            return RootField(name, 0, each, 1 if length is None else length)
        fixed, each = self._page(nodes, field, rows)
        wanted = _conditions(nodes)
        fixed = _provided(wanted, total((own, fixed)))
        return RootField(name, fixed, _provided(wanted, each), length or 0, has_pages=True)

    def _field(self, parent: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Amount:
        """What a field costs in one record."""
        name = nodes[0].name.value
        field = parent.fields.get(name)
        if field is None or not is_composite_type(get_named_type(field.type)):
            return 0
        length = self._length(parent.name, nodes, field)
        rows = sizes.rows_of(field)
        own = sizes.weight(parent.name, name)
        if rows:
            fixed, each = self._page(nodes, field, rows)
            cost = total((own, fixed, times(length or 0, each)))
        else:
            each = self._selected(nodes, field, own)
            cost = each if length is None else times(length, each)
        return _provided(_conditions(nodes), cost)

    def _selected(self, nodes: Sequence[FieldNode], field: GraphQLField, own: int) -> Amount:
        """One value of a field with all that is selected in it; a plain value is free."""
        type_ = get_named_type(field.type)
        if not is_composite_type(type_):
            return own - 1
        sets = [one.selection_set for one in nodes if one.selection_set]
        if is_abstract_type(type_):
            possible = self._schema.get_possible_types(type_)
            return total((own, dearest(self._record(one, sets) for one in possible)))
        return total((own, self._record(type_, sets))) if is_object_type(type_) else own

    def _record(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Amount:
        """All fields of one record."""
        key = (type_.name, tuple(map(id, sets)))
        if key not in self._known:
            fields = self._collect(type_, sets)
            self._known[key] = total(self._field(type_, nodes) for nodes in fields.values())
        return self._known[key]

    def _page(
        self, nodes: Sequence[FieldNode], field: GraphQLField, rows: frozenset[str]
    ) -> tuple[Amount, Amount]:
        """What a connection costs whatever its length, and what each row of its page costs."""
        type_ = get_named_type(field.type)
        if not is_object_type(type_):
            return 0, 0
        sets = [one.selection_set for one in nodes if one.selection_set]
        fixed, each = list[Amount](), list[Amount]()
        for inner in self._collect(type_, sets).values():
            name = inner[0].name.value
            if name in rows:
                one = self._selected(inner, type_.fields[name], 1)
                each.append(_provided(_conditions(inner), one))
            else:
                fixed.append(self._field(type_, inner))
        return total(fixed), total(each)

    def _length(
        self, parent: str, nodes: Sequence[FieldNode], field: GraphQLField
    ) -> int | Length | None:
        """How many rows a field lists; None if it lists none."""
        name = nodes[0].name.value
        if sizes.pages(field):
            return _page_length(nodes[0], field)
        if f"{parent}.{name}" == sizes.BATCH_RESULTS:
            return self._batch
        return sizes.usual_length(parent, name) if sizes.is_list(field) else None

    @property
    def _batch(self) -> Length | int:
        for definition in self._document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                for one in definition.selection_set.selections:
                    if isinstance(one, FieldNode) and one.name.value in _BATCHES:
                        return BatchLength(one)
        return sizes.USUAL_LENGTH

    def _collect(
        self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode]
    ) -> Mapping[str, list[FieldNode]]:
        """The fields of a type by the names that they are answered under."""
        found: dict[str, list[FieldNode]] = {}
        for one in sets:
            for field in self._fields(type_, one.selections, set()):
                key = field.alias.value if field.alias else field.name.value
                found.setdefault(key, []).append(field)
        return found

    def _fields(
        self, type_: GraphQLObjectType, selections: Iterable[SelectionNode], seen: set[str]
    ) -> Iterator[FieldNode]:
        for node in selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(type_, fragment.type_condition.name.value):
                    yield from self._fields(type_, fragment.selection_set.selections, seen)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if condition is None or self._applies(type_, condition.name.value):
                    yield from self._fields(type_, node.selection_set.selections, seen)

    def _applies(self, type_: GraphQLObjectType, condition: str) -> bool:
        if type_.name == condition:
            return True
        wanted = self._schema.type_map[condition]
        return is_abstract_type(wanted) and self._schema.is_sub_type(wanted, type_)


_BATCHES = frozenset({"submitBatch", "previewBatch"})


def _page_length(node: FieldNode, field: GraphQLField) -> int | Length:
    """From the arguments as they are written; without them the field's own default."""
    variables: list[str] = []
    for name in sizes.PAGE_ARGUMENTS:
        for argument in node.arguments or ():
            if argument.name.value == name and isinstance(argument.value, IntValueNode):
                return _bounded(int(argument.value.value))
            if argument.name.value == name and isinstance(argument.value, VariableNode):
                variables.append(argument.value.name.value)
    default: Any = field.args["first"].default_value if "first" in field.args else None
    otherwise = default if isinstance(default, int) else PAGE_SIZE
    return PageLength(tuple(variables), otherwise) if variables else otherwise


def _bounded(length: int) -> int:
    return min(max(length, 0), PAGE_LIMIT)


def _conditions(nodes: Sequence[FieldNode]) -> tuple[tuple[str, bool], ...]:
    """`@include` and `@skip` of a field that is selected in one place only."""
    if len(nodes) > 1:
        return ()
    return tuple(
        (argument.value.name.value, directive.name.value == "include")
        for directive in nodes[0].directives or ()
        if directive.name.value in {"include", "skip"}
        for argument in directive.arguments or ()
        if isinstance(argument.value, VariableNode)
    )


def _provided(conditions: tuple[tuple[str, bool], ...], cost: Amount) -> Amount:
    for variable, wanted in conditions:
        cost = Provided(variable, wanted, cost) if cost != 0 else 0
    return cost
