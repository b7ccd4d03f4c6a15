"""A migration among many postings: one transaction, and whoever waited for it decides again."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests import wire
from tests.api.bookkeeper import make_all
from tests.api.periodic import AFTER, AS_OF, Periodic

_PATIENCE_SECONDS = 30


def _send(books: Periodic, mutation: str, of: str, given: Any) -> dict[str, Any]:
    """A mutation over a connection of its own; its payload."""
    with wire.client(books.base, timeout=60) as client:
        query = (
            f"mutation($input: {of}Input!) {{ done: {mutation}(input: $input)"
            " { __typename errors { code } } }"
        )
        body = {"query": query, "variables": {"input": given}}
        answer = client.post("/graphql", json=body).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["done"]


def _codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


# -- one after the other, whichever comes first ------------------------------------------------


@contextmanager
def _counter_held(database_url: str, books: Periodic) -> Iterator[psycopg.Connection]:
    """Nothing of the company is recorded until the end of the block."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "select set_config('app.company_id', id::text, false) from company where code = %s",
            (books.code,),
        )
        connection.execute("select 1 from company_counter for update")
        yield connection
        connection.rollback()


def _wait_for_locks(connection: psycopg.Connection, waiting: int) -> None:
    """Until so many others wait for a lock."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        connection.execute("select pg_stat_clear_snapshot()")
        row = connection.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        ).fetchone()
        if row == (waiting,):
            return
        time.sleep(0.01)
    raise AssertionError(f"{waiting} did not wait")


POSTINGS: dict[str, Callable[[Periodic, Any], tuple[str, str, dict[str, Any]]]] = {
    "purchase receipt": lambda books, _receipt: (
        "submitPurchaseReceipt",
        "SubmitPurchaseReceipt",
        books.document("PurchaseReceipt", AS_OF, books.line("1", "70", "Yard")),
    ),
    "purchase invoice": lambda books, receipt: (
        "submitPurchaseInvoice",
        "SubmitPurchaseInvoice",
        books.document(
            "PurchaseInvoice",
            AS_OF,
            books.line("3", "200", receiptLine={"id": receipt["lines"][0]["id"]}),
        ),
    ),
    "delivery note": lambda books, _receipt: (
        "submitDeliveryNote",
        "SubmitDeliveryNote",
        books.document("DeliveryNote", "2026-02-01", books.line("2", "70", "Stores")),
    ),
    "journal entry": lambda books, _receipt: (
        "submitJournalEntry",
        "SubmitJournalEntry",
        books.journal(AS_OF, "Stores", "Cost of Goods Sold", "500"),
    ),
    "payment": lambda books, _receipt: (
        "submitPayment",
        "SubmitPayment",
        {
            "company": books.company,
            "postingDate": AS_OF,
            "type": "PAY",
            "party": {"code": "ARCU"},
            "amount": "5",
        },
    ),
    "cancellation": lambda books, _receipt: (
        "cancelDocument",
        "CancelDocument",
        {"document": {"id": books.deliver("2026-02-03", "1")["id"]}},
    ),
}


@pytest.mark.parametrize("posting", POSTINGS.values(), ids=POSTINGS)
def test_a_posting_that_waited_for_the_migration_is_refused(
    server: str, server_database: str, posting: Callable[..., Any]
) -> None:
    books = Periodic(server)
    receipt = books.receive("2026-01-10", "10", "200")
    mutation, of, given = posting(books, receipt)
    with ThreadPoolExecutor(2) as workers:
        with _counter_held(server_database, books) as holder:
            migrating = workers.submit(
                _send, books, "migrateToPerpetual", "MigrateToPerpetual", books.request()
            )
            _wait_for_locks(holder, 1)
            posted = workers.submit(_send, books, mutation, of, given)
            _wait_for_locks(holder, 2)
        assert _codes(migrating.result()) == []
        assert "PERIOD_CLOSED" in _codes(posted.result())
    assert books.out_of_step(AS_OF) == {}
    assert books.faults() == []


@pytest.mark.parametrize("posting", POSTINGS.values(), ids=POSTINGS)
def test_a_migration_that_waited_for_a_posting_counts_it(
    server: str, server_database: str, posting: Callable[..., Any]
) -> None:
    books = Periodic(server)
    receipt = books.receive("2026-01-10", "10", "200")
    mutation, of, given = posting(books, receipt)
    with ThreadPoolExecutor(2) as workers:
        with _counter_held(server_database, books) as holder:
            posted = workers.submit(_send, books, mutation, of, given)
            _wait_for_locks(holder, 1)
            migrating = workers.submit(
                _send, books, "migrateToPerpetual", "MigrateToPerpetual", books.request()
            )
            _wait_for_locks(holder, 2)
        assert _codes(posted.result()) == []
        assert _codes(migrating.result()) == []
    assert books.out_of_step(AS_OF) == {}
    totals, _ = books.accrual()
    assert totals["difference"] == "0.00"
    assert books.faults() == []


def test_of_two_migrations_at_once_one_is_made(server: str, server_database: str) -> None:
    books = Periodic(server)
    books.receive("2026-01-10", "10", "200")
    one, other = books.request(), books.request()
    requests = [one, one, other]
    with ThreadPoolExecutor(3) as workers:
        with _counter_held(server_database, books) as holder:
            sent: list[Future[dict[str, Any]]] = []
            for number, request in enumerate(requests, start=1):
                sent.append(
                    workers.submit(
                        _send, books, "migrateToPerpetual", "MigrateToPerpetual", request
                    )
                )
                _wait_for_locks(holder, number)
        codes = [_codes(each.result()) for each in sent]
    assert codes == [[], [], ["ALREADY_PERPETUAL"]]
    assert books.out_of_step() == {}


# -- many -------------------------------------------------------------------------------------


def test_in_the_midst_of_postings_the_books_hold_together(fresh_server: str) -> None:
    books = Periodic(fresh_server)
    receipts = [books.receive("2026-01-10", "5", "100.01", where) for where in ("Stores", "Yard")]
    begun = threading.Barrier(6)

    def post(worker: int) -> list[list[str]]:
        begun.wait()
        outcomes = []
        for number in range(8):
            name = list(POSTINGS)[(worker + number) % 5]
            outcomes.append(_codes(_send(books, *POSTINGS[name](books, receipts[worker % 2]))))
        return outcomes

    def migrate() -> list[list[str]]:
        begun.wait()
        time.sleep(0.15)
        return [_codes(_send(books, "migrateToPerpetual", "MigrateToPerpetual", books.request()))]

    with ThreadPoolExecutor(6) as workers:
        posting = [workers.submit(post, worker) for worker in range(5)]
        assert workers.submit(migrate).result() == [[]]
        for each in posting:
            codes = each.result()
            closed = ["PERIOD_CLOSED" in outcome for outcome in codes]
            # Once refused, always refused: nothing slips in after the migration.
            assert closed == sorted(closed)
            others = {code for outcome in codes for code in outcome} - {"PERIOD_CLOSED"}
            assert others <= {
                "OVER_BILLED",
                "INSUFFICIENT_STOCK",
                "RATE_MISMATCH",
                "STOCK_ACCOUNT_LOCKED",
            }
    assert "PERIOD_CLOSED" in _codes(_send(books, *POSTINGS["journal entry"](books, None)))
    assert books.out_of_step(AS_OF) == {}
    assert books.out_of_step() == {}
    assert books.faults() == []


_WRITTEN_BY = """
select distinct xmin::text from journal_entry where because_id = %(id)s
union select distinct line.xmin::text from journal_line line join journal_entry e
  on e.id = journal_entry_id where because_id = %(id)s
union select distinct xmin::text from cost_entry where because_id = %(id)s
union select distinct xmin::text from billing_entry where document_id = %(id)s
union select distinct xmin::text from document where id = %(id)s
union select distinct xmin::text from company where code = %(code)s
"""


@pytest.mark.slow
def test_a_thousand_documents_are_migrated_in_one_transaction(
    fresh_server: str, database_url: str
) -> None:
    books = Periodic(fresh_server)
    item = {"company": books.company, "name": "Item"}
    make_all(books.ask, [
        ("createItem", {**item, "sku": f"I{number}",
                        "costingMethod": ("FIFO", "MOVING_AVERAGE")[number % 2]})
        for number in range(100)
    ])  # fmt: skip

    def receive(part: int) -> None:
        with wire.client(books.base, timeout=60) as client:
            for batch in range(10):
                given = [_receipt(books, part, batch, number) for number in range(20)]
                names = range(len(given))
                variables = ", ".join(f"$i{n}: SubmitPurchaseReceiptInput!" for n in names)
                calls = " ".join(
                    f"m{n}: submitPurchaseReceipt(input: $i{n}) {{ errors {{ code }} }}"
                    for n in names
                )
                query = f"mutation({variables}) {{ {calls} }}"
                body = {"query": query, "variables": {f"i{n}": given[n] for n in names}}
                data = client.post("/graphql", json=body).json()["data"]
                assert all(one == {"errors": []} for one in data.values())

    with ThreadPoolExecutor(5) as workers:
        list(workers.map(receive, range(5)))
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("analyze")  # as autovacuum does soon after
    started = time.monotonic()
    plan = books.plan()
    assert len(plan["openReceipts"]) == 1000
    migration = books.migrate()
    seconds = time.monotonic() - started
    assert migration["journalLines"] == plan["journalLines"]
    assert seconds < 30
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "select set_config('app.company_id', id::text, false) from company where code = %s",
            (books.code,),
        )
        written = owner.execute(_WRITTEN_BY, {"id": migration["id"], "code": books.code}).fetchall()
    assert len(written) == 1
    assert books.out_of_step(AS_OF) == {}
    assert books.accrual(AFTER)[0]["difference"] == "0.00"
    assert books.faults() == []


def _receipt(books: Periodic, part: int, batch: int, number: int) -> dict[str, Any]:
    line = {
        "item": {"sku": f"I{part * 20 + number}"},
        "warehouse": {"code": ("Stores", "Yard")[batch % 2]},
        "quantity": f"{batch + 1}.5",
        "rate": f"{number + 1}.333",
    }
    return books.document("PurchaseReceipt", f"2026-01-{batch + 1:02}", line)
