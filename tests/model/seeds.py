"""Seeds: a random history by its number, and the file of those that once found something."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.model.histories import SWITCHING
from tests.model.operations import Kind, Switches
from tests.model.trial import Circumstances, Trial

SEEDS = Path(__file__).with_name("seeds.txt")
LENGTHS = (8, 20, 40)


def kept_seeds(kind: str) -> list[int]:
    """The kept seeds of one kind of trial."""
    rows = [line.split() for line in SEEDS.read_text().splitlines()]
    return [int(row[1]) for row in rows if row and row[0] == kind]


def keep(kind: str, seed: int) -> None:
    """Add a seed to the file, once."""
    if seed not in kept_seeds(kind):
        with SEEDS.open("a") as file:
            file.write(f"{kind} {seed}\n")


def live_through(seed: int, kinds: Sequence[Kind] = ()) -> Trial:
    """Live through the history of a seed, of all kinds of operations unless some are named.

    Raises:
        Disagreement: and whatever else the domain raises; with the trial as its `trial`.
    """
    random = Random(seed)
    circumstances = Circumstances.of(random)
    if tuple(kinds) in SWITCHING:
        switches = Switches.any_of(random)
        circumstances = replace(circumstances, switches=switches)
    trial = Trial(circumstances)
    stock_only = random.random() < 0.5
    try:
        for _ in range(random.choice(LENGTHS)):
            if kinds:
                trial.step_of(random, kinds)
            else:
                trial.random_step(random, stock_only=stock_only)
    except Exception as failure:
        failure.trial = trial  # type: ignore[attr-defined] - for whoever shrinks it
        raise
    return trial
