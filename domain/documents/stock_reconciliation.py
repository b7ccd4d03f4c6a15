"""The stock reconciliation: what was counted, and what a unit of it costs; or opening stock.

A count is an assertion, not a quantity: when something is posted before it, what was counted still
stands, and the difference is worked out again; where costs travel along links or are carried, it is
the difference that it found. It posts against the difference account, else stock
adjustment, or the temporary opening account for opening stock.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.company import CostingMethod
from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.goods import read_pool
from domain.documents.parts.lots import BY_LOT, Lots, lot_needs, read_lots
from domain.errors import InvalidValue, OpeningDifferenceAccount, Required
from domain.facts import Facts, ItemFacts
from domain.lookup import LookUp, Path
from domain.money import QUANTITY_DIGITS, RATE_DIGITS, ZERO, multiply
from domain.movements import Assertion, Nature, Pool
from domain.records import LotKind
from domain.references import Ref
from domain.units import in_stock_unit, kept_unit, read_unit


class ReconciliationPurpose(StrEnum):
    """Whether a count sets right what the books say, or is how they begin."""

    COUNT = "COUNT"
    OPENING = "OPENING"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationLine:
    """What there is of an item: `quantity` and cost per unit (`rate`, document currency).

    Either may be left out: then it stays as it is. Goods kept by batch or serial number are named
    by it. `serials` are all that there are; with a `rate` alone, those that come to cost it.
    `uom` is the unit of the quantity and the rate, None = the item's stock unit.
    `difference_account` goes before the document's.
    """

    item: Ref
    warehouse: Ref
    quantity: Decimal | None = None
    rate: Decimal | None = None
    batch: str | None = None
    serials: tuple[str, ...] = ()
    cost_center: Ref | None = None
    uom: str | None = None
    difference_account: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReconciliation(Document):
    """A count of goods."""

    kind: ClassVar[DocumentKind] = DocumentKind.STOCK_RECONCILIATION
    series: ClassVar[str] = "SR"

    lines: tuple[ReconciliationLine, ...]
    purpose: ReconciliationPurpose = ReconciliationPurpose.COUNT
    difference_account: Ref | None = None

    def needs(self) -> Needs:
        """The items, and the lots that there are of them."""
        return Needs(
            items=frozenset(line.item for line in self.lines),
            lots=lot_needs(self.lines),
            counts=True,
        )

    def causes(self, facts: Facts) -> Causes:
        """A counting movement for each line and lot."""
        causes, look = begin(self, facts)
        causes.purpose = self.purpose.value
        usual = self._difference_account(look)
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        seen: set[Pool] = set()
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            item = look.stock_item(line.item, (*path, "item"))
            contra = usual
            if line.difference_account is not None:
                contra = self._named(look, line.difference_account, (*path, "differenceAccount"))
            if item is not None:
                self._count(causes, look, line, item, contra, path, seen)
        look.refuse_if_any()
        return causes

    def _count(
        self,
        causes: Causes,
        look: LookUp,
        line: ReconciliationLine,
        item: ItemFacts,
        contra: UUID | None,
        path: Path,
        seen: set[Pool],
    ) -> None:
        pool = read_pool(look, item, line.warehouse, path)
        center = look.cost_center(line.cost_center, (*path, "costCenter"))
        if line.quantity is None and line.rate is None:
            look.refuse(Required(path=(*path, "quantity")))
        if line.quantity is not None:
            look.not_negative(line.quantity, (*path, "quantity"), QUANTITY_DIGITS)
        if line.rate is not None:
            look.not_negative(line.rate, (*path, "rate"), RATE_DIGITS)
        unit = read_unit(look, line.uom, item, path)
        line = in_stock_unit(look, line, unit, path)
        lots = self._lots(causes, look, line, item, pool, path)
        record = causes.new_line(
            item_id=item.id,
            warehouse_id=pool.warehouse if pool else None,
            quantity=line.quantity or ZERO,
            rate=line.rate,
            account_id=contra,
            cost_center_id=center.id if center else None,
            **kept_unit(unit),
        )
        if pool is None:
            return
        rate = line.rate
        if rate is not None:
            rate = multiply(rate, self.exchange_rate)
        for lot, quantity in lots:
            place = pool.of_lot(lot)
            if place in seen:
                look.refuse(InvalidValue(path=(*path, _named_by(line)), reason="counted_twice"))
                return
            seen.add(place)
            counted = Assertion(None if line.quantity is None else quantity, rate)
            causes.move(place, ZERO, Nature.COUNT, record, contra=contra, counted=counted)

    def _lots(
        self,
        causes: Causes,
        look: LookUp,
        line: ReconciliationLine,
        item: ItemFacts,
        pool: Pool | None,
        path: Path,
    ) -> Lots:
        """The lots counted: of serial numbers those too that are not listed, as none.

        A line that names no lot and counts nothing says that none of the item is there.
        """
        by_lot = item.costing_method in BY_LOT
        names_none = by_lot and not line.batch and not line.serials
        if line.quantity is None:
            if names_none:
                by_batch = item.costing_method == CostingMethod.BATCH
                look.refuse(Required(path=(*path, "batch" if by_batch else "serials")))
                return []
            quantity = Decimal(len(line.serials))
            return read_lots(causes, look, item, line, quantity, path, may_be_new=False)
        here = causes.facts.present.get((item.id, pool.warehouse), ()) if pool else ()
        if names_none and not line.quantity:
            return [(lot, ZERO) for lot in here]
        listed = read_lots(causes, look, item, line, line.quantity, path, may_be_new=True)
        if not line.serials:
            return listed
        known = {lot for lot, _ in listed}
        if item.costing_method == CostingMethod.SPECIFIC:  # its batches are counted by themselves
            kinds = causes.facts.lot_facts
            known |= {lot for lot in here if kinds[lot].kind is LotKind.BATCH}
        return [*listed, *((lot, ZERO) for lot in here if lot not in known)]

    def _difference_account(self, look: LookUp) -> UUID | None:
        """Of the lines that name none; nothing is missing where all do."""
        path = ("differenceAccount",)
        if self.difference_account is not None:
            return self._named(look, self.difference_account, path)
        is_wanted = any(line.difference_account is None for line in self.lines)
        if not look.company.posts_stock or not is_wanted:
            return None
        opening = self.purpose is ReconciliationPurpose.OPENING
        return look.role(Role.TEMPORARY_OPENING, path) if opening else look.difference_account(path)

    def _named(self, look: LookUp, ref: Ref, path: Path) -> UUID | None:
        """The account named; opening stock is no profit."""
        account = look.account(ref, path)
        opening = self.purpose is ReconciliationPurpose.OPENING
        if account is not None and opening and account.is_profit_and_loss:
            look.refuse(OpeningDifferenceAccount(path=path, account=account.code))
        return account.id if account else None


def _named_by(line: ReconciliationLine) -> str:
    """The field that says what is counted."""
    if line.batch:
        return "batch"
    return "serials" if line.serials else "item"
