"""`perpetuo export-schema`: the GraphQL schema as a file, in an order that does not change."""

from pathlib import Path

from graphql import lexicographic_sort_schema, print_schema
from graphql.type import GraphQLSchema
from strawberry import Schema

from api.commands.terminal import CommandError
from api.schema import schema


def exported_schema() -> str:
    """The schema in GraphQL's own language, sorted: sorting it any earlier breaks its unions."""
    return print_schema(lexicographic_sort_schema(_core(schema))) + "\n"


def export_schema(output: Path, *, check: bool) -> None:
    """Write the schema to the file, or with check only compare them.

    Raises:
        CommandError: the file is not what the code says.
    """
    text = exported_schema()
    if not check:
        output.write_text(text, encoding="utf-8")
    elif not output.exists() or output.read_text(encoding="utf-8") != text:
        raise CommandError(f"{output} is not the current schema: run `perpetuo export-schema`.")


def _core(strawberry_schema: Schema) -> GraphQLSchema:
    return strawberry_schema._schema  # noqa: SLF001 - Strawberry has no public way to it
