"""`python -m tests.crowd`: people post in one company at once, round after round."""

import argparse
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from api.commands.terminal import say
from api.settings import Settings
from persistence.embedded import EmbeddedPostgres
from persistence.measures import POSTING_RETRIES
from persistence.migrate import upgrade
from tests.api.staff import Staff
from tests.crowd.accidents import StubbornHouse, accidents
from tests.crowd.beside import approving, folding, importing
from tests.crowd.bosses import FOUR_EYES, MIGRATING, TODO, note_changes
from tests.crowd.holding import left_over, unexplained, wrong
from tests.crowd.killing import killed_again_and_again
from tests.crowd.slowly import taking_their_time
from tests.crowd.working import SCHEMES, any_seed, opened, work
from tests.servers import FAST_SETTINGS, running_server

_APPROVERS = ("ana", "bea")
_SETTINGS = {
    **FAST_SETTINGS, "autovacuum": "on", "autovacuum_naptime": "2s", "plan_cache_mode": "auto",
}  # fmt: skip
"""Books grow here: plans made for empty ones must not last."""


def main() -> int:
    """Rounds of all schemes; 1 when the books of one do not hold together."""
    options = argparse.ArgumentParser(prog="python -m tests.crowd", description=__doc__)
    options.add_argument("--rounds", type=int, default=1, help="0: without end")
    options.add_argument("--people", type=int, default=12)
    options.add_argument("--migrating", action="store_true")
    options.add_argument("--accidents", action="store_true", help="sessions end by chance")
    options.add_argument("--killing", action="store_true", help="a server is, again and again")
    options.add_argument("--explained", action="store_true", help="every figure says what it is of")
    options.add_argument("--boss", action=argparse.BooleanOptionalAction, default=True)
    options.add_argument("--schemes", nargs="+", default=SCHEMES)
    options.add_argument("--papers", type=int, default=60, help="by each of them")
    options.add_argument("--seed", default=any_seed())
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), settings=_SETTINGS) as server,
    ):
        upgrade(server.url)
        note_changes(server.url)
        with (
            running_server(server.url) as base,
            running_server(server.url) as other,
            running_server(server.url, Settings(auth="required")) as guarded,
            taking_their_time(given.seed),
        ):
            staff = Staff(guarded, server.url)
            for name in _APPROVERS:
                staff.add(name, operator=True)
            for number in range(given.rounds) if given.rounds else count():
                try:
                    if not _round(base, other, staff, f"{given.seed}.{number}", given):
                        return 1
                finally:
                    say(f"retries {retries()}, deadlocks {deadlocks(server.url)}")
    return 0


def retries() -> dict[str, float]:
    """How often postings were tried again so far, and why."""
    (metric,) = POSTING_RETRIES.collect()
    return {
        str(next(iter(one.labels.values()))): one.value
        for one in metric.samples
        if one.name.endswith("_total")
    }


def deadlocks(url: str) -> int:
    """How many the database has had so far."""
    with psycopg.connect(url) as owner:
        (found,) = owner.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchall()
        return found[0]


def _round(base: str, other: str, staff: Staff, seed: str, given: argparse.Namespace) -> bool:
    url = staff.url
    for scheme in given.schemes:
        size: dict[str, Any] = {
            "seed": seed,
            "people": given.people,
            "papers": given.papers,
            "other": other,
        }
        if given.accidents:
            house = opened(base, scheme, StubbornHouse)
            with accidents(url, seed) as ended:
                crowd = work(base, scheme, **size, house=house)
            say(f"{ended[0]} sessions and statements ended")
        elif given.killing:
            house = opened(base, scheme, StubbornHouse)
            with killed_again_and_again(url, seed) as mortal:
                crowd = work(base, scheme, **{**size, "other": mortal.base}, house=house)
            say(f"killed {mortal.deaths[0]} times")
        else:
            crowd = work(
                base, scheme, **size, boss_at=url if given.boss else None,
                todo=(*TODO, *FOUR_EYES, *(MIGRATING if given.migrating else ())),
                aside=(folding(url), importing(url, seed), approving(staff, seed)),
            )  # fmt: skip
        posted, handed_in = crowd.outcomes["POSTED"], len(crowd.papers)
        say(f"{seed} {scheme}: {posted} posted, {handed_in - posted} refused")
        say(", ".join(f"{code} {times}" for code, times in crowd.outcomes.most_common()))
        for why, times in crowd.why.most_common(25):
            say(f"   {times} {why}")
        say(f"retries {retries()}, deadlocks {deadlocks(url)}")
        found = wrong(base, url, crowd)
        if given.explained:
            found += unexplained(url, crowd)
        if not found and not given.migrating:
            found = left_over(url, crowd.house, crowd.changes)
        if found:
            say("\n".join(found))
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
