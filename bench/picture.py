"""`results.svg`: latency and throughput beside floor and peer, and what history costs.

Every figure is one of `results.json`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from pathlib import Path
from statistics import median
from typing import Any

PICTURE = Path(__file__).with_name("results.svg")
_WIDTH, _LEFT, _RIGHT, _ROW = 860, 250, 790, 24
_INK, _GRID, _MET, _MISSED, _FLOOR, _PEER = (
    "#333", "#ddd", "#2a7f4f", "#b5482f", "#777", "#4a6fa5"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """One goal: what was measured of the product, of its floor or of its peer; what is wanted."""

    label: str
    product: float
    is_met: bool
    floor: float | None = None
    peer: float | None = None
    wanted: float | None = None


@dataclass(frozen=True, slots=True)
class _Panel:
    """Rows on one logarithmic scale, from one power of ten to another."""

    title: str
    decades: tuple[int, int]
    rows: list[_Row]

    def x(self, value: float) -> float:
        """Where a value lies; what is off the scale lies on its edge."""
        low, high = self.decades
        share = (log10(value) - low) / (high - low)
        return _LEFT + min(1.0, max(0.0, share)) * (_RIGHT - _LEFT)


def draw(goals: list[dict[str, Any]]) -> None:
    """The picture of what has been measured so far."""
    known = {one["name"]: one for one in goals}
    panels = [panel for panel in _panels(known) if panel.rows]
    y, parts = 58, list(_legend())
    for panel in panels:
        parts += _drawn(panel, y)
        y += 66 + _ROW * len(panel.rows)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y}"'
        f' font-family="sans-serif" font-size="12" fill="{_INK}">'
        '<rect width="100%" height="100%" fill="white"/>'
    )
    PICTURE.write_text("\n".join([head, *parts, "</svg>"]) + "\n")


def _panels(known: dict[str, dict[str, Any]]) -> Iterator[_Panel]:
    """Those of latency, of throughput, and of history."""
    yield _Panel("Latency, ms at the median: left is better", (-1, 4), [
        *_rows(known, "post-latency", "delivery note, 1 client"),
        *_rows(known, "trial-balance-1m", "trial balance, 1 M lines"),
        *_rows(known, "trial-balance-10m", "trial balance, 10 M lines"),
        *_rows(known, "stock-balance-10k", "stock balance, 10,000 bins"),
        *_beside(known, "tryton-latency", "delivery note, beside Tryton", in_ms=True),
        *_beside(known, "tryton-trial-balance", "trial balance, beside Tryton", in_ms=True),
    ])  # fmt: skip
    yield _Panel("Throughput, a second: right is better", (-1, 6), [
        *_rows(known, "post-throughput", "delivery notes, 64 clients"),
        *_rows(known, "batch-throughput", "the same in batches of 100"),
        *_beside(known, "tryton-throughput", "delivery notes, beside Tryton"),
        *_rows(known, "import", "imported stock and ledger lines"),
        *_rows(known, "backdated", "rows of a backdated receipt"),
    ])  # fmt: skip
    yield _Panel("CPU, ms: left is better", (-1, 3), [
        *_rows(known, "post-cpu", "a delivery note, 64 clients"),
        *_rows(known, "list-1000", "a list of 1,000 rows"),
    ])  # fmt: skip
    yield _Panel("Cost against history, times: 1 is flat", (-1, 1), [
        *_ratio(known, "history-flat", "delivery: 10 M lines to none"),
        *_ratio(known, "fifo-layers", "delivery: 1,000 layers to one"),
        *_ratio(known, "backdated-linear", "backdated: 10,000 to 1,000 later"),
    ])  # fmt: skip


def _rows(known: dict[str, dict[str, Any]], name: str, label: str) -> Iterator[_Row]:
    """A goal in its own unit, if it was measured."""
    if name in known:
        one = known[name]
        floor = one["floor"]
        product = median(run["product"] for run in one["runs"])
        yield _Row(label, product, one["met"], floor, wanted=_limit(one) * (floor or 1))


def _beside(
    known: dict[str, dict[str, Any]], name: str, label: str, *, in_ms: bool = False
) -> Iterator[_Row]:
    """Product and peer of the same rounds; in ms what was counted as how many fit in one second."""
    for row in _rows(known, name, label):
        assert row.floor is not None
        assert row.wanted is not None
        product, peer, wanted = (
            1e3 / figure if in_ms else figure for figure in (row.product, row.floor, row.wanted)
        )
        yield _Row(label, product, row.is_met, peer=peer, wanted=wanted)


def _limit(one: dict[str, Any]) -> float:
    return float(one["goal"].split()[1])


def _ratio(known: dict[str, dict[str, Any]], name: str, label: str) -> Iterator[_Row]:
    """A goal as how many times its floor it is, if it was measured."""
    if name in known:
        one = known[name]
        yield _Row(label, one["measured"], one["met"], wanted=_limit(one))


def _legend() -> Iterator[str]:
    yield _circle(16, 26, _MET) + _text(26, 30, "goal met")
    yield _circle(106, 26, _MISSED) + _text(116, 30, "goal missed")
    yield _tick(216, 26) + _text(224, 30, "what is wanted")
    yield _square(336, 26) + _text(348, 30, "floor: PL/pgSQL, COPY")
    yield _diamond(506, 26) + _text(518, 30, "Tryton")


def _drawn(panel: _Panel, y: int) -> Iterator[str]:
    """A panel's title, scale and rows."""
    yield f'<text x="10" y="{y}" font-weight="bold">{panel.title}</text>'
    bottom = y + 18 + _ROW * len(panel.rows)
    for decade in range(panel.decades[0], panel.decades[1] + 1):
        x = panel.x(10.0**decade)
        yield f'<line x1="{x:.0f}" y1="{y + 10}" x2="{x:.0f}" y2="{bottom}" stroke="{_GRID}"/>'
        yield _text(x, bottom + 14, _power(decade), anchor="middle")
    for number, row in enumerate(panel.rows):
        yield from _row(panel, row, y + 26 + number * _ROW)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.4g}"


def _power(decade: int) -> str:
    return f"{10**decade:,}" if decade >= 0 else f"{10.0**decade:g}"


def _row(panel: _Panel, row: _Row, y: int) -> Iterator[str]:
    color = _MET if row.is_met else _MISSED
    yield _text(10, y + 4, row.label)
    others = [one for one in (row.floor, row.peer, row.wanted) if one is not None]
    ends = [panel.x(one) for one in (row.product, *others)]
    yield (
        f'<line x1="{min(ends):.0f}" y1="{y}" x2="{max(ends):.0f}" y2="{y}" stroke="{_GRID}"'
        ' stroke-width="3"/>'
    )
    if row.wanted is not None:
        yield _tick(panel.x(row.wanted), y)
    if row.floor is not None:
        yield _square(panel.x(row.floor), y)
    if row.peer is not None:
        yield _diamond(panel.x(row.peer), y)
    yield _circle(panel.x(row.product), y, color)
    yield _text(_RIGHT + 10, y + 4, _figure(row.product), fill=color)


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = _INK) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{fill}">{text}</text>'


def _circle(x: float, y: float, color: str) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" fill="{color}"/>'


def _square(x: float, y: float) -> str:
    return f'<rect x="{x - 5:.0f}" y="{y - 5:.0f}" width="10" height="10" fill="{_FLOOR}"/>'


def _diamond(x: float, y: float) -> str:
    return f'<path d="M{x:.0f} {y - 7:.0f} l7 7 l-7 7 l-7 -7 z" fill="{_PEER}"/>'


def _tick(x: float, y: float) -> str:
    return (
        f'<line x1="{x:.0f}" y1="{y - 9:.0f}" x2="{x:.0f}" y2="{y + 9:.0f}" stroke="{_INK}"'
        ' stroke-width="2"/>'
    )
