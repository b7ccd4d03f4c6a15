"""`perpetuo documents`: which operations are trusted, for those who own the machine."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from api.commands.on_database import moment, on_database, recorded_by
from api.commands.terminal import CommandError, say, why_not
from api.executing.text_limits import TextLimits
from api.executing.trusted_documents import MOST_CHARACTERS, hash_of
from api.settings import Settings
from persistence import trusted_documents
from persistence.database import Database
from persistence.trusted_documents import NewDocument


def add_documents(settings: Settings, paths: Sequence[Path]) -> None:
    """Check all, then store all.

    Raises:
        CommandError: with a line for each that is wrong; none is stored.
    """
    if not paths:
        raise CommandError("Name the files to add.")
    from graphql import GraphQLError

    found: dict[bytes, NewDocument] = {}
    faults: list[str] = []
    for path in paths:
        for text in _texts(path):
            try:
                document = _document(text, settings.text_limits)
            except (GraphQLError, ValueError) as error:
                faults.append(f"{path}: {error.args[0]}")
            else:
                found[document.sha256] = document
    if faults:
        raise CommandError(" ".join(faults))

    async def add(database: Database) -> int:
        return await trusted_documents.add(database, list(found.values()), recorded_by())

    added = on_database(settings, add)
    for one in found.values():
        say(f"{one.sha256.hex()}  {', '.join(one.operations)}".rstrip())
    say(f"{added} stored, {len(found) - added} were stored already.")


def list_documents(settings: Settings) -> None:
    """Everything that is stored."""
    table = Table("Operations", "Characters", "Added", "By", "SHA-256")
    for one in on_database(settings, trusted_documents.list_all):
        names = ", ".join(one.operations)
        table.add_row(names, str(one.length), moment(one.added_at), one.added_by, one.sha256.hex())
    Console(soft_wrap=True).print(table)


def remove_documents(settings: Settings, hashes: Sequence[str]) -> None:
    """Remove what is stored.

    Raises:
        CommandError: something is no SHA-256, or not stored; the others are removed.
    """
    try:
        wanted = [bytes.fromhex(one.removeprefix("sha256:")) for one in hashes]
    except ValueError as error:
        raise CommandError("Name documents by their SHA-256, as `list` shows them.") from error

    async def remove(database: Database) -> set[bytes]:
        return await trusted_documents.remove(database, wanted)

    removed = on_database(settings, remove)
    missing = [one.hex() for one in wanted if one not in removed]
    if missing:
        raise CommandError(f"There is no document {', '.join(missing)}.")
    say(f"{len(removed)} removed.")


def _document(text: str, limits: TextLimits) -> NewDocument:
    """A text that the server would run.

    Raises:
        GraphQLError: it is no document, does not fit the schema, or goes beyond a limit.
        ValueError: it is too long.
    """
    from graphql import OperationDefinitionNode

    from api.executing.execution import checked

    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"A document has at most {MOST_CHARACTERS} characters, not {len(text)}.")
    operations = [
        one for one in checked(text, limits).definitions if isinstance(one, OperationDefinitionNode)
    ]
    names = [one.name.value for one in operations if one.name]
    return NewDocument(sha256=bytes.fromhex(hash_of(text)), body=text, operations=names)


def _texts(path: Path) -> Iterator[str]:
    """The documents in a file.

    Raises:
        CommandError: it cannot be read, or is no manifest.
    """
    try:
        content = path.read_bytes()
        if path.suffix != ".json":
            yield content.decode()
            return
        manifest = orjson.loads(content)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {why_not(error)}.") from error
    for id_, text in _entries(path, manifest):
        if id_.removeprefix("sha256:").lower() != hash_of(text):
            raise CommandError(
                f"{path}: {id_} is not the SHA-256 of its document; let the tool hash by SHA-256."
            )
        yield text


def _entries(path: Path, manifest: Any) -> list[tuple[str, str]]:
    """Hashes and texts: Apollo's list of operations, or the map of Relay and graphql-codegen."""
    entries: Any = [(None, None)]
    if isinstance(manifest, dict) and isinstance(manifest.get("operations"), list):
        entries = [(one.get("id"), one.get("body")) for one in manifest["operations"]]
    elif isinstance(manifest, dict):
        entries = list(manifest.items())
    if not all(isinstance(one, str) for entry in entries for one in entry):
        raise CommandError(f"{path}: this is no manifest of persisted documents.")
    return entries
