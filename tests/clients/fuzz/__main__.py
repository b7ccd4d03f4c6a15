"""The long form: `make fuzz REQUESTS=50000`. Several processes, each over books of its own."""

import argparse
import os
import sys
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context

from tests.clients.fuzz.requests import Tally
from tests.clients.fuzz.rounds import ROUND, play


def _say(*texts: str) -> None:
    """Print at once."""
    sys.stdout.write("\n\n".join(texts) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Send requests in rounds, and print what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    given = parser.parse_args()
    whole = Tally()
    rounds = max(1, -(-given.requests // ROUND))
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        waiting: dict[Future[Tally], int] = {
            pool.submit(play, seed): seed for seed in range(given.seed, given.seed + rounds)
        }
        while waiting:
            for future in wait(waiting, return_when="FIRST_COMPLETED").done:
                seed = waiting.pop(future)
                tally = future.result()
                whole.add(tally)
                _say(
                    f"seed {seed}: {tally}; in all {whole.sent} of {rounds * ROUND}", *tally.faults
                )
    _say(str(whole))
    sys.exit(1 if whole.faults else 0)


if __name__ == "__main__":
    main()
