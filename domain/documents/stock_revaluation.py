"""The revaluation: what stock on hand is worth from a day on, however many there are of it.

It is a count that leaves the quantity as it is: when something late is posted before it, the new
unit cost (or value) still stands, and the difference is worked out again. It posts against the
difference account, else stock adjustment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import ClassVar
from uuid import UUID

from domain.company import Flow
from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.cost_orders import RevaluationOrder
from domain.documents.parts.lots import as_kept, lot_needs
from domain.errors import InvalidValue, NotFound, NothingToRevalue, Required
from domain.facts import Facts, ItemFacts
from domain.lookup import LookUp, Path
from domain.money import RATE_DIGITS, ZERO, multiply
from domain.movements import Assertion, Nature, Pool
from domain.records import LineRecord
from domain.references import Ref


class Must(Enum):
    """Where goods have to be: in one of the bins, or in each (of batches named in a warehouse).

    A batch that is used up, or a serial number that has left, keeps its bin.
    """

    SOME = auto()
    EACH = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevaluationLine:
    """An item whose stock is set to `unit_cost`, or to `value` in all; in document currency.

    `warehouse` None: everywhere. `batch` and `serials` None: all of them. `receipt_line`: only what
    is left of that receipt, which only the flow LINKED knows.
    """

    item: Ref
    warehouse: Ref | None = None
    unit_cost: Decimal | None = None
    value: Decimal | None = None
    batch: str | None = None
    serials: tuple[str, ...] = ()
    receipt_line: Ref | None = None
    cost_center: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRevaluation(Document):
    """New unit costs of stock on hand."""

    kind: ClassVar[DocumentKind] = DocumentKind.STOCK_REVALUATION
    series: ClassVar[str] = "RV"

    lines: tuple[RevaluationLine, ...]
    difference_account: Ref | None = None

    def needs(self) -> Needs:
        """The items, their lots and all of their bins."""
        return Needs(
            items=frozenset(line.item for line in self.lines),
            lots=lot_needs(self.lines),
            originals=frozenset(line.receipt_line for line in self.lines if line.receipt_line),
            bins=True,
        )

    def causes(self, facts: Facts) -> Causes:
        """A count of cost in each bin that is revalued."""
        causes, look = begin(self, facts)
        contra = self._difference_account(look)
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            item = look.stock_item(line.item, (*path, "item"))
            if item is not None:
                self._revalue(causes, look, line, item, contra, path)
        look.refuse_if_any()
        return causes

    def _revalue(
        self,
        causes: Causes,
        look: LookUp,
        line: RevaluationLine,
        item: ItemFacts,
        contra: UUID | None,
        path: Path,
    ) -> None:
        center = look.cost_center(line.cost_center, (*path, "costCenter"))
        _check_figures(causes, look, line, path)
        warehouse = look.warehouse(line.warehouse, (*path, "warehouse")) if line.warehouse else None
        pools = _pools(causes, look, line, item, warehouse, path)
        if line.warehouse is not None and warehouse is None:
            return
        if not pools:
            code = look.company.warehouses[warehouse].code if warehouse else None
            look.refuse(NothingToRevalue(path=path, item=item.sku, warehouse=code))
        if line.value is not None and len(pools) > 1:
            look.refuse(InvalidValue(path=(*path, "value"), reason="value_of_one_bin"))
        record = causes.new_line(
            item_id=item.id,
            warehouse_id=warehouse,
            quantity=ZERO,
            rate=line.unit_cost,
            amount=line.value or ZERO,
            account_id=contra,
            cost_center_id=center.id if center else None,
        )
        value, cost = line.value, line.unit_cost
        if value is not None:
            value = causes.in_company_currency(value)
        elif cost is not None:
            cost = multiply(cost, self.exchange_rate)
        named = line.batch is not None or bool(line.serials)
        must = Must.EACH if named and line.warehouse else Must.SOME
        receipt = _receipt(causes, look, line, path)
        revalue_bins(
            causes,
            record,
            pools,
            contra,
            unit_cost=cost,
            value=value,
            receipt=receipt,
            must=must,
        )

    def _difference_account(self, look: LookUp) -> UUID | None:
        path = ("differenceAccount",)
        if self.difference_account is not None:
            account = look.account(self.difference_account, path)
            return account.id if account else None
        return look.difference_account(path)


def revalue_bins(
    causes: Causes,
    record: LineRecord,
    pools: Sequence[Pool],
    contra: UUID | None,
    *,
    unit_cost: Decimal | None = None,
    value: Decimal | None = None,
    receipt: UUID | None = None,
    must: Must | None = None,
) -> None:
    """Let what the bins hold come to a new cost, in the company's flow.

    By replay it is a count of cost in each bin; by links a revaluation of each receipt of which
    something is left, or of just the `receipt` line named. `must`: where there has to be something.
    """
    if causes.facts.company.flow is Flow.LINKED:
        order = RevaluationOrder(tuple(pools), receipt, unit_cost, value, contra)
        causes.revaluations.append(order)
        return
    for pool in pools:
        counted = Assertion(None, unit_cost, value)
        moved = causes.move(pool, ZERO, Nature.COUNT, record, contra=contra, counted=counted)
        if must:
            causes.revalued[moved.id] = moved.id if must is Must.EACH else record.id


def _check_figures(causes: Causes, look: LookUp, line: RevaluationLine, path: Path) -> None:
    """Exactly one of unit cost and value."""
    if (line.unit_cost is None) == (line.value is None):
        look.refuse(InvalidValue(path=path, reason="unit_cost_or_value"))
    if line.unit_cost is not None:
        look.not_negative(line.unit_cost, (*path, "unitCost"), RATE_DIGITS)
    if line.value is not None:
        look.not_negative(line.value, (*path, "value"), causes.digits)


def _receipt(causes: Causes, look: LookUp, line: RevaluationLine, path: Path) -> UUID | None:
    """The receipt line named: one of the item, of the company's present flow of costs.

    A migration has made one receipt of all that was in a bin: an earlier one is closed.
    """
    if line.receipt_line is None:
        return None
    at = (*path, "receiptLine")
    if causes.facts.company.flow is not Flow.LINKED:
        look.refuse(InvalidValue(path=at, reason="only_by_links"))
    for original in causes.facts.originals.values():
        if original.id == line.receipt_line.id:
            if all(look.company.is_of_earlier_flow(one.key) for one in original.movements):
                look.open_day(original.posting_date, at)
            return original.id
    look.refuse(NotFound(path=at, kind="line", reference=line.receipt_line.value))
    return None


def _pools(
    causes: Causes,
    look: LookUp,
    line: RevaluationLine,
    item: ItemFacts,
    warehouse: UUID | None,
    path: Path,
) -> list[Pool]:
    """The bins that a line means, each once even where another line of the document names it."""
    facts = causes.facts
    named = [(line.batch, "batch")] if line.batch else []
    named += [(serial, "serials") for serial in line.serials]
    lots: set[UUID] = set()
    for code, name in named:
        lot = facts.lots.get((item.id, as_kept(causes, item, code)))
        if lot is None:
            look.refuse(NotFound(path=(*path, name), kind="lot", reference=code))
        else:
            lots.add(lot)
    pools = [
        pool
        for pool in facts.bins.get(item.id, ())
        if warehouse in {None, pool.warehouse} and (not named or pool.lot in lots)
    ]
    taken = {movement.pool for movement in causes.movements}
    if taken.intersection(pools):
        look.refuse(InvalidValue(path=(*path, "item"), reason="named_twice"))
    return pools
