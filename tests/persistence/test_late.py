"""A late fact asks the database as often, however many pools it reaches back into."""

import threading
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count, product
from typing import Any

import psycopg
import pytest
from uuid_utils.compat import uuid7

from domain.documents.cancellation import Cancellation
from domain.ports import Recorded
from domain.references import Ref
from persistence.database import Database
from persistence.posting.post import Poster
from persistence.round_trip import RoundTrip
from tests.model.handing_in import HandingIn
from tests.model.opening import open_company
from tests.model.operations import ITEMS, ROAD, WAREHOUSES, Kind, Line, Operation, Switches

CODE = "LATE"
FEW = tuple((item, "main") for item in ("fifo", "lifo", "average"))
"""A pool of each method: what is read of a stack is read by a statement of its own."""

ALL = tuple(product(ITEMS, [one for one in WAREHOUSES if one != ROAD]))
ONE = Line(item="fifo", warehouse="main", quantity=Decimal(4), rate=Decimal(3))


class Books:
    """A company in which each pool has received twice, and given away in between."""

    def __init__(self, database: Database, owner: psycopg.Connection) -> None:
        open_company(owner, CODE, Switches())
        self._poster = Poster(database)
        self._hand_in = HandingIn(CODE, uuid7)
        self._numbers = count(1)

    async def open(self) -> None:
        for day, kind, quantity in (
            (5, Kind.RECEIPT, 9),
            (6, Kind.DELIVERY, 4),
            (7, Kind.RECEIPT, 2),
        ):
            await self.post(kind, day, ALL, quantity)

    async def post(
        self, kind: Kind, day: int, pools: tuple[tuple[str, str], ...], quantity: int
    ) -> Recorded:
        lines = tuple(
            replace(ONE, item=item, warehouse=warehouse, quantity=Decimal(quantity))
            for item, warehouse in pools
        )
        one = Operation(no=next(self._numbers), kind=kind, day=day, lines=lines)
        document: Any = self._hand_in.document(one)
        return await self._poster.submit(document, "test")

    async def cancel(self, recorded: Recorded) -> Recorded:
        document = Cancellation(
            id=uuid7(),
            company=Ref("company", "code", CODE),
            posting_date=date(2026, 1, 6),
            document=Ref("document", "id", str(recorded.document_id)),
        )
        return await self._poster.submit(document, "test")


@pytest.fixture
async def books(database: Database, database_url: str) -> AsyncIterator[Books]:
    with psycopg.connect(database_url) as owner:
        made = Books(database, owner)
        await made.open()
        yield made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What was asked, by text; not by servers that other tests left running beside."""
    texts: Counter[str] = Counter()
    here = threading.get_ident()

    def count_calls_of(kind: type, name: str) -> None:
        do = getattr(kind, name)

        def counted(self: Any, query: Any, *given: Any, **how: Any) -> Any:
            if threading.get_ident() == here:
                texts[str(query)] += 1
            return do(self, query, *given, **how)

        monkeypatch.setattr(kind, name, counted)

    for name in ("execute", "executemany"):
        count_calls_of(psycopg.AsyncCursor, name)
    count_calls_of(RoundTrip, "ask")
    return texts


async def test_a_late_receipt_asks_as_often_for_many_pools_as_for_few(
    books: Books, asked: Counter[str]
) -> None:
    found: list[int] = []
    for pools in (FEW, ALL):
        asked.clear()
        recorded = await books.post(Kind.RECEIPT, 3, pools, 1)
        found.append(asked.total())
        assert recorded.decision is not None
        assert recorded.decision.settlement is not None
        assert len(recorded.decision.settlement.costs) >= 3 * len(pools), "with later ones"
    assert found[0] == found[1]


async def test_a_cancellation_asks_as_often_for_many_pools_as_for_few(
    books: Books, asked: Counter[str]
) -> None:
    found: list[int] = []
    for pools in (FEW, ALL):
        recorded = await books.post(Kind.DELIVERY, 6, pools, 1)
        await books.post(Kind.DELIVERY, 8, pools, 1)
        asked.clear()
        await books.cancel(recorded)
        found.append(asked.total())
    assert found[0] == found[1]
