"""What processes use, as Linux counts it: far less noisy than wall time on a shared machine."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _WITH_REAPED = 1, slice(11, 15)


def _fields(pid: int) -> list[str] | None:
    """What stands behind the name in /proc/PID/stat; None when the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _pids() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]


def family(pid: int) -> dict[int, list[str]]:
    """A process and all that descend from it, with their statistics."""
    known = {one: _fields(one) for one in _pids()}
    found: dict[int, list[str]] = {}
    grown = {pid}
    while grown:
        found |= {one: fields for one in grown if (fields := known.get(one)) is not None}
        grown = {
            one
            for one, fields in known.items()
            if fields is not None and int(fields[_PARENT]) in grown and one not in found
        }
    return found


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process and its descendants, those that have ended included."""
    return sum(sum(map(int, fields[_WITH_REAPED])) for fields in family(pid).values()) / _TICKS


def memory_bytes(pid: int) -> int:
    """The most that one process of a family holds, shared memory counted in part."""
    return max(_proportional(one) for one in family(pid))


def _proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    sizes = dict(line.split(":", 1) for line in text.splitlines()[1:])
    return int(sizes["Pss"].split()[0]) * 1024 if "Pss" in sizes else 0
