"""Which documents go together, and who waits for whom."""

import asyncio
from decimal import Decimal

import psycopg
from uuid_utils.compat import uuid7

from domain.documents.document import Document
from persistence.database import Database
from persistence.measures import POSTED_TOGETHER
from persistence.posting.lane import LONG_SECONDS
from persistence.posting.post import Poster
from tests.model.handing_in import HandingIn
from tests.model.opening import open_company
from tests.model.operations import ITEMS, WAREHOUSES, Kind, Line, Operation, Switches


def receipts(code: str, count: int) -> list[Document]:
    handing_in = HandingIn(code, uuid7)
    line = Line(
        item=next(iter(ITEMS)), warehouse=next(iter(WAREHOUSES)), quantity=Decimal(1),
        rate=Decimal(2),
    )  # fmt: skip
    return [
        handing_in.document(Operation(no=no, kind=Kind.RECEIPT, day=5, lines=(line,)))
        for no in range(1, count + 1)
    ]


async def test_companies_take_turns_and_wait_for_nobody_who_waits(
    database: Database, database_url: str
) -> None:
    poster = Poster(database, at_once=1)
    with psycopg.connect(database_url) as owner:
        held = open_company(owner, "HELD", Switches())
        open_company(owner, "FREE", Switches())
        owner.commit()
        of_held, of_free = receipts("HELD", 2), receipts("FREE", 4)
        for first in (of_held.pop(), of_free.pop()):  # so that the books of both are at hand
            await poster.submit(first, "test")
        transactions, documents = _posted()
        key = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
        owner.execute(key, (str(held),))  # as a batch has it

        waiting = asyncio.create_task(poster.submit(of_held[0], "test"))
        await asyncio.sleep(LONG_SECONDS / 4)
        begun = asyncio.get_running_loop().time()
        done = await asyncio.gather(*(poster.submit(one, "test") for one in of_free))
        passed = asyncio.get_running_loop().time() - begun

        assert passed > LONG_SECONDS / 4, "they had no place while the first one had it"
        assert all(one.seq for one in done)
        assert not waiting.done(), "the first still waits for the company's lock"
        assert _posted() == (transactions + 1, documents + len(of_free)), "together"
        owner.commit()
        assert (await waiting).seq
    assert _posted() == (transactions + 2, documents + len(of_free) + 1)


def _posted() -> tuple[float, float]:
    """Transactions of lanes so far, and documents in them."""
    (metric,) = POSTED_TOGETHER.collect()
    found = {one.name.rpartition("_")[2]: one.value for one in metric.samples}
    return found["count"], found["sum"]
