"""The schema as a contract: what is exported is what is served, and says what it means."""

from pathlib import Path

from api.commands.schema_file import exported_schema
from api.schema import schema

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
