"""The story of a posting, told purely: a document and facts in, what to append out.

    prepare   the document reads its facts: records, movements, own journal lines
    decide    stock is settled, cost entries find their accounts, entries balance

The same decision serves submit, preview, cancel and backdating. Nothing here does I/O, reads a
clock or draws a random number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from domain.costing.replay import Missing, PoolFacts, Settlement, Shortage, settle
from domain.documents.document import Causes, Document, DocumentKind
from domain.errors import CostCenterRequired, InsufficientStock
from domain.facts import CompanyFacts, Facts, PostedCost
from domain.journal import JournalEntry, JournalLine, merged
from domain.lookup import LookUp
from domain.movements import UNRECORDED, CostEntry, EntryKind, Movement, Pool, PostingKey
from domain.schemes.posting import PostedEntry, Posting

COST_ADJUSTMENT = "COST_ADJUSTMENT"
"""The source of an entry about an earlier document whose cost has changed."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything that a document appends to the books, and the caches as they then are."""

    causes: Causes
    posting_time: time
    movements: tuple[Movement, ...]
    costs: tuple[CostRecord, ...]
    journal: tuple[JournalEntry, ...]
    settlement: Settlement | None


def prepare(document: Document, facts: Facts) -> Causes:
    """Read the document against its facts.

    Raises:
        Refused: with every reason against it that needs no valuation of stock.
    """
    return document.causes(facts)


def pools_of(causes: Causes) -> dict[Pool, Decimal]:
    """The pools that a prepared document touches, and how much it takes out of each."""
    needed: dict[Pool, Decimal] = {}
    for movement in (*causes.movements, *causes.voided):
        needed.setdefault(movement.pool, Decimal(0))
        if movement.quantity < 0 and movement.voids is None:
            needed[movement.pool] -= movement.quantity
    return needed


def decide(causes: Causes, pools: Mapping[Pool, PoolFacts]) -> Decision | Missing:
    """Settle the stock, find the accounts, and balance the entries.

    Returns `Missing` when pools are needed that were not given from early enough.

    Raises:
        Refused: stock would go below zero, or an account or cost center is missing.
    """
    company = causes.facts.company
    look = LookUp(causes.facts)
    movements, posting_time = _stamped(causes, pools)
    if isinstance(movements, Missing):
        return movements
    settlement = None
    costs: list[CostEntry] = []
    if movements:
        added = [movement for movement in movements if movement.voids is None]
        outcome = settle(pools, added, causes.voided, company.digits)
        if isinstance(outcome, Missing):
            return outcome
        settlement = outcome
        _refuse_shortages(causes, settlement, look)
        costs = _cost_entries(causes, added, settlement)
    posting = Posting(company, look)
    posted = [posting.post(entry) for entry in costs]
    look.refuse_if_any()
    journal, homes = _journal(causes, posted, look)
    look.refuse_if_any()
    return Decision(
        causes=causes,
        posting_time=posting_time,
        movements=(*movements, *(one.movement for one in causes.reclassed)),
        costs=(
            *_cost_records(posted, homes),
            *_mirrored_costs(causes, movements, journal),
            *_reclass_costs(causes, journal),
        ),
        journal=journal,
        settlement=settlement,
    )


# -- when it counts ---------------------------------------------------------------------------


def _stamped(
    causes: Causes, pools: Mapping[Pool, PoolFacts]
) -> tuple[tuple[Movement, ...] | Missing, time]:
    """Movements with their posting time: after everything recorded on that date unless given."""
    if causes.posting_time is not None or not causes.movements:
        return tuple(causes.movements), causes.posting_time or time.min
    latest = time.min
    day_end = PostingKey(causes.posting_date, time.max, UNRECORDED - 1, 0)
    missing: dict[Pool, PostingKey] = {}
    for pool in {movement.pool for movement in causes.movements}:
        known = pools.get(pool)
        if known is None or (known.folded_to is not None and known.folded_to > day_end):
            missing[pool] = day_end
            continue
        keys = [movement.key for movement in known.history]
        if known.folded_to is not None:
            keys.append(known.folded_to)
        latest = max(
            [latest, *(key.posting_time for key in keys if key.posting_date == causes.posting_date)]
        )
    if missing:
        return Missing(missing), latest
    if latest == time.min:
        return tuple(causes.movements), latest
    return tuple(_at(movement, latest) for movement in causes.movements), latest


def _at(movement: Movement, posting_time: time) -> Movement:
    return replace(movement, key=movement.key._replace(posting_time=posting_time))


def _counts_on(company: CompanyFacts, posting_date: date) -> date:
    """The date itself, or the first open day where it is closed."""
    closed = company.closed_through
    if closed is not None and posting_date <= closed:
        return closed + timedelta(days=1)
    return posting_date


# -- stock ------------------------------------------------------------------------------------


def _refuse_shortages(causes: Causes, settlement: Settlement, look: LookUp) -> None:
    for shortage in settlement.shortages:
        look.refuse(_insufficient(causes, shortage))
    look.refuse_if_any()


def _insufficient(causes: Causes, shortage: Shortage) -> InsufficientStock:
    movement = shortage.movement
    item = causes.facts.items_by_id[movement.pool.item]
    return InsufficientStock(
        path=causes.paths.get(movement.id, ()),
        item=item.sku,
        warehouse=causes.facts.company.warehouses[movement.pool.warehouse].code,
        available=shortage.available,
        requested=shortage.requested,
        posting_date=shortage.at.posting_date.isoformat(),
    )


def _cost_entries(
    causes: Causes, added: Sequence[Movement], settlement: Settlement
) -> list[CostEntry]:
    """What documents gave, and what costing derived from it."""
    new_id = causes.facts.new_id
    because = causes.document.id
    company = causes.facts.company
    entries = [
        CostEntry(
            id=new_id(),
            movement=movement,
            because=because,
            kind=given.kind,
            posting_date=movement.key.posting_date,
            amount=given.amount,
            contra=given.contra,
        )
        for movement in added
        for given in movement.given
        if given.amount
    ]
    entries.extend(
        CostEntry(
            id=new_id(),
            movement=delta.movement,
            because=because,
            kind=delta.kind,
            posting_date=_counts_on(company, delta.movement.key.posting_date),
            amount=delta.amount,
        )
        for delta in settlement.deltas
    )
    return entries


# -- ledger -----------------------------------------------------------------------------------

_Home = tuple[UUID, date]
"""What an entry is about, and when it counts: one journal entry each."""


def _journal(
    causes: Causes, posted: Sequence[PostedEntry], look: LookUp
) -> tuple[tuple[JournalEntry, ...], dict[_Home, UUID]]:
    groups: dict[_Home, list[JournalLine]] = {}
    own = (causes.document.id, causes.posting_date)
    groups[own] = list(causes.journal)
    for one in posted:
        home = (one.entry.movement.document, one.entry.posting_date)
        groups.setdefault(home, []).extend(one.lines())
    for line in causes.mirrored:
        home = (causes.document.id, _counts_on(causes.facts.company, line.posting_date))
        mirror = JournalLine(line.account, -line.amount, line.cost_center, line.party)
        groups.setdefault(home, []).append(mirror)
    entries: list[JournalEntry] = []
    homes: dict[_Home, UUID] = {}
    for (about, posting_date), lines in [*groups.items(), *((own, one) for one in causes.separate)]:
        kept = merged(_with_cost_centers(causes, lines, look))
        if not kept:
            continue
        source = causes.document.kind.value if about == causes.document.id else COST_ADJUSTMENT
        entry = JournalEntry(
            id=causes.facts.new_id(),
            posting_date=posting_date,
            document=about,
            because=causes.document.id,
            source=source,
            lines=kept,
        )
        entries.append(entry)
        homes[about, posting_date] = entry.id
    return tuple(entries), homes


def _with_cost_centers(
    causes: Causes, lines: Iterable[JournalLine], look: LookUp
) -> Iterable[JournalLine]:
    """Cost centers stand on profit and loss lines: the line's own, else the company's default."""
    company = causes.facts.company
    by_hand = causes.document.kind is DocumentKind.JOURNAL_ENTRY or causes.cancels is not None
    for line in lines:
        account = company.accounts[line.account]
        if account.is_profit_and_loss:
            center = line.cost_center or company.default_cost_center
            if center is None and company.settings.require_cost_center:
                look.refuse(CostCenterRequired(path=("lines",), account=account.code))
            yield line._replace(cost_center=center)
        else:
            yield line if by_hand else line._replace(cost_center=None)


def _reclass_costs(causes: Causes, journal: Sequence[JournalEntry]) -> Iterable[CostRecord]:
    """Pairs that move a bin's value to its stock account and change its cost by nothing."""
    entry = next((one.id for one in journal), None)
    for movement, value, account in causes.reclassed:
        for amount, stock_account in ((-value, None), (value, account)):
            yield CostRecord(
                id=causes.facts.new_id(),
                movement_id=movement.id,
                document_id=movement.document,
                because_id=causes.document.id,
                item_id=movement.pool.item,
                warehouse_id=movement.pool.warehouse,
                kind=EntryKind.REVALUATION.value,
                posting_date=movement.key.posting_date,
                actual=amount,
                stock_account_id=stock_account,
                contra_account_id=None,
                journal_entry_id=entry if stock_account else None,
            )


def _cost_records(
    posted: Iterable[PostedEntry], homes: Mapping[_Home, UUID]
) -> Iterable[CostRecord]:
    for one in posted:
        entry, movement = one.entry, one.entry.movement
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
            stock_account_id=one.stock_account,
            contra_account_id=one.contra.account if one.contra else None,
            journal_entry_id=homes.get((movement.document, entry.posting_date)),
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
    posting_date = _counts_on(causes.facts.company, cost.posting_date)
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
        journal_entry_id=homes.get(posting_date) if cost.stock_account else None,
    )
