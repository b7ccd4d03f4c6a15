"""`make model STEPS=1000000`: random histories for as long as one likes, with progress.

A history that disagrees is kept in seeds.txt, made as short as it can be, and printed.
"""

import argparse
import multiprocessing.pool
import os
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.model.seeds import keep, live_through
from tests.model.trial import shrunk

CONSOLE = Console()


def lived(seed: int) -> tuple[int, int, int, str | None]:
    """One history: its seed, steps, refused steps, and how it failed if it did."""
    try:
        trial = live_through(seed)
    except Exception as failure:  # noqa: BLE001 - any failure is a finding, and is reported
        trial = failure.trial  # type: ignore[attr-defined] - put there by live_through
        shortest = shrunk(trial.circumstances, trial.operations)
        story = "\n".join(f"  {operation}" for operation in shortest)
        return seed, len(trial.operations), 0, f"{failure!r}\n{trial.circumstances}\n{story}"
    return seed, len(trial.operations), trial.refused, None


def main() -> int:
    """Run until there were enough steps; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="make model")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--first-seed", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    first = chosen.first_seed if chosen.first_seed is not None else time.time_ns() % 10**12
    started = time.monotonic()
    steps = refused = found = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        multiprocessing.Pool(chosen.jobs) as pool,
        Progress(*columns, TimeRemainingColumn(), console=CONSOLE) as progress,
    ):
        task = progress.add_task(f"from seed {first}", total=chosen.steps)
        for seed, lived_steps, lived_refused, failure in _results(pool, first):
            steps, refused = steps + lived_steps, refused + lived_refused
            progress.update(task, completed=min(steps, chosen.steps))
            if failure is not None:
                found += 1
                keep("domain", seed)
                CONSOLE.print(f"seed {seed}: {failure}", markup=False, soft_wrap=True)
            if steps >= chosen.steps:
                break
    seconds = time.monotonic() - started
    CONSOLE.print(
        f"{steps} steps ({refused} refused) in {seconds:.0f} s: {found} disagreements", markup=False
    )
    return 1 if found else 0


def _results(
    pool: multiprocessing.pool.Pool, first: int
) -> Iterator[tuple[int, int, int, str | None]]:
    """Histories without end, in batches, so that not too many wait."""
    while True:
        yield from pool.imap_unordered(lived, range(first, first + 2000), chunksize=20)
        first += 2000


if __name__ == "__main__":
    sys.exit(main())
