"""Items and services: as type, list and mutations."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.exporting.spread import in_one_cell
from api.masters.accounts import Account, account_or_none
from api.masters.common import (
    ActiveArgument,
    CompanyArgument,
    ItemSearch,
    find_master,
    id_of,
    listed,
)
from api.masters.item_groups import ItemGroup, load_item_group
from api.masters.item_inputs import CreateItemInput, UpdateItemInput
from api.masters.item_units import ItemUnit, UnitBarcode
from api.masters.mutations import Kind, master_mutations
from api.types.connections import After, Before, Connection, First, Last, page_of
from api.types.enums import CostingMethod
from api.types.nodes import Node, node_reader
from api.types.refs import ItemGroupRef, ItemRef
from api.types.sorting import ItemSort, sorted_by
from persistence.masters import items
from persistence.masters.rows import ItemRow, units_of


@strawberry.type(description="An item that is bought, stored or sold; or a service.")
class Item(Node):
    """Reads from an `ItemRow`."""

    sku: str = strawberry.field(description="Its stock keeping unit; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    description: str | None = strawberry.field(description="A longer text.")
    uom: str = strawberry.field(description="Its stock unit: the unit that its quantities count.")
    is_stock_item: bool = strawberry.field(description="Whether it is kept in stock.")
    stock_group: str | None = strawberry.field(
        description="A code by which stock posting rules find its stock account."
    )
    standard_cost: Decimal | None = strawberry.field(
        description="Cost of one unit in the company's currency, where the method uses it."
    )
    unit_cost: Decimal | None = strawberry.field(
        description="Cost of one unit on its card, in the company's currency: what issues without "
        "stock cost before any purchase (flow LINKED)."
    )
    overhead_rate: Decimal | None = strawberry.field(
        description="Overhead of one unit in the company's currency, which receipts take on "
        "(scheme CONTINENTAL)."
    )
    indirect_cost_percent: Decimal | None = strawberry.field(
        description="Indirect cost in percent of the direct cost, which receipts take on "
        "(scheme CONTINENTAL)."
    )
    weight: Decimal | None = strawberry.field(
        description="Weight of one unit: a basis for spreading landed cost."
    )
    volume: Decimal | None = strawberry.field(
        description="Volume of one unit: a basis for spreading landed cost."
    )
    over_receipt_tolerance: Decimal | None = strawberry.field(
        description="Percent that may be received beyond what was billed; null = as company."
    )
    over_delivery_tolerance: Decimal | None = strawberry.field(
        description="Percent that may be delivered beyond what was billed; null = as company."
    )
    over_billing_tolerance: Decimal | None = strawberry.field(
        description="Percent that may be billed beyond what came or went; null = as company."
    )
    is_active: bool = strawberry.field(description="Whether new documents may name it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]
    settings: strawberry.Private[dict[str, Any]]
    group_id: strawberry.Private[UUID | None]
    expense_account_id: strawberry.Private[UUID | None]
    income_account_id: strawberry.Private[UUID | None]
    cost_of_goods_sold_account_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Its own costing method; null = the company's.")
    def own_costing_method(self) -> CostingMethod | None:
        """As it was given."""
        return _method(self)

    @strawberry.field(description="What an issue of it costs: its own method or the company's.")
    async def costing_method(self, info: Info) -> CostingMethod:
        """The company is read only where the item has no method of its own."""
        own = _method(self)
        if own is not None:
            return own
        company = await info.context.loaders.company.load(self.company_id)
        return CostingMethod(company.costing_method)

    @strawberry.field(description="Its group, by which posting rules find accounts.")
    async def group(self, info: Info) -> ItemGroup | None:
        """One statement for all groups asked for at once."""
        if self.group_id is None:
            return None
        return await load_item_group(info.context, self.company_id, self.group_id)

    @strawberry.field(
        description="Barcodes that find it, but for those of `unitBarcodes`, in alphabetical order."
    )
    async def barcodes(self, info: Info) -> list[str]:
        """One statement for all items asked for at once."""
        return await info.context.loaders.barcodes.load((self.company_id, id_of(self)))

    @strawberry.field(
        description="The units besides its stock unit that document lines may name, by name.",
        metadata=in_one_cell("uom", "factor"),
    )
    def units(self) -> list[ItemUnit]:
        """As they are kept."""
        kept: dict[str, str] = cast("Any", self).units or {}
        return [ItemUnit(uom=uom, factor=factor) for uom, factor in units_of(kept)]

    @strawberry.field(
        description="Barcodes that stand for one of its units, in alphabetical order: a line that "
        "names its item by one, and no unit, is in that unit.",
        metadata=in_one_cell("uom", "barcode"),
    )
    async def unit_barcodes(self, info: Info) -> list[UnitBarcode]:
        """One statement for all items asked for at once."""
        found = await info.context.loaders.unit_barcodes.load((self.company_id, id_of(self)))
        return [UnitBarcode(uom=one.uom, barcode=one.barcode) for one in found]

    @strawberry.field(description="Whether its stock may go below zero; null = as the company.")
    def allow_negative_stock(self) -> bool | None:
        """From its settings."""
        return self.settings.get("allow_negative_stock")

    @strawberry.field(description="Whether its new batches or serial numbers need an expiry date.")
    def require_expiry(self) -> bool:
        """From its settings."""
        return bool(self.settings.get("require_expiry"))

    @strawberry.field(description="The account its purchases go to when it is no stock item.")
    async def expense_account(self, info: Info) -> Account | None:
        """Null = the company default."""
        return await account_or_none(info, self.company_id, self.expense_account_id)

    @strawberry.field(description="The account its sales go to.")
    async def income_account(self, info: Info) -> Account | None:
        """Null = its group's, or what posting rules say, or the company default."""
        return await account_or_none(info, self.company_id, self.income_account_id)

    @strawberry.field(description="The account that what it costs goes to as it is sold.")
    async def cost_of_goods_sold_account(self, info: Info) -> Account | None:
        """Null = its group's, or what posting rules say, or the company default."""
        return await account_or_none(info, self.company_id, self.cost_of_goods_sold_account_id)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are items by their class."""
        return isinstance(value, ItemRow | Item)


def _method(row: Any) -> CostingMethod | None:
    return CostingMethod(row.costing_method) if row.costing_method else None


@node_reader("item")
async def load_item(context: Context, company_id: UUID, one: UUID) -> Any:
    """An item by its id, batched with others."""
    return await context.loaders.item.load((company_id, one))


@strawberry.type
class ItemQueries:
    """Reading items."""

    @strawberry.field(description="An item; null when there is none of that name.")
    async def item(
        self,
        info: Info,
        company: CompanyArgument,
        item: Annotated[ItemRef, strawberry.argument(description="Which item.")],
    ) -> Item | None:
        """By id, SKU or barcode."""
        return await find_master(info, company, item.to_ref())

    @strawberry.field(description="The company's items, by SKU.")
    async def items(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: ItemSearch = None,
        active: ActiveArgument = None,
        is_stock_item: Annotated[
            bool | None, strawberry.argument(description="Only stock items, or only others.")
        ] = None,
        group: Annotated[
            ItemGroupRef | None, strawberry.argument(description="Only items of this group.")
        ] = None,
        sort: Annotated[Any, sorted_by(ItemSort)] = ItemSort.SKU_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Item]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            ItemRow,
            page,
            Connection[Item],
            search=search,
            equal={"is_active": active, "is_stock_item": is_stock_item},
            within={"group": group},
        )


_REQUIRED_FIELDS = ("sku", "name", "uom", "is_stock_item", "barcodes", "units", "unit_barcodes")
_NULLABLE_FIELDS = (
    "description", "costing_method", "group", "stock_group", "standard_cost", "unit_cost",
    "overhead_rate", "indirect_cost_percent", "weight", "volume",
    "expense_account", "income_account", "cost_of_goods_sold_account", "allow_negative_stock",
    "require_expiry",
    "over_receipt_tolerance",
    "over_delivery_tolerance", "over_billing_tolerance",
)  # fmt: skip


ItemMutations = master_mutations(
    Kind(
        name="item",
        one="an item",
        what="item",
        keeper=items,
        create=CreateItemInput,
        update=UpdateItemInput,
        shows=Item,
        named_by=ItemRef,
        fields=_REQUIRED_FIELDS,
        nullable=_NULLABLE_FIELDS,
    )
)
"""Changing items."""
