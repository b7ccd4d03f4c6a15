"""Load on the peer: deliveries of 5 lines, and trial balances, as its own clients ask for them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any

from bench.peer.client import Session
from bench.peer.documents import deliver, today

SECONDS = 20
LEAST = 15
"""Deliveries of one round, however slow they are."""
_LINES = 5
_BALANCES = ["account.code", "account.name", "start_balance", "debit", "credit", "end_balance"]


@dataclass(frozen=True, slots=True)
class PeerLoad:
    """What one round has shown: deliveries a second, and how long one takes at the median."""

    per_second: float
    p50_ms: float


def deliveries(sessions: list[Session], ids: dict[str, Any], random: Random) -> PeerLoad:
    """Each session delivers, one shipment after the other, for some seconds.

    The rates of the sessions are added up: none pays for the others' last shipments.
    """
    until = time.perf_counter() + SECONDS
    least = -(-LEAST // len(sessions))
    seeds = [Random(random.random()) for _ in sessions]
    with ThreadPoolExecutor(len(sessions)) as threads:
        taken = list(
            threads.map(
                lambda session, own: _deliver(session, ids, own, until, least), sessions, seeds
            )
        )
    per_second = sum(len(seconds) / sum(seconds) for seconds in taken)
    return PeerLoad(per_second, median(one for seconds in taken for one in seconds) * 1e3)


def _deliver(
    session: Session, ids: dict[str, Any], random: Random, until: float, least: int
) -> list[float]:
    """Seconds that each delivery took: one to five of five products, from any warehouse."""
    taken: list[float] = []
    while len(taken) < least or time.perf_counter() < until:
        chosen = random.sample(ids["products"], _LINES)
        lines = [(product, random.randint(1, 5)) for product in chosen]
        began = time.perf_counter()
        deliver(session, ids, random.choice(ids["warehouses"]), lines)
        taken.append(time.perf_counter() - began)
    return taken


def trial_balance_ms(session: Session, ids: dict[str, Any], random: Random) -> float:
    """Milliseconds of a trial balance of all accounts, of posted moves only, in one request.

    It is what the product is asked: any last day, and half of the time any first day.
    """
    first, last = sorted([_any_day(random), _any_day(random)])
    context = {
        **session.context, "company": ids["company"], "fiscalyear": ids["fiscal_year"],
        "posted": True, "from_date": _day(first) if random.random() < 0.5 else None,
        "to_date": _day(last),
    }  # fmt: skip
    began = time.perf_counter()
    rows = session.call(
        "model.account.general_ledger.account.search_read", [], 0, None, None, _BALANCES, context
    )
    took = (time.perf_counter() - began) * 1e3
    assert any(row["end_balance"]["decimal"] != "0" for row in rows), rows
    return took


def _any_day(random: Random) -> date:
    """Of this year, which is the year of the peer's books."""
    return today().replace(month=1, day=1) + timedelta(days=random.randrange(365))


def _day(day: date) -> dict[str, str | int]:
    """As Tryton reads it."""
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
