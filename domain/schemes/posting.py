"""From cost entries to journal lines: the stock account on one side, the scheme's on the other."""

from dataclasses import dataclass
from uuid import UUID

from domain.accounts import Role
from domain.company import Scheme
from domain.facts import CompanyFacts
from domain.journal import JournalLine
from domain.lookup import LookUp
from domain.movements import Contra, CostEntry, EntryKind, Movement
from domain.schemes import perpetual

CONTRAS = {Scheme.PERPETUAL: perpetual.CONTRA}
"""The schemes that post stock with each document: one file and one line each."""

WHERE_SET = {EntryKind.NEGATIVE_STOCK: Role.NEGATIVE_STOCK_ADJUSTMENT}
"""Roles that a company need not fill: an account there goes before what the scheme says."""


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """A cost entry with the accounts that hear of it (None: the ledger does not)."""

    entry: CostEntry
    stock_account: UUID | None
    contra: Contra | None

    def lines(self) -> tuple[JournalLine, ...]:
        """Stock account against contra account."""
        if self.stock_account is None:
            return ()
        amount = self.entry.amount
        center = self.entry.movement.cost_center
        stock = JournalLine(self.stock_account, amount, center)
        if self.contra is None:
            return (stock,)
        return (stock, JournalLine(self.contra.account, -amount, center, self.contra.party))


class Posting:
    """Finds the accounts of cost entries for one company, each warehouse resolved once."""

    def __init__(self, company: CompanyFacts, look: LookUp) -> None:
        """`look` collects what is missing (default accounts, warehouse accounts)."""
        self._company = company
        self._look = look
        self._stock: dict[UUID, UUID | None] = {}

    def post(self, entry: CostEntry) -> PostedEntry:
        """The accounts that hear of the entry."""
        if not self._company.posts_stock:
            return PostedEntry(entry, None, None)
        warehouse = entry.movement.pool.warehouse
        if warehouse not in self._stock:
            self._stock[warehouse] = self._look.stock_account(warehouse)
        return PostedEntry(entry, self._stock[warehouse], self._contra(entry))

    def _contra(self, entry: CostEntry) -> Contra | None:
        if entry.contra is not None:
            return entry.contra
        return self._scheme_contra(entry.movement, entry.kind)

    def _scheme_contra(self, movement: Movement, kind: EntryKind) -> Contra | None:
        if movement.contra is not None:
            return Contra(movement.contra)
        role = WHERE_SET.get(kind)
        if role not in self._company.roles:
            role = CONTRAS[self._company.scheme][movement.nature, kind]
        if role is None:
            return None
        account = self._look.role(role)
        return Contra(account) if account is not None else None
