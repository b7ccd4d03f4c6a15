"""Asking for many at once: what works out one figure, done for many in step.

An asker is a coroutine that awaits nothing but rows of statements. Askers are run together, each as
far as its next statement; those that stand before the same statement, each with values of its own,
are answered by one. So there are as many statements as the longest asker needs, however many ask.
"""

import asyncio
import re
from collections.abc import Coroutine, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from psycopg import AsyncConnection

Found = TypeVar("Found")
Rows = list[Sequence[Any]]


class NothingThereError(Exception):
    """What an asker is about is not there: its own answer is missing, the others' are not."""


Asker = Coroutine[Any, Any, Found]
"""Works something out; it raises `NothingThereError` where there is nothing."""

_Values = tuple[tuple[str, Any], ...]
_TYPES = {
    UUID: "uuid", int: "bigint", Decimal: "numeric", str: "text", date: "date", time: "time",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_STEPS_AT_ONCE = 50
"""Askers that go on before others of this process have their turn."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A statement with one asker's values: awaited, it is the rows."""

    query: str
    values: _Values

    def __await__(self) -> Generator["_Question", Rows, Rows]:
        return (yield self)


class InStep:
    """Statements within one transaction; `company` is a parameter of each."""

    def __init__(self, connection: AsyncConnection, company: UUID) -> None:
        """Nothing is asked before `together`."""
        self._connection = connection
        self._company = company

    async def rows(self, query: str, **values: Any) -> Rows:
        """The rows of a statement in their order; to be awaited by askers only."""
        given = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return await _Question(query, tuple(given.items()))

    async def row(self, query: str, **values: Any) -> Sequence[Any] | None:
        """The first row of a statement, if there is any."""
        return next(iter(await self.rows(query, **values)), None)

    async def together(self, askers: Iterable[Asker[Found]]) -> list[Found | None]:
        """What each asker has worked out, in their order; None where nothing is there."""
        begun = list(askers)
        found: list[Found | None] = [None] * len(begun)
        going: list[tuple[int, Rows | None]] = [(place, None) for place in range(len(begun))]
        try:
            while going:
                asked: dict[int, _Question] = {}
                for step, (place, rows) in enumerate(going, 1):
                    try:
                        asked[place] = begun[place].send(rows)
                    except StopIteration as done:
                        found[place] = done.value
                    except NothingThereError:
                        found[place] = None
                    if not step % _STEPS_AT_ONCE:
                        await asyncio.sleep(0)
                going = await self._answered(asked)
        finally:
            for one in begun:
                one.close()
        return found

    async def alone(self, asker: Asker[Found]) -> Found:
        """What one asker works out.

        Raises:
            NothingThereError: it is about nothing.
        """
        rows: Rows | None = None
        while True:
            try:
                question = asker.send(rows)
            except StopIteration as done:
                return done.value
            rows = await self._execute_for_one(question.query, question.values)

    async def _answered(self, asked: dict[int, _Question]) -> list[tuple[int, Rows | None]]:
        """The rows for each, by one statement for all that ask the same."""
        by_query: dict[str, dict[_Values, list[int]]] = {}
        for place, one in asked.items():
            by_query.setdefault(one.query, {}).setdefault(one.values, []).append(place)
        answers: dict[int, Rows | None] = {}
        for query, places in by_query.items():
            rows = await self._execute(query, list(places))
            for values, own in zip(places, rows, strict=True):
                answers.update(dict.fromkeys(places[values], own))
        return [(place, answers[place]) for place in asked]

    async def _execute(self, query: str, all_values: list[_Values]) -> list[Rows]:
        if len(all_values) == 1:
            return [await self._execute_for_one(query, all_values[0])]
        columns = {name: [dict(v)[name] for v in all_values] for name, _ in all_values[0]}
        types = tuple((name, _type_of(column)) for name, column in columns.items())
        params = {name: [_sent(one) for one in column] for name, column in columns.items()}
        cursor = await self._connection.execute(
            _for_many(query, types), {**params, "company": self._company}
        )
        found: list[Rows] = [[] for _ in all_values]
        async for nth, _, *row in cursor:
            found[nth - 1].append(row)
        return found

    async def _execute_for_one(self, query: str, values: _Values) -> Rows:
        own = {name: list(v) if isinstance(v, tuple) else v for name, v in values}
        cursor = await self._connection.execute(query.encode(), {**own, "company": self._company})
        return list(await cursor.fetchall())


def _type_of(column: list[Any]) -> str:
    """The type in SQL of what is asked for; an array's ends with []."""
    sample = next((one for one in column if one is not None and one != ()), None)
    if isinstance(sample, tuple):
        return f"{_TYPES[type(sample[0])]}[]"
    return "uuid[]" if () in column else _TYPES[UUID if sample is None else type(sample)]


def _sent(value: Any) -> Any:
    """Arrays within an array have to be equally long: each is sent as its text."""
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, tuple) else value


@lru_cache(maxsize=128)
def _for_many(query: str, types: tuple[tuple[str, str], ...]) -> bytes:
    """The statement for all of a list of values: a row says of which, and its place there."""
    of = dict(types)

    def own(found: re.Match[str]) -> str:
        name = found[1]
        return f'asked."{name}"::{of[name]}' if name in of else found[0]

    arrays = (
        f"%({name})s::{'text[]' if kind.endswith(']') else f'{kind}[]'}" for name, kind in types
    )
    names = ", ".join(f'"{name}"' for name in of)
    return f"""
select asked.nth, found.*
  from unnest({", ".join(arrays)}) with ordinality as asked ({names}, nth)
 cross join lateral (
   select row_number() over () as line, own.* from ({_PLACEHOLDER.sub(own, query)}) own) found
 order by asked.nth, found.line
""".encode()  # noqa: S608 - constant statements; values are parameters
