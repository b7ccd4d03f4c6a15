"""Which text a request asks for: its own, or one that is named by its SHA-256.

A text may be named as Apollo does (`extensions.persistedQuery.sha256Hash`) or by `documentId`. By
default everything is run. A text that is sent with its hash is kept for the next request that
sends the hash alone, in this process; stored texts are found by every process. In the mode that
trusts only stored ones nothing else is run, however it is sent.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

from api.auth.memory import ShortMemory
from domain.errors import DocumentNotTrusted, InvalidValue, PersistedQueryNotFound, Refused
from persistence import trusted_documents
from persistence.database import Database

REMEMBERED_SECONDS = 15.0
"""How long a process that trusts only stored texts goes on running one that was removed."""

MOST_CHARACTERS = 32_768
"""The longest text that is stored, or kept: its parse and validation are kept, too."""

_MOST_KEPT = 1024
_HASH = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)


def hash_of(text: str) -> str:
    """The hash that names a text: hexadecimal, of its UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class TrustedDocuments:
    """Finds texts by their hashes; with `only`, refuses whatever is not stored."""

    def __init__(self, *, only: bool = False) -> None:
        """Nothing is known yet. What is run anyway may be remembered for ever."""
        self._only = only
        seconds = REMEMBERED_SECONDS if only else math.inf
        self._known: ShortMemory[str, str] = ShortMemory(seconds, most=_MOST_KEPT)

    async def text(self, database: Database, asked: Mapping[str, Any]) -> str | None:
        """The text to run; None if the request has none and names none.

        Raises:
            Refused: PERSISTED_QUERY_NOT_FOUND, DOCUMENT_NOT_TRUSTED, or INVALID_VALUE where text
                and hash differ.
        """
        name, path = _name(asked)
        text = asked.get("query") or None
        if text is None:
            return None if name is None else await self._named(database, name)
        if name is None and not self._only:
            return text
        own = hash_of(text)
        if name is not None and _digest(name) != own:
            raise Refused(InvalidValue(path=path, reason="not_of_this_text"))
        if self._only:
            return await self._named(database, own)
        if len(text) <= MOST_CHARACTERS:
            self._known.put(own, text)
        return text

    async def _named(self, database: Database, name: str) -> str:
        digest = _digest(name)
        text = None
        if digest is not None:
            text = self._known.get(digest)
        if text is None and digest is not None:
            text = await trusted_documents.body_of(database, bytes.fromhex(digest))
            if text is not None:
                self._known.put(digest, text)
        if text is None:
            refusal = DocumentNotTrusted if self._only else PersistedQueryNotFound
            raise Refused(refusal(hash=name[:_LONGEST_NAME]))
        return text


_LONGEST_NAME = 100


def _digest(name: str) -> str | None:
    """The hash that a name is; None if it is none, and so names nothing here."""
    found = _HASH.fullmatch(name)
    return found[1].lower() if found else None


def _name(asked: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """How a request names its text, and where."""
    extensions = asked.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if isinstance(persisted, dict) and isinstance(persisted.get("sha256Hash"), str):
        return persisted["sha256Hash"], ("extensions", "persistedQuery", "sha256Hash")
    document_id = asked.get("documentId")
    return (document_id if isinstance(document_id, str) else None), ("documentId",)
