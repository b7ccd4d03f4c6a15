"""A cost entry and the accounts that hear of it: what every scheme comes down to."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from domain.journal import JournalLine
from domain.movements import Contra, CostEntry
from domain.values import quickly_made


class Interim(NamedTuple):
    """Where expected cost stands until it is invoiced."""

    account: UUID
    contra: UUID


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

    def lines(self) -> tuple[JournalLine, ...]:
        """Stock account against contra account, and the same of what is expected."""
        return (*self._actual(), *self._expected())

    def _actual(self) -> tuple[JournalLine, ...]:
        if self.stock_account is None:
            return ()
        amount = self.entry.amount
        center = self.entry.movement.cost_center
        stock = JournalLine(self.stock_account, amount, center)
        if self.contra is None:
            return (stock,)
        return (stock, JournalLine(self.contra.account, -amount, center, self.contra.party))

    def _expected(self) -> tuple[JournalLine, ...]:
        if self.interim is None:
            return ()
        amount = self.entry.interim
        center = self.entry.movement.cost_center
        return (
            JournalLine(self.interim.account, amount, center),
            JournalLine(self.interim.contra, -amount, center),
        )
