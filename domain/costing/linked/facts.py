"""What the LINKED flow may know: movements with their links and recorded costs, items, bins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.company import CompanySettings
from domain.money import ZERO
from domain.movements import Movement, Pool, PostingKey, UnitCost


class Link(NamedTuple):
    """`decrease` takes `quantity` of what `increase` brought in.

    `decrease_date` and `decrease_seq` are the decrease's posting date and recording sequence: they
    say which revaluations of the increase it has a share in. `is_fixed`: the decrease names just
    that receipt; `returns`: it gives it back to the supplier. A cancellation appends the same link
    with a negative quantity.
    """

    id: UUID
    decrease: UUID
    increase: UUID
    quantity: Decimal
    decrease_date: date
    decrease_seq: int
    is_fixed: bool = False
    returns: bool = False


class Revaluation(NamedTuple):
    """A revaluation of an increase: `covered` units were left of it, as of its date, when made.

    `because` is the document that made it, `entry` its cost entry, where that is asked for.
    """

    amount: Decimal
    posting_date: date
    seq: int
    covered: Decimal
    because: UUID
    entry: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedMovement:
    """A movement with all that is recorded on it.

    Amounts in company currency, actual and expected apart. `given` are what documents gave it,
    revaluations among them; `derived` first costs and adjustments; `rounding` left-over cents.
    `interim` is the part of the expected amounts that stands on interim accounts.
    `invoiced` is a quantity without a sign, `invoiced_on` the date of the last entry that invoiced;
    `matched` is the part of it that came back, or gives back, before it was billed.
    `open` is what no link covers yet, signed. `feeds` are the movements that take their cost from
    it. `valuation_date` is the latest of its own date and those of what it takes its cost from.
    """

    movement: Movement
    method: str
    given_actual: Decimal = ZERO
    given_expected: Decimal = ZERO
    derived_actual: Decimal = ZERO
    derived_expected: Decimal = ZERO
    rounding: Decimal = ZERO
    has_cost: bool = False
    interim: Decimal = ZERO
    invoiced: Decimal = ZERO
    matched: Decimal = ZERO
    invoiced_on: date | None = None
    revaluations: tuple[Revaluation, ...] = ()
    links: tuple[Link, ...] = ()
    feeds: tuple[UUID, ...] = ()
    valuation_date: date
    open: Decimal

    @property
    def id(self) -> UUID:
        """The movement's."""
        return self.movement.id

    @property
    def derived(self) -> Decimal:
        """First costs and adjustments, actual and expected."""
        return self.derived_actual + self.derived_expected

    @property
    def recorded(self) -> Decimal:
        """The cost that the books have for it."""
        return self.given_actual + self.given_expected + self.derived + self.rounding


class AveragePool(NamedTuple):
    """What is averaged together: an item, or an item in one warehouse."""

    item: UUID
    warehouse: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageFacts:
    """An average pool from the first day of a period on.

    `quantity` and `value` are the pool's as they stand now; `members` all its movements that are
    valued on or after `since`; `revaluations` (receipt, revaluation) those dated since then.
    """

    since: date
    quantity: Decimal
    value: Decimal
    members: frozenset[UUID]
    revaluations: tuple[tuple[UUID, Revaluation], ...] = ()


class BinTotals(NamedTuple):
    """A pool's balance: quantity, value (actual and expected), movements, last posting key."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    movements: int = 0
    last_key: PostingKey | None = None


class ItemState(NamedTuple):
    """An item, locked: its card cost, whether invoices have set it, what it has over all bins."""

    card: UnitCost | None
    is_invoiced: bool
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFacts:
    """What is known so far; a decision that needs more answers `MissingLinked`.

    `open` are, pool by pool, movements with quantity not covered yet, in posting order: increases
    enough to cover what is asked for, and all decreases. `upstream` are, where goods wait to be
    covered, for each movement that the document takes a cost from itself and all that it takes its
    own from: a link to them would close a loop. `later` is, for counts,
    what was moved in a pool after the document's date; `left`, for revaluations, the receipts of
    which something is left at that date. `dirty` are the movements of the items to be adjusted
    whose cost is to be worked out again. `beside` are, for what was given back, all that its
    line moved and is billed of it: batches, serial numbers, rejected goods that are paid for.
    """

    items: Mapping[UUID, ItemState]
    bins: Mapping[Pool, BinTotals]
    movements: Mapping[UUID, LinkedMovement]
    open: Mapping[Pool, tuple[UUID, ...]]
    averages: Mapping[AveragePool, AverageFacts] = field(
        default_factory=dict[AveragePool, AverageFacts]
    )
    upstream: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict[UUID, frozenset[UUID]])
    later: Mapping[Pool, Decimal] = field(default_factory=dict[Pool, Decimal])
    left: Mapping[Pool, tuple[UUID, ...]] = field(default_factory=dict[Pool, tuple[UUID, ...]])
    dirty: frozenset[UUID] = frozenset()
    beside: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict[UUID, tuple[UUID, ...]])


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLinked:
    """What must be given too, to decide at all."""

    items: frozenset[UUID] = frozenset()
    pools: frozenset[Pool] = frozenset()
    left: frozenset[Pool] = frozenset()
    movements: frozenset[UUID] = frozenset()
    averages: Mapping[AveragePool, date] = field(default_factory=dict[AveragePool, date])
    beside: frozenset[UUID] = frozenset()

    def with_(self, other: "MissingLinked") -> "MissingLinked":
        """What both miss; an average from the earlier day on."""
        averages = dict(self.averages)
        for pool, since in other.averages.items():
            averages[pool] = min(since, averages.get(pool, since))
        return MissingLinked(
            items=self.items | other.items,
            pools=self.pools | other.pools,
            left=self.left | other.left,
            movements=self.movements | other.movements,
            averages=averages,
            beside=self.beside | other.beside,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedStory:
    """What the books knew around a movement at a sequence, to explain what it costs.

    `movements` are those that it takes its cost from or gives it to, itself among them, and for an
    average all that ever entered it with all that their costs come from; `pool` are its own.
    Their valuation dates are not known: they follow from the links.
    """

    seq: int
    movements: Mapping[UUID, LinkedMovement]
    pool: frozenset[UUID] = frozenset()
    settings: CompanySettings = field(default_factory=CompanySettings)
