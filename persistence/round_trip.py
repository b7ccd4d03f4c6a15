"""Several statements of a transaction in one round trip.

psycopg's pipelines do this for any statements: each makes a cursor of its own, waits by itself for
the socket and is handed to the operating system by itself. What is asked here goes out together,
is waited for once, and costs a posting a quarter of the calls (docs/adr/0074).

It is made of psycopg's own parts: what adapts values, prepares statements and reads results.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

import psycopg
from psycopg import AsyncConnection, abc
from psycopg._preparing import Key, Prepare
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from persistence.arrays import IN_BINARY
from persistence.prepared import LastingStatements

_PARAMETER = re.compile(r"%\((\w+)\)s(?=(?:::(\w+)\[\])?)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with PostgreSQL's own placeholders, and the names of its parameters in order.

    First those that psycopg adapts, as suits it (`formats`); then `arrays` in binary, which go as
    they are (`persistence.arrays`): casts in the text say of which types. A text with values in it
    is not to be prepared: it would take the place of one that is asked again.
    """

    text: bytes
    names: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()
    types: tuple[int, ...] = ()
    formats: tuple[PyFormat, ...] = ()
    is_asked_again: bool = True

    @classmethod
    @lru_cache(maxsize=1024)
    def of(cls, text: str) -> Self:
        """One with psycopg's placeholders by name, `%(name)s`; the same for the same text."""
        kinds = {match[1]: IN_BINARY.get(match[2]) for match in _PARAMETER.finditer(text)}
        names = tuple(name for name, kind in kinds.items() if kind is None)
        arrays = {name: kind for name, kind in kinds.items() if kind is not None}
        places = {name: place for place, name in enumerate((*names, *arrays), start=1)}
        numbered = _PARAMETER.sub(lambda match: f"${places[match[1]]}", text)
        formats = (PyFormat.AUTO,) * len(names)
        return cls(numbered.encode(), names, tuple(arrays), tuple(arrays.values()), formats)


_BEGIN, COMMIT = Statement.of("begin"), Statement.of("commit")


@dataclass(slots=True)
class Answer:
    """What a statement has answered, once the round trip is over."""

    rows: list[tuple[Any, ...]]


class _Query(NamedTuple):
    """What psycopg knows a prepared statement by."""

    query: bytes
    types: tuple[int, ...]


_New: TypeAlias = tuple[Key, Prepare, bytes]
"""What is told of a statement that was asked for the first time, or prepared, when it has run."""


class AskingConnection(AsyncConnection):
    """A connection that can make round trips, which share what it knows of values and texts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """One of a pool, or of an engine."""
        super().__init__(*args, **kwargs)
        self._prepared = self.prepared = LastingStatements()

    @cached_property
    def adapting(self) -> abc.Transformer:
        """Adapts values and reads rows; how, it finds out once for each type."""
        return Transformer(self)


class RoundTrip:
    """Statements that are asked within the block, in their order; after it they are answered.

    A connection without a transaction begins one, as with psycopg. If a statement fails, none
    behind it is run, and the end of the block raises what it failed with.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        """Nothing else may use the connection until the block has ended."""
        assert isinstance(connection, AskingConnection), "all connections of ours are"
        self._connection = connection
        self._pgconn = connection.pgconn
        self._prepared = connection.prepared
        self._adapting = connection.adapting
        self._sent: list[tuple[Answer | None, _New | None]] = []

    async def __aenter__(self) -> Self:
        await self._connection.lock.acquire()
        try:
            begins = self._pgconn.transaction_status == TransactionStatus.IDLE
            self._pgconn.enter_pipeline_mode()
            if begins:
                self.ask(_BEGIN, {})
        except BaseException:  # of a connection that is lost: others may find that, too
            self._connection.lock.release()
            raise
        return self

    async def __aexit__(
        self, _failed: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        try:
            await self._connection.wait(self._answered())
        finally:
            self._connection.lock.release()

    def ask(self, statement: Statement, params: Mapping[str, Any]) -> Answer:
        """Run a statement; what else `params` name is not needed."""
        adapting, answer = self._adapting, Answer([])
        values = [params[name] for name in statement.names]
        given = [*adapting.dump_sequence(values, statement.formats)]
        given += [params[name] for name in statement.arrays]
        types = (adapting.types or ()) + statement.types
        formats = [*(adapting.formats or ()), *[Format.BINARY] * len(statement.types)]
        name = self._prepared.ready(statement.text, types)
        if name is not None:
            self._pgconn.send_query_prepared(name, given, formats)
            self._sent.append((answer, None))
        else:
            query = _Query(statement.text, types)
            new = self._ask_unprepared(query, given, formats, again=statement.is_asked_again)
            self._sent.append((answer, new))
        return answer

    def _ask_unprepared(
        self, query: Any, given: Sequence[Any], formats: Sequence[Format], *, again: bool
    ) -> _New | None:
        """Prepare it if it has been asked often enough, and will be again."""
        prepare, name = self._prepared.get(query, None if again else False)
        if prepare is Prepare.SHOULD:
            self._pgconn.send_prepare(name, query.query, query.types)
            self._pgconn.send_query_prepared(name, given, formats)
        else:
            self._pgconn.send_query_params(query.query, given, query.types, formats)
        key = self._prepared.maybe_add_to_cache(query, prepare, name)
        new = None if key is None else (key, prepare, name)
        if prepare is Prepare.SHOULD:  # it is prepared, or not, whatever comes of it then
            self._sent.append((None, new))
            return None
        return new

    def send(self) -> None:
        """Let the database begin with what is asked so far, while the block does something else."""
        self._pgconn.flush()

    def _answered(self) -> abc.PQGen[None]:
        """Read all answers; what psycopg waits with."""
        failure: psycopg.Error | None = None
        self._pgconn.pipeline_sync()
        yield from send(self._pgconn)
        for answer, new in self._sent:
            results = yield from fetch_many(self._pgconn)
            if not results:
                break  # the connection is lost, which the answer before said
            if new is not None:
                self._prepared.validate(*new, results)
            failure = failure or self._read(answer, results[0])
        if self._pgconn.status != ConnStatus.BAD:
            yield from fetch_many(self._pgconn)  # that it has come to the end
            self._pgconn.exit_pipeline_mode()
            yield from self._prepared.maintain_gen(self._connection)
        if failure is not None:
            raise failure

    def _read(self, answer: Answer | None, result: PGresult) -> psycopg.Error | None:
        if result.status == ExecStatus.TUPLES_OK and answer is not None:
            self._adapting.set_pgresult(result)
            answer.rows = self._adapting.load_rows(0, result.ntuples, tuple)
        elif result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
            return error_from_result(result, encoding=self._adapting.encoding)
        return None
