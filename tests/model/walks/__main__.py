"""`make model OF=walks`: walks through companies of every scheme, for as long as one likes."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path

from api.commands.terminal import say
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from tests.crowd.working import any_seed
from tests.model.walks.changes import CURRENCIES, WALK_SCHEMES
from tests.model.walks.trial import LOOKS_EVERY, STEPS, live_through, shrunk, witness_of
from tests.servers import FAST_SETTINGS, running_server


def main() -> int:
    """Walk until there were enough steps; 1 if anything did not hold."""
    options = argparse.ArgumentParser(prog="make model OF=walks", description=__doc__)
    options.add_argument("--steps", type=int, default=1000, help="of all walks; 0: without end")
    options.add_argument("--length", type=int, default=STEPS, help="steps of one walk")
    options.add_argument("--schemes", nargs="+", default=WALK_SCHEMES)
    options.add_argument("--currencies", nargs="+", default=CURRENCIES)
    options.add_argument("--migrating", action="store_true")
    options.add_argument("--looks-every", type=int, default=LOOKS_EVERY, help="so many steps")
    options.add_argument("--shrink", action=argparse.BooleanOptionalAction, default=True)
    options.add_argument("--go-on", action="store_true", help="after a finding")
    options.add_argument("--seed", default=any_seed())
    options.add_argument("--first", type=int, default=0, help="number of the first walk")
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), settings=FAST_SETTINGS) as server,
    ):
        upgrade(server.url)
        with running_server(server.url) as base, witness_of(server.url) as witness:
            steps = posted = found = 0
            kinds: Counter[str] = Counter()
            began = time.monotonic()
            for number in count(given.first):
                if given.steps and steps >= given.steps:
                    break
                scheme = given.schemes[number % len(given.schemes)]
                currency = given.currencies[number // len(given.schemes) % len(given.currencies)]
                seed = f"{given.seed}.{number}"
                try:
                    trial = live_through(
                        base, witness, scheme, seed, currency=currency, steps=given.length,
                        migrates=given.migrating, looks_every=given.looks_every,
                    )  # fmt: skip
                except Exception as failure:  # noqa: BLE001 - any failure is a finding
                    found += 1
                    trial = failure.trial  # type: ignore[attr-defined] - put there
                    say(f"{seed} {scheme} {currency}: {failure!r:.2000}")
                    if given.shrink:
                        for step in shrunk(base, witness, trial.walk):
                            say(f"   {step.kind} {step.given}")
                steps += len(trial.walk.steps)
                posted += len(trial.walk.posted)
                kinds.update(step.kind for step in trial.walk.steps)
                say(f"{seed} {scheme} {currency}: {steps} steps, {posted} posted, {found} findings,"
                    f" {time.monotonic() - began:.0f} s")  # fmt: skip
                if found and not given.go_on:
                    break
            say(", ".join(f"{kind} {times}" for kind, times in kinds.most_common()))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
