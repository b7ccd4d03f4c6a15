"""The stock entry: goods come, go, change place or turn into others within the company.

Receipts and issues post against the difference account of the line, of the document, or the
company's stock adjustment account; a transfer posts between the two warehouses' accounts. Repacking
and manufacturing consume lines that name only a warehouse and bring in products, at what was
consumed less the scrap. Additional costs make what comes in dearer and credit their own account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.charges import Charge, read_charges
from domain.documents.parts.cost_orders import Spread
from domain.documents.parts.goods import WHATEVER, read_pool
from domain.documents.parts.lots import Lots, lot_needs, read_lots, refuse_unusable
from domain.documents.parts.making import Output, bring_in_products, bring_in_scrap
from domain.documents.parts.taking import Taken, Taking
from domain.documents.parts.transit import lose, receive, transit_pool
from domain.errors import InvalidValue, Required
from domain.facts import Facts, ItemFacts
from domain.lookup import LookUp, Path
from domain.money import ONE, RATE_DIGITS, ZERO
from domain.movements import Contra, EntryKind, Given, Movement, Nature, Pool, Returned, Source
from domain.records import ChargeRecord, LineRecord
from domain.references import Ref
from domain.units import kept_unit, read_unit


class StockEntryPurpose(StrEnum):
    """What a stock entry does."""

    MATERIAL_RECEIPT = "MATERIAL_RECEIPT"
    MATERIAL_ISSUE = "MATERIAL_ISSUE"
    MATERIAL_TRANSFER = "MATERIAL_TRANSFER"
    SEND_TO_TRANSIT = "SEND_TO_TRANSIT"
    RECEIVE_FROM_TRANSIT = "RECEIVE_FROM_TRANSIT"
    REPACK = "REPACK"
    MANUFACTURE = "MANUFACTURE"


MAKING = frozenset({StockEntryPurpose.REPACK, StockEntryPurpose.MANUFACTURE})
"""The purposes that turn goods into others."""

MOVING = frozenset({StockEntryPurpose.MATERIAL_TRANSFER, StockEntryPurpose.SEND_TO_TRANSIT})
"""The purposes whose lines name where goods leave and where they go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEntryLine:
    """Goods moved. `rate` is the cost per unit of a receipt or of scrap, in document currency.

    When goods turn into others, a line with only `warehouse` is consumed, the one with only
    `to_warehouse` is a product, and `scrap` marks by-products that come in at their own rate.
    `cost_share` says what part of the cost one of several products has, in proportion to those of
    the others.
    Goods received from transit, or lost on the way, come of the line that sent them; others that
    leave come of the line that they say, `takes_from`, where they do (CONTINENTAL). `uom` is the
    unit of the quantity and the rate, None = the item's stock unit.
    """

    item: Ref
    quantity: Decimal
    warehouse: Ref | None = None
    to_warehouse: Ref | None = None
    sent_line: Ref | None = None
    rate: Decimal | None = None
    scrap: bool = False
    cost_share: Decimal | None = None
    allow_zero_valuation: bool = False
    difference_account: Ref | None = None
    batch: str | None = None
    serials: tuple[str, ...] = ()
    expiry_date: date | None = None
    manufactured_on: date | None = None
    cost_center: Ref | None = None
    description: str | None = None
    uom: str | None = None
    takes_from: Ref | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A line whose references are resolved.

    `pool` is where goods leave (or are received), `target` where transfers and products come in.
    `takes` are what the lots are taken of, one by one, where the line says it.
    """

    line: StockEntryLine
    record: LineRecord
    pool: Pool | None
    target: Pool | None
    lots: Lots
    contra: UUID | None
    path: Path
    takes: tuple[Returned, ...] = ()

    @property
    def leaving(self) -> Iterable[tuple[Pool, Decimal, Returned | None]]:
        """What goes out, lot by lot, and what it is taken of."""
        if self.pool is not None:
            for (lot, quantity), taken in zip(self.lots, self.takes or WHATEVER, strict=False):
                yield self.pool.of_lot(lot), quantity, taken

    def output(self, target: Pool) -> Output:
        """A line that is made, as what becomes of others sees it."""
        return Output(self.record, target, self.lots, self.path, self.line.cost_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEntry(Document):
    """Goods received, issued, transferred or made within the company."""

    kind: ClassVar[DocumentKind] = DocumentKind.STOCK_ENTRY
    series: ClassVar[str] = "SE"

    purpose: StockEntryPurpose
    lines: tuple[StockEntryLine, ...]
    charges: tuple[Charge, ...] = ()
    difference_account: Ref | None = None

    def needs(self) -> Needs:
        """The items and their lots."""
        sent = frozenset(line.sent_line for line in self.lines if line.sent_line is not None)
        taken = frozenset(line.takes_from for line in self.lines if line.takes_from is not None)
        return Needs(
            items=frozenset(line.item for line in self.lines),
            lots=lot_needs(self.lines),
            originals=sent | taken,
            held=sent,
        )

    def causes(self, facts: Facts) -> Causes:
        """The movements that its purpose says."""
        causes, look = begin(self, facts)
        causes.purpose = self.purpose.value
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        receives = self.purpose is StockEntryPurpose.RECEIVE_FROM_TRANSIT
        read: list[_Read] = []
        lost: dict[UUID, Decimal] = {}
        taking = Taking(causes, look)
        for index, path in line_paths(0 if receives else len(self.lines)):
            line = self.lines[index]
            if line.sent_line is not None and self.purpose is StockEntryPurpose.MATERIAL_ISSUE:
                contra = self._difference_account(look, line, path)
                self._rate(look, line, path)
                lose(causes, look, self, line, contra, lost, path)
            elif (one := self._read(causes, look, taking, line, path)) is not None:
                read.append(one)
            self._check_share(look, line, path)
        charges = read_charges(causes, look, self.charges)
        self._check_costs(look, charges)
        causes.charges_total = sum((charge.amount for charge in charges), ZERO)
        causes.grand_total = causes.net_total + causes.charges_total
        look.refuse_if_any()
        if receives:
            dearer = receive(causes, look, self, self.lines)
        elif self.purpose in MAKING:
            dearer = self._make(causes, look, read)
        else:
            dearer = [id_ for one in read for id_ in self._move(causes, one)]
        if charges and not dearer and not look.refusals:
            look.refuse(InvalidValue(path=("charges",), reason="nothing_comes_in"))
        look.refuse_if_any()
        causes.spread = [
            Spread(
                tuple(dearer),
                charge.account_id,
                causes.in_company_currency(charge.amount),
                charge.cost_center_id,
            )
            for charge in charges
        ]
        return causes

    # -- reading ------------------------------------------------------------------------------

    def _read(
        self, causes: Causes, look: LookUp, taking: Taking, line: StockEntryLine, path: Path
    ) -> _Read | None:
        item = look.stock_item(line.item, (*path, "item"))
        if line.sent_line is not None:
            reason = "only_from_transit"
            look.refuse(InvalidValue(path=(*path, "sentLine"), reason=reason))
        look.positive(line.quantity, (*path, "quantity"))
        center = look.cost_center(line.cost_center, (*path, "costCenter"))
        if item is None:
            return None
        pool, target = self._places(look, item, line, path)
        comes_in = self.purpose is StockEntryPurpose.MATERIAL_RECEIPT or pool is None
        unit = read_unit(look, line.uom, item, path)
        quantity = line.quantity
        if unit is not None:
            quantity = unit.quantity(look, quantity, (*path, "quantity"))
        lots = read_lots(causes, look, item, line, quantity, path, may_be_new=comes_in)
        if pool is not None and self.purpose in MAKING:
            refuse_unusable(causes, look, item, lots, path)
        elif self.purpose is StockEntryPurpose.MATERIAL_ISSUE:
            refuse_unusable(causes, look, item, lots, path, even_expired=True)
        taken = self._taken(look, taking, line, item, pool, lots, path)
        lots = taken.lots if taken else lots
        contra = self._difference_account(look, line, path)
        rate = self._rate(look, line, path)
        amount = causes.amount(line.quantity, rate or ZERO)
        if unit is not None and rate is not None:
            rate = unit.rate(look, rate, (*path, "rate"))
        causes.net_total += amount
        record = causes.new_line(
            item_id=item.id,
            warehouse_id=pool.warehouse if pool else None,
            to_warehouse_id=target.warehouse if target else None,
            quantity=quantity,
            rate=rate,
            amount=amount,
            account_id=contra,
            cost_center_id=center.id if center else None,
            description=line.description,
            takes_line_id=taken.line if taken else None,
            **kept_unit(unit),
        )
        return _Read(line, record, pool, target, lots, contra, path, taken.of if taken else ())

    def _taken(
        self,
        look: LookUp,
        taking: Taking,
        line: StockEntryLine,
        item: ItemFacts,
        pool: Pool | None,
        lots: Lots,
        path: Path,
    ) -> Taken | None:
        """What a line takes of the one that it names, if it does."""
        if line.takes_from is None:
            return None
        if self.purpose is StockEntryPurpose.MATERIAL_RECEIPT or pool is None:
            look.refuse(InvalidValue(path=(*path, "takesFrom"), reason="only_for_what_leaves"))
            return None
        return taking.of(line.takes_from, item, pool, lots, path)

    def _places(
        self, look: LookUp, item: ItemFacts, line: StockEntryLine, path: Path
    ) -> tuple[Pool | None, Pool | None]:
        if self.purpose in MAKING:
            if (line.warehouse is None) == (line.to_warehouse is None):
                look.refuse(InvalidValue(path=path, reason="consumed_or_made"))
                return None, None
            if line.warehouse is not None:
                return read_pool(look, item, line.warehouse, path), None
            return None, read_pool(look, item, line.to_warehouse, path, "toWarehouse")
        pool = read_pool(look, item, line.warehouse, path)
        if self.purpose not in MOVING:
            if line.to_warehouse is not None:
                reason = "only_for_transfers"
                look.refuse(InvalidValue(path=(*path, "toWarehouse"), reason=reason))
            return pool, None
        if self.purpose is StockEntryPurpose.SEND_TO_TRANSIT:
            target = transit_pool(look, item, line.to_warehouse, path)
        else:
            target = read_pool(look, item, line.to_warehouse, path, "toWarehouse")
        if pool is not None and pool == target:
            look.refuse(InvalidValue(path=(*path, "toWarehouse"), reason="same_warehouse"))
        return pool, target

    def _rate(self, look: LookUp, line: StockEntryLine, path: Path) -> Decimal | None:
        made = self.purpose in MAKING and line.to_warehouse is not None
        if line.scrap and not made:
            look.refuse(InvalidValue(path=(*path, "scrap"), reason="scrap_is_made"))
        priced = self.purpose is StockEntryPurpose.MATERIAL_RECEIPT or line.scrap
        if line.rate is None:
            if line.scrap and made and not line.allow_zero_valuation:
                look.refuse(Required(path=(*path, "rate")))
            return None
        if not priced:
            look.refuse(InvalidValue(path=(*path, "rate"), reason="only_for_receipts"))
        look.not_negative(line.rate, (*path, "rate"), RATE_DIGITS)
        return line.rate

    def _check_share(self, look: LookUp, line: StockEntryLine, path: Path) -> None:
        if line.cost_share is None:
            return
        if self.purpose not in MAKING or line.to_warehouse is None or line.scrap:
            look.refuse(InvalidValue(path=(*path, "costShare"), reason="only_for_products"))
        look.positive(line.cost_share, (*path, "costShare"), RATE_DIGITS)

    def _difference_account(self, look: LookUp, line: StockEntryLine, path: Path) -> UUID | None:
        """Where the other side of a receipt or issue goes; what stays inside has none."""
        purposes = (StockEntryPurpose.MATERIAL_RECEIPT, StockEntryPurpose.MATERIAL_ISSUE)
        inside = self.purpose not in purposes
        for ref, at in (
            (line.difference_account, (*path, "differenceAccount")),
            (self.difference_account, ("differenceAccount",)),
        ):
            if ref is None:
                continue
            if inside:
                look.refuse(InvalidValue(path=at, reason="not_for_transfers"))
                return None
            account = look.account(ref, at)
            return account.id if account else None
        if inside:
            return None
        return look.difference_account((*path, "differenceAccount"))

    def _check_costs(self, look: LookUp, charges: list[ChargeRecord]) -> None:
        """An additional cost makes goods dearer."""
        for charge in charges:
            path = ("charges", str(charge.charge_no - 1), "amount")
            look.not_negative(charge.amount, path)

    # -- moving -------------------------------------------------------------------------------

    def _move(self, causes: Causes, one: _Read) -> list[UUID]:
        """Receive, issue or transfer a line; returns the movements that come in."""
        incoming: list[UUID] = []
        for pool, quantity, taken in one.leaving:
            if self.purpose is StockEntryPurpose.MATERIAL_RECEIPT:
                incoming.append(_receive(causes, one, pool, quantity).id)
            elif self.purpose is StockEntryPurpose.MATERIAL_ISSUE:
                contra = one.contra
                causes.move(pool, -quantity, Nature.STOCK, one.record, contra=contra, returns=taken)
            elif one.target is not None:
                leaving = causes.move(pool, -quantity, Nature.TRANSFER, one.record, returns=taken)
                target = one.target.of_lot(pool.lot)
                sources = (Source(leaving.id, ONE),)
                arriving = causes.move(
                    target, quantity, Nature.TRANSFER, one.record, sources=sources
                )
                incoming.append(arriving.id)
        return incoming

    def _make(self, causes: Causes, look: LookUp, read: list[_Read]) -> list[UUID]:
        """Consume, then bring in scrap at its rate and the products at what is left."""
        consumed = [
            causes.move(pool, -quantity, Nature.MAKING, one.record, returns=taken).id
            for one in read
            for pool, quantity, taken in one.leaving
        ]
        scrap = [one.output(one.target) for one in read if one.target and one.line.scrap]
        products = [one.output(one.target) for one in read if one.target and not one.line.scrap]
        if not products or not consumed:
            look.refuse(InvalidValue(path=("lines",), reason="consumed_and_made"))
            return []
        worth = bring_in_scrap(causes, scrap)
        return bring_in_products(causes, look, products, consumed, worth)


def _receive(causes: Causes, one: _Read, pool: Pool, quantity: Decimal) -> Movement:
    """Goods at their rate; without one, at the last known cost, or at none if that is allowed."""
    contra = Contra(one.contra) if one.contra else None
    rate = one.record.rate or ZERO
    price = causes.in_company_currency(causes.amount(quantity, rate))
    given = (Given(EntryKind.DIRECT, price, contra),) if price else ()
    movement = causes.move(pool, quantity, Nature.STOCK, one.record, given=given, contra=one.contra)
    if not rate and not one.line.allow_zero_valuation:
        causes.unpriced.add(movement.id)
    return movement
