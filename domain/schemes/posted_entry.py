"""A cost entry and the accounts that hear of it: what every scheme comes down to."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.journal import JournalLine
from domain.movements import Contra, CostEntry


class Interim(NamedTuple):
    """Where expected cost stands until it is invoiced."""

    account: UUID
    contra: UUID


class Sides(NamedTuple):
    """The accounts that hear of cost entries, with the cost center of their movements.

    Without a stock account and interim ones the ledger does not hear of them, or not yet.
    """

    stock: UUID | None = None
    contra: Contra | None = None
    interim: Interim | None = None
    cost_center: UUID | None = None

    @property
    def are_posted(self) -> bool:
        """Whether the ledger hears of it now."""
        return self.stock is not None or self.interim is not None

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
                account, party, own_center = self.contra
                yield JournalLine(account, -amount, own_center or center, party)
        if self.interim is not None:
            yield JournalLine(self.interim.account, expected, center)
            yield JournalLine(self.interim.contra, -expected, center)


class PostedEntry(NamedTuple):
    """A cost entry with the accounts that hear of it: entries that are alike share them."""

    entry: CostEntry
    sides: Sides
