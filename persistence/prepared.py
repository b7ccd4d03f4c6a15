"""Prepared statements that outlive a rollback.

psycopg forgets all statements that a connection has prepared with each rollback, savepoints
included: what is rolled back may have made or removed objects, and PostgreSQL may refuse statements
planned before. Our connections change no schema, and PostgreSQL keeps what is prepared whatever
becomes of the transaction. Without them each document that is refused, previewed or begun again
would have the next five of its connection planned anew, statement by statement.
"""

from collections.abc import Sequence
from typing import Any

from psycopg._preparing import Key, Prepare, PrepareManager
from psycopg.pq.abc import PGresult

_CHANGES_OBJECTS = (b"DROP", b"ALTER", b"DISCARD ALL", b"DEALLOCATE ALL")


class LastingStatements(PrepareManager):
    """What a connection has prepared: forgotten when objects change, and not with a rollback."""

    prepared_max = 250
    """Of psycopg's 100, statements of a server in mixed use (220 were seen) crowd each other out:
    each is planned anew ten times then. 100 of them are some 22 MB of a server process."""

    def clear(self) -> bool:
        """Keep them: psycopg asks for this after each rollback."""
        return False

    def ready(self, text: bytes, types: tuple[int, ...]) -> bytes | None:
        """The name of a statement with parameters of these types, if it is prepared."""
        name = self._names.get(key := (text, types))
        if name is not None:
            self._names.move_to_end(key)
        return name

    def maybe_add_to_cache(self, query: Any, prep: Prepare, name: bytes) -> Key | None:
        """Note that a statement is asked; its key, if `validate` is to hear what came of it.

        psycopg takes a statement that is asked again for prepared whatever came of it: behind one
        that fails it is not, and psycopg forgets it only because it forgets all with the rollback.
        """
        new = super().maybe_add_to_cache(query, prep, name)
        return self.key(query) if prep is Prepare.SHOULD else new

    def validate(self, key: Key, prep: Prepare, name: bytes, results: Sequence[PGresult]) -> None:
        """Note what has come of a statement."""
        if any((one.command_status or b"").startswith(_CHANGES_OBJECTS) for one in results):
            super().clear()
        else:
            super().validate(key, prep, name, results)
