"""Amounts have an upper bound: beyond it, 24 digits would no longer hold the cents of a division.

Quantities and rates have it too, but their product may be beyond it although they are not.
"""

from collections.abc import Iterable

from domain.documents.causes import Causes
from domain.errors import InvalidValue
from domain.journal import JournalEntry
from domain.lookup import LookUp
from domain.money import MAX_AMOUNT, ZERO
from domain.movements import CostEntry


def refuse_lines_too_large(causes: Causes, look: LookUp) -> None:
    """What the document's own lines come to, before anything is computed with it."""
    for line in causes.lines:
        if max(abs(line.amount), abs(line.valuation_amount or ZERO)) >= MAX_AMOUNT:
            path = ("lines", str(line.line_no - 1))
            look.refuse(InvalidValue(path=path, reason="too_large"))


def refuse_entries_too_large(
    costs: Iterable[CostEntry], journal: Iterable[JournalEntry], look: LookUp
) -> None:
    """What would be posted in all: lines, charges and stock together, in the company's currency."""
    amounts = [cost.amount for cost in costs]
    amounts += [line.amount for entry in journal for line in entry.lines]
    if max(map(abs, amounts), default=ZERO) >= MAX_AMOUNT:
        look.refuse(InvalidValue(path=("lines",), reason="too_large"))
