"""Documents posted together come to what they come to one after the other, to the cent."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

import psycopg
import pytest
from uuid_utils.compat import uuid7

from domain.documents.document import Document
from domain.errors import Refused
from domain.ports import Recorded
from persistence.database import Database
from persistence.measures import POSTED_TOGETHER, POSTING_RETRIES
from persistence.posting import lane, together
from persistence.posting.post import Poster
from persistence.posting.reading import known_costs
from persistence.posting.writing import decisions
from tests.invariants import assert_books_are_clean
from tests.model.handing_in import HandingIn
from tests.model.opening import open_company
from tests.model.operations import ITEMS, WAREHOUSES, Kind, Line, Operation, Switches

D = Decimal
KINDS = (Kind.RECEIPT, Kind.DELIVERY, Kind.SALE, Kind.MATERIAL_RECEIPT, Kind.TRANSFER, Kind.COUNT)
DOCUMENTS, AT_ONCE = 120, 40


def operations(seed: int, late: float = 0.1) -> list[Operation]:
    """Of `late` a part, else in the order of their days; at times more goes out than there is."""
    random = Random(seed)
    made: list[Operation] = []
    for no in range(1, DOCUMENTS + 1):
        kind = random.choices(KINDS, (6, 6, 2, 3, 2, 1))[0]
        day = 5 + no // 20 - (random.random() < late) * random.randint(1, 4)
        lines = tuple(_line(random, kind) for _ in range(random.randint(1, 3)))
        if kind is Kind.COUNT:
            lines = lines[:1]
        made.append(
            Operation(no=no, kind=kind, day=day, lines=lines, update_stock=kind is Kind.SALE)
        )
    return made


def _line(random: Random, kind: Kind) -> Line:
    place, other = random.sample(list(WAREHOUSES), 2)
    return Line(
        item=random.choice(list(ITEMS)),
        warehouse=place,
        quantity=D(random.randint(1, 9)),
        rate=round(D(random.randint(1, 2000)) / 7, 6) if kind is not Kind.TRANSFER else D(0),
        to=other if kind is Kind.TRANSFER else None,
    )


async def _and_nothing_else(_connection: Any) -> None:
    """A closing, so that a document is posted by itself."""


class Company:
    """One of several companies that are given the same documents."""

    def __init__(self, owner: psycopg.Connection, database: Database, code: str) -> None:
        self.id = open_company(owner, code, Switches())
        self._owner, self._poster = owner, Poster(database)
        self._hand_in = HandingIn(code, uuid7)

    def documents(self, operations: Sequence[Operation]) -> list[Document]:
        return [self._hand_in.document(one) for one in operations]

    async def one_by_one(self, operations: Sequence[Operation]) -> list[Recorded | Refused]:
        return [await self._alone(one) for one in self.documents(operations)]

    async def _alone(self, document: Document) -> Recorded | Refused:
        try:
            return await self._poster.submit(document, "test", closing=_and_nothing_else)
        except Refused as refused:
            return refused

    async def at_once(self, operations: Sequence[Operation]) -> list[Recorded | Refused]:
        asked = [self._poster.submit(one, "test") for one in self.documents(operations)]
        done = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, Recorded | Refused) for one in done), done
        return done  # type: ignore[return-value] - as just asserted

    async def batch(self, operations: Sequence[Operation]) -> list[Recorded | Refused]:
        documents = self.documents(operations)
        return await self._poster.submit_batch(documents, "test", all_or_none=False)

    def said(self, outcome: Recorded | Refused) -> Any:
        """An outcome without the ids that each company has its own of."""
        if isinstance(outcome, Refused):
            return [(one.code, one.path) for one in outcome.refusals]
        assert outcome.decision is not None
        facts = outcome.decision.causes.facts
        return (
            outcome.number,
            outcome.decision.posting_time,
            [
                (facts.items_by_id[one.item_id].sku,
                 facts.company.warehouses[one.warehouse_id].code, one.kind, one.posting_date,
                 one.actual)
                for one in outcome.decision.costs
            ],
            [
                (entry.posting_date,
                 [(facts.company.accounts[line.account].code, line.amount) for line in entry.lines])
                for entry in outcome.decision.journal
            ],
        )  # fmt: skip

    def stock(self) -> list[Any]:
        """Every bin with its state and what stands behind it."""
        self._owner.execute("select set_config('app.company_id', %s, false)", (str(self.id),))
        return self._owner.execute(
            "select i.sku, w.code, b.quantity, b.value, b.movements, b.received, b.issued,"
            "       b.next_layer, b.top_left, b.last_date, b.last_time,"
            "       (select array_agg(array[l.no, l.quantity, l.value] order by l.no) from layer l"
            "         where l.company_id = b.company_id and l.item_id = b.item_id"
            "           and l.warehouse_id = b.warehouse_id),"
            "       (select count(*) from bin_snapshot s where s.company_id = b.company_id"
            "           and s.item_id = b.item_id and s.warehouse_id = b.warehouse_id)"
            "  from bin b join item i on i.company_id = b.company_id and i.id = b.item_id"
            "  join warehouse w on w.company_id = b.company_id and w.id = b.warehouse_id"
            " where b.movements > 0 order by 1, 2"
        ).fetchall()


def in_portions(operations: Sequence[Operation]) -> list[Sequence[Operation]]:
    return [operations[at : at + AT_ONCE] for at in range(0, len(operations), AT_ONCE)]


@pytest.mark.parametrize("seed", range(2))
async def test_what_waits_together_comes_to_the_same(
    database: Database, database_url: str, seed: int
) -> None:
    with psycopg.connect(database_url) as owner:
        lane, alone = (Company(owner, database, code) for code in ("LANE", "ALONE"))
        taken_before = _posted_together()
        accepted: list[tuple[int, Operation, Recorded]] = []
        for portion in in_portions(operations(seed)):
            outcomes = await lane.at_once(portion)
            accepted += [
                (one.seq or 0, operation, one)
                for operation, one in zip(portion, outcomes, strict=True)
                if isinstance(one, Recorded)
            ]
        assert _posted_together() - taken_before > DOCUMENTS / 3, "many went together"
        accepted.sort(key=lambda one: one[0])
        assert [seq for seq, _, _ in accepted] == list(range(1, len(accepted) + 1))
        again = await alone.one_by_one([operation for _, operation, _ in accepted])
        for (_, operation, one), other in zip(accepted, again, strict=True):
            assert lane.said(one) == alone.said(other), operation
        assert lane.stock() == alone.stock()
    await assert_books_are_clean(database, lane.id)


@pytest.mark.parametrize(
    ("seed", "late", "known"),
    [(2, 0.1, 100_000), (3, 0.1, 100_000), (4, 0.8, 100_000), (5, 0.8, 10)],
)
async def test_a_batch_comes_to_the_same(
    database: Database,
    database_url: str,
    seed: int,
    late: float,
    known: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "MOST", 4)  # so that some are written while others are decided
    monkeypatch.setattr(known_costs, "MOST_KNOWN", known)
    with psycopg.connect(database_url) as owner:
        batch, alone = (Company(owner, database, code) for code in ("BATCH", "ALONE"))
        for portion in in_portions(operations(seed, late)):
            ours, others = await batch.batch(portion), await alone.one_by_one(portion)
            for operation, one, other in zip(portion, ours, others, strict=True):
                assert batch.said(one) == alone.said(other), operation
        assert batch.stock() == alone.stock()
    await assert_books_are_clean(database, batch.id)


async def test_what_began_to_wait_before_two_persons_were_wanted_is_posted_by_itself(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database would refuse all of the transaction, for want of an approval."""
    monkeypatch.setattr(lane, "goes_together", lambda *_: True)  # as when it began to wait
    with psycopg.connect(database_url) as owner:
        company = Company(owner, database, "PAIRS")
        first, second, third = [one for one in operations(5) if one.kind is Kind.RECEIPT][:3]
        assert isinstance((await company.at_once([first]))[0], Recorded)
        owner.execute(
            "update company set settings = settings || %s where id = %s",
            ('{"four_eyes": true}', company.id),
        )
        owner.execute("update company_counter set masters_version = masters_version + 1")
        owner.commit()
        before = _retried()
        for one in (second, third):  # of the second it is found out, of the third it is known
            (outcome,) = await company.at_once([one])
            assert isinstance(outcome, Refused)
            assert [refusal.code for refusal in outcome.refusals] == ["APPROVAL_REQUIRED"]
        assert _retried() == before


def _retried() -> set[tuple[str, float]]:
    """How often what failed in lanes so far."""
    (metric,) = POSTING_RETRIES.collect()
    return {
        (next(iter(one.labels.values())), one.value)
        for one in metric.samples
        if one.name.endswith("_total")
    }


def _posted_together() -> float:
    """How many documents went through lanes so far."""
    (metric,) = POSTED_TOGETHER.collect()
    return next(one.value for one in metric.samples if one.name.endswith("_sum"))


@pytest.mark.parametrize("failing", [1, 3])
async def test_a_batch_whose_writing_fails_leaves_nothing(
    database: Database, database_url: str, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    async def fail_at_one(*given: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == failing:
            raise ConnectionError("the machine is gone")
        return await decisions.write(*given, **more)

    with psycopg.connect(database_url) as owner:
        batch = Company(owner, database, "BATCH")
        await batch.batch(operations(5)[:20])
        before = batch.stock()
        monkeypatch.setattr(together, "MOST", 2)
        monkeypatch.setattr(together, "write", fail_at_one)
        receipts = [one for one in operations(5)[20:] if one.kind is Kind.RECEIPT]
        with pytest.raises(ConnectionError):
            await batch.batch(receipts)
        assert len(calls) >= failing
        assert batch.stock() == before
    await assert_books_are_clean(database, batch.id)
