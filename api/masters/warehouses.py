"""Warehouses: as type, list and mutations, with the stock account that each of them resolves to."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.masters.accounts import Account, account_or_none, load_account
from api.masters.common import (
    ActiveArgument,
    CompanyArgument,
    SearchArgument,
    find_master,
    id_of,
    listed,
    option,
    optional_ref,
    optional_value,
)
from api.masters.mutations import Kind, master_mutations
from api.types.connections import After, Before, Connection, First, Last, page_of
from api.types.enums import AccountSource
from api.types.nodes import Node, node_reader
from api.types.refs import AccountRef, CompanyRef, WarehouseRef
from api.types.sorting import WarehouseSort, sorted_by
from domain.masters import NewWarehouse
from persistence.masters import warehouses
from persistence.masters.rows import WarehouseRow


@strawberry.type(description="A warehouse, or a group of them.")
class Warehouse(Node):
    """Reads from a `WarehouseRow`."""

    code: str = strawberry.field(description="What people call it; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    is_group: bool = strawberry.field(description="Whether it holds warehouses, not stock.")
    is_transit: bool = strawberry.field(
        description="Whether it stands for the road: goods in it are sent and not yet received."
    )
    is_active: bool = strawberry.field(description="Whether new documents may name it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]
    parent_id: strawberry.Private[UUID | None]
    account_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The group it stands in; null at the top.")
    async def parent(self, info: Info) -> "Warehouse | None":
        """One statement for all parents asked for at once."""
        if self.parent_id is None:
            return None
        return await load_warehouse(info.context, self.company_id, self.parent_id)

    @strawberry.field(description="Its own stock account; null = a parent's or the company's.")
    async def account(self, info: Info) -> Account | None:
        """One statement for all accounts asked for at once."""
        return await account_or_none(info, self.company_id, self.account_id)

    @strawberry.field(
        description="The account that its stock is on: its own, its nearest parent's, or the "
        "company default; null when none of them is set, and then nothing posts to it."
    )
    async def effective_account(self, info: Info) -> Account | None:
        """Resolved for all warehouses of the company at once."""
        found = await info.context.loaders.stock_account.load((self.company_id, id_of(self)))
        if found is None:
            return None
        return await load_account(info.context, self.company_id, found.account)

    @strawberry.field(description="Which of the three levels names that account.")
    async def account_source(self, info: Info) -> AccountSource | None:
        """As `effective_account`."""
        found = await info.context.loaders.stock_account.load((self.company_id, id_of(self)))
        return found.source if found else None

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are warehouses by their class."""
        return isinstance(value, WarehouseRow | Warehouse)


@node_reader("warehouse")
async def load_warehouse(context: Context, company_id: UUID, one: UUID) -> Any:
    """A warehouse by its id, batched with others."""
    return await context.loaders.warehouse.load((company_id, one))


@strawberry.type
class WarehouseQueries:
    """Reading warehouses."""

    @strawberry.field(description="A warehouse; null when there is none of that name.")
    async def warehouse(
        self,
        info: Info,
        company: CompanyArgument,
        warehouse: Annotated[WarehouseRef, strawberry.argument(description="Which warehouse.")],
    ) -> Warehouse | None:
        """By id or code."""
        return await find_master(info, company, warehouse.to_ref())

    @strawberry.field(description="The company's warehouses, by code.")
    async def warehouses(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: SearchArgument = None,
        active: ActiveArgument = None,
        is_group: Annotated[
            bool | None, strawberry.argument(description="Only groups, or only what holds stock.")
        ] = None,
        parent: Annotated[
            WarehouseRef | None,
            strawberry.argument(description="Only what stands directly in this group."),
        ] = None,
        sort: Annotated[Any, sorted_by(WarehouseSort)] = WarehouseSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Warehouse]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            WarehouseRow,
            page,
            Connection[Warehouse],
            search=search,
            equal={"is_active": active, "is_group": is_group},
            within={"parent": parent},
        )


@strawberry.input(description="A warehouse to be made.")
class CreateWarehouseInput:
    """A new warehouse."""

    company: CompanyRef = strawberry.field(description="The company.")
    name: str | None = option("Its name, at most 300 characters; the code unless given.")
    code: str | None = option("What people call it, at most 140 characters; the name unless given.")
    parent: WarehouseRef | None = option("The group it stands in; null = at the top.")
    account: AccountRef | None = option("Its own stock account; null = a parent's or company's.")
    is_group: bool = strawberry.field(description="Whether it is a group.", default=False)
    is_transit: bool = strawberry.field(
        description="Whether it stands for the road between two warehouses.", default=False
    )
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewWarehouse:
        """The pure form."""
        return NewWarehouse(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            code=optional_value(self.code),
            name=optional_value(self.name),
            parent=optional_ref(self.parent),
            account=optional_ref(self.account),
            is_group=self.is_group,
            is_transit=self.is_transit,
        )


@strawberry.input(description="What is to change of a warehouse; what is left out stays.")
class UpdateWarehouseInput:
    """Changes of a warehouse."""

    company: CompanyRef = strawberry.field(description="The company.")
    warehouse: WarehouseRef = strawberry.field(description="The warehouse.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    parent: WarehouseRef | None = option("Another group; null = the top.")
    account: AccountRef | None = option(
        "Another stock account, while nothing has moved here; null = a parent's or the company's."
    )
    is_group: bool | None = option("Whether it is a group, while nothing refers to it.")
    is_transit: bool | None = option("Whether it stands for the road, while nothing refers to it.")


WarehouseMutations = master_mutations(
    Kind(
        name="warehouse",
        one="a warehouse",
        what="warehouse",
        keeper=warehouses,
        create=CreateWarehouseInput,
        update=UpdateWarehouseInput,
        shows=Warehouse,
        named_by=WarehouseRef,
        fields=("code", "name", "is_group", "is_transit"),
        nullable=("parent", "account"),
    )
)
"""Changing warehouses."""
