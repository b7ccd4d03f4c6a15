"""The pure domain with its books in memory: what the database does for it, done with dictionaries.

It gives pools as the database does: at their end with only the first open layers, or from a
snapshot before a late fact; and it forgets and replaces caches as the writing statement does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from itertools import count
from uuid import UUID

from domain.accounts import ROOTS_OF_TYPE, AccountType, Role, WarehouseFacts
from domain.company import BEGINNING, AdjustmentDating, CompanySettings, InvoiceRatePolicy, Scheme
from domain.costing.method import Layer, PoolState
from domain.costing.replay import Missing, PoolFacts
from domain.costing.timeline import MethodChange
from domain.decide import CostRecord, Decision, decide, prepare
from domain.documents.cancellation import Cancellation
from domain.documents.document import Causes, Document, DocumentKind, Needs
from domain.facts import (
    AccountFacts,
    CompanyFacts,
    DocumentFacts,
    Facts,
    GivenElsewhere,
    ItemFacts,
    OriginalLine,
    OriginalMovement,
    PartyFacts,
    PostedBilling,
    PostedCost,
    PostedLine,
    PostedParty,
    StockAccountBalance,
)
from domain.money import MAX_AMOUNT, ZERO
from domain.movements import (
    BASE_KINDS,
    GIVEN_KINDS,
    UNRECORDED,
    Contra,
    EntryKind,
    Movement,
    Pool,
    PostingKey,
    Source,
)
from domain.open_lines import LineFacts, OpenItemFacts
from domain.records import BillingRecord, LineRecord
from domain.references import Ref
from domain.stock import pools_of
from tests.model.opening import OWN_ACCOUNT
from tests.model.operations import (
    ACCOUNTS,
    ITEMS,
    PARTIES,
    ROLES,
    SERVICE,
    TOLERANT,
    WAREHOUSES,
    Switches,
)

_FIRST = PostingKey(date.min, time.min, -1, -1)
_GIVEN = {kind.value for kind in GIVEN_KINDS}
_BASE = {kind.value for kind in BASE_KINDS}


def _named(names: Iterable[str], first: int) -> dict[str, UUID]:
    return {name: UUID(int=first + index) for index, name in enumerate(names)}


ACCOUNT_IDS = _named(ACCOUNTS, 100)
WAREHOUSE_IDS = _named(WAREHOUSES, 200)
ITEM_IDS = _named([*ITEMS, SERVICE], 300)
PARTY_IDS = _named(PARTIES, 400)


def company_facts(settings: CompanySettings) -> CompanyFacts:
    """The company of the model."""
    return CompanyFacts(
        id=UUID(int=1),
        code="MODEL",
        currency="EUR",
        digits=2,
        scheme=Scheme.PERPETUAL,
        settings=settings,
        posts_stock_from=BEGINNING,
        roles={Role(role): ACCOUNT_IDS[name] for role, name in ROLES.items()},
        accounts={
            id_: AccountFacts(
                id_, name, name, AccountType(ACCOUNTS[name]),
                ROOTS_OF_TYPE[AccountType(ACCOUNTS[name])][0],
            )
            for name, id_ in ACCOUNT_IDS.items()
        },
        accounts_named=ACCOUNT_IDS,
        warehouses={
            id_: WarehouseFacts(id_, name, name, None, ACCOUNT_IDS.get(OWN_ACCOUNT[name] or ""))
            for name, id_ in WAREHOUSE_IDS.items()
        },
        warehouses_named=WAREHOUSE_IDS,
    )  # fmt: skip


@dataclass(slots=True)
class Costs:
    """The sums of what is recorded on a movement, and its entries."""

    given: Decimal = ZERO
    base: Decimal | None = None
    difference: Decimal = ZERO
    true_up: Decimal = ZERO
    entries: list[PostedCost] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.given + (self.base or ZERO) + self.difference + self.true_up


@dataclass(slots=True)
class StoredPool:
    """A bin with its layers and snapshots."""

    state: PoolState = field(default_factory=PoolState)
    last: PostingKey | None = None
    layers: dict[int, Layer] = field(default_factory=dict)
    snapshots: dict[PostingKey, PoolState] = field(default_factory=dict)
    movements: list[UUID] = field(default_factory=list)

    @property
    def has_moved(self) -> bool:
        """Whether anything ever moved here, cancelled or not."""
        return bool(self.movements)


@dataclass(slots=True)
class Kept:
    """A recorded document: what it caused, and what later ones made of it."""

    decision: Decision
    seq: int
    void: bool = False
    journal: dict[tuple[date, UUID, UUID | None, UUID | None], Decimal] = field(
        default_factory=dict
    )
    billing: list[BillingRecord] = field(default_factory=list)


class MemoryBooks:
    """Posts documents and keeps everything in dictionaries."""

    def __init__(self, switches: Switches, *, layers_at_first: int = 2) -> None:
        settings = CompanySettings(
            invoice_rate_policy=InvoiceRatePolicy(switches.policy),
            value_rejected=switches.value_rejected,
            adjustment_dating=AdjustmentDating(
                "FIRST_OPEN_PERIOD" if switches.adjusts_late else "OWN_PERIOD"
            ),
        )
        self.company = company_facts(settings)
        self.allow_negative = {item for item in ITEMS if item.endswith("-")}
        self.layers_at_first = layers_at_first
        self.pools: dict[Pool, StoredPool] = {}
        self.movements: dict[UUID, Movement] = {}
        self.costs: dict[UUID, Costs] = {}
        self.takers: dict[UUID, list[UUID]] = {}
        self.corrections: dict[UUID, list[Movement]] = {}
        self.moved: dict[UUID, list[UUID]] = {}
        self.gifts: dict[UUID, list[GivenElsewhere]] = {}
        self.documents: dict[UUID, Kept] = {}
        self.lines: dict[UUID, LineFacts] = {}
        self.open_items: dict[UUID, OpenItemFacts] = {}
        self.seq = 0
        self._ids = count(1 << 20)

    def new_id(self) -> UUID:
        return UUID(int=next(self._ids))

    # -- posting ----------------------------------------------------------------------------------

    def submit(self, document: Document) -> Decision:
        """Decide and keep.

        Raises:
            Refused: as the domain does; nothing was kept.
        """
        decision = self.preview(document)
        self._keep(decision)
        return decision

    def preview(self, document: Document) -> Decision:
        """Decide: name further pools as often as the domain asks for them."""
        causes = prepare(document, self._facts(document))
        also: dict[Pool, PostingKey] = {}
        for _ in range(100):
            outcome = decide(causes, self._pools(causes, also))
            if isinstance(outcome, Decision):
                return outcome
            assert isinstance(outcome, Missing)
            for pool, key in outcome.pools.items():
                assert pool not in also or key < also[pool], "asked for what it was given"
                also[pool] = key
        raise AssertionError("the decision never ends")

    def _facts(self, document: Document) -> Facts:
        needs = document.needs()
        documents: dict[UUID, DocumentFacts] = {}
        if isinstance(document, Cancellation):
            id_ = UUID(document.document.value)
            documents[id_] = self._recorded(id_)
        items = {name: self._item(name) for name in (*ITEMS, SERVICE)}
        return Facts(
            company=self.company,
            new_id=self.new_id,
            items={ref: items[ref.value] for ref in needs.items},
            items_by_id={item.id: item for item in items.values()},
            bins={
                item.id: tuple(
                    pool
                    for pool in sorted(self.pools)
                    if pool.item == item.id and self.pools[pool].has_moved
                )
                for item in items.values()
            },
            parties={ref: _party(ref.value) for ref in needs.parties},
            lines={id_: self._line(id_) for id_ in _ids(needs.lines) if id_ in self.lines},
            documents=documents,
            originals=self._originals(needs),
            open_items={id_: self._open_item(id_) for id_ in _ids(needs.open_items)},
            stock_balances={
                ACCOUNT_IDS[name]: StockAccountBalance(ZERO, ZERO)
                for name in ("Stock A", "Stock B")
            },
        )

    def _open_item(self, id_: UUID) -> OpenItemFacts:
        """The item with what stands on its account for it."""
        entries = (
            one.amount
            for kept in self.documents.values()
            for one in kept.decision.causes.parties
            if one.against_id == id_
        )
        return replace(self.open_items[id_], in_company=sum(entries, ZERO))

    def _line(self, id_: UUID) -> LineFacts:
        """The line with what its counterparts went beyond it."""
        line = self.lines[id_]
        counterparts = [
            self.lines[own.id]
            for kept in self.documents.values()
            for own in kept.decision.causes.lines
            if own.against_line_id == id_ and own.id in self.lines
        ]
        came = sum((one.quantity for one in counterparts), ZERO)
        billed = sum((one.billed_quantity for one in counterparts), ZERO)
        receives = line.kind in {"PURCHASE_RECEIPT", "DELIVERY_NOTE"}
        return replace(line, exceeded=billed - came if receives else came - line.quantity)

    def _originals(self, needs: Needs) -> dict[UUID, OriginalLine]:
        """The stock lines named, and those of the documents named."""
        lines = set(_ids(needs.originals))
        documents = {UUID(ref.value) for ref in needs.originals_of}
        return {
            line.id: self._original(document, kept, line)
            for document, kept in self.documents.items()
            for line in kept.decision.causes.lines
            if line.item_id not in {None, ITEM_IDS[SERVICE]}
            and (line.id in lines or document in documents)
        }

    def _original(self, document: UUID, kept: Kept, line: LineRecord) -> OriginalLine:
        causes, state = kept.decision.causes, self.lines.get(line.id)
        name = next(name for name, id_ in ITEM_IDS.items() if id_ == line.item_id)
        return OriginalLine(
            id=line.id,
            document=document,
            kind=causes.document.kind.value,
            number=f"{causes.document.kind}-{kept.seq:05}",
            line_no=line.line_no,
            posting_date=causes.posting_date,
            party=causes.party.id if causes.party else None,
            party_code=causes.party.code if causes.party else "",
            item=self._item(name),
            quantity=line.quantity,
            rate=line.rate or ZERO,
            amount=state.amount if state else line.amount,
            currency=causes.currency,
            exchange_rate=causes.document.exchange_rate,
            account=state.account if state else None,
            billing=state.quantity if state else line.quantity,
            weight=ZERO,
            volume=ZERO,
            is_void=kept.void,
            net_amount=line.amount,
            returned_net=self._returned_net(line.id),
            movements=tuple(
                self._original_movement(self.movements[id_])
                for id_ in self.moved.get(document, ())
                if self.movements[id_].line == line.id
            ),
        )

    def _returned_net(self, line: UUID) -> Decimal:
        """What live returns of a line took back, in its document's currency."""
        returns = {DocumentKind.PURCHASE_RETURN, DocumentKind.SALES_RETURN}
        amounts = (
            one.amount
            for kept in self.documents.values()
            if not kept.void and kept.decision.causes.document.kind in returns
            for one in kept.decision.causes.lines
            if one.against_line_id == line
        )
        return sum(amounts, ZERO)

    def _original_movement(self, movement: Movement) -> OriginalMovement:
        returned = sum(
            (
                abs(taker.quantity)
                for taker in map(self.movements.__getitem__, self.takers.get(movement.id, ()))
                if taker.returns is not None and not self.documents[taker.document].void
            ),
            ZERO,
        )
        return OriginalMovement(
            movement.id, movement.pool, movement.key, movement.leg.value, movement.quantity,
            self.costs[movement.id].total, returned,
        )  # fmt: skip

    def _item(self, name: str) -> ItemFacts:
        return ItemFacts(
            id=ITEM_IDS[name],
            sku=name,
            name=name,
            costing_method=self._method(name),
            method_changes=self._changes(name),
            is_stock_item=name != SERVICE,
            allow_negative=name in self.allow_negative,
            over_receipt_tolerance=TOLERANT.get(name, ZERO),
            over_delivery_tolerance=TOLERANT.get(name, ZERO),
            over_billing_tolerance=TOLERANT.get(name, ZERO),
        )

    def _changes(self, name: str) -> tuple[MethodChange, ...]:
        return tuple(
            MethodChange(
                PostingKey(
                    kept.decision.causes.posting_date, kept.decision.posting_time, kept.seq, 0
                ),
                one.before,
                one.after,
            )
            for kept in self.documents.values()
            if not kept.void and kept.decision.causes.cancels is None
            for one in kept.decision.causes.methods
            if one.item == ITEM_IDS[name]
        )

    def _method(self, name: str) -> str:
        changes = self._changes(name)
        return changes[-1].after if changes else ITEMS.get(name, "FIFO")

    def _recorded(self, id_: UUID) -> DocumentFacts:
        kept = self.documents[id_]
        causes = kept.decision.causes
        movements = [self._movement(one) for one in self.moved.get(id_, ())]
        return DocumentFacts(
            id=id_,
            kind=causes.document.kind.value,
            number=str(kept.seq),
            posting_date=causes.posting_date,
            posting_time=kept.decision.posting_time,
            party=causes.party.id if causes.party else None,
            currency=causes.currency,
            is_void=kept.void,
            dependents=tuple(self._dependents(id_)),
            movements=tuple(movements),
            gave=tuple(self.gifts.get(id_, ())),
            methods=tuple(causes.methods) if causes.cancels is None else (),
            costs=tuple(cost for m in movements for cost in self.costs[m.id].entries),
            journal=tuple(
                PostedLine(day, account, amount, center, party)
                for (day, account, center, party), amount in kept.journal.items()
                if amount
            ),
            billing=tuple(
                PostedBilling(b.line_id, b.kind.value, b.quantity, b.amount, b.account_id)
                for b in causes.billing
            ),
            parties=tuple(
                PostedParty(
                    p.party_id, p.account_id, p.amount, p.currency, p.currency_amount, p.against_id
                )
                for p in causes.parties
            ),
        )

    def _dependents(self, id_: UUID) -> Iterable[str]:
        own = {line.id for line in self.documents[id_].decision.causes.lines}
        for other_id, other in self.documents.items():
            causes = other.decision.causes
            if other.void or other_id == id_ or causes.cancels is not None:
                continue
            if other.seq > self.documents[id_].seq and self._moved(other) & self._changed(id_):
                yield str(other.seq)
            bills = any(line.against_line_id in own for line in causes.lines)
            if bills or any(party.against_id == id_ for party in causes.parties):
                yield str(other.seq)

    def _changed(self, id_: UUID) -> set[UUID]:
        """The items whose costing method the document has changed."""
        causes = self.documents[id_].decision.causes
        return {one.item for one in causes.methods} if causes.cancels is None else set()

    def _moved(self, kept: Kept) -> set[UUID]:
        causes = kept.decision.causes
        moved = {one.pool.item for one in causes.movements}
        return moved | {one.item for one in causes.methods}

    # -- pools ------------------------------------------------------------------------------------

    def _pools(self, causes: Causes, also: dict[Pool, PostingKey]) -> dict[Pool, PoolFacts]:
        requested = pools_of(causes)
        found: dict[Pool, PoolFacts] = {}
        for pool in {*requested, *also}:
            stored = self.pools.setdefault(pool, StoredPool())
            key = also.get(pool)
            if key is None or stored.last is None or stored.last < key:
                found[pool] = self._at_end(pool, stored, requested.get(pool, ZERO))
            else:
                found[pool] = self._from_before(pool, stored, key)
        return found

    def _at_end(self, pool: Pool, stored: StoredPool, requested: Decimal) -> PoolFacts:
        """The state with the first open layers, or all of them where an issue may reach on."""
        state = stored.state
        if state.top_layer is not None:
            return self._pool_facts(pool, state, _stack(stored, state, requested), stored.last, ())
        layers = [stored.layers[no] for no in sorted(stored.layers) if no >= state.first_layer]
        first = layers[: self.layers_at_first]
        if first:
            reach = first[-1].quantity_before + first[-1].quantity
            if first[-1].no + 1 < state.next_layer and reach < state.issued + requested:
                first = layers
        return self._pool_facts(pool, state, first, stored.last, ())

    def _from_before(self, pool: Pool, stored: StoredPool, key: PostingKey) -> PoolFacts:
        known = max((at for at in stored.snapshots if at < key), default=None)
        state = stored.snapshots[known] if known else PoolState()
        layers = [
            stored.layers[no]
            for no in range(state.first_layer, state.next_layer)
            if no in stored.layers
        ]
        if state.top_layer is not None:
            layers = _stack(stored, state, MAX_AMOUNT)
        history = [
            self._movement(id_)
            for id_ in stored.movements
            if self.movements[id_].key > (known or _FIRST)
            and not self.documents[self.movements[id_].document].void
        ]
        history.sort(key=lambda movement: movement.key)
        return self._pool_facts(pool, state, layers, known, history)

    def _pool_facts(
        self,
        pool: Pool,
        state: PoolState,
        layers: Sequence[Layer],
        folded_to: PostingKey | None,
        history: Sequence[Movement],
    ) -> PoolFacts:
        name = next(name for name, id_ in ITEM_IDS.items() if id_ == pool.item)
        return PoolFacts(
            pool=pool,
            method=self._method(name),
            changes=self._changes(name),
            allow_negative=name in self.allow_negative,
            state=state,
            layers=tuple(layers),
            folded_to=folded_to,
            history=tuple(history),
        )

    def _movement(self, id_: UUID) -> Movement:
        movement, costs = self.movements[id_], self.costs[id_]
        takers = [self.movements[taker] for taker in self.takers.get(id_, ())]
        corrected = sum((one.quantity for one in self.corrections.get(id_, ())), ZERO)
        returns = movement.returns
        if returns is not None:
            returns = replace(returns, cost=self.costs[returns.movement].total)
        return replace(
            movement,
            quantity=movement.quantity + corrected,
            returns=returns,
            given_recorded=costs.given,
            base_recorded=costs.base,
            difference_recorded=costs.difference,
            true_up_recorded=costs.true_up,
            sources=tuple(
                Source(s.movement, s.fraction, self.costs[s.movement].total)
                for s in movement.sources
            ),
            dependants=tuple(
                (taker.pool, taker.key)
                for taker in takers
                if not self.documents[taker.document].void
            ),
        )

    # -- keeping ----------------------------------------------------------------------------------

    def _keep(self, decision: Decision) -> None:
        self.seq += 1
        causes = decision.causes
        self.documents[causes.document.id] = Kept(decision, self.seq)
        if causes.cancels is not None:
            self.documents[causes.cancels.id].void = True
        for movement in decision.movements:
            self._keep_movement(movement)
        for record in decision.costs:
            self._keep_cost(record)
        for entry in decision.journal:
            journal = self.documents[entry.document].journal
            for line in entry.lines:
                key = (entry.posting_date, line.account, line.cost_center, line.party)
                journal[key] = journal.get(key, ZERO) + line.amount
        self._keep_papers(causes)
        self._keep_pools(decision)

    def _keep_movement(self, movement: Movement) -> None:
        key = movement.key._replace(seq=self.seq)
        self.movements[movement.id] = replace(movement, key=key, given=())
        self.costs[movement.id] = Costs()
        self.moved.setdefault(movement.document, []).append(movement.id)
        if movement.corrects is not None and movement.voids is None:
            self.corrections.setdefault(movement.corrects, []).append(movement)
        elif movement.voids is None:
            self.pools[movement.pool].movements.append(movement.id)
        origins = {source.movement for source in movement.sources}
        if movement.returns is not None:
            origins.add(movement.returns.movement)
        for origin in origins:
            self.takers.setdefault(origin, []).append(movement.id)

    def _keep_cost(self, record: CostRecord) -> None:
        costs = self.costs[record.movement_id]
        if record.kind in _GIVEN:
            costs.given += record.actual
            if record.document_id != record.because_id:
                movement = self.movements[record.movement_id]
                contra = Contra(record.contra_account_id) if record.contra_account_id else None
                gift = GivenElsewhere(
                    movement.id, movement.pool, movement.key, record.kind, record.actual, contra
                )
                self.gifts.setdefault(record.because_id, []).append(gift)
        elif record.kind in _BASE:
            costs.base = (costs.base or ZERO) + record.actual
        elif record.kind == EntryKind.NEGATIVE_STOCK:
            costs.true_up += record.actual
        else:
            costs.difference += record.actual
        costs.entries.append(
            PostedCost(
                record.movement_id, record.kind, record.actual, record.posting_date,
                record.stock_account_id, record.contra_account_id,
            )
        )  # fmt: skip

    def _keep_pools(self, decision: Decision) -> None:
        for result in decision.settlement.pools if decision.settlement else ():
            stored = self.pools[result.pool]
            if result.replayed_from is not None:
                key, state = result.replayed_from
                for known in [at for at in stored.snapshots if at > (key or _FIRST)]:
                    del stored.snapshots[known]
                for no in [no for no in stored.layers if no >= state.next_layer]:
                    del stored.layers[no]
            for layer in result.new_layers:
                assert layer.no not in stored.layers, "a layer's number is given twice"
                stored.layers[layer.no] = layer
            for key, state in result.snapshots:
                at = self._recorded_key(key)
                assert at not in stored.snapshots, "two snapshots at one place"
                stored.snapshots[at] = state
            stored.state = result.state
            stored.last = self._recorded_key(result.last_key) if result.last_key else None

    def _recorded_key(self, key: PostingKey) -> PostingKey:
        return key._replace(seq=self.seq) if key.seq >= UNRECORDED else key

    def _void_lines(self, causes: Causes) -> None:
        """The lines of a cancelled document wait for nothing any more."""
        if causes.cancels is None:
            return
        for id_, line in self.lines.items():
            if line.document == causes.cancels.id:
                self.lines[id_] = replace(line, is_void=True)

    def _keep_papers(self, causes: Causes) -> None:
        document = causes.document
        lines = {line.id: line for line in causes.lines}
        for entry in causes.billing:
            known = self.lines.get(entry.line_id)
            if known is None:
                line = lines[entry.line_id]
                known = LineFacts(
                    id=line.id,
                    document=document.id,
                    kind=document.kind.value,
                    number="",
                    line_no=line.line_no,
                    posting_date=causes.posting_date,
                    party=causes.party.id if causes.party else None,
                    item=line.item_id or UUID(int=0),
                    warehouse=line.warehouse_id,
                    currency=causes.currency,
                    exchange_rate=document.exchange_rate,
                    rate=line.rate or ZERO,
                    quantity=ZERO,
                    amount=ZERO,
                    billed_quantity=ZERO,
                    billed_amount=ZERO,
                    returned_quantity=ZERO,
                    returned_amount=ZERO,
                    account=entry.account_id,
                    is_void=False,
                    moved_goods=causes.update_stock,
                    is_stock_item=line.item_id != ITEM_IDS[SERVICE],
                )
            if entry.kind == "BILLED":
                known = replace(
                    known,
                    billed_quantity=known.billed_quantity + entry.quantity,
                    billed_amount=known.billed_amount + entry.amount,
                )
            elif entry.kind == "CLEARED":
                known = known.cleared(entry.quantity, entry.amount)
            elif entry.kind == "RETURNED":
                known = replace(
                    known,
                    returned_quantity=known.returned_quantity + entry.quantity,
                    returned_amount=known.returned_amount + entry.amount,
                )
            else:
                known = replace(
                    known,
                    quantity=known.quantity + entry.quantity,
                    amount=known.amount + entry.amount,
                )
            self.lines[entry.line_id] = known
        self._void_lines(causes)
        for item in causes.open_items:
            known_item = self.open_items.get(item.document_id)
            if known_item is None:
                known_item = OpenItemFacts(
                    document=item.document_id,
                    number="",
                    party=item.party_id,
                    account=item.account_id,
                    currency=item.currency,
                    exchange_rate=item.exchange_rate,
                    amount=ZERO,
                    settled=ZERO,
                    is_void=False,
                    in_company=ZERO,
                )
            self.open_items[item.document_id] = replace(
                known_item,
                amount=known_item.amount + item.amount,
                settled=known_item.settled + item.settled,
                is_void=known_item.is_void or item.is_void,
            )


def _stack(stored: StoredPool, state: PoolState, wanted: Decimal) -> list[Layer]:
    """The layers from the top down until the quantity wanted is covered, and one more."""
    layers: list[Layer] = []
    no, left = state.top_layer, state.top_left
    while no is not None and wanted >= 0:
        layers.append(stored.layers[no])
        wanted -= left
        no, left = layers[-1].below, layers[-1].below_left
    return layers


def _ids(refs: Iterable[Ref]) -> Iterable[UUID]:
    return [UUID(ref.value) for ref in refs]


def _party(code: str) -> PartyFacts:
    return PartyFacts(PARTY_IDS[code], code, frozenset({PARTIES[code]}))
