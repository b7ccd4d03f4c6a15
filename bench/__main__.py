"""`make bench`: every goal against its floor; `make bench GOAL=name` one of them, anew.

Goals that this commit has been measured for already are not measured again (`--anew` does).
"""

import argparse
import sys
import time

from rich.console import Console

from bench import results
from bench.books import prepared
from bench.goals import GOALS
from bench.peer.install import PeerUnavailableError
from bench.place import clean, place


def main() -> None:
    """Measure, keep and print."""
    names = [goal.name for goal in GOALS]
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("goals", nargs="*", metavar="GOAL", help=", ".join(names))
    parser.add_argument("--anew", action="store_true", help="measure all goals again")
    parser.add_argument("--clean", action="store_true", help="throw the bench's books away first")
    chosen = parser.parse_args()
    unknown = set(chosen.goals) - set(names)
    if unknown:
        parser.error(f"there is no goal {', '.join(sorted(unknown))}")
    if chosen.clean:
        clean()
    console = Console(stderr=True, width=140)
    began = time.monotonic()

    def report(stage: str) -> None:
        console.print(f"[{time.monotonic() - began:6.0f} s] {stage}", highlight=False, markup=False)

    at = results.commit()
    done = {one["name"] for one in results.read()["goals"] if one.get("commit") == at}
    wanted = [
        goal for goal in GOALS
        if goal.name in (chosen.goals or names)
        and (chosen.goals or chosen.anew or goal.name not in done)
    ]  # fmt: skip
    unmeasured: list[str] = []
    with place(report) as where:
        books = prepared(where)
        for number, goal in enumerate(wanted, start=1):
            report(f"Goal {number} of {len(wanted)}: {goal.name} {goal.text}")
            try:
                result = goal.result(list(goal.rounds(where, books)))
            except PeerUnavailableError as error:
                report(f"{goal.name} is not measured: {error}")
                unmeasured.append(goal.name)
                continue
            results.keep(result, names, at)
            report(f"{goal.name}: {result['measured']:g} ({goal.text})")
    Console(width=140).print(results.table())
    if unmeasured:
        sys.exit(f"Not measured: {', '.join(unmeasured)}")


if __name__ == "__main__":
    main()
