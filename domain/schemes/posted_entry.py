"""A cost entry and the accounts that hear of it: what every scheme comes down to."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.journal import JournalLine
from domain.movements import Contra, CostEntry
from domain.values import quickly_made


class Interim(NamedTuple):
    """Where expected cost stands until it is invoiced."""

    account: UUID
    contra: UUID


class Sides(NamedTuple):
    """The accounts of one or several entries, with the cost center of their movements."""

    stock: UUID | None
    contra: Contra | None
    interim: Interim | None
    cost_center: UUID | None

    def lines(self, amount: Decimal, expected: Decimal) -> Iterator[JournalLine]:
        """Stock account against contra account, and the same of what is expected.

        Args:
            amount: actual cost, in company currency.
            expected: what comes to stand on interim accounts, in company currency.
        """
        center = self.cost_center
        if self.stock is not None:
            yield JournalLine(self.stock, amount, center)
            if self.contra is not None:
                yield JournalLine(self.contra.account, -amount, center, self.contra.party)
        if self.interim is not None:
            yield JournalLine(self.interim.account, expected, center)
            yield JournalLine(self.interim.contra, -expected, center)


@quickly_made
@dataclass(frozen=True, slots=True)
class PostedEntry:
    """A cost entry with the accounts that hear of it (None: the ledger does not, or not yet)."""

    entry: CostEntry
    stock_account: UUID | None
    contra: Contra | None
    interim: Interim | None = None

    @property
    def is_posted(self) -> bool:
        """Whether the ledger hears of it now."""
        return self.stock_account is not None or self.interim is not None

    @property
    def sides(self) -> Sides:
        """Where its amounts are posted to."""
        return Sides(self.stock_account, self.contra, self.interim, self.entry.movement.cost_center)
