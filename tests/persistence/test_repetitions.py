"""A request that is sent again while the first is still on its way learns what came of that."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import pytest
from uuid_utils.compat import uuid7

from domain.errors import IdempotencyConflict, InsufficientStock, Refused
from domain.ports import Recorded
from persistence.database import Database
from persistence.posting import post
from persistence.posting.post import Poster
from persistence.posting.repetitions import Repetitions
from tests.model.handing_in import HandingIn
from tests.model.opening import open_company
from tests.model.operations import Kind, Line, Operation, Switches

CODE = "AGAIN"


class Desk(Repetitions):
    """Who hands in goods of one pool; whoever comes first is held up while it reads."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._poster = Poster(database, repetitions=self)
        self._papers = HandingIn(CODE, uuid7)
        self._numbers = count(1)
        self.is_held, self.goes_on, self.two_are_refused = (asyncio.Event() for _ in range(3))
        self._refused = 0

    def paper(self, kind: Kind, quantity: int) -> Any:
        line = Line(item="fifo", warehouse="main", quantity=Decimal(quantity), rate=Decimal(2))
        one = Operation(no=next(self._numbers), kind=kind, day=5, lines=(line,))
        return self._papers.document(one)

    def hand_in(self, paper: Any) -> asyncio.Task[Any]:
        return asyncio.create_task(self._poster.submit(paper, "test"))

    async def post(self, document: UUID, post: Callable[[], Awaitable[Recorded]]) -> Recorded:
        async def noted() -> Recorded:
            try:
                return await post()
            except Refused:
                self._refused += 1
                if self._refused == 2:
                    self.two_are_refused.set()
                raise

        return await super().post(document, noted)

    async def read(self, read_facts: Any, *given: Any) -> Any:
        if not self.is_held.is_set():
            self.is_held.set()
            await self.goes_on.wait()
        return await read_facts(*given)


@pytest.fixture
async def desk(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    with psycopg.connect(database_url) as owner:
        open_company(owner, CODE, Switches())
    made, read_facts = Desk(database), post.read_facts
    monkeypatch.setattr(post, "read_facts", lambda *given: made.read(read_facts, *given))
    return made


async def test_a_repetition_is_not_refused_while_the_first_one_may_be_posted(desk: Desk) -> None:
    paper = desk.paper(Kind.DELIVERY, 3)
    first = desk.hand_in(paper)
    await desk.is_held.wait()
    again = desk.hand_in(paper)  # refused: there are no goods
    other = desk.hand_in(replace(paper, posting_date=paper.posting_date.replace(day=20)))
    await desk.two_are_refused.wait()
    assert (await desk.hand_in(desk.paper(Kind.RECEIPT, 3))).seq == 1
    desk.goes_on.set()
    assert (await first).seq == 2
    assert (await again).replayed
    with pytest.raises(Refused) as refused:
        await other
    assert [type(one) for one in refused.value.refusals] == [IdempotencyConflict]


async def test_all_are_refused_once_all_are_decided(desk: Desk) -> None:
    paper = desk.paper(Kind.DELIVERY, 3)
    asked = [desk.hand_in(paper)]
    await desk.is_held.wait()
    asked += [desk.hand_in(paper), desk.hand_in(paper)]
    await desk.two_are_refused.wait()
    desk.goes_on.set()
    for one in asked:
        with pytest.raises(Refused) as refused:
            await one
        assert [type(one) for one in refused.value.refusals] == [InsufficientStock]
