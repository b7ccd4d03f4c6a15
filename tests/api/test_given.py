"""What a document was given is shown as its input, and makes the same document again."""

from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_nullable_type,
)

from api.documents.any_document import AnyDocumentInput, chosen
from api.documents.inputs.as_given import as_given
from api.documents.inputs.as_json import from_json
from api.schema import schema
from api.types.core import core_of
from domain.documents.document import Document
from domain.references import Ref
from persistence.posting.identity import identity_of
from persistence.posting.reading.named_lines import key_of, named_otherwise, with_ids

ANY: Any = core_of(schema).type_map["AnyDocumentInput"]
SCALARS = {
    "Date": "2026-01-10", "Decimal": "7.5", "ID": str(UUID(int=1)), "Int": 7, "String": "text",
    "Time": "10:30:00", "UUID": str(UUID(int=2)),
}  # fmt: skip


def spelled(kind: Any, default: Any, *, whole: bool) -> Any:
    """A value that is not the default; of an input all fields, or only those that it needs."""
    kind = get_nullable_type(kind)
    if isinstance(kind, GraphQLList):
        return [spelled(kind.of_type, Undefined, whole=whole)]
    if isinstance(kind, GraphQLEnumType):
        return next(name for name, one in reversed(kind.values.items()) if one.value != default)
    if isinstance(kind, GraphQLInputObjectType):
        if kind.is_one_of:
            name = list(kind.fields)[-1]
            return {name: f"a {name}"}
        return {
            name: spelled(field.type, field.default_value, whole=whole)
            for name, field in kind.fields.items()
            if name != "id" and (whole or is_needed(field))
        }
    return (default is not True) if kind.name == "Boolean" else SCALARS[kind.name]


def is_needed(field: Any) -> bool:
    return isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined


def command(content: Any) -> Document:
    name, input_ = chosen(from_json(schema, AnyDocumentInput, content))
    if name == "cancellation":
        return input_.to_command(Ref("company", "code", "a code"))
    return input_.to_command()


@pytest.mark.parametrize("whole", [True, False], ids=["all fields", "those needed"])
@pytest.mark.parametrize("kind", list(ANY.fields))
def test_what_is_kept_of_any_input_is_that_input(kind: str, whole: bool) -> None:
    content = {kind: spelled(ANY.fields[kind].type, Undefined, whole=whole)}
    if kind == "cancellation":
        content[kind]["company"] = {"code": "a code"}
    identity = identity_of(command(content))
    found = as_given(schema, orjson.loads(identity.given))
    assert found == content
    assert identity_of(command(found)) == identity


@pytest.mark.parametrize("kind", list(ANY.fields))
def test_each_line_that_an_input_can_name_is_found(kind: str) -> None:
    content = {kind: spelled(ANY.fields[kind].type, Undefined, whole=True)}
    if kind == "cancellation":
        content[kind]["company"] = {"code": "a code"}
    document = command(content)
    named = named_otherwise(document)
    assert len(named) == orjson.dumps(content).count(b'inDocument":')
    found = {key_of(ref): Ref("line", "id", "an id") for ref in named}
    assert named_otherwise(with_ids(document, found)) == []
