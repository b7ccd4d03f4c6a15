"""The books in memory, their papers: lines that wait for bills or goods, and open items."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.facts import ItemFacts, OriginalLine, OriginalMovement
from domain.money import ZERO
from domain.movements import (
    Movement,
)
from domain.open_lines import LineFacts, OpenItemFacts
from domain.recorded import Dependent, DocumentFacts, PostedBilling, PostedLine, PostedParty
from domain.records import BillingRecord, LineRecord, OpenItemRecord
from tests.model.in_units import STOCK_UNIT, UNITS
from tests.model.memory_masters import ITEM_IDS
from tests.model.memory_stock import Kept, MemoryStock
from tests.model.operations import (
    SERVICE,
    TOLERANT,
    VOLUMES,
    WEIGHTS,
)


class MemoryPapers(MemoryStock):
    """Keeps what waits, and says what is known of earlier documents."""

    def __init__(self, layers_at_first: int) -> None:
        super().__init__(layers_at_first)
        self.lines: dict[UUID, LineFacts] = {}
        self.open_items: dict[UUID, OpenItemFacts] = {}

    def _open_item(self, id_: UUID) -> OpenItemFacts:
        """The item with what stands on its account for it."""
        return replace(self.open_items[id_], in_company=self.open_in_company(id_))

    def open_in_company(self, id_: UUID) -> Decimal:
        """What stands on its account for it."""
        entries = (
            one.amount
            for kept in self.documents.values()
            for one in kept.decision.causes.parties
            if one.against_id == id_
        )
        return sum(entries, ZERO)

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

    def _originals(
        self, lines: Iterable[UUID], documents: Iterable[UUID] = ()
    ) -> dict[UUID, OriginalLine]:
        """The lines named, services too, and the stock lines of the documents named."""
        lines, documents = set(lines), set(documents)
        return {
            line.id: self._original(document, kept, line)
            for document, kept in self.documents.items()
            for line in kept.decision.causes.lines
            if line.item_id is not None
            and (line.id in lines or (document in documents and line.item_id != ITEM_IDS[SERVICE]))
        }

    def _original(self, document: UUID, kept: Kept, line: LineRecord) -> OriginalLine:
        causes, state = kept.decision.causes, self.lines.get(line.id)
        item = self.open_items.get(document)
        name = next(name for name, id_ in ITEM_IDS.items() if id_ == line.item_id)
        return OriginalLine(
            id=line.id,
            document=document,
            kind=causes.document.kind.value,
            number=f"{causes.document.series}-{kept.seq:05}",
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
            weight=WEIGHTS.get(name),
            volume=VOLUMES.get(name),
            is_void=kept.void,
            booked_to=line.account_id,
            control=item.account if item else None,
            is_owed=item is not None and item.amount != 0,
            net_amount=line.amount,
            returned_net=self._returned_net(line.id),
            cost_center=line.cost_center_id,
            uom=line.uom,
            uom_factor=line.uom_factor,
            purpose=causes.purpose,
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
            self.costs[movement.id].of_goods, returned, takes_over=bool(movement.sources),
        )  # fmt: skip

    def _item(self, name: str) -> ItemFacts:
        return ItemFacts(
            id=ITEM_IDS[name],
            sku=name,
            name=name,
            costing_method=self._method(name),
            method_changes=self._changes(name),
            is_stock_item=name != SERVICE,
            allow_negative=self.below_zero.may(name),
            over_receipt_tolerance=TOLERANT.get(name, ZERO),
            over_delivery_tolerance=TOLERANT.get(name, ZERO),
            over_billing_tolerance=TOLERANT.get(name, ZERO),
            uom=STOCK_UNIT,
            units=tuple(UNITS.items()),
        )

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
            billed_again=tuple(self._billed_again(id_)),
            movements=tuple(movements),
            gave=tuple(self.gifts.get(id_, ())),
            methods=tuple(causes.methods) if causes.cancels is None else (),
            costs=tuple(cost for m in movements for cost in self.costs[m.id].entries),
            journal=tuple(
                PostedLine(*key[:2], amount, *key[2:], kept.held.get(key))
                for key, amount in kept.journal.items()
                if amount or kept.held.get(key)
            ),
            billing=tuple(
                PostedBilling(b.line_id, b.kind.value, b.quantity, b.amount, b.account_id)
                for b in causes.billing
            ),
            parties=tuple(
                PostedParty(
                    p.party_id,
                    p.account_id,
                    p.amount,
                    p.currency,
                    p.currency_amount,
                    p.against_id,
                    p.posting_date,
                )
                for p in causes.parties
            ),
        )

    def _dependents(self, id_: UUID) -> Iterable[Dependent]:
        own = {line.id for line in self.documents[id_].decision.causes.lines}
        for other_id, other in self.documents.items():
            causes = other.decision.causes
            if other.void or other_id == id_ or causes.cancels is not None:
                continue
            if other.seq > self.documents[id_].seq and self._moved(other) & self._changed(id_):
                yield Dependent(str(other.seq))
            bills = any(
                line.against_line_id in own
                or line.returned_line_id in own
                or line.against_id == id_
                for line in causes.lines
            ) or any(one.line_id in own for one in causes.billing)
            if bills or any(party.against_id == id_ for party in causes.parties):
                yield Dependent(str(other.seq))

    def _billed_again(self, id_: UUID) -> Iterable[str]:
        """Who billed what this document, a credit note, had left to be billed again."""
        left: dict[UUID, Decimal] = {}
        cheaper: dict[UUID, Decimal] = {}
        for entry in self.documents[id_].decision.causes.billing:
            if entry.kind == "BILLED":
                left[entry.line_id] = left.get(entry.line_id, ZERO) - entry.quantity
                cheaper[entry.line_id] = cheaper.get(entry.line_id, ZERO) - entry.amount
        for line_id, amount in cheaper.items():
            if not left[line_id] and amount > 0:
                yield from self._billed_later(id_, line_id, {"RECEIVED", "CLEARED"})
        for line_id, quantity in left.items():
            line = self.lines[line_id]
            comes_first = line.kind in {DocumentKind.PURCHASE_RECEIPT, DocumentKind.DELIVERY_NOTE}
            settled = line.billed_quantity + quantity + line.cleared_quantity
            if quantity <= 0 or not comes_first or settled <= line.quantity:
                continue
            yield from self._billed_later(id_, line_id, {"BILLED", "CLEARED"})

    def _billed_later(self, id_: UUID, line_id: UUID, kinds: set[str]) -> Iterable[str]:
        for other in self.documents.values():
            later = other.seq > self.documents[id_].seq and not other.void
            if (
                later
                and other.decision.causes.cancels is None
                and any(
                    one.line_id == line_id
                    and one.kind in kinds
                    and (one.quantity > 0 or ("RECEIVED" in kinds and one.quantity))
                    for one in other.decision.causes.billing
                )
            ):
                yield str(other.seq)

    def _changed(self, id_: UUID) -> set[UUID]:
        """The items whose costing method the document has changed."""
        causes = self.documents[id_].decision.causes
        return {one.item for one in causes.methods} if causes.cancels is None else set()

    def _moved(self, kept: Kept) -> set[UUID]:
        causes = kept.decision.causes
        moved = {one.pool.item for one in causes.movements}
        return moved | {one.item for one in causes.methods}

    # -- keeping ----------------------------------------------------------------------------------

    def _keep_papers(self, causes: Causes) -> None:
        for entry in causes.billing:
            known = self.lines.get(entry.line_id) or _new_line(causes, entry)
            self.lines[entry.line_id] = _billed(known, entry)
        self._void_lines(causes)
        for item in causes.open_items:
            known_item = self.open_items.get(item.document_id) or _new_item(item)
            self.open_items[item.document_id] = replace(
                known_item,
                amount=known_item.amount + item.amount,
                settled=known_item.settled + item.settled,
                is_void=known_item.is_void or item.is_void,
            )

    def _void_lines(self, causes: Causes) -> None:
        """The lines of a cancelled document wait for nothing any more."""
        if causes.cancels is None:
            return
        for id_, line in self.lines.items():
            if line.document == causes.cancels.id:
                self.lines[id_] = replace(line, is_void=True)


_INVOICES = frozenset({DocumentKind.PURCHASE_INVOICE, DocumentKind.SALES_INVOICE})


def _new_line(causes: Causes, entry: BillingRecord) -> LineFacts:
    """A line of which nothing came, and nothing was billed yet."""
    line = next(one for one in causes.lines if one.id == entry.line_id)
    return LineFacts(
        id=line.id,
        document=causes.document.id,
        kind=causes.document.kind.value,
        number="",
        line_no=line.line_no,
        posting_date=causes.posting_date,
        party=causes.party.id if causes.party else None,
        item=line.item_id or UUID(int=0),
        warehouse=line.warehouse_id,
        currency=causes.currency,
        exchange_rate=causes.document.exchange_rate,
        rate=line.rate or ZERO,
        quantity=ZERO,
        amount=ZERO,
        billed_quantity=ZERO,
        billed_amount=ZERO,
        returned_quantity=ZERO,
        returned_amount=ZERO,
        account=entry.account_id,
        is_void=False,
        moved_goods=causes.document.kind in _INVOICES
        and any(one.line == line.id for one in causes.movements),
        is_stock_item=line.item_id != ITEM_IDS[SERVICE],
        uom=line.uom,
        uom_factor=line.uom_factor,
    )


def _billed(known: LineFacts, entry: BillingRecord) -> LineFacts:
    """The line after one more billing entry."""
    if entry.kind == "BILLED":
        return replace(
            known,
            billed_quantity=known.billed_quantity + entry.quantity,
            billed_amount=known.billed_amount + entry.amount,
            overcharged=known.overcharged if entry.quantity else known.overcharged - entry.amount,
        )
    if entry.kind == "CLEARED":
        return known.cleared(entry.quantity, entry.amount)
    if entry.kind == "RETURNED":
        return replace(
            known,
            returned_quantity=known.returned_quantity + entry.quantity,
            returned_amount=known.returned_amount + entry.amount,
        )
    return replace(
        known, quantity=known.quantity + entry.quantity, amount=known.amount + entry.amount
    )


def _new_item(item: OpenItemRecord) -> OpenItemFacts:
    """An item of which nothing is open yet."""
    return OpenItemFacts(
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
