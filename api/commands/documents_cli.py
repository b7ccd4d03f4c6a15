"""The flags of `perpetuo documents`."""

from pathlib import Path

from cyclopts import App

from api.commands.flags import settings_from

documents = App(
    name="documents",
    help="Trusted documents: the operations that PERPETUO_DOCUMENTS=trusted runs.",
)


@documents.command(name="add")
def add_documents(*paths: Path, data_dir: Path | None = None) -> None:
    """Store documents: .graphql files, or manifests (.json) of Apollo, Relay or graphql-codegen.

    Each is checked against the schema and the limits first; if one is wrong, none is stored. The
    hashes in a manifest must be SHA-256.

    Args:
        paths: The files; a .graphql file is one document, as it is.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.documents import add_documents as run

    run(settings_from(data_dir=data_dir), paths)


@documents.command(name="list")
def list_documents(*, data_dir: Path | None = None) -> None:
    """Show what is stored.

    Args:
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.documents import list_documents as run

    run(settings_from(data_dir=data_dir))


@documents.command(name="remove")
def remove_documents(*hashes: str, data_dir: Path | None = None) -> None:
    """Remove documents; servers that trust only stored ones notice within 15 seconds.

    Args:
        hashes: Their SHA-256, as `list` shows them.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.documents import remove_documents as run

    run(settings_from(data_dir=data_dir), hashes)
