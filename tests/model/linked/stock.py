"""Stock of the LINKED flow in memory: what is kept, and what a decision is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.company import CompanySettings
from domain.costing.linked.entries import linked_entries
from domain.costing.linked.facts import (
    AverageFacts,
    AveragePool,
    BinTotals,
    ItemState,
    Link,
    LinkedFacts,
    LinkedMovement,
    MissingLinked,
    Revaluation,
)
from domain.costing.linked.outcome import LinkedValue
from domain.costing.linked.periods import Averaging
from domain.documents.causes import Causes
from domain.money import ZERO
from domain.movements import GIVEN_KINDS, UNRECORDED, CostEntry, EntryKind, Leg, Movement, Pool

_DERIVED = (EntryKind.ISSUE, EntryKind.ADJUSTMENT)


@dataclass(slots=True)
class Kept:
    """A recorded movement."""

    movement: Movement
    open: Decimal = ZERO
    valuation_date: date = date.min
    entries: list[tuple[int, CostEntry]] = field(default_factory=list[tuple[int, CostEntry]])
    links: list[Link] = field(default_factory=list[Link])
    feeds: list[UUID] = field(default_factory=list[UUID])

    def amount(self, *kinds: EntryKind) -> tuple[Decimal, Decimal]:
        """Actual and expected, of all kinds unless some are named."""
        found = [one for _, one in self.entries if not kinds or one.kind in kinds]
        return (
            sum((one.amount for one in found), ZERO),
            sum((one.expected for one in found), ZERO),
        )

    @property
    def cost(self) -> Decimal:
        """All that is recorded."""
        return sum(self.amount(), ZERO)


class LinkedStock:
    """Movements with their costs and links, in dictionaries; `methods` are those of its items."""

    def __init__(self, settings: CompanySettings, methods: dict[UUID, str]) -> None:
        self.settings = settings
        self.methods = methods
        self.averaging = Averaging.of(settings)
        self.kept: dict[UUID, Kept] = {}
        self.void: set[UUID] = set()
        self.dirty: set[UUID] = set()
        self.bins: dict[Pool, BinTotals] = {}
        self.states = {
            item: ItemState(None, is_invoiced=False, quantity=ZERO, value=ZERO) for item in methods
        }
        self.pays_for_rejected: set[UUID | None] = set()
        self.seq = 0

    def facts(self, causes: Causes, known: MissingLinked) -> LinkedFacts:
        pools = self.bins.keys() | {one.pool for one in causes.movements} | known.pools | known.left
        opened = {pool: self._open(pool) for pool in known.pools}
        left = {pool: self._receipts(pool, causes.posting_date) for pool in known.left}
        averages = {pool: self._average(pool, day) for pool, day in known.averages.items()}
        dirty = self.dirty if causes.adjusts_costs else set[UUID]()
        wanted = set(known.movements | dirty)
        for group in (*opened.values(), *left.values(), *(a.members for a in averages.values())):
            wanted.update(group)
        if self.settings.adjusts_at_once or causes.adjusts_costs:
            wanted = self._downstream(wanted)
        return LinkedFacts(
            items=self.states,
            bins={pool: self.bins.get(pool, BinTotals()) for pool in pools},
            later={
                one.pool: self._after(one.pool, causes.posting_date)
                for one in causes.movements if one.counted is not None
            },
            upstream={id_: self._upstream(id_) for id_ in self.kept},
            movements={id_: self._linked(self.kept[id_]) for id_ in wanted},
            open=opened, left=left, averages=averages, dirty=frozenset(dirty),
            beside={id_: self._beside(id_) for id_ in known.beside},
        )  # fmt: skip

    def _beside(self, id_: UUID) -> tuple[UUID, ...]:
        """What its line moved and is billed with it: rejected goods where these are paid for."""
        own = self.kept[id_].movement
        is_paid = own.line in self.pays_for_rejected
        line = (one.movement for one in self.kept.values() if one.movement.line == own.line)
        return tuple(one.id for one in line if one.leg == own.leg or is_paid)

    def is_billed(self, kept: Kept) -> bool:
        """Whether bills are for it: rejected goods are, where their line is paid for."""
        return kept.movement.leg != Leg.REJECTED or kept.movement.line in self.pays_for_rejected

    def _after(self, pool: Pool, day: date) -> Decimal:
        there = [one.movement for one in self.kept.values() if one.movement.pool == pool]
        return sum((one.quantity for one in there if one.key.posting_date > day), ZERO)

    def _upstream(self, id_: UUID) -> frozenset[UUID]:
        """The movement, and what it takes its cost from, near or far."""
        found, waiting = {id_}, [id_]
        while waiting:
            kept = self.kept[waiting.pop()]
            origins = [one.increase for one in kept.links if one.decrease == kept.movement.id]
            origins += [one.movement for one in kept.movement.sources]
            waiting += [one for one in origins if one not in found]
            found.update(origins)
        return frozenset(found)

    def _in_order(self) -> Iterable[Kept]:
        return sorted(self.kept.values(), key=lambda one: one.movement.key)

    def _open(self, pool: Pool) -> tuple[UUID, ...]:
        return tuple(
            one.movement.id for one in self._in_order() if one.open and one.movement.pool == pool
        )

    def _receipts(self, pool: Pool, day: date) -> tuple[UUID, ...]:
        """The receipts up to the day: of some of them nothing is left then."""
        return tuple(
            one.movement.id
            for one in self._in_order()
            if one.movement.pool == pool
            and one.movement.quantity > 0
            and one.movement.key.posting_date <= day
        )

    def _average(self, pool: AveragePool, since: date) -> AverageFacts:
        members = [
            one for one in self.kept.values() if self.averaging.pool_of(one.movement.pool) == pool
        ]
        return AverageFacts(
            since=since,
            quantity=sum((one.movement.quantity for one in members), ZERO),
            value=sum((one.cost for one in members), ZERO),
            members=frozenset(one.movement.id for one in members if one.valuation_date >= since),
            revaluations=tuple(
                (one.movement.id, made)
                for one in members
                for made in self._revaluations(one)
                if made.posting_date >= since
            ),
        )

    def _downstream(self, start: set[UUID]) -> set[UUID]:
        found, waiting = set(start), list(start)
        while waiting:
            kept = self.kept[waiting.pop()]
            own = kept.movement.id
            reached = [one.decrease for one in kept.links if one.increase == own] + kept.feeds
            reached = [id_ for id_ in reached if id_ in self.kept and id_ not in found]
            waiting += reached
            found.update(reached)
        beside = {one.increase for id_ in found for one in self.kept[id_].links}
        beside |= {s.movement for id_ in found for s in self.kept[id_].movement.sources}
        return (found | beside) & self.kept.keys()

    def _revaluations(self, kept: Kept) -> Iterable[Revaluation]:
        for seq, one in kept.entries:
            made = one.kind is EntryKind.REVALUATION and one.because not in self.void
            if made and one.covered is not None:
                amount = one.amount + one.expected
                yield Revaluation(amount, one.posting_date, seq, one.covered, one.because)

    def _linked(self, kept: Kept) -> LinkedMovement:
        given, derived = kept.amount(*GIVEN_KINDS), kept.amount(*_DERIVED)
        billed = [one for _, one in kept.entries if one.invoiced]
        billed_on = [one.posting_date for one in billed if one.invoiced > 0]
        return LinkedMovement(
            movement=kept.movement,
            method=self.methods[kept.movement.pool.item],
            given_actual=given[0], given_expected=given[1],
            derived_actual=derived[0], derived_expected=derived[1],
            rounding=kept.amount(EntryKind.ROUNDING)[0],
            has_cost=any(one.kind is EntryKind.ISSUE for _, one in kept.entries),
            invoiced=sum((one.invoiced for one in billed), ZERO),
            matched=sum(
                (one.invoiced for one in billed if one.kind is EntryKind.ADJUSTMENT), ZERO
            ),
            invoiced_on=max(billed_on, default=None),
            revaluations=tuple(self._revaluations(kept)),
            links=tuple(kept.links), feeds=tuple(kept.feeds),
            valuation_date=kept.valuation_date, open=kept.open,
        )  # fmt: skip

    def keep(self, causes: Causes, value: LinkedValue) -> list[UUID]:
        """Take in what a decision came to; the ids of its movements."""
        self.seq += 1
        made = [one for one in value.movements if one.voids is None]
        for movement in made:
            key = movement.key._replace(seq=self.seq)
            self.kept[movement.id] = Kept(replace(movement, key=key, given=()))
            for source in movement.sources:
                self.kept[source.movement].feeds.append(movement.id)
        for link in value.links:
            recorded = link.decrease_seq if link.decrease_seq < UNRECORDED else self.seq
            for id_ in (link.decrease, link.increase):
                self.kept[id_].links.append(link._replace(decrease_seq=recorded))
        for state in value.states:
            kept = self.kept[state.movement.id]
            kept.open, kept.valuation_date = state.open, state.valuation_date
        for entry in linked_entries(causes, value):
            self.kept[entry.movement.id].entries.append((self.seq, entry))
        if causes.cancels is not None:
            self.void |= {causes.cancels.id, causes.document.id}
        self._forget(value.voided)
        self.bins |= value.bins
        self.states |= value.items
        assert value.dirty_added.isdisjoint(value.voided), "what is gone waits for nothing"
        self.dirty -= value.dirty_removed | set(value.voided)
        self.dirty |= value.dirty_added
        self._hold()
        return [one.id for one in made]

    def _forget(self, voided: Iterable[UUID]) -> None:
        for kept in [self.kept.pop(id_) for id_ in voided]:
            for source in kept.movement.sources:
                if source.movement in self.kept:
                    self.kept[source.movement].feeds.remove(kept.movement.id)

    def _hold(self) -> None:
        """What the books keep as sums is what the entries and links come to."""
        for pool, totals in self.bins.items():
            inside = [one for one in self.kept.values() if one.movement.pool == pool]
            key = max((one.movement.key for one in inside), default=None)
            self.bins[pool] = totals._replace(last_key=key)
            assert totals.quantity == sum((one.movement.quantity for one in inside), ZERO)
            assert totals.value == sum((one.cost for one in inside), ZERO)
        for item, state in self.states.items():
            inside = [one for one in self.kept.values() if one.movement.pool.item == item]
            assert state.value == sum((one.cost for one in inside), ZERO)
        for one in self.kept.values():
            own = one.movement.id
            taken = sum((k.quantity if k.decrease == own else -k.quantity for k in one.links), ZERO)
            assert one.open == one.movement.quantity + taken
