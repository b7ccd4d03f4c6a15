"""From cost entries to journal lines: the stock account on one side, the scheme's on the other."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias
from uuid import UUID

from domain.accounts import Role
from domain.company import Scheme
from domain.facts import Facts
from domain.lookup import BY_WAREHOUSE_ALONE, LookUp
from domain.movements import Contra, CostEntry, EntryKind, Movement, Nature, Pool
from domain.schemes import by_level, continental, perpetual
from domain.schemes.posted_entry import Interim, PostedEntry, Sides


class _Scheme(NamedTuple):
    """A scheme as data: the contra of the stock account, and of the stock interim account."""

    contra: Mapping[tuple[Nature, EntryKind], Role | None]
    interim: Mapping[Nature, Role]
    posts_by_batch: bool = False


SCHEMES = {
    Scheme.PERPETUAL: _Scheme(perpetual.CONTRA, {}),
    Scheme.CONTINENTAL: _Scheme(continental.CONTRA, continental.INTERIM, posts_by_batch=True),
    Scheme.BY_LEVEL: _Scheme(by_level.CONTRA, {}),
}
"""The schemes that post stock: one file and one line each; some may leave it to a batch."""


WHERE_SET = {EntryKind.NEGATIVE_STOCK: Role.NEGATIVE_STOCK_ADJUSTMENT}
"""Roles that a company need not fill: an account there goes before what the scheme says."""


_Place: TypeAlias = UUID | tuple[Pool, UUID | None, str | None]
"""What of a movement its accounts depend on: the warehouse alone, or item, party and group too."""

_NOWHERE = Sides()


class Posting:
    """Finds the accounts of a company's cost entries, those of neighbours that are alike once."""

    def __init__(self, facts: Facts, look: LookUp) -> None:
        """`look` collects what is missing (default accounts, warehouse accounts)."""
        self._company = facts.company
        self._look = look
        scheme = SCHEMES.get(facts.company.scheme)
        by_hand = not facts.company.settings.automatic_cost_posting
        self._waits_for_batch = scheme is not None and scheme.posts_by_batch and by_hand
        self._by_warehouse = facts.company.scheme in BY_WAREHOUSE_ALONE
        self._stock: dict[_Place, UUID | None] = {}
        self._last: tuple[object, ...] = ()
        self._sides = _NOWHERE

    def post(self, entry: CostEntry) -> PostedEntry:
        """The accounts that hear of the entry at once; a batch posts the others later."""
        company = self._company
        if not company.posts_stock:
            return PostedEntry(entry, _NOWHERE)
        if self._waits_for_batch:
            return PostedEntry(entry, Sides(contra=entry.contra))
        if not by_level.hears_of_entry(company, entry):
            return PostedEntry(entry, _NOWHERE)
        return self.resolved(entry)

    def resolved(self, entry: CostEntry) -> PostedEntry:
        """The accounts of the entry, by its scheme."""
        movement = entry.movement
        place = self._place(movement)
        # What purchases true up stands where the item's sales cost; a sale brings that along.
        is_bought = movement.nature is Nature.PURCHASE and entry.kind is not EntryKind.DIRECT
        asked = (
            entry.kind, movement.nature, place, entry.stock, entry.contra, movement.contra,
            movement.cost_center, _has_actual(entry), bool(entry.interim),
            movement.pool.item if is_bought else None,
        )  # fmt: skip
        if asked != self._last:
            self._last, self._sides = asked, self._sides_of(entry, place)
        return PostedEntry(entry, self._sides)

    def _sides_of(self, entry: CostEntry, place: _Place) -> Sides:
        movement = entry.movement
        stock = contra = None
        if _has_actual(entry):
            stock = entry.stock or self._stock_account(movement, place)
            contra = self._contra(entry)
        interim = self._interim(movement) if entry.interim else None
        return Sides(stock, contra, interim, movement.cost_center)

    def _place(self, movement: Movement) -> _Place:
        pool = movement.pool
        if self._by_warehouse:
            return pool.warehouse
        return (pool, movement.party, movement.party_group)

    def _stock_account(self, movement: Movement, place: _Place) -> UUID | None:
        try:
            return self._stock[place]
        except KeyError:
            pool = movement.pool
            found = self._look.stock_account_of(pool.warehouse, pool.item)
            return self._stock.setdefault(place, found)

    def _contra(self, entry: CostEntry) -> Contra | None:
        if entry.contra is not None:
            return entry.contra
        movement = entry.movement
        if movement.contra is not None and entry.kind is not EntryKind.ROUNDING:
            is_sale = movement.nature is Nature.SALE
            if not (is_sale and WHERE_SET.get(entry.kind) in self._company.roles):
                return Contra(movement.contra)
        return self._by_scheme(entry.kind, movement)

    def _by_scheme(self, kind: EntryKind, movement: Movement) -> Contra | None:
        """The account that the scheme has on the other side of the stock account, if any."""
        role = WHERE_SET.get(kind)
        if role not in self._company.roles:
            role = SCHEMES[self._company.scheme].contra[movement.nature, kind]
        if role is None:
            return None
        account = self._look.posting_role(role, movement)
        return Contra(account) if account is not None else None

    def _interim(self, movement: Movement) -> Interim | None:
        role = SCHEMES[self._company.scheme].interim.get(movement.nature)
        if role is None:
            return None
        account = self._look.posting_role(Role.STOCK_INTERIM, movement)
        contra = self._look.posting_role(role, movement)
        return Interim(account, contra) if account and contra else None


def _has_actual(entry: CostEntry) -> bool:
    """Whether its actual cost is posted: nothing is, where all that it says is expected."""
    return bool(entry.amount or not entry.expected)
