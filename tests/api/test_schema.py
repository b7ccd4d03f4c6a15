"""The schema as a contract: what is exported is what is served, and says what it means."""

import subprocess
import sys
from pathlib import Path

import pytest
from graphql import GraphQLInputObjectType, print_type

from api.commands.schema_file import exported_schema
from api.importing import inputs
from api.schema import schema
from api.types.core import core_of

ROOT = Path(__file__).parents[2]


def test_the_exported_schema_is_the_one_that_is_served() -> None:
    assert (ROOT / "schema.graphql").read_text() == exported_schema(), "run: make schema"


def test_every_part_of_the_schema_is_described() -> None:
    silent: list[str] = []
    for name, type_ in schema._schema.type_map.items():
        if name.startswith("__"):
            continue
        silent += [] if type_.description else [name]
        for field_name, field in getattr(type_, "fields", {}).items():
            silent += [] if field.description else [f"{name}.{field_name}"]
            arguments = getattr(field, "args", {})
            silent += [
                f"{name}.{field_name}({argument})"
                for argument in arguments
                if not arguments[argument].description
            ]
        for value_name, value in getattr(type_, "values", {}).items():
            silent += [] if value.description else [f"{name}.{value_name}"]
    assert not silent


def test_references_are_one_of_inputs_in_the_export() -> None:
    text = exported_schema()
    for reference in ("ItemRef", "WarehouseRef", "AccountRef", "PartyRef", "CompanyRef"):
        assert f"input {reference} @oneOf {{" in text


def test_every_mutation_answers_with_errors_and_replayed() -> None:
    mutation = schema._schema.mutation_type
    assert mutation
    for name, field in mutation.fields.items():
        payload = field.type.of_type
        assert {"errors", "replayed"} <= set(payload.fields), name
        assert list(field.args) == ["input"], name


def test_files_are_read_as_inputs_of_the_schema() -> None:
    ours, all_ = core_of(inputs.schema).type_map, core_of(schema).type_map
    kinds = [name for name, one in ours.items() if isinstance(one, GraphQLInputObjectType)]
    assert {"AnyDocumentInput", "CreateItemInput", "CreatePartyInput"} <= set(kinds)
    for name in kinds:
        assert print_type(ours[name]) == print_type(all_[name])


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        ("api.cli", {"pydantic", "structlog", "domain.errors", "domain.documents", "psycopg"}),
        ("api.commands.serve", {"strawberry", "graphql", "sqlmodel"}),
        ("api.commands.documents", {"strawberry", "graphql"}),
        ("api.commands.importing", {"api.schema"}),
    ],
)
def test_a_command_loads_what_it_needs(command: str, unneeded: set[str]) -> None:
    code = f"import sys, {command}; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], text=True).split())
    assert command in loaded
    assert unneeded & loaded == set()
