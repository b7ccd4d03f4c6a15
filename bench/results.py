"""What was measured, kept goal by goal, so that an interrupted bench goes on where it stopped."""

import json
import subprocess
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.picture import draw

RESULTS = Path(__file__).with_name("results.json")


def commit() -> str:
    """The commit that is measured; "-dirty" when files differ from it (results do not count)."""
    described = ["git", "describe", "--always", "--abbrev=40", "--exclude=*"]
    head = subprocess.run(described, capture_output=True, text=True, check=True).stdout.strip()
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", ".", ":!bench/results.*", ":!docs"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return f"{head}-dirty" if changed else head


def read() -> dict[str, Any]:
    """The results so far; of no commit at first."""
    if not RESULTS.exists():
        return {"commit": "", "goals": []}
    return json.loads(RESULTS.read_text())


def keep(result: dict[str, Any], order: list[str], at: str) -> None:
    """Put a goal's result among the others, in the goals' order, with the commit it is of."""
    known = {one["name"]: one for one in read()["goals"]}
    known[result["name"]] = {**result, "commit": at}
    kept = {"commit": at, "goals": [known[name] for name in order if name in known]}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    draw(kept["goals"])


def table() -> Table:
    """The results as a table."""
    found = Table("goal", "wanted", "measured", "met", "floor", "rounds")
    for one in read()["goals"]:
        unit = one["runs"][0]["unit"]
        rounds = ", ".join(f"{run['product']:g}" for run in one["runs"])
        below = "" if one["floor"] is None else f"{one['floor']:g} {unit}"
        met = "yes" if one["met"] else "MISSED"
        found.add_row(one["name"], one["goal"], f"{one['measured']:g}", met, below, rounds)
    return found
