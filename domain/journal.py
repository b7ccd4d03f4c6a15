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
    """An amount on an account in company currency: debit positive, credit negative.

    `in_currency` is the amount in the currency of an account that is kept in another one.
    """

    account: UUID
    amount: Decimal
    cost_center: UUID | None = None
    party: UUID | None = None
    in_currency: Decimal | None = None

    def reversed(self) -> "JournalLine":
        """The line that takes it back."""
        back = None if self.in_currency is None else -self.in_currency
        return self._replace(amount=-self.amount, in_currency=back)


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
    kept_in: dict[tuple[UUID, UUID | None, UUID | None], Decimal] = {}
    for account, amount, cost_center, party, in_currency in lines:
        key = (account, cost_center, party)
        sums[key] = sums.get(key, ZERO) + amount
        if in_currency is not None:
            kept_in[key] = kept_in.get(key, ZERO) + in_currency
    kept = [
        JournalLine(key[0], amount, key[1], key[2], kept_in.get(key))
        for key, amount in sums.items()
        if amount or kept_in.get(key)
    ]
    return tuple(sorted(kept, key=lambda line: line.amount < 0))
