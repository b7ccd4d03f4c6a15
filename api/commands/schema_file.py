"""`perpetuo export-schema`: the GraphQL schema as a file, in an order that does not change."""

import re
from pathlib import Path

from graphql import lexicographic_sort_schema, print_schema

from api.auth.permission_table import with_tables
from api.auth.permissions import permission_of
from api.commands.terminal import CommandError, why_not
from api.schema import schema
from api.types.core import core_of


def exported_schema() -> str:
    """The schema in GraphQL's own language, sorted: sorting it any earlier breaks its unions."""
    core = core_of(schema)
    text = print_schema(lexicographic_sort_schema(core)) + "\n"
    for root in (core.query_type, core.mutation_type, core.subscription_type):
        if root is not None:
            text = _with_permissions(text, root.name)
    return text


_FIELD = re.compile(r"^  (\w+)(\(.*\))?(:|\($)")


def _with_permissions(text: str, root: str) -> str:
    """The text with the permission that each root field needs, which graphql-core leaves out."""
    before, start, rest = text.partition(f"\ntype {root} {{\n")
    body, end, after = rest.partition("\n}\n")
    lines, field = [], ""
    for line in body.split("\n"):
        found = _FIELD.match(line)
        field = found[1] if found else field
        is_end = line.startswith("  ): ") or (found is not None and found[3] == ":")
        needs = f" @requires(permission: {permission_of(field)})" if is_end else ""
        lines.append(line + needs)
    return before + start + "\n".join(lines) + end + after


def export_schema(output: Path, *, check: bool) -> None:
    """Write the schema to the file, or with check only compare them.

    In the project's own folder the tables of docs/permissions.md are part of it.

    Raises:
        CommandError: the file is not what the code says, or cannot be written.
    """
    wanted = {output: exported_schema()}
    permissions = output.parent / "docs" / "permissions.md"
    if permissions.exists():
        wanted[permissions] = with_tables(permissions.read_text(encoding="utf-8"))
    for file, text in wanted.items():
        if not check:
            _write(file, text)
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise CommandError(f"{file} is not the current schema: run `perpetuo export-schema`.")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {why_not(error)}.") from error
