"""What a document reads of others is as it stands when it has their goods to itself.

Landed costs change what a delivery has cost. Whoever takes that delivery back meanwhile reads it,
waits for its goods, and gets them when it costs something else.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.api.correcting import count, counted, landed
from tests.api.desk import (
    Desk,
    Paper,
    bill,
    billed,
    cancelling,
    delivery,
    goods,
    is_clean,
    receipt,
    sale,
    stock_entry,
)
from tests.api.house import House, back
from tests.crowd.__main__ import retries

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and "
WAITING += "wait_event_type = 'Lock'"


def wait_until(url: str, question: str, answer: int) -> None:
    """Wait until the database answers so."""
    until = time.monotonic() + 20
    with psycopg.connect(url, autocommit=True) as watching:
        while watching.execute(question.encode()).fetchone() != (answer,):
            assert time.monotonic() < until, "nobody waits"
            time.sleep(0.01)


_GOODS = ("bin", "item_cost")


@contextmanager
def _held(url: str, desk: Desk, tables: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """A company's rows are held until the end; waits until so many wait for them."""
    with psycopg.connect(url) as owner:
        owner.execute("set lock_timeout = '20s'")
        (company,) = owner.execute("select id from company where code = %s", (desk.code,))
        owner.execute("select set_config('app.company_id', %s, true)", (str(company[0]),))
        for held in tables:
            owner.execute(
                f"select 1 from {held} where company_id = %s for update".encode(), company
            )

        yield lambda count: wait_until(url, WAITING, count)


def _meanwhile(
    url: str, desk: Desk, first: Paper, second: Paper, held: Sequence[str] = _GOODS
) -> list[Any]:
    """Two documents that wait for the same goods, and get them in this order."""
    with ThreadPoolExecutor(2) as people:
        with _held(url, desk, held) as waits:
            answers = [people.submit(type(desk).hand_in, desk, first)]
            waits(1)
            answers.append(people.submit(type(desk).hand_in, desk, second))
            waits(2)
        return [one.result()["errors"] for one in answers]


def _chairs(quantity: str, rate: str) -> Any:
    return goods(quantity, rate, "CHAIR")


@pytest.mark.parametrize("scheme", ["PERPETUAL", "CONTINENTAL"])
@pytest.mark.parametrize(
    "taking_back",
    [cancelling, lambda went: back("SalesReturn", "2026-01-13", went, "2")],
    ids=["cancelled", "returned"],
)
def test_a_delivery_is_taken_back_while_landed_costs_make_it_dearer(
    server: str, server_database: str, scheme: str, taking_back: Callable[[Any], Paper]
) -> None:
    house = House(server, scheme=scheme)
    came = house.post(receipt("2026-01-10", _chairs("10", "20")))
    went = house.post(delivery("2026-01-12", _chairs("4", "50")))
    late = landed("2026-01-11", came)
    assert _meanwhile(server_database, house, late, taking_back(went)) == [[], []]
    assert is_clean(house)


@pytest.mark.parametrize("scheme", ["PERPETUAL", "CONTINENTAL"])
@pytest.mark.parametrize(
    "taking_back",
    [cancelling, lambda came: back("PurchaseReturn", "2026-01-13", came, "2")],
    ids=["cancelled", "returned"],
)
def test_a_receipt_is_taken_back_while_the_one_before_it_gets_dearer(
    server: str, server_database: str, scheme: str, taking_back: Callable[[Any], Paper]
) -> None:
    house = House(server, scheme=scheme)
    first = house.post(receipt("2026-01-09", _chairs("4", "10")))
    came = house.post(receipt("2026-01-10", _chairs("10", "20")))
    house.post(delivery("2026-01-11", _chairs("2", "50")))
    late = landed("2026-01-12", first)
    assert _meanwhile(server_database, house, late, taking_back(came)) == [[], []]
    assert is_clean(house)


def test_whoever_comes_second_finds_the_document_as_the_first_has_left_it(
    server: str, server_database: str
) -> None:
    house = House(server, scheme="PERPETUAL")
    came = house.post(receipt("2026-01-09", _chairs("4", "10")))
    _, errors = _meanwhile(server_database, house, landed("2026-01-12", came), cancelling(came))
    assert [one["code"] for one in errors] == ["HAS_DEPENDENTS"]
    assert is_clean(house)


@pytest.mark.parametrize(
    "other",
    [sale, lambda day, line: stock_entry(day, "ISSUE", {**line, "rate": None})],
    ids=["sold", "issued"],
)
def test_two_take_the_goods_of_one_line(
    server: str, server_database: str, other: Callable[[str, Any], Paper]
) -> None:
    """Eight came by the line: six are left for nobody after the first five."""
    house = House(server, scheme="CONTINENTAL")
    lines = house.post(bill("2026-01-09", _chairs("20", "10"), _chairs("8", "20")))["lines"]
    taken = {"takesFrom": {"id": lines[1]["id"]}}
    first = sale("2026-01-12", {**_chairs("5", "50"), **taken})
    second = other("2026-01-12", {**_chairs("6", "50"), **taken})
    done, errors = _meanwhile(server_database, house, first, second)
    assert (done, [one["code"] for one in errors]) == ([], ["RECEIPT_SHORT"])
    assert house.stock() == {"CHAIR in Stores": ("23", "260.00")}
    assert is_clean(house)


def test_a_unit_comes_late_while_others_are_counted(server: str, server_database: str) -> None:
    """Whoever comes second knows of the first: the count does not list what came before it."""
    house = House(server, scheme="PERPETUAL")
    house.item("SN", "SERIAL")
    house.post(receipt("2026-01-04", goods("1", "10", "SN", serials=["S1"])))
    counting = count("2026-01-10", counted("1", None, "SN", serials=["S1"]))
    late = receipt("2026-01-05", goods("1", "7", "SN", serials=["S2"]))
    assert _meanwhile(server_database, house, counting, late) == [[], []]
    assert house.stock() == {"SN in Stores": ("1", "10.00")}
    assert is_clean(house)


def test_bills_of_one_shipment_wait_for_each_other_in_one_order(
    server: str, server_database: str
) -> None:
    """One names goods besides, one does not: neither has what the other waits for."""
    house = House(server, scheme="BY_LEVEL")
    came = house.post(receipt("2026-01-09", _chairs("4", "10"), shipment="SHP"))
    charge = {"quantity": "1", "rate": "30", "shipment": "SHP"}
    both = bill("2026-01-12", billed("4", "10", came["lines"][0], "CHAIR"), charge)
    before = retries()
    held = ("billing_state",)
    assert _meanwhile(server_database, house, both, bill("2026-01-12", charge), held) == [[], []]
    assert retries() == before
    assert is_clean(house)


@pytest.mark.parametrize(
    ("late", "codes"),
    [
        (lambda _: delivery("2026-01-12", _chairs("2", "50")), []),
        (lambda came: landed("2026-01-12", came), ["PERIOD_CLOSED"]),
    ],
    ids=["delivery", "landed cost"],
)
def test_goods_are_asked_for_while_the_company_changes_its_flow_of_costs(
    server: str, server_database: str, late: Callable[[Any], Paper], codes: list[str]
) -> None:
    house = House(server, scheme="CONTINENTAL")
    came = house.post(receipt("2026-01-09", _chairs("4", "10")))
    migration = "Migration", {"asOf": "2026-01-11", "scheme": "PERPETUAL"}
    migrated, errors = _meanwhile(server_database, house, migration, late(came))
    assert (migrated, [one["code"] for one in errors]) == ([], codes)
    assert is_clean(house)
