"""A schema of one root field, small enough for requests to be made up quickly.

Of the whole schema schemathesis needs a fifth of a second for each request, because every error has
some hundred types. What is left out of one narrowed schema is drawn into another.
"""

from collections import deque
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, cast

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    introspection_from_schema,
    parse,
    specified_scalar_types,
)

_SCHEMA = Path(__file__).parents[3] / "schema.graphql"
_DEPTHS = (2, 2, 2, 3)
_MOST_IMPLEMENTATIONS = 4
_ABSTRACT = InterfaceTypeDefinitionNode | UnionTypeDefinitionNode


@cache
def _types() -> dict[str, Any]:
    """The definitions of schema.graphql by name."""
    definitions = parse(_SCHEMA.read_text(), no_location=True).definitions
    return {d.name.value: d for d in definitions if isinstance(d, TypeDefinitionNode)}


def root_fields(root: str) -> list[str]:
    """The fields of a root type."""
    return [field.name.value for field in _types()[root].fields]


def _named(node: Any) -> str:
    while not isinstance(node, NamedTypeNode):
        node = node.type
    return node.name.value


def narrowed(root: str, field: str, stand_ins: dict[str, str], random: Random) -> dict[str, Any]:
    """The introspection of a schema that has one root field, and not all that lies behind it.

    Args:
        root: Query or Mutation.
        field: The root field.
        stand_ins: What inputs are made up as: by "field" or type, the scalar that has their values.
        random: Draws which implementations of an interface are left, and which of a `@oneOf`.
    """
    document = _Narrowing(stand_ins, random).of(root, field)
    return {
        **introspection_from_schema(
            build_ast_schema(document, assume_valid=True), descriptions=False
        )
    }


class _Narrowing:
    def __init__(self, stand_ins: dict[str, str], random: Random) -> None:
        self._stand_ins = stand_ins
        self._random = random
        self._deepest = random.choice(_DEPTHS)
        self._kept: dict[str, DefinitionNode] = {}

    def of(self, root: str, field: str) -> DocumentNode:
        (chosen,) = (one for one in _types()[root].fields if one.name.value == field)
        outputs = self._outputs(_named(chosen.type))
        self._kept[root] = _object(root, (self._field(chosen),), ())
        for name in outputs:
            self._output(name, outputs)
        if root != "Query":
            self._kept["Query"] = _object("Query", (_field_of("nothing", "Boolean"),), ())
        return DocumentNode(definitions=tuple(self._kept.values()))

    def _outputs(self, first: str) -> set[str]:
        """The types within reach, implementations drawn."""
        depths = {first: 1}
        waiting = deque([first])
        while waiting:
            name = waiting.popleft()
            definition = _types().get(name)
            if isinstance(definition, _ABSTRACT):
                below = self._implementations(definition)
                depth = depths[name]
            else:
                below = [_named(one.type) for one in getattr(definition, "fields", ())]
                depth = depths[name] + 1
            for other in below:
                if other not in depths and depth <= self._deepest:
                    depths[other] = depth
                    waiting.append(other)
        return {name for name in depths if name in _types()}

    def _implementations(self, definition: Any) -> list[str]:
        name = definition.name.value
        found = (
            [_named(one) for one in definition.types or ()]
            if isinstance(definition, UnionTypeDefinitionNode)
            else [
                other.name.value
                for other in _types().values()
                if isinstance(other, ObjectTypeDefinitionNode)
                and name in map(_named, other.interfaces or ())
            ]
        )
        return self._random.sample(found, min(_MOST_IMPLEMENTATIONS, len(found)))

    def _output(self, name: str, outputs: set[str]) -> None:
        definition = _types()[name]
        if isinstance(definition, UnionTypeDefinitionNode):
            types = tuple(one for one in definition.types or () if _named(one) in outputs)
            definition = UnionTypeDefinitionNode(name=definition.name, types=types)
        elif isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            fields = tuple(
                self._field(one) for one in definition.fields or () if self._is_kept(one, outputs)
            )
            interfaces = tuple(one for one in definition.interfaces or () if _named(one) in outputs)
            kind = type(definition)
            definition = _object(name, fields, interfaces, kind)
        self._kept[name] = definition

    def _is_kept(self, field: FieldDefinitionNode, outputs: set[str]) -> bool:
        name = _named(field.type)
        return name in outputs or name not in _types() or not hasattr(_types()[name], "fields")

    def _field(self, field: FieldDefinitionNode) -> FieldDefinitionNode:
        self._leaf(_named(field.type))
        return FieldDefinitionNode(
            name=field.name,
            type=field.type,
            arguments=tuple(self._input(one) for one in field.arguments or ()),
        )

    def _leaf(self, name: str) -> None:
        definition = _types().get(name)
        if definition is not None and not hasattr(definition, "fields"):
            self._kept.setdefault(name, definition)

    def _input(
        self, given: InputValueDefinitionNode, *, required: bool = False
    ) -> InputValueDefinitionNode:
        """An argument or input field, its type replaced by what stands in for it."""
        name = _named(given.type)
        stand_in = self._stand_ins.get(name)
        if name in specified_scalar_types:
            stand_in = self._stand_ins.get(given.name.value, stand_in)
        type_: Any = given.type
        if stand_in is not None:
            type_ = _replaced(type_, stand_in)
            self._kept.setdefault(stand_in, _scalar(stand_in))
        else:
            self._input_type(name)
        if required and not isinstance(type_, NonNullTypeNode):
            type_ = NonNullTypeNode(type=type_)
        return InputValueDefinitionNode(name=given.name, type=type_)

    def _input_type(self, name: str) -> None:
        definition = _types().get(name)
        if not isinstance(definition, InputObjectTypeDefinitionNode):
            self._leaf(name)
            return
        if name in self._kept:
            return
        self._kept[name] = definition  # it may be within itself
        one_of = any(each.name.value == "oneOf" for each in definition.directives or ())
        fields = definition.fields or ()
        if one_of:
            fields = (self._random.choice(fields),)
        self._kept[name] = InputObjectTypeDefinitionNode(
            name=definition.name,
            fields=tuple(self._input(one, required=one_of) for one in fields),
        )


def _replaced(node: Any, name: str) -> Any:
    if isinstance(node, NamedTypeNode):
        return NamedTypeNode(name=NameNode(value=name))
    return type(node)(type=_replaced(node.type, name))


def _scalar(name: str) -> ScalarTypeDefinitionNode:
    return ScalarTypeDefinitionNode(name=NameNode(value=name))


def _field_of(name: str, type_: str) -> FieldDefinitionNode:
    return FieldDefinitionNode(
        name=NameNode(value=name), type=NamedTypeNode(name=NameNode(value=type_)), arguments=()
    )


def _object(
    name: str, fields: tuple[Any, ...], interfaces: tuple[Any, ...], kind: Any = None
) -> DefinitionNode:
    return cast(
        "DefinitionNode",
        (kind or ObjectTypeDefinitionNode)(
            name=NameNode(value=name), fields=fields, interfaces=interfaces
        ),
    )
