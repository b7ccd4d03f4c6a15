"""A recorded document with everything that it caused: what a cancellation undoes."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.documents.parts.scheme_change import MigrationPast
from domain.journal import JournalLine
from domain.money import ZERO
from domain.movements import Contra, Movement, Pool, PostingKey


class Dependent(NamedTuple):
    """A document that refers to another; from the day `until` on (None: ever) it does no more."""

    number: str
    until: date | None = None

    def refers_on(self, day: date) -> bool:
        """Whether it still does on that day, or comes to do so after it."""
        return self.until is None or self.until > day


class PostedLine(NamedTuple):
    """A journal line that a document has, summed: what a cancellation mirrors.

    `in_currency` is the amount in the currency of an account that is kept in another one.
    """

    posting_date: date
    account: UUID
    amount: Decimal
    cost_center: UUID | None
    party: UUID | None
    in_currency: Decimal | None = None

    def mirrored(self) -> JournalLine:
        """The line that takes it back."""
        line = JournalLine(
            self.account, self.amount, self.cost_center, self.party, self.in_currency
        )
        return line.reversed()


class PostedBilling(NamedTuple):
    """A billing entry that a document made."""

    line: UUID
    kind: str
    quantity: Decimal
    amount: Decimal
    account: UUID | None


class PostedParty(NamedTuple):
    """A sub-ledger entry that a document made."""

    party: UUID
    account: UUID
    amount: Decimal
    currency: str
    currency_amount: Decimal
    against: UUID | None
    posting_date: date


class PostedCost(NamedTuple):
    """A cost entry that a document's movement carries; its accounts if it was posted to them."""

    movement: UUID
    kind: str
    amount: Decimal
    posting_date: date
    stock_account: UUID | None
    contra_account: UUID | None
    expected: Decimal = ZERO
    interim: Decimal = ZERO
    invoiced: Decimal = ZERO
    covered: Decimal | None = None
    interim_account: UUID | None = None
    interim_contra: UUID | None = None
    contra_cost_center: UUID | None = None

    @property
    def is_posted(self) -> bool:
        """Whether the ledger has heard of it."""
        return self.stock_account is not None or self.interim_account is not None


class GivenElsewhere(NamedTuple):
    """A cost that a document gave to a movement of another: landed cost, an invoice's price."""

    movement: UUID
    pool: Pool
    key: PostingKey
    kind: str
    amount: Decimal
    contra: Contra | None
    expected: Decimal = ZERO
    invoiced: Decimal = ZERO
    covered: Decimal | None = None


class ChangedMethod(NamedTuple):
    """A document put an item under another costing method, or its cancellation put it back."""

    item: UUID
    before: str
    after: str


class ChangedGroup(NamedTuple):
    """A document put an item into another group of items, or its cancellation put it back."""

    item: UUID
    before: UUID | None
    after: UUID | None


class ChangedStandard(NamedTuple):
    """A document gave an item another standard cost, or its cancellation the one before."""

    item: UUID
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A recorded document with everything it caused: what a cancellation needs.

    `past` is what was there before a migration, where it was kept. `moved_money`: it was paid, or
    gave money back, at once.
    """

    id: UUID
    kind: str
    number: str
    posting_date: date
    posting_time: time
    party: UUID | None
    currency: str
    is_void: bool
    dependents: tuple[Dependent, ...] = ()
    billed_again: tuple[str, ...] = ()
    """Live documents that billed or cleared what this one credited, where both are too much."""
    movements: tuple[Movement, ...] = ()
    gave: tuple[GivenElsewhere, ...] = ()
    costs: tuple[PostedCost, ...] = ()
    journal: tuple[PostedLine, ...] = ()
    billing: tuple[PostedBilling, ...] = ()
    parties: tuple[PostedParty, ...] = ()
    methods: tuple[ChangedMethod, ...] = ()
    standards: tuple[ChangedStandard, ...] = ()
    groups: tuple[ChangedGroup, ...] = ()
    past: MigrationPast | None = None
    moved_money: bool = False
