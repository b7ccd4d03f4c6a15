"""Masters that change while something is decided or changed by them: nobody goes by what was."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import psycopg
import pytest

from persistence.posting import post
from tests.api.desk import cancelling, delivery, goods, journal, receipt, stock_entry
from tests.api.house import House
from tests.api.test_at_the_same_time import WAITING, wait_until

_LONG_ENOUGH = 0.3  # for a change that nothing holds up


@pytest.fixture
def house(server: str) -> House:
    return House(server)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Do something each time before a step of posting is taken, or begin to wait for it."""
    begun: list[asyncio.Task[Any]] = []

    def before(step: str, do: Callable[[int], Any]) -> None:
        taken: Any = getattr(post, step)

        async def later(*given: Any, **named: Any) -> Any:
            begun.append(asyncio.create_task(asyncio.to_thread(do, len(begun))))
            await asyncio.wait(begun[-1:], timeout=_LONG_ENOUGH)
            return await taken(*given, **named)

        monkeypatch.setattr(post, step, later)

    yield before
    assert begun


def test_a_document_gets_through_however_often_masters_change(
    house: House, meanwhile: Callable[..., None]
) -> None:
    house.post(receipt("2026-01-02", goods("5", "10", "CHAIR")))
    meanwhile("write", lambda turn: house.settings(requireParty=turn % 2 == 0))
    house.post(delivery("2026-01-03", goods("2", "30", "CHAIR")))
    assert house.stock() == {"CHAIR in Stores": ("3", "30.00")}


def test_what_masters_refused_that_have_changed_since_is_decided_again(
    house: House, meanwhile: Callable[..., None]
) -> None:
    bank = {"company": house.company, "account": {"code": "Bank"}}
    ask = "mutation($input: AccountTargetInput!) { done: %sAccount(input: $input)"
    ask += " { account { id } } }"
    assert house.ask(ask % "deactivate", input=bank)["done"]["account"]
    meanwhile("read_facts", lambda _: house.ask(ask % "activate", input=bank))
    house.post(journal("2026-01-02", {"Bank": "5", "Cash": "-5"}))


@pytest.mark.parametrize("begins", [0, 1], ids=["batch", "cancellation"])
def test_a_batch_and_a_cancellation_do_not_overtake_each_other(
    house: House, meanwhile: Callable[..., None], begins: int
) -> None:
    house.settings(automaticCostPosting=False)
    found = house.post(stock_entry("2026-01-02", "RECEIPT", goods("5", "10", "CHAIR")))
    papers = [("InventoryPosting", {"postingDate": "2026-01-31"}), cancelling(found)]
    done = Event()

    def other(turn: int) -> None:
        if turn == 0:
            house.post(papers[1 - begins])
            done.set()

    meanwhile("write", other)
    house.post(papers[begins])
    assert done.wait(20)
    assert house.balances() == {}, "both halves are posted, or neither"
    assert house.check() == []


def test_two_people_turn_switches_of_one_item(fresh_server: str, database_url: str) -> None:
    house = House(fresh_server)
    switches = {"allowNegativeStock": True, "requireExpiry": True}

    def turn(name: str) -> Any:
        given = {"company": house.company, "item": {"sku": "CHAIR"}, name: switches[name]}
        return house.ask(
            "mutation($input: UpdateItemInput!) { done: updateItem(input: $input)"
            " { errors { code } } }",
            input=given,
        )["done"]["errors"]

    with ThreadPoolExecutor(2) as people:
        with psycopg.connect(database_url) as owner:
            owner.execute("select 1 from item where sku = 'CHAIR' for update")
            done = [people.submit(turn, name) for name in switches]
            wait_until(database_url, WAITING, 2)
        assert [one.result() for one in done] == [[], []]
    query = "query($company: CompanyRef!, $item: ItemRef!) { item(company: $company, item: $item) "
    found = house.ask(f"{query} {{ {' '.join(switches)} }} }}", item={"sku": "CHAIR"})
    assert found["item"] == switches
