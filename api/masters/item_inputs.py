"""What is said of items that are made or changed."""

from decimal import Decimal
from uuid import UUID

import strawberry

from api.masters.common import option, optional_ref, optional_value
from api.masters.item_units import ItemUnitInput, UnitBarcodeInput
from api.types.enums import CostingMethod
from api.types.refs import AccountRef, CompanyRef, ItemGroupRef, ItemRef
from domain.masters import NewItem

_INCOME = "Where its sales go; null = its group's, or the company default."
_COST_OF_GOODS_SOLD = (
    "Where what it costs goes as it is sold; null = its group's, or what posting rules say, or the "
    "company default."
)


@strawberry.input(description="An item to be made.")
class CreateItemInput:
    """A new item."""

    company: CompanyRef = strawberry.field(description="The company.")
    sku: str = strawberry.field(description="Its stock keeping unit, at most 140 characters.")
    name: str | None = option("Its name, at most 300 characters; the SKU unless given.")
    description: str | None = option("A longer text, at most 4000 characters.")
    uom: str = strawberry.field(
        description="Its stock unit: the unit of its quantities.", default="Unit"
    )
    costing_method: CostingMethod | None = option("What its issues cost; null = as the company.")
    is_stock_item: bool = strawberry.field(
        description="Whether it is kept in stock; a service is not.", default=True
    )
    group: ItemGroupRef | None = option(
        "Its group, by which posting rules find accounts; its costing method unless one is given."
    )
    stock_group: str | None = option("A code by which stock posting rules find its stock account.")
    barcodes: list[str] = strawberry.field(
        description="Barcodes that find it, at most 100.", default_factory=list
    )
    units: list[ItemUnitInput] = strawberry.field(
        description="Units besides its stock unit that document lines may name, at most 100.",
        default_factory=list,
    )
    unit_barcodes: list[UnitBarcodeInput] = strawberry.field(
        description="Barcodes that stand for one of its units, at most 100: a line that names its "
        "item by one, and no unit, is in that unit.",
        default_factory=list,
    )
    standard_cost: Decimal | None = option("Cost of one unit, in the company's currency.")
    unit_cost: Decimal | None = option("Cost of one unit on its card, before any purchase.")
    overhead_rate: Decimal | None = option("Overhead of one unit, in the company's currency.")
    indirect_cost_percent: Decimal | None = option("Indirect cost in percent of the direct cost.")
    weight: Decimal | None = option("Weight of one unit.")
    volume: Decimal | None = option("Volume of one unit.")
    expense_account: AccountRef | None = option("Where its purchases go; null = company default.")
    income_account: AccountRef | None = option(_INCOME)
    cost_of_goods_sold_account: AccountRef | None = option(_COST_OF_GOODS_SOLD)
    over_receipt_tolerance: Decimal | None = option(
        "Percent that may be received beyond what was billed; null = company."
    )
    over_delivery_tolerance: Decimal | None = option(
        "Percent that may be delivered beyond what was billed; null = company."
    )
    over_billing_tolerance: Decimal | None = option(
        "Percent that may be billed beyond what was received or delivered; null = company."
    )
    allow_negative_stock: bool | None = option("Whether stock may go below zero; null = company.")
    require_expiry: bool | None = option(
        "Whether new batches or serial numbers need an expiry date; null = no."
    )
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewItem:
        """The pure form."""
        return NewItem(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            sku=self.sku,
            name=optional_value(self.name),
            description=optional_value(self.description),
            uom=self.uom,
            costing_method=optional_value(self.costing_method),
            is_stock_item=self.is_stock_item,
            group=optional_ref(self.group),
            stock_group=optional_value(self.stock_group),
            standard_cost=optional_value(self.standard_cost),
            unit_cost=optional_value(self.unit_cost),
            overhead_rate=optional_value(self.overhead_rate),
            indirect_cost_percent=optional_value(self.indirect_cost_percent),
            weight=optional_value(self.weight),
            volume=optional_value(self.volume),
            barcodes=tuple(self.barcodes),
            units=tuple(unit.to_command() for unit in self.units),
            unit_barcodes=tuple(one.to_command() for one in self.unit_barcodes),
            expense_account=optional_ref(self.expense_account),
            income_account=optional_ref(self.income_account),
            cost_of_goods_sold_account=optional_ref(self.cost_of_goods_sold_account),
            over_receipt_tolerance=optional_value(self.over_receipt_tolerance),
            over_delivery_tolerance=optional_value(self.over_delivery_tolerance),
            over_billing_tolerance=optional_value(self.over_billing_tolerance),
            allow_negative_stock=optional_value(self.allow_negative_stock),
            require_expiry=optional_value(self.require_expiry),
        )


@strawberry.input(description="What is to change of an item; what is left out stays.")
class UpdateItemInput:
    """Changes of an item."""

    company: CompanyRef = strawberry.field(description="The company.")
    item: ItemRef = strawberry.field(description="The item.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    sku: str | None = option("A new SKU.")
    name: str | None = option("A new name.")
    description: str | None = option("A longer text; null removes it.")
    uom: str | None = option("Another name of its stock unit; quantities stay as they are.")
    costing_method: CostingMethod | None = option(
        "Another costing method, before it has moved; null = as the company."
    )
    is_stock_item: bool | None = option("Whether it is kept in stock, before it has moved.")
    group: ItemGroupRef | None = option(
        "Another group; null removes it. Under BY_LEVEL before it has moved."
    )
    stock_group: str | None = option(
        "Another code for stock posting rules; null removes it. Under CONTINENTAL before it has "
        "moved."
    )
    barcodes: list[str] | None = option(
        "All its barcodes but those of `unitBarcodes`; those left out are removed."
    )
    units: list[ItemUnitInput] | None = option(
        "All its units besides the stock unit; those left out are removed. Posted lines keep the "
        "factor that they were posted with."
    )
    unit_barcodes: list[UnitBarcodeInput] | None = option(
        "All barcodes of its units; those left out are removed."
    )
    standard_cost: Decimal | None = option("Cost of one unit; null removes it.")
    unit_cost: Decimal | None = option("Cost of one unit on its card; null removes it.")
    overhead_rate: Decimal | None = option("Overhead of one unit; null removes it.")
    indirect_cost_percent: Decimal | None = option("Indirect cost in percent; null removes it.")
    weight: Decimal | None = option("Weight of one unit; null removes it.")
    volume: Decimal | None = option("Volume of one unit; null removes it.")
    expense_account: AccountRef | None = option("Where its purchases go; null = company default.")
    income_account: AccountRef | None = option(_INCOME)
    cost_of_goods_sold_account: AccountRef | None = option(_COST_OF_GOODS_SOLD)
    over_receipt_tolerance: Decimal | None = option(
        "Percent that may be received beyond what was billed; null = company."
    )
    over_delivery_tolerance: Decimal | None = option(
        "Percent that may be delivered beyond what was billed; null = company."
    )
    over_billing_tolerance: Decimal | None = option(
        "Percent that may be billed beyond what was received or delivered; null = company."
    )
    allow_negative_stock: bool | None = option("Whether stock may go below zero; null = company.")
    require_expiry: bool | None = option(
        "Whether new batches or serial numbers need an expiry date; null = no."
    )
