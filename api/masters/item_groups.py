"""Groups of items: as type, list and mutations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.masters.accounts import Account, account_or_none
from api.masters.common import (
    ActiveArgument,
    CompanyArgument,
    SearchArgument,
    find_master,
    listed,
    option,
    optional_ref,
    optional_value,
)
from api.masters.mutations import Kind, master_mutations
from api.types.connections import After, Before, Connection, First, Last, page_of
from api.types.enums import CostingMethod
from api.types.nodes import Node, node_reader
from api.types.refs import AccountRef, CompanyRef, ItemGroupRef
from api.types.sorting import ItemGroupSort, sorted_by
from domain.masters import NewItemGroup
from persistence.masters import item_groups
from persistence.masters.rows import ItemGroupRow


@strawberry.type(
    description="A group of items: the product posting group, or stock category, by which posting "
    "rules find accounts."
)
class ItemGroup(Node):
    """Reads from an `ItemGroupRow`."""

    code: str = strawberry.field(description="What people call it; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    costing_method: CostingMethod | None = strawberry.field(
        description="What items made in it cost unless they say otherwise; null = as its parent."
    )
    is_active: bool = strawberry.field(description="Whether items may be put into it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]
    parent_id: strawberry.Private[UUID | None]
    stock_account_id: strawberry.Private[UUID | None]
    adjustment_account_id: strawberry.Private[UUID | None]
    purchase_price_variance_account_id: strawberry.Private[UUID | None]
    cost_of_goods_sold_account_id: strawberry.Private[UUID | None]
    income_account_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The group above it; null at the top.")
    async def parent(self, info: Info) -> "ItemGroup | None":
        """One statement for all parents asked for at once."""
        if self.parent_id is None:
            return None
        return await load_item_group(info.context, self.company_id, self.parent_id)

    @strawberry.field(
        description="Where the stock of its items stands (BY_LEVEL); null = as its parent."
    )
    async def stock_account(self, info: Info) -> Account | None:
        """Its own."""
        return await account_or_none(info, self.company_id, self.stock_account_id)

    @strawberry.field(
        description="The other side of adjustments and cost changes of its items (BY_LEVEL); "
        "null = as its parent."
    )
    async def adjustment_account(self, info: Info) -> Account | None:
        """Its own."""
        return await account_or_none(info, self.company_id, self.adjustment_account_id)

    @strawberry.field(
        description="What suppliers bill of its items above or below their cost (BY_LEVEL); "
        "null = as its parent."
    )
    async def purchase_price_variance_account(self, info: Info) -> Account | None:
        """Its own."""
        return await account_or_none(info, self.company_id, self.purchase_price_variance_account_id)

    @strawberry.field(
        description="What its items cost goes there as they are sold, and what rules find comes "
        "first; null = as its parent. BY_LEVEL goes by its rules alone."
    )
    async def cost_of_goods_sold_account(self, info: Info) -> Account | None:
        """Its own."""
        return await account_or_none(info, self.company_id, self.cost_of_goods_sold_account_id)

    @strawberry.field(
        description="Where sales of its items go, after what rules find; null = as its parent. "
        "BY_LEVEL goes by its rules alone."
    )
    async def income_account(self, info: Info) -> Account | None:
        """Its own."""
        return await account_or_none(info, self.company_id, self.income_account_id)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are groups of items by their class."""
        return isinstance(value, ItemGroupRow | ItemGroup)


@node_reader("item_group")
async def load_item_group(context: Context, company_id: UUID, one: UUID) -> Any:
    """A group of items by its id, batched with others."""
    return await context.loaders.item_group.load((company_id, one))


@strawberry.type
class ItemGroupQueries:
    """Reading groups of items."""

    @strawberry.field(description="A group of items; null when there is none of that name.")
    async def item_group(
        self,
        info: Info,
        company: CompanyArgument,
        item_group: Annotated[ItemGroupRef, strawberry.argument(description="Which group.")],
    ) -> ItemGroup | None:
        """By id or code."""
        return await find_master(info, company, item_group.to_ref())

    @strawberry.field(description="The company's groups of items, by code.")
    async def item_groups(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: SearchArgument = None,
        active: ActiveArgument = None,
        sort: Annotated[Any, sorted_by(ItemGroupSort)] = ItemGroupSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ItemGroup]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            ItemGroupRow,
            page,
            Connection[ItemGroup],
            search=search,
            equal={"is_active": active},
        )


_PARENT = "The group above it; null = at the top."
_METHOD = "What items made in it cost unless they say otherwise; null = as its parent."
_STOCK = "Where the stock of its items stands (BY_LEVEL); null = as its parent."
_ADJUSTMENT = "The other side of adjustments of its items (BY_LEVEL); null = as its parent."
_VARIANCE = "Where price differences of purchases go (BY_LEVEL); null = as its parent."
_COST_OF_GOODS_SOLD = (
    "Where what its items cost goes as they are sold (not BY_LEVEL); null = as its parent."
)
_INCOME = "Where sales of its items go (not BY_LEVEL); null = as its parent."


@strawberry.input(description="A group of items to be made.")
class CreateItemGroupInput:
    """A new group of items."""

    company: CompanyRef = strawberry.field(description="The company.")
    name: str | None = option("Its name, at most 300 characters; the code unless given.")
    code: str | None = option("What people call it, at most 140 characters; the name unless given.")
    parent: ItemGroupRef | None = option(_PARENT)
    costing_method: CostingMethod | None = option(_METHOD)
    stock_account: AccountRef | None = option(_STOCK)
    adjustment_account: AccountRef | None = option(_ADJUSTMENT)
    purchase_price_variance_account: AccountRef | None = option(_VARIANCE)
    cost_of_goods_sold_account: AccountRef | None = option(_COST_OF_GOODS_SOLD)
    income_account: AccountRef | None = option(_INCOME)
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewItemGroup:
        """The pure form."""
        return NewItemGroup(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            code=optional_value(self.code),
            name=optional_value(self.name),
            parent=optional_ref(self.parent),
            costing_method=optional_value(self.costing_method),
            stock_account=optional_ref(self.stock_account),
            adjustment_account=optional_ref(self.adjustment_account),
            purchase_price_variance_account=optional_ref(self.purchase_price_variance_account),
            cost_of_goods_sold_account=optional_ref(self.cost_of_goods_sold_account),
            income_account=optional_ref(self.income_account),
        )


@strawberry.input(description="What is to change of a group of items; what is left out stays.")
class UpdateItemGroupInput:
    """Changes of a group of items."""

    company: CompanyRef = strawberry.field(description="The company.")
    item_group: ItemGroupRef = strawberry.field(description="The group.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    parent: ItemGroupRef | None = option(_PARENT)
    costing_method: CostingMethod | None = option(_METHOD)
    stock_account: AccountRef | None = option(_STOCK + " Before its items have moved.")
    adjustment_account: AccountRef | None = option(_ADJUSTMENT)
    purchase_price_variance_account: AccountRef | None = option(_VARIANCE)
    cost_of_goods_sold_account: AccountRef | None = option(_COST_OF_GOODS_SOLD)
    income_account: AccountRef | None = option(_INCOME)


_NULLABLE_FIELDS = (
    "parent", "costing_method", "stock_account", "adjustment_account",
    "purchase_price_variance_account", "cost_of_goods_sold_account", "income_account",
)  # fmt: skip


ItemGroupMutations = master_mutations(
    Kind(
        name="item_group",
        one="a group of items",
        what="group of items",
        keeper=item_groups,
        create=CreateItemGroupInput,
        update=UpdateItemGroupInput,
        shows=ItemGroup,
        named_by=ItemGroupRef,
        fields=("code", "name"),
        nullable=_NULLABLE_FIELDS,
    )
)
"""Changing groups of items."""
