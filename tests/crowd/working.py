"""Several people post in one company at once; afterwards its books must hold together."""

import random
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from uuid import uuid4

from tests import wire
from tests.api.desk import Paper, goods, receipt
from tests.api.house import House
from tests.crowd.bosses import Boss, Change
from tests.crowd.papers import SKUS, STORES, Posted
from tests.crowd.wider import Anybody, furnish

SCHEMES = ("PERPETUAL", "CONTINENTAL", "BY_LEVEL", "PERIODIC")

_SECONDS = 120
_BOSS_SECONDS = 0.2
_UNWANTED = {"INTERNAL_ERROR", "TRY_AGAIN"}
_RUNS = ("CostAdjustment", "InventoryPosting")


@dataclass
class Crowd:
    """Some people in one company, and what they have handed in and got done."""

    house: House
    posted: Posted = field(default_factory=lambda: defaultdict(list))
    papers: dict[str, Paper] = field(default_factory=dict[str, Paper])
    """By the document's id: of all that was handed in, whatever became of it."""

    changes: list[Change] = field(default_factory=list[Change])
    serials: list[str] = field(default_factory=list[str])
    numbers: dict[str, str] = field(default_factory=dict[str, str])
    """Of what they were told that it is posted, by its id."""

    why: Counter[str] = field(default_factory=Counter[str])
    outcomes: Counter[str] = field(default_factory=Counter[str])

    def hand_in(self, desk: House, paper: Paper) -> set[str]:
        """Hand in a paper; why it was refused.

        Raises:
            AssertionError: it was answered by a fault.
        """
        kind, given = paper
        id_ = str(uuid4())
        given = {"id": id_, **given}
        self.papers[id_] = (kind, given)
        payload = desk.hand_in((kind, given))
        codes = {one["code"] for one in payload["errors"]}
        assert not codes & _UNWANTED, (kind, given, payload["errors"])
        self.outcomes.update(codes or {"POSTED"})
        for one in payload["errors"]:
            self.why[f"{kind} {one['code']} {'.'.join(one['path'])} {one['message'][:60]}"] += 1
        if not codes:
            self.numbers[id_] = payload["document"]["number"]
            if kind != "Cancellation":
                self.posted[kind].append(payload["document"])
        return codes


def opened(base: str, scheme: str) -> House:
    """A company as people find it."""
    house = House(base, scheme=scheme)
    furnish(house)
    return house


def work(
    base: str,
    scheme: str,
    *,
    seed: str,
    people: int,
    papers: int,
    boss_at: str | None = None,
    migrates: bool = False,
) -> Crowd:
    """Let so many people hand in so many papers each, in a new company.

    Given the database's address, a boss changes the company meanwhile.

    Raises:
        AssertionError: one was answered by a fault.
    """
    crowd = Crowd(opened(base, scheme))
    lines = [goods("40", "10", sku, warehouse={"code": store}) for sku in SKUS for store in STORES]
    crowd.hand_in(crowd.house, receipt("2026-01-01", *lines))

    def hand_in(number: int) -> None:
        somebody = Anybody(f"{seed} {number}", crowd.posted, scheme, crowd.serials)
        desk = copy(crowd.house)
        with wire.client(base, timeout=_SECONDS) as desk.client:
            for _ in range(papers):
                crowd.hand_in(desk, somebody.paper())

    over = Event()

    def run(url: str) -> None:
        desk = copy(crowd.house)
        with wire.client(base, timeout=_SECONDS) as desk.client:
            hand_in = partial(crowd.hand_in, desk)
            boss = Boss(f"{seed} boss", url, desk, crowd.posted, hand_in, crowd.changes,
                        migrates=migrates)  # fmt: skip
            while not over.wait(_BOSS_SECONDS):
                crowd.why.update(boss.act())

    with ThreadPoolExecutor(people + 1) as pool:
        running = [pool.submit(run, boss_at)] if boss_at else []
        try:
            for done in [pool.submit(hand_in, number) for number in range(people)]:
                done.result()
        finally:
            over.set()
        for done in running:
            done.result()
    for kind in _RUNS:  # nothing waits any more, so that the check explains nothing
        crowd.hand_in(crowd.house, (kind, {"postingDate": "2026-04-01"}))
    return crowd


def any_seed() -> str:
    """A seed to be told, so that a run can be begun again; what is met when is chance."""
    return str(random.SystemRandom().randrange(10**6))
