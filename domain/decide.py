"""The story of a posting, told purely: a document and facts in, what to append out.

    prepare   the document reads its facts: records, movements, own journal lines
    decide    stock is settled, cost entries find their accounts, entries balance

The same decision serves submit, preview, cancel and backdating. Nothing here does I/O, reads a
clock or draws a random number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from domain.bounds import refuse_entries_too_large, refuse_lines_too_large
from domain.costing.carried.facts import CarriedFacts
from domain.costing.carried.valued import value_carried_stock
from domain.costing.fold import PoolFacts
from domain.costing.linked.facts import LinkedFacts, MissingLinked
from domain.costing.linked.outcome import LinkedValue
from domain.costing.linked.valued import value_linked_stock
from domain.costing.opening import opened, reopened
from domain.costing.replay import Missing, Settlement
from domain.decision_journal import Home, home_of, journal_of
from domain.documents.causes import Causes
from domain.documents.document import Document
from domain.facts import Facts
from domain.journal import JournalEntry
from domain.lookup import LookUp
from domain.money import ZERO
from domain.movements import CostEntry, EntryKind, Movement, Pool, UnitCost
from domain.recorded import PostedCost
from domain.schemes.posted_entry import PostedEntry
from domain.schemes.posting import Posting
from domain.serials import refuse_broken_serials, refuse_serials_twice
from domain.stock import Valued, counts_on, value_stock
from domain.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class CostRecord:
    """A cost entry as it is kept, with the accounts that heard of it."""

    id: UUID
    movement_id: UUID
    document_id: UUID
    because_id: UUID
    item_id: UUID
    warehouse_id: UUID
    kind: str
    posting_date: date
    actual: Decimal
    stock_account_id: UUID | None
    contra_account_id: UUID | None
    journal_entry_id: UUID | None
    expected: Decimal = ZERO
    interim: Decimal = ZERO
    invoiced_quantity: Decimal = ZERO
    covered_quantity: Decimal | None = None
    interim_account_id: UUID | None = None
    interim_contra_account_id: UUID | None = None
    contra_cost_center_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPosting:
    """A recorded cost entry that a batch posts to the ledger, with the accounts that hear of it."""

    cost_entry_id: UUID
    journal_entry_id: UUID | None
    posting_date: date
    actual: Decimal
    interim: Decimal
    stock_account_id: UUID | None
    contra_account_id: UUID | None
    interim_account_id: UUID | None
    interim_contra_account_id: UUID | None


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything that a document appends to the books, and the caches as they then are."""

    causes: Causes
    posting_time: time
    movements: tuple[Movement, ...]
    costs: tuple[CostRecord, ...]
    journal: tuple[JournalEntry, ...]
    settlement: Settlement | None
    linked: LinkedValue | None = None
    postings: tuple[CostPosting, ...] = ()
    cards: Mapping[UUID, UnitCost | None] = field(default_factory=dict[UUID, UnitCost | None])


def prepare(document: Document, facts: Facts) -> Causes:
    """Read the document against its facts.

    Raises:
        Refused: with every reason against it that needs no valuation of stock.
    """
    causes = document.causes(facts)
    look = LookUp(causes.facts)
    refuse_lines_too_large(causes, look)
    look.refuse_if_any()
    if causes.moves_or_values_stock:
        look.open_to_stock(causes.posting_date)
        company = causes.facts.company
        of_earlier = (o for o in causes.regiven if company.is_of_earlier_flow(o.key))
        for day in sorted({one.key.posting_date for one in of_earlier}):
            look.open_day(day, ("lines",))
        look.refuse_if_any()
    return causes


StockFacts = Mapping[Pool, PoolFacts] | LinkedFacts | CarriedFacts
"""What is known of the stock, as the company's flow of costs keeps it."""

StockMissing = Missing | MissingLinked
"""What must be known too."""


def decide(causes: Causes, stock: StockFacts) -> Decision | StockMissing:
    """Settle the stock, find the accounts, and balance the entries.

    Returns what is missing when more of the stock is needed than was given.

    Raises:
        Refused: stock would go below zero, or an account or cost center is missing.
    """
    look = LookUp(causes.facts)
    refuse_broken_serials(causes, look)
    look.refuse_if_any()
    valued = _valued(causes, stock, look)
    if isinstance(valued, Missing | MissingLinked):
        return valued
    refuse_serials_twice(causes, valued.movements, look)
    causes = valued.causes or causes
    posting = Posting(causes.facts, look)
    posted = [] if causes.opening else [posting.post(entry) for entry in valued.costs]
    look.refuse_if_any()
    journal, homes = journal_of(causes, [*posted, *causes.batch], look)
    refuse_entries_too_large(valued.costs, journal, look)
    look.refuse_if_any()
    return Decision(
        causes=causes,
        posting_time=valued.posting_time,
        movements=valued.movements,
        costs=(
            *_cost_records(causes, posted, homes),
            *_mirrored_costs(causes, valued.movements, journal),
            *_reclass_costs(causes, journal),
            *_opened_costs(causes, valued.costs, journal),
        ),
        journal=journal,
        settlement=valued.settlement,
        linked=valued.linked,
        postings=tuple(_postings(causes, homes)),
        cards=valued.cards,
    )


def _valued(causes: Causes, stock: StockFacts, look: LookUp) -> Valued | StockMissing:
    """The stock side, in the company's flow."""
    if causes.opening is not None:
        return opened(causes, causes.opening, look)
    if causes.undoes_migration:
        return reopened(causes)
    if isinstance(stock, LinkedFacts):
        return value_linked_stock(causes, stock, look)
    if isinstance(stock, CarriedFacts):
        return value_carried_stock(causes, stock, look)
    return value_stock(causes, stock, look)


# -- ledger -----------------------------------------------------------------------------------


def _postings(causes: Causes, homes: Mapping[Home, UUID]) -> Iterable[CostPosting]:
    """What a batch posts. An entry whose lines come to nothing is posted with no journal entry."""
    for entry, sides in causes.batch:
        yield CostPosting(
            cost_entry_id=entry.id,
            journal_entry_id=homes.get(home_of(causes, entry)),
            posting_date=entry.posting_date,
            actual=entry.amount,
            interim=entry.interim,
            stock_account_id=sides.stock,
            contra_account_id=sides.contra.account if sides.contra else None,
            interim_account_id=sides.interim.account if sides.interim else None,
            interim_contra_account_id=sides.interim.contra if sides.interim else None,
        )


def _reclass_costs(causes: Causes, journal: Sequence[JournalEntry]) -> Iterable[CostRecord]:
    """Entries that move cost to other accounts and change no movement's cost."""
    entry_of = _entries_on(journal)
    for one in causes.reclassed:
        home = entry_of.get(one.account or one.interim_account)
        yield CostRecord(
            id=causes.facts.new_id(),
            movement_id=one.movement,
            document_id=one.document,
            because_id=causes.document.id,
            item_id=one.pool.item,
            warehouse_id=one.pool.warehouse,
            kind=EntryKind.REVALUATION.value,
            posting_date=causes.posting_date,
            actual=one.amount,
            stock_account_id=one.account,
            contra_account_id=None,
            journal_entry_id=home,
            expected=one.expected,
            interim=one.interim,
            interim_account_id=one.interim_account,
            interim_contra_account_id=one.interim_contra,
        )


def _opened_costs(
    causes: Causes, costs: Iterable[CostEntry], journal: Sequence[JournalEntry]
) -> Iterable[CostRecord]:
    """What stock costs as it leaves one flow and enters another: on its accounts, no lines."""
    if causes.opening is None:
        return
    entry_of = _entries_on(journal)
    account_of = {one.pool: one.account for one in causes.opening.bins}
    for entry in costs:
        movement = entry.movement
        account = account_of[movement.pool] if movement.quantity > 0 else None
        yield CostRecord(
            id=entry.id,
            movement_id=movement.id,
            document_id=causes.document.id,
            because_id=causes.document.id,
            item_id=movement.pool.item,
            warehouse_id=movement.pool.warehouse,
            kind=entry.kind.value,
            posting_date=causes.posting_date,
            actual=entry.amount,
            stock_account_id=account,
            contra_account_id=None,
            journal_entry_id=entry_of.get(account),
        )


def _entries_on(journal: Sequence[JournalEntry]) -> Mapping[UUID | None, UUID]:
    """The journal entry that names each account, the first of several."""
    return {line.account: one.id for one in reversed(journal) for line in one.lines}


def _cost_records(
    causes: Causes, posted: Iterable[PostedEntry], homes: Mapping[Home, UUID]
) -> Iterable[CostRecord]:
    last: Home | None = None
    journal_entry: UUID | None = None
    for entry, sides in posted:
        movement = entry.movement
        home = home_of(causes, entry)
        if home != last:  # neighbours are mostly in the same one
            last, journal_entry = home, homes.get(home)
        yield CostRecord(
            id=entry.id,
            movement_id=movement.id,
            document_id=movement.document,
            because_id=entry.because,
            item_id=movement.pool.item,
            warehouse_id=movement.pool.warehouse,
            kind=entry.kind.value,
            posting_date=entry.posting_date,
            actual=entry.amount,
            stock_account_id=sides.stock,
            contra_account_id=sides.contra.account if sides.contra else None,
            journal_entry_id=journal_entry if sides.are_posted else None,
            expected=entry.expected,
            interim=entry.interim,
            invoiced_quantity=entry.invoiced,
            covered_quantity=entry.covered,
            interim_account_id=sides.interim.account if sides.interim else None,
            interim_contra_account_id=sides.interim.contra if sides.interim else None,
            contra_cost_center_id=sides.contra.cost_center if sides.contra else None,
        )


def _mirrored_costs(
    causes: Causes, movements: Iterable[Movement], journal: Sequence[JournalEntry]
) -> Iterable[CostRecord]:
    """A cancelled document's cost entries, mirrored on the mirrored movements."""
    if causes.cancels is None:
        return
    mirrors = {movement.voids: movement for movement in movements}
    homes = {
        entry.posting_date: entry.id for entry in journal if entry.document == causes.document.id
    }
    for cost in causes.cancels.costs:
        yield _mirrored_cost(causes, cost, mirrors[cost.movement], homes)


def _mirrored_cost(
    causes: Causes, cost: PostedCost, mirror: Movement, homes: Mapping[date, UUID]
) -> CostRecord:
    posting_date = counts_on(causes.facts.company, cost.posting_date)
    return CostRecord(
        id=causes.facts.new_id(),
        movement_id=mirror.id,
        document_id=causes.document.id,
        because_id=causes.document.id,
        item_id=mirror.pool.item,
        warehouse_id=mirror.pool.warehouse,
        kind=cost.kind,
        posting_date=posting_date,
        actual=-cost.amount,
        stock_account_id=cost.stock_account,
        contra_account_id=cost.contra_account,
        journal_entry_id=homes.get(posting_date) if cost.is_posted else None,
        expected=-cost.expected,
        interim=-cost.interim,
        invoiced_quantity=-cost.invoiced,
        covered_quantity=cost.covered,
        interim_account_id=cost.interim_account,
        interim_contra_account_id=cost.interim_contra,
        contra_cost_center_id=cost.contra_cost_center,
    )
