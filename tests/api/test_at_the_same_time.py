"""What a document reads of others is as it stands when it has their goods to itself.

Landed costs change what a delivery has cost. Whoever takes that delivery back meanwhile reads it,
waits for its goods, and gets them when it costs something else.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.api.correcting import landed
from tests.api.desk import Desk, Paper, cancelling, delivery, goods, is_clean, receipt
from tests.api.house import House, back

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and "
WAITING += "wait_event_type = 'Lock'"


def wait_until(url: str, question: str, answer: int) -> None:
    """Wait until the database answers so."""
    until = time.monotonic() + 20
    with psycopg.connect(url, autocommit=True) as watching:
        while watching.execute(question.encode()).fetchone() != (answer,):
            assert time.monotonic() < until, "nobody waits"
            time.sleep(0.01)


@contextmanager
def _held(url: str, desk: Desk) -> Iterator[Callable[[int], None]]:
    """All goods of a company are held until the end; waits until so many wait for them."""
    with psycopg.connect(url) as owner:
        owner.execute("set lock_timeout = '20s'")
        (company,) = owner.execute("select id from company where code = %s", (desk.code,))
        owner.execute("select set_config('app.company_id', %s, true)", (str(company[0]),))
        for held in ("bin", "item_cost"):
            owner.execute(f"select 1 from {held} where company_id = %s for update", company)

        yield lambda count: wait_until(url, WAITING, count)


def _meanwhile(url: str, desk: Desk, first: Paper, second: Paper) -> list[Any]:
    """Two documents that wait for the same goods, and get them in this order."""
    with ThreadPoolExecutor(2) as people:
        with _held(url, desk) as waits:
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
