"""Several people post in one company at once; afterwards its books must hold together."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any, TypeAlias
from uuid import uuid4

import httpx2

from tests import wire
from tests.api.desk import Paper, goods, receipt
from tests.api.house import House
from tests.api.test_batches import batch
from tests.api.test_drafts import save, submit
from tests.crowd.bosses import TODO, Boss, Change, ToDo
from tests.crowd.money import Cashier, furnished
from tests.crowd.papers import SKUS, STORES, Posted

SCHEMES = ("PERPETUAL", "CONTINENTAL", "BY_LEVEL", "PERIODIC")

_SECONDS = 120
_PAPERS_AN_ACT = 4
_BOSS_SECONDS = 0.2
_HASTE_SECONDS = 0.05
_BATCH = 4
_UNWANTED = {"INTERNAL_ERROR", "TRY_AGAIN"}
_RUNS = ("CostAdjustment", "InventoryPosting")


@dataclass
class Crowd:
    """Some people in one company, and what they have handed in and got done."""

    house: House
    luck: random.Random
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
        """Hand in a paper, in one of several ways; why it was refused.

        Raises:
            AssertionError: it was answered by a fault.
        """
        kind, given = self.named(paper)
        luck = self.luck.random()
        if luck < 0.1:  # two clients send it at once
            with ThreadPoolExecutor(2) as both:
                sent = [both.submit(desk.hand_in, (kind, given)) for _ in range(2)]
                answers = [one.result() for one in sent]
        elif luck < 0.2:  # a client loses patience, and sends it again
            hasty = copy(desk)
            with (
                wire.client(desk.base, timeout=_HASTE_SECONDS) as hasty.client,
                suppress(httpx2.TimeoutException),
            ):
                hasty.hand_in((kind, given))
            answers = [desk.hand_in((kind, given))]
        elif luck < 0.25 and kind != "Migration":
            answers = [submit(desk, save(desk, (kind, given)))]
        else:
            answers = [desk.hand_in((kind, given))]
        found = [self.note(kind, given, one) for one in answers]
        return min(found, key=len)

    def hand_in_together(self, desk: House, papers: Sequence[Paper]) -> None:
        """Hand in papers as a batch: all or none, or those that are not refused."""
        named = [self.named(paper) for paper in papers]
        on_error = self.luck.choice(("ROLLBACK_ALL", "SKIP_FAILED"))
        for (kind, given), one in zip(named, batch(desk, named, onError=on_error), strict=True):
            self.note(kind, given, one)

    def follow(self, boss: Boss, over: Event) -> None:
        """Let a boss act until it is over, on a slow machine no more often than on a quick one."""
        acts = 0
        while not over.wait(_BOSS_SECONDS):
            if self.outcomes.total() >= acts * _PAPERS_AN_ACT:
                self.why.update(boss.act())
                acts += 1

    def named(self, paper: Paper) -> Paper:
        """The paper with an id of its own, by which it is known."""
        kind, given = paper
        id_ = str(uuid4())
        self.papers[id_] = (kind, {"id": id_, **given})
        return self.papers[id_]

    def note(self, kind: str, given: dict[str, Any], payload: Any) -> set[str]:
        """What one was told of a paper; if it was refused, why."""
        codes = {one["code"] for one in payload["errors"]}
        assert not codes & _UNWANTED, (kind, given, payload["errors"])
        self.outcomes.update(codes or {"POSTED"})
        for one in payload["errors"]:
            self.why[f"{kind} {one['code']} {'.'.join(one['path'])}"] += 1
        if not codes:
            document = payload["document"]
            number = self.numbers.setdefault(given["id"], document["number"])
            assert document["number"] == number, (kind, given, number, document["number"])
            if kind != "Cancellation" and "kind" in document:
                self.posted[kind].append(document)
        return codes


Aside: TypeAlias = Callable[[Crowd, Event], None]
"""Does something beside a crowd until it is over."""


def opened(base: str, scheme: str, kind: type[House] = House) -> House:
    """A company as people find it."""
    return furnished(kind(base, scheme=scheme))


def work(
    base: str,
    scheme: str,
    *,
    seed: str,
    people: int,
    papers: int,
    boss_at: str | None = None,
    todo: Sequence[ToDo] = TODO,
    aside: Sequence[Aside] = (),
    house: House | None = None,
    other: str | None = None,
) -> Crowd:
    """Let so many people hand in so many papers each, in a new company unless there is one.

    Given the database's address, a boss changes the company meanwhile. Given another server of it,
    every second one of them works there. What goes on `aside` goes on until all is handed in.

    Raises:
        AssertionError: one was answered by a fault.
    """
    crowd = Crowd(house or opened(base, scheme), random.Random(seed))
    lines = [goods("40", "10", sku, warehouse={"code": store}) for sku in SKUS for store in STORES]
    crowd.hand_in(crowd.house, receipt("2026-01-01", *lines))

    def hand_in(place: int) -> None:
        somebody = Cashier(f"{seed} {place}", crowd.posted, scheme, crowd.serials)
        desk = copy(crowd.house)
        desk.base = other if other and place % 2 else base
        with wire.client(desk.base, timeout=_SECONDS) as desk.client:
            for number in range(papers):
                if number % _BATCH == _BATCH - 1:
                    crowd.hand_in_together(desk, [somebody.paper() for _ in range(_BATCH)])
                else:
                    crowd.hand_in(desk, somebody.paper())

    over = Event()

    def lead(url: str) -> None:
        desk = copy(crowd.house)
        with wire.client(base, timeout=_SECONDS) as desk.client:
            hand_in = partial(crowd.hand_in, desk)
            boss = Boss(f"{seed} boss", url, desk, crowd.posted, hand_in, crowd.changes, todo)
            crowd.follow(boss, over)

    with ThreadPoolExecutor(people + 1 + len(aside)) as pool:
        running = [pool.submit(lead, boss_at)] if boss_at else []
        running += [pool.submit(one, crowd, over) for one in aside]
        try:
            for done in [pool.submit(hand_in, place) for place in range(people)]:
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
