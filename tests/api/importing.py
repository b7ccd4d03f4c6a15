"""A desk, and files that are imported into the books beside its server."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from api.collecting import collect_rarely
from api.commands.importing import Request, import_files
from api.importing.table import Reading
from api.settings import Settings
from tests.api.desk import Desk, Paper

_OF_READING = {one.name for one in fields(Reading)}


class Import(NamedTuple):
    """A desk, and the database that files are imported into beside its server."""

    desk: Desk
    url: str
    folder: Path

    def __call__(self, *files: Path, **how: Any) -> tuple[bool, list[tuple[Any, ...]]]:
        """Whether nothing was refused, and (file, line, path, code) of what was."""
        rejects = self.folder / "rejects.jsonl"
        reading = Reading(**{name: how.pop(name) for name in _OF_READING if name in how})
        given = {"stops": True, "dry_run": False, "rejects": rejects, "how": reading, **how}
        settings = Settings.load({"database_url": self.url})
        collect_rarely()  # as the command does: it looks for garbage after each transaction
        done = import_files(settings, Request(files=files, company=self.desk.code, **given))
        told = [json.loads(line) for line in rejects.open()] if rejects.exists() else []
        assert all(one["message"] for one in told)
        where = [
            (Path(one["file"]).name, one["line"], ".".join(one["path"]), one["code"])
            for one in told
        ]
        return done, where

    def file(self, name: str, *lines: Any) -> Path:
        """A file: JSON of papers and other objects, text as it is."""
        path = self.folder / name
        path.write_text("".join(f"{_line(line)}\n" for line in lines))
        return path


def _line(line: Any) -> str:
    if isinstance(line, str):
        return line
    if isinstance(line, tuple):
        kind, given = line
        line = {kind[0].lower() + kind[1:]: given}
    return json.dumps(line)


def named(paper: Paper, **more: Any) -> Paper:
    """The paper with an id of its own."""
    return paper[0], {"id": str(uuid4()), **paper[1], **more}
