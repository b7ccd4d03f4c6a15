"""`make model STEPS=1000000`: random histories for as long as one likes, with progress.

Of the pure domain, or with `--product` of the whole product over a database of its own. A history
that disagrees is kept in seeds.txt and printed; that of the domain as short as it can be made.
"""

import argparse
import multiprocessing.pool
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from tests.model.histories import (
    ALL_KINDS,
    CLOSING_KINDS,
    COST_KINDS,
    CREDIT_KINDS,
    LOT_KINDS,
    MAKING_KINDS,
    METHOD_KINDS,
    MONEY_KINDS,
    PAID_KINDS,
    REVALUED_KINDS,
    SERVICE_KINDS,
    SWITCH_KINDS,
    TAX_KINDS,
    TRANSIT_KINDS,
)
from tests.model.linked.histories import History
from tests.model.linked.trial import live_through as live_through_links
from tests.model.operations import Kind, Operation, told
from tests.model.schemes.trial import SCHEMES
from tests.model.schemes.trial import live_through as live_through_scheme
from tests.model.seeds import keep, live_through
from tests.model.trial import Trial, shrunk
from tests.model.workplace import workplace_at

CONSOLE = Console()
KINDS: dict[str, Sequence[Kind]] = {
    "all": (),
    "methods": METHOD_KINDS,
    "making": MAKING_KINDS,
    "closing": CLOSING_KINDS,
    "costs": COST_KINDS,
    "money": MONEY_KINDS,
    "paid": PAID_KINDS,
    "credits": CREDIT_KINDS,
    "lots": LOT_KINDS,
    "revalued": REVALUED_KINDS,
    "services": SERVICE_KINDS,
    "switches": SWITCH_KINDS,
    "taxes": TAX_KINDS,
    "transit": TRANSIT_KINDS,
}
"""Which operations histories are made of; seeds are kept for all kinds only."""

PRODUCT_STEPS = 25
"""Steps of one history of the product, as in the tests, so that a kept seed is the same there."""

Lived = tuple[int, int, int, str | None]
"""A history's seed, steps, refused steps, and how it failed if it did."""


def live_in_domain(seed: int, kinds: Sequence[Kind] = ()) -> Lived:
    """One history of the pure domain, of all kinds of operations unless some are named."""
    return _lived(seed, lambda: live_through(seed, kinds))


def live_in_scheme(seed: int, scheme: str) -> Lived:
    """One history of papers in another scheme than PERPETUAL."""
    return _lived(seed, lambda: live_through_scheme(seed, scheme))


def _lived(seed: int, live: Callable[[], Trial]) -> Lived:
    try:
        trial = live()
    except Exception as failure:  # noqa: BLE001 - any failure is a finding, and is reported
        trial = failure.trial  # type: ignore[attr-defined] - put there by live_through
        shortest = shrunk(trial)
        story = f"{failure!r}\n{trial.circumstances}\n{_told(shortest)}"
        return seed, len(trial.operations), 0, story
    return seed, len(trial.operations), trial.refused, None


def live_by_links(seed: int) -> Lived:
    """One history of costs that travel along links."""
    history = History.of(seed)
    try:
        trial = live_through_links(history)
    except Exception as failure:  # noqa: BLE001 - any failure is a finding, and is reported
        story = f"{failure!r}\n{history.rules}\n" + "\n".join(map(str, history.operations))
        return seed, len(history.operations), 0, story
    return seed, len(history.operations), trial.refused, None


def _told(operations: list[Operation]) -> str:
    return "\n".join(f"  {told(operation)}" for operation in operations)


@contextmanager
def _domain_histories(first: int, jobs: int, of: str) -> Iterator[Iterator[Lived]]:
    """Histories without end, in batches, so that not too many wait."""

    if of in SCHEMES:
        lived: Callable[[int], Lived] = partial(live_in_scheme, scheme=of)
    elif of == "linked":
        lived = live_by_links
    else:
        lived = partial(live_in_domain, kinds=KINDS[of])

    def endless(pool: multiprocessing.pool.Pool) -> Iterator[Lived]:
        begin = first
        while True:
            yield from pool.imap_unordered(lived, range(begin, begin + 2000), 20)
            begin += 2000

    with multiprocessing.Pool(jobs) as pool:
        yield endless(pool)


@contextmanager
def _product_histories(first: int, kinds: Sequence[Kind]) -> Iterator[Iterator[Lived]]:
    """Histories without end, each in a company of its own."""
    settings = {"fsync": "off", "synchronous_commit": "off"}
    with (
        TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), settings=settings) as server,
    ):
        upgrade(server.url)
        with workplace_at(server.url) as workplace:

            def endless() -> Iterator[Lived]:
                seed = first
                while True:
                    try:
                        trial = workplace.live_through(seed, PRODUCT_STEPS, kinds or ALL_KINDS)
                        yield seed, len(trial.operations), trial.refused, None
                    except Exception as failure:  # noqa: BLE001 - as above: reported
                        yield seed, PRODUCT_STEPS, 0, repr(failure)
                    seed += 1

            yield endless()


def main() -> int:
    """Run until there were enough steps; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="make model")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--first-seed", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--product", action="store_true")
    parser.add_argument(
        "--of", choices=[*KINDS, "linked", *SCHEMES], default="all", help="which histories"
    )
    chosen = parser.parse_args()
    if chosen.product and chosen.of not in KINDS:
        parser.error(f"{chosen.of} is lived through by the domain alone")
    first = chosen.first_seed if chosen.first_seed is not None else time.time_ns() % 10**12
    kind = "product" if chosen.product else "domain"
    started = time.monotonic()
    steps = refused = found = told = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        (
            _product_histories(first, KINDS[chosen.of])
            if chosen.product
            else _domain_histories(first, chosen.jobs, chosen.of)
        ) as histories,
        Progress(*columns, TimeRemainingColumn(), console=CONSOLE) as progress,
    ):
        task = progress.add_task(f"{kind}, from seed {first}", total=chosen.steps)
        for seed, lived_steps, lived_refused, failure in histories:
            steps, refused = steps + lived_steps, refused + lived_refused
            progress.update(task, completed=min(steps, chosen.steps))
            if not CONSOLE.is_terminal and steps >= told + chosen.steps / 20:
                told = steps
                CONSOLE.print(f"{steps} of {chosen.steps} steps, {found} disagreements")
            if failure is not None:
                found += 1
                if chosen.of == "all":
                    keep(kind, seed)
                CONSOLE.print(f"seed {seed}: {failure}", markup=False, soft_wrap=True)
            if steps >= chosen.steps:
                break
    seconds = time.monotonic() - started
    CONSOLE.print(
        f"{steps} steps ({refused} refused) in {seconds:.0f} s: {found} disagreements", markup=False
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
