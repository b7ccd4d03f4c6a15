"""`python -m tests.crowd`: people post in one company at once, round after round."""

import argparse
import sys
import tempfile
from itertools import count
from pathlib import Path

from api.commands.terminal import say
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from tests.conftest import FAST_SETTINGS, running_server
from tests.crowd.working import SCHEMES, any_seed, broken, work


def main() -> int:
    """Rounds of all schemes; 1 when the books of one do not hold together."""
    options = argparse.ArgumentParser(prog="python -m tests.crowd", description=__doc__)
    options.add_argument("--rounds", type=int, default=1, help="0: without end")
    options.add_argument("--people", type=int, default=12)
    options.add_argument("--papers", type=int, default=60, help="by each of them")
    options.add_argument("--seed", default=any_seed())
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), settings=FAST_SETTINGS) as server,
    ):
        upgrade(server.url)
        with running_server(server.url) as base:
            for number in range(given.rounds) if given.rounds else count():
                if not _round(base, server.url, f"{given.seed}.{number}", given):
                    return 1
    return 0


def _round(base: str, url: str, seed: str, given: argparse.Namespace) -> bool:
    for scheme in SCHEMES:
        house, found = work(base, scheme, seed=seed, people=given.people, papers=given.papers)
        refused = sum(found.values()) - found["POSTED"]
        say(f"{seed} {scheme}: {found['POSTED']} posted, {refused} refused")
        wrong = broken(url, house.code)
        try:
            house.check()
        except AssertionError as error:
            wrong.append(str(error))
        if wrong:
            say("\n".join(wrong))
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
