"""Journal entries: balanced by construction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.money import ZERO
from domain.values import quickly_made


class JournalLine(NamedTuple):
    """An amount on an account in company currency: debit positive, credit negative."""

    account: UUID
    amount: Decimal
    cost_center: UUID | None = None
    party: UUID | None = None


class UnbalancedJournalError(Exception):
    """A fault of the program: lines of an entry that do not add up to zero were put together."""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A balanced entry. `document` is what it is about, `because` what made us write it.

    `source` is the kind of document or process that wrote it, as in "PURCHASE_INVOICE".
    """

    id: UUID
    posting_date: date
    document: UUID
    because: UUID
    source: str
    lines: tuple[JournalLine, ...]

    def __post_init__(self) -> None:
        """Refuse to exist unbalanced."""
        total = sum((line.amount for line in self.lines), ZERO)
        if total:
            raise UnbalancedJournalError(f"{self.source} {self.document}: off by {total}")


def merged(lines: Iterable[JournalLine]) -> tuple[JournalLine, ...]:
    """One line per account, cost center and party; debits first; lines of zero left out."""
    sums: dict[tuple[UUID, UUID | None, UUID | None], Decimal] = {}
    for account, amount, cost_center, party in lines:
        key = (account, cost_center, party)
        sums[key] = sums.get(key, ZERO) + amount
    kept = [
        JournalLine(account, amount, cost_center, party)
        for (account, cost_center, party), amount in sums.items()
        if amount
    ]
    return tuple(sorted(kept, key=lambda line: line.amount < 0))
