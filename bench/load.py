"""Load: wrk (the Debian package) on the product, PostgreSQL's pgbench on the floor."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.place import FLOORS, Place, Server
from bench.processes import cpu_seconds

SECONDS = 6
"""How long one round loads one side."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one round has shown; CPU is that of the server and the database together."""

    per_second: float
    p50_ms: float
    cpu_ms: float
    errors: int


def deliveries(
    place: Place,
    server: Server,
    clients: int,
    *,
    items: int = 2_500,
    companies: int = 4,
    prefix: str = "C",
    batch: int = 1,
) -> Load:
    """Delivery notes of 5 lines over HTTP for some seconds, `batch` of them a request.

    Companies are `prefix` and a number from 1, or `prefix` alone for no `companies`.

    Raises:
        RuntimeError: wrk is missing, or the load did not run.
    """
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is missing: install the Debian package `wrk`")
    script = str(Path(__file__).with_name("post.lua"))
    command = ["wrk", "-t1", f"-c{clients}", f"-d{SECONDS}s", "--timeout", "30s", "-s", script]
    given = [server.key, str(items), str(companies), prefix, str(batch)]
    arguments = [server.url, "--", *given]
    before = place.database_cpu() + cpu_seconds(server.pid)
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)
    used = place.database_cpu() + cpu_seconds(server.pid) - before
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    documents, duration_us, p50_us, errors = map(int, found.groups())
    if not documents:
        raise RuntimeError(
            f"nothing was answered within {SECONDS} seconds: the machine is too busy"
        )
    if errors:
        place.report(
            f"{errors} of {documents} requests failed: {done.stdout.partition('FIRST')[2]}"
        )
    return Load(documents / duration_us * 1e6, p50_us / 1e3, used * 1e3 / documents, errors)


def floor(place: Place, script: str, clients: int, *, items: int = 2_500) -> Load:
    """The same document in one call inside the database; pgbench's own CPU is not counted."""
    arguments = [
        "-n", "-M", "prepared", "-D", "gl=2", "-D", f"items={items}", "-D", "companies=4",
        f"-c{clients}", f"-j{min(2, clients)}", f"-T{SECONDS}", "-f", str(FLOORS / script), "-l",
    ]  # fmt: skip
    before = place.database_cpu()
    with TemporaryDirectory() as folder:
        printed = place.run("pgbench", *arguments, "--log-prefix", f"{folder}/log")
        logs = [one.read_text() for one in Path(folder).iterdir()]
    used = place.database_cpu() - before
    latencies_us = [int(line.split()[2]) for log in logs for line in log.splitlines()]
    per_second = re.search(r"^tps = ([\d.]+)", printed, re.MULTILINE)
    assert per_second is not None, printed
    return Load(float(per_second[1]), median(latencies_us) / 1e3, used * 1e3 / len(latencies_us), 0)


def prepare_floor(place: Place) -> None:
    """The floors' schema with its stock, afresh: its history must not slow it down."""
    place.report("Making the floor's tables")
    place.database("floor")
    place.run("psql", "-q", "-v", "money=numeric(21,4)", "-f", str(FLOORS / "schema.sql"))
