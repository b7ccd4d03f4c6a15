"""The stock entry: goods come, go or change place without a supplier or customer.

Receipts and issues post against the difference account of the line, of the document, or the
company's stock adjustment account; a transfer posts between the two warehouses' accounts.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.documents.document import Causes, Document, DocumentKind, Needs, begin, line_paths
from domain.documents.goods import read_pool
from domain.errors import InvalidValue, Required, ValuationRateMissing
from domain.facts import Facts, ItemFacts
from domain.lookup import LookUp, Path
from domain.money import ONE, RATE_DIGITS, ZERO
from domain.movements import Contra, EntryKind, Given, Nature, Pool, Source
from domain.records import LineRecord
from domain.references import Ref


class StockEntryPurpose(StrEnum):
    """What a stock entry does."""

    MATERIAL_RECEIPT = "MATERIAL_RECEIPT"
    MATERIAL_ISSUE = "MATERIAL_ISSUE"
    MATERIAL_TRANSFER = "MATERIAL_TRANSFER"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEntryLine:
    """Goods moved. `rate` is the cost per unit of a receipt, in document currency."""

    item: Ref
    quantity: Decimal
    warehouse: Ref | None = None
    to_warehouse: Ref | None = None
    rate: Decimal | None = None
    allow_zero_valuation: bool = False
    difference_account: Ref | None = None
    cost_center: Ref | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEntry(Document):
    """Goods received, issued or transferred within the company."""

    kind: ClassVar[DocumentKind] = DocumentKind.STOCK_ENTRY
    series: ClassVar[str] = "SE"

    purpose: StockEntryPurpose
    lines: tuple[StockEntryLine, ...]
    difference_account: Ref | None = None

    def needs(self) -> Needs:
        """The items."""
        return Needs(items=frozenset(line.item for line in self.lines))

    def causes(self, facts: Facts) -> Causes:
        """The movements that its purpose says."""
        causes, look = begin(self, facts)
        causes.purpose = self.purpose.value
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            item = look.stock_item(line.item, (*path, "item"))
            look.positive(line.quantity, (*path, "quantity"))
            if item is not None:
                self._move(causes, look, line, item, path)
        causes.grand_total = causes.net_total
        look.refuse_if_any()
        return causes

    def _move(
        self, causes: Causes, look: LookUp, line: StockEntryLine, item: ItemFacts, path: Path
    ) -> None:
        center = look.cost_center(line.cost_center, (*path, "costCenter"))
        pool = read_pool(look, item, line.warehouse, path)
        target = None
        if self.purpose is StockEntryPurpose.MATERIAL_TRANSFER:
            target = read_pool(look, item, line.to_warehouse, path, "toWarehouse")
        elif line.to_warehouse is not None:
            path = (*path, "toWarehouse")
            look.refuse(InvalidValue(path=path, reason="only_for_transfers"))
        contra = self._difference_account(look, line, path)
        rate = self._rate(look, line, item, path)
        amount = causes.amount(line.quantity, rate or ZERO)
        causes.net_total += amount
        record = causes.new_line(
            item_id=item.id,
            warehouse_id=pool.warehouse if pool else None,
            to_warehouse_id=target.warehouse if target else None,
            quantity=line.quantity,
            rate=rate,
            amount=amount,
            account_id=contra,
            cost_center_id=center.id if center else None,
            description=line.description,
        )
        if pool is None:
            return
        if self.purpose is StockEntryPurpose.MATERIAL_RECEIPT:
            price = causes.in_company_currency(amount)
            given = Given(EntryKind.DIRECT, price, Contra(contra) if contra else None)
            causes.move(pool, line.quantity, Nature.STOCK, record, given=(given,), contra=contra)
        elif self.purpose is StockEntryPurpose.MATERIAL_ISSUE:
            causes.move(pool, -line.quantity, Nature.STOCK, record, contra=contra)
        elif target is not None:
            self._transfer(causes, look, pool, target, record, path)

    def _transfer(
        self,
        causes: Causes,
        look: LookUp,
        pool: Pool,
        target: Pool,
        record: LineRecord,
        path: Path,
    ) -> None:
        if pool == target:
            look.refuse(InvalidValue(path=(*path, "toWarehouse"), reason="same_warehouse"))
            return
        leaving = causes.move(pool, -record.quantity, Nature.TRANSFER, record)
        causes.move(
            target,
            record.quantity,
            Nature.TRANSFER,
            record,
            sources=(Source(leaving.id, ONE),),
        )

    def _rate(
        self, look: LookUp, line: StockEntryLine, item: ItemFacts, path: Path
    ) -> Decimal | None:
        if self.purpose is not StockEntryPurpose.MATERIAL_RECEIPT:
            if line.rate is not None:
                look.refuse(InvalidValue(path=(*path, "rate"), reason="only_for_receipts"))
            return None
        if line.rate is None and not line.allow_zero_valuation:
            look.refuse(ValuationRateMissing(path=(*path, "rate"), item=item.sku))
        rate = line.rate if line.rate is not None else ZERO
        look.not_negative(rate, (*path, "rate"), RATE_DIGITS)
        return rate

    def _difference_account(self, look: LookUp, line: StockEntryLine, path: Path) -> UUID | None:
        """Where the other side of a receipt or issue goes; transfers have none."""
        transfer = self.purpose is StockEntryPurpose.MATERIAL_TRANSFER
        for ref, at in (
            (line.difference_account, (*path, "differenceAccount")),
            (self.difference_account, ("differenceAccount",)),
        ):
            if ref is None:
                continue
            if transfer:
                look.refuse(InvalidValue(path=at, reason="not_for_transfers"))
                return None
            account = look.account(ref, at)
            return account.id if account else None
        if transfer or not look.company.posts_stock:
            return None
        return look.role(Role.STOCK_ADJUSTMENT, (*path, "differenceAccount"))
