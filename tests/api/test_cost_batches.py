"""Runs of `adjustCosts` and `postInventoryCost`: in parts, with progress, and after a kill.

Each of the goods came expected at 10, four of ten left, and the bill said 12: once adjusted the
four cost 48 and what is left is worth 72.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
from psycopg import sql

from tests.api.commands import refusals
from tests.api.commands import run as command
from tests.api.correcting import made, product
from tests.api.desk import bill, billed, goods, receipt, sale, stock_entry
from tests.api.house import House

CHARGED = "Expenses Included In Valuation"
ADJUSTMENT = """costAdjustment { id number adjustedCount waitingCount
  causedJournalLines { debit entry { document { number } } } } replayed errors { code path }"""
POSTING = """inventoryPosting { id number postedCount skippedCount waitingCount lastEntry
  skipped { document code } causedJournalLines { debit credit account { code } entry { id } }
} replayed errors { code path }"""


def opened(base: str, items: int = 1) -> House:
    """A company that adjusts and posts by batch; its goods were bought, sold and billed."""
    house = House(base, scheme="CONTINENTAL")
    house.settings(automaticCostPosting=False, automaticCostAdjustment="NEVER")
    skus = [f"G{number:02}" for number in range(items)]
    for sku in skus:
        house.item(sku)
    came = house.post(receipt("2026-01-10", *(goods("10", "10", sku) for sku in skus)))
    house.post(sale("2026-01-11", *(goods("4", "30", sku) for sku in skus)))
    lines = zip(skus, came["lines"], strict=True)
    house.post(bill("2026-01-12", *(billed("10", "12", line, sku) for sku, line in lines)))
    return house


def run(house: House, verb: str, fields: str, **given: Any) -> Any:
    """The payload of one document of a run."""
    input_type = {"adjust": "AdjustCosts", "post": "PostInventoryCost"}[verb]
    name = input_type[0].lower() + input_type[1:]
    if given.pop("preview", False):
        name = f"preview{input_type}"
    query = f"mutation($input: {input_type}Input!) {{ done: {name}(input: $input) {{ {fields} }} }}"
    request = {"company": house.company, "postingDate": "2026-01-31", **given}
    return house.ask(query, input=request)["done"]


def adjusted(house: House, **given: Any) -> Any:
    """An adjustment, which must not be refused."""
    done = run(house, "adjust", ADJUSTMENT, **given)
    assert done["errors"] == []
    return done["costAdjustment"]


def posted(house: House, **given: Any) -> Any:
    """A posting, which must not be refused."""
    done = run(house, "post", POSTING, **given)
    assert done["errors"] == []
    return done["inventoryPosting"]


def progress(document: Any) -> tuple[int, int]:
    """What a document of an adjustment did, and what it left."""
    return document["adjustedCount"], document["waitingCount"]


def values(house: House) -> set[tuple[str, str]]:
    """Quantity and value of all goods: the different ones."""
    return set(house.stock().values())


@pytest.fixture
def house(server: str) -> House:
    return opened(server, items=5)


def test_a_run_in_parts_tells_how_far_it_has_come_and_a_second_does_nothing(house: House) -> None:
    assert values(house) == {("6", "80.00")}, "the four went at the 10 that was expected"
    seen = run(house, "adjust", ADJUSTMENT, limit=2, preview=True)["costAdjustment"]
    assert progress(seen) == (2, 3)
    assert values(house) == {("6", "80.00")}, "a preview keeps nothing"
    parts = [progress(adjusted(house, limit=2)) for _ in range(3)]
    assert parts == [(2, 3), (2, 1), (1, 0)]
    assert values(house) == {("6", "72.00")}
    again = adjusted(house)
    assert progress(again) == (0, 0)
    assert again["causedJournalLines"] == []
    house.check()


def test_only_the_items_named_are_adjusted_however_many_wait_before_them(house: House) -> None:
    named = [{"sku": "G03"}, {"sku": "G04"}]
    assert [progress(adjusted(house, items=named, limit=1)) for _ in range(3)] == [
        (1, 1), (1, 0), (0, 0),
    ]  # fmt: skip
    stock = {sku.split()[0]: held for sku, held in house.stock().items()}
    assert {sku for sku, held in stock.items() if held == ("6", "72.00")} == {"G03", "G04"}
    assert progress(adjusted(house)) == (3, 0)
    refused = run(house, "adjust", ADJUSTMENT, items=[{"sku": "G03"}, {"sku": "NONE"}])
    assert refused["errors"] == [{"code": "NOT_FOUND", "path": ["items", "1"]}]


@pytest.mark.parametrize(("group", "entries"), [("PER_DOCUMENT", 5), ("PER_ENTRY", 15)])
def test_what_was_posted_in_parts_is_the_same_however_it_is_grouped(
    house: House, group: str, entries: int
) -> None:
    """Two documents have entries to be posted: those of a part make one journal entry for each."""
    adjusted(house)
    seen = run(house, "post", POSTING, group=group, preview=True)["inventoryPosting"]
    assert (seen["postedCount"], seen["waitingCount"]) == (15, 0)
    assert "Stores" not in house.balances()
    last, parts, journal = None, [], set[str]()
    while not parts or parts[-1][1]:
        part = posted(house, group=group, limit=4, after=last)
        last = part["lastEntry"]
        parts.append((part["postedCount"], part["waitingCount"]))
        journal |= {line["entry"]["id"] for line in part["causedJournalLines"]}
    assert parts == [(4, 11), (4, 7), (4, 3), (3, 0)]
    assert house.balances()["Stores"] == "360.00"
    assert house.balances()[CHARGED] == "-600.00"
    assert len(journal) == entries
    before = house.balances()
    again = posted(house, group=group)
    assert (again["postedCount"], again["skippedCount"], again["lastEntry"]) == (0, 0, None)
    assert house.balances() == before
    house.check()


def test_what_a_part_has_posted_of_a_cancelled_document_is_no_fault_of_the_books(
    house: House,
) -> None:
    """Of each document the receipt is posted, and what takes it back by a further part alone."""
    found = stock_entry("2026-01-20", "RECEIPT", goods("2", "5", "G00"), goods("2", "7", "G01"))
    house.cancelled(house.post(found))
    posted(house)
    assert house.check() == []
    again = house.post(found)
    house.cancelled(again)
    part = posted(house, limit=3)
    named = {text for _, _, text in house.check()}
    assert {"14.00", "-14.00"} <= named
    posted(house, after=part["lastEntry"])
    assert house.check() == []


def test_what_was_posted_with_its_document_and_came_to_nothing_is_not_posted_again(
    server: str,
) -> None:
    """A product takes the stock account over from what it was made of."""
    house = House(server, scheme="CONTINENTAL")
    house.post(stock_entry("2026-01-02", "RECEIPT", goods("2", "20", "CHAIR")))
    used = goods("2", "0", "CHAIR")
    del used["rate"]
    into = {"toWarehouse": {"code": "Stores"}}
    repacked = house.post(made("REPACK", "2026-01-03", used, product("1", "MEAN", **into)))
    before = house.balances()
    assert before["Stores"] == "40.00"
    assert posted(house, items=[{"sku": "CHAIR"}])["postedCount"] == 0
    house.cancelled(repacked)
    assert posted(house, items=[{"sku": "CHAIR"}])["postedCount"] == 0
    assert house.balances() == before
    assert house.check() == []


def test_closed_days_and_missing_accounts_are_listed_and_passed_by(server: str) -> None:
    house = opened(server)
    adjusted(house)
    found = house.post(stock_entry("2026-02-01", "RECEIPT", goods("1", "5", "G00")))
    house.settings(allowPostingFrom="2026-02-01")
    no_account = {"company": house.company, "defaults": {"stockAdjustment": None}}
    house.make("updateCompany", "company", **no_account)
    done = posted(house)
    assert (done["postedCount"], done["skippedCount"], done["waitingCount"]) == (0, 4, 0)
    reasons = [(one["document"], one["code"]) for one in done["skipped"]]
    assert reasons[-1] == (found["number"], "DEFAULT_ACCOUNT_MISSING")
    assert {code for _, code in reasons[:-1]} == {"POSTING_DATE_NOT_ALLOWED"}
    first = posted(house, limit=2)
    second = posted(house, limit=2, after=first["lastEntry"])
    assert [one["skippedCount"] for one in (first, second)] == [2, 2]
    assert [one["waitingCount"] for one in (first, second)] == [2, 0]
    house.settings(allowPostingFrom="2026-01-01")
    given = {"stockAdjustment": {"code": "Stock Adjustment"}}
    house.make("updateCompany", "company", company=house.company, defaults=given)
    assert posted(house)["postedCount"] == 4
    assert house.balances()["Stores"] == "77.00"
    house.check()


# -- killed ---------------------------------------------------------------------------------------

_SERVE = """
import sys
from tests.servers import running_server
with running_server(sys.argv[1]) as base:
    print(base, flush=True)
    sys.stdin.read()
"""


@contextmanager
def a_server_to_kill(url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own over the same database, and its address."""
    command = [sys.executable, "-c", _SERVE, url]
    with subprocess.Popen(
        command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _halt(connection: psycopg.Connection[Any], table: str) -> None:
    """Let nothing be written to a table until the connection lets go."""
    connection.execute(
        sql.SQL("lock table {} in share row exclusive mode").format(sql.Identifier(table))
    )


def test_a_run_goes_on_where_the_server_was_killed_and_nothing_is_done_twice(
    fresh_server: str, database_url: str
) -> None:
    house = opened(fresh_server, items=6)
    ids = {verb: [UUID(int=n) for n in range(k, k + 3)] for verb, k in (("adjust", 1), ("post", 5))}
    with psycopg.connect(database_url) as lock, ThreadPoolExecutor() as pool:
        with a_server_to_kill(database_url) as (process, base):
            there = House.__new__(House)
            there.base, there.code, there.token = base, house.code, ""
            there.sign_in()
            assert progress(adjusted(there, id=str(ids["adjust"][0]), limit=2)) == (2, 4)
            first = posted(there, id=str(ids["post"][0]), limit=5)
            assert (first["postedCount"], first["waitingCount"]) == (5, 9)
            _halt(lock, "cost_entry")
            halted = pool.submit(adjusted, there, id=str(ids["adjust"][1]), limit=2)
            _until_waiting(lock)
            process.kill()
            with pytest.raises(httpx2.HTTPError):
                halted.result(30)
        lock.rollback()
    assert sorted(house.stock().values()) == [("6", "72.00")] * 2 + [("6", "80.00")] * 4
    rest = [progress(adjusted(house, id=str(one), limit=2)) for one in ids["adjust"][1:]]
    assert rest == [(2, 2), (2, 0)], "what was killed in the middle had done nothing"
    for one, limit in zip(ids["post"][1:], (6, 100), strict=True):
        posted(house, id=str(one), limit=limit)
    balances = house.balances()
    assert (balances["Stores"], balances[CHARGED]) == ("432.00", "-720.00")
    numbers = house.numbers()
    for one in ids["adjust"]:
        assert run(house, "adjust", ADJUSTMENT, id=str(one), limit=2)["replayed"]
    assert run(house, "post", POSTING, id=str(ids["post"][0]), limit=5)["replayed"]
    assert (house.balances(), house.numbers()) == (balances, numbers)
    assert Decimal(balances["Stores"]) == sum(Decimal(one) for _, one in house.stock().values())
    house.check()


def _until_waiting(connection: psycopg.Connection[Any]) -> None:
    """Until some statement waits for what the connection has locked."""
    query = """select count(*) from pg_locks l join pg_database d on d.oid = l.database
      where not l.granted and d.datname = current_database()"""
    for _ in range(1000):
        if connection.execute(query).fetchone() != (0,):
            return
        connection.execute("select pg_sleep(0.01)")
    raise AssertionError("nothing waits")


# -- on the command line --------------------------------------------------------------------------


def test_runs_on_the_command_line_go_on_in_parts_and_list_what_they_pass_by(
    fresh_server: str, database_url: str, tmp_path: Path
) -> None:
    house = opened(fresh_server, items=5)
    found = house.post(stock_entry("2026-02-01", "RECEIPT", goods("1", "5", "G00")))
    no_account = {"company": house.company, "defaults": {"stockAdjustment": None}}
    house.make("updateCompany", "company", **no_account)

    def said(*words: str) -> list[str]:
        given = ("--company", house.code, "--on", "2026-01-31")
        outcome = command(tmp_path, *words, *given, database_url=database_url)
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout.splitlines()

    assert said("adjust-costs", "--part", "2") == [
        f"{house.code}: costs of 5 items adjusted in 3 documents, CA-2026-00001 to CA-2026-00003."
    ]
    assert said("adjust-costs") == [f"{house.code}: costs of 0 items adjusted."]
    posted_all, skipped = said("post-inventory-cost", "--part", "4")
    assert posted_all == (
        f"{house.code}: 15 cost entries posted in 4 documents, IP-2026-00001 to IP-2026-00004."
    )
    assert skipped.startswith("skipped 1: ")
    assert skipped.endswith(f"({found['number']})")
    assert house.balances()["Stores"] == "360.00"
    (refused,) = refusals(command(tmp_path, "adjust-costs", "--company", "NONE",
                                  database_url=database_url))  # fmt: skip
    assert "NONE" in refused


_MARK = """
insert into cost_dirty (company_id, item_id, movement_id)
select company_id, item_id, id from movement
 where document_id = %s and quantity > 0 and voids_id is null
"""


def test_goods_made_wait_for_no_adjustment_once_they_are_cancelled(
    fresh_server: str, database_url: str
) -> None:
    """What they were made of counts earlier again, without a revaluation that came in between."""
    house = House(fresh_server, scheme="CONTINENTAL")
    house.settings(automaticCostAdjustment="NEVER")
    house.post(receipt("2026-01-01", goods("10", "10", "MEAN")))
    revalued = {"item": {"sku": "MEAN"}, "warehouse": {"code": "Stores"}, "unitCost": "12"}
    house.post(("StockRevaluation", {"postingDate": "2026-01-20", "lines": [revalued]}))
    used = {**goods("3", sku="MEAN"), "rate": None}
    repacked = house.post(made("REPACK", "2026-01-05", used, product("2", "CHAIR")))
    house.cancelled(repacked)
    assert adjusted(house)["waitingCount"] == 0
    with psycopg.connect(database_url) as owner:  # as earlier releases left it
        assert owner.execute(_MARK, (repacked["id"],)).rowcount == 1
        owner.execute(import_module("migrations.versions.0047_nothing_cancelled_waits").FORGET)
    assert adjusted(house)["waitingCount"] == 0
    house.check()


def test_products_that_were_revalued_are_worked_out_again_after_an_upgrade(
    fresh_server: str, database_url: str
) -> None:
    """1 of 10 becomes 10, beside 10 of 200: at 5 apiece all are 100, later costs aside."""
    house = House(fresh_server, scheme="CONTINENTAL")
    house.post(receipt("2026-01-01", goods("10", "200", "MEAN")))
    bought = house.post(receipt("2026-01-01", goods("10", "10", "CHAIR")))
    used = {**goods("1", sku="CHAIR"), "rate": None}
    house.post(made("REPACK", "2026-01-05", used, product("10", "MEAN")))
    revalued = {"item": {"sku": "MEAN"}, "unitCost": "5"}
    house.post(("StockRevaluation", {"postingDate": "2026-01-20", "lines": [revalued]}))
    house.post(bill("2026-01-21", billed("10", "11", bought["lines"][0], "CHAIR")))
    stock = house.stock()
    means = [value for place, (_, value) in stock.items() if place.startswith("MEAN")]
    assert sum(map(Decimal, means)) == 101
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(import_module("migrations.versions.0049_revalued_products").MARK)
        assert owner.execute("select count(*) from cost_dirty").fetchone() == (1,)
    assert adjusted(house)["waitingCount"] == 0
    assert house.stock() == stock
    house.check()
