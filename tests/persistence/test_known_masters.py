"""Items and parties that a process has read before: whoever changes them is heard."""

from dataclasses import replace
from decimal import Decimal
from itertools import count

import psycopg
import pytest
from uuid_utils.compat import uuid7

from domain.documents.purchase_receipt import PurchaseReceipt
from domain.errors import Refused
from domain.facts import PartyFacts
from domain.ports import Recorded
from domain.references import Ref
from persistence.database import Database
from persistence.measures import POSTED_TOGETHER
from persistence.posting.book import Book
from persistence.posting.book import Books as Kept
from persistence.posting.known import MOST, Known
from persistence.posting.post import Poster
from persistence.posting.reading import ahead
from tests.model.handing_in import HandingIn
from tests.model.opening import open_company
from tests.model.operations import ITEMS, Kind, Line, Operation, Switches

LINE = Line(item="fifo", warehouse="main", quantity=Decimal(2), rate=Decimal(3))
CHANGES = [
    ("update item set is_active = false, version = version + 1 where sku = 'fifo'",
     "INACTIVE", ("lines", "0", "item")),
    ("update item set sku = 'gone', version = version + 1 where sku = 'fifo'",
     "NOT_FOUND", ("lines", "0", "item")),
    ("update party set is_active = false, version = version + 1", "INACTIVE", ("supplier",)),
    ("update party set code = 'other ' || code, version = version + 1",
     "NOT_FOUND", ("supplier",)),
    ("update warehouse set is_active = false where code = 'main'",
     "INACTIVE", ("lines", "0", "warehouse")),
]  # fmt: skip


class Books:
    """A company, and a process that has posted into it before."""

    def __init__(self, owner: psycopg.Connection, database: Database) -> None:
        self.id = open_company(owner, "KNOWN", Switches())
        self._kept = Kept()
        self._owner, self._poster = owner, Poster(database, books=self._kept)
        self._hand_in = HandingIn("KNOWN", uuid7)
        self._numbers = count(1)

    def receipt(self, sku: str = LINE.item) -> PurchaseReceipt:
        line = replace(LINE, item=sku)
        one = Operation(no=next(self._numbers), kind=Kind.RECEIPT, day=5, lines=(line,))
        document = self._hand_in.document(one)
        assert isinstance(document, PurchaseReceipt)
        return document

    async def post(self, sku: str = LINE.item) -> Recorded:
        return await self._poster.submit(self.receipt(sku), "test")

    async def post_batch(self, *, keep: bool = True) -> list[Recorded | Refused]:
        two = [self.receipt(), self.receipt()]
        if not keep:
            return await self._poster.preview_batch(two, all_or_none=False)
        return await self._poster.submit_batch(two, "test", all_or_none=False)

    def books(self) -> list[Book]:
        """What the process keeps of companies."""
        return list(self._kept._books.values())

    def known(self) -> list[str]:
        """The items that the process knows, by SKU."""
        (book,) = self.books()
        return [sku for sku in ITEMS if book.items.of([Ref("item", "sku", sku)])]

    def change(self, statement: str) -> None:
        self._owner.execute("select set_config('app.company_id', %s, true)", (str(self.id),))
        self._owner.execute(statement.encode())
        self._owner.commit()


@pytest.mark.parametrize(("statement", "code", "path"), CHANGES)
async def test_somebody_elses_change_is_heard(
    database: Database,
    database_url: str,
    statement: str,
    code: str,
    path: tuple[str, ...],
) -> None:
    with psycopg.connect(database_url) as owner:
        books = Books(owner, database)
        for _ in range(3):
            await books.post()
        books.change(statement)
        with pytest.raises(Refused) as refused:
            await books.post()
        assert [(one.code, one.path) for one in refused.value.refusals] == [(code, path)]
        outcomes = await books.post_batch()
        assert all(isinstance(one, Refused) for one in outcomes)


async def test_a_sku_that_has_moved_to_another_item_is_that_item(
    database: Database, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        books = Books(owner, database)
        for _ in range(2):  # the first one reads the company's book, by itself
            await books.post()
        for change in (
            "update item set sku = 'was fifo', version = version + 1 where sku = 'fifo'",
            "update item set sku = 'fifo', version = version + 1 where sku = 'average'",
        ):
            books.change(change)
        recorded = await books.post()
    assert recorded.decision is not None
    (item,) = recorded.decision.causes.facts.items_by_id.values()
    assert item.costing_method == "MOVING_AVERAGE"


async def test_what_has_not_changed_is_posted_together_again(
    database: Database, database_url: str
) -> None:
    """A change costs one posting by itself; then what was read anew is known again."""
    with psycopg.connect(database_url) as owner:
        books = Books(owner, database)
        for _ in range(2):
            await books.post()
        books.change("update item set name = 'New', version = version + 1 where sku = 'fifo'")
        before = _posted_together()
        for _ in range(3):
            await books.post()
    assert _posted_together() - before == 2


async def test_a_batch_posts_together_by_what_the_batch_before_it_has_read(
    database: Database, database_url: str
) -> None:
    """The first reads the company's book by itself, the second the items and parties."""
    with psycopg.connect(database_url) as owner:
        books = Books(owner, database)
        asked: list[tuple[int, int]] = []
        for _ in range(3):
            await books.post_batch()
            (book,) = books.books()
            asked.append((book.version, len(book.items.of([Ref("item", "sku", "fifo")]))))
    assert asked[0][0] == asked[1][0] == asked[2][0] > 0
    assert [items for _, items in asked[1:]] == [1, 1]


async def test_what_nobody_has_named_is_read_along_some_at_a_time(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is missing, the next two, those made last first; a change is heard of one alone."""
    monkeypatch.setattr(ahead, "AHEAD", 2)
    with psycopg.connect(database_url) as owner:
        books = Books(owner, database)
        await books.post()  # reads the company's book, by itself
        known: list[list[str]] = []
        for sku in ("fifo", "fifo", "average", "average", "lifo"):
            await books.post(sku)
            known.append(books.known())
        books.change("update item set name = 'New', version = version + 1 where sku = 'fifo'")
        for _ in range(2):
            await books.post()
            known.append(books.known())
    two, all_of_them = ["fifo", "average", "average-"], list(ITEMS)
    others = [sku for sku in ITEMS if sku != "fifo"]
    assert known == [["fifo"], ["fifo"], two, two, all_of_them, others, all_of_them]


async def test_a_sku_that_was_read_along_and_has_moved_is_the_item_that_has_it(
    database: Database, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        books = Books(owner, database)
        for _ in range(2):
            await books.post()
        for change in (
            "update item set sku = 'was average', version = version + 1 where sku = 'average'",
            "update item set sku = 'average', version = version + 1 where sku = 'lifo'",
        ):
            books.change(change)
        recorded = await books.post("average")
    assert recorded.decision is not None
    (item,) = recorded.decision.causes.facts.items_by_id.values()
    assert item.costing_method == "LIFO"


async def test_what_an_undone_batch_has_read_is_forgotten(
    database: Database, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        books = Books(owner, database)
        for keep in (False, True):
            await books.post_batch(keep=keep)
            (book,) = books.books()
            assert (book.version > 0) is keep


def _posted_together() -> float:
    (metric,) = POSTED_TOGETHER.collect()
    return next(one.value for one in metric.samples if one.name.endswith("_sum"))


def test_what_is_known_stays_bounded() -> None:
    known = Known[PartyFacts]()
    facts = PartyFacts(uuid7(), "S", frozenset({"SUPPLIER"}))
    for number in range(2 * MOST):
        known.keep({Ref("party", "code", f"S{number}"): facts})
    assert len(known.of(Ref("party", "code", f"S{number}") for number in range(2 * MOST))) <= MOST
