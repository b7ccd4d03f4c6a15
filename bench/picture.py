"""`results.svg`: how far each goal is from what it asks for, on a logarithmic scale."""

from math import log10
from pathlib import Path
from typing import Any

PICTURE = Path(__file__).with_name("results.svg")
_ROW, _LEFT, _MIDDLE, _DECADE = 26, 130, 520, 90
_INK, _MET, _MISSED = "#333", "#2a7f4f", "#b5482f"


def draw(goals: list[dict[str, Any]]) -> None:
    """A bar a goal: from the line, where it is met exactly, to what was measured."""
    height = _ROW * len(goals) + 60
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{height}"'
            f' font-family="sans-serif" font-size="13" fill="{_INK}">'
        ),
        '<rect width="100%" height="100%" fill="white"/>',
        (
            f'<text x="{_MIDDLE - 60}" y="20">better</text>'
            f'<text x="{_MIDDLE + 20}" y="20">worse than the goal, each grid line 10 x</text>'
        ),
    ]
    for decade in (-1, 0, 1, 2):
        x = _MIDDLE + decade * _DECADE
        width = 2 if decade == 0 else 1
        parts.append(
            f'<line x1="{x}" y1="28" x2="{x}" y2="{height - 20}" stroke="#bbb"'
            f' stroke-width="{width}"/>'
        )
    for row, one in enumerate(goals):
        parts += _bar(one, 34 + row * _ROW)
    PICTURE.write_text("\n".join([*parts, "</svg>"]) + "\n")


def _bar(one: dict[str, Any], y: int) -> list[str]:
    """A goal's name, bar and figures."""
    limit = float(one["goal"].split()[1])
    ratio = one["measured"] / limit if one["goal"].startswith("<=") else limit / one["measured"]
    away = max(-1.9, min(2.5, log10(ratio))) * _DECADE
    color = _MET if one["met"] else _MISSED
    return [
        f'<text x="10" y="{y + 14}">{one["name"]}</text>',
        (
            f'<rect x="{min(_MIDDLE, _MIDDLE + away):.0f}" y="{y + 3}" width="{abs(away) + 1:.0f}"'
            f' height="14" fill="{color}"/>'
        ),
        (
            f'<text x="{_LEFT}" y="{y + 14}" font-size="11">{one["measured"]:g}, goal'
            f" {one['goal'].replace('<', '&lt;').replace('>', '&gt;')}</text>"
        ),
    ]
