"""Cost centers: as type, list and mutations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
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
from api.types.nodes import Node, node_reader
from api.types.refs import CompanyRef, CostCenterRef
from api.types.sorting import CostCenterSort, sorted_by
from domain.masters import NewCostCenter
from persistence.masters import cost_centers
from persistence.masters.rows import CostCenterRow


@strawberry.type(description="A cost center, or a group of them: who a posting is for.")
class CostCenter(Node):
    """Reads from a `CostCenterRow`."""

    code: str = strawberry.field(description="What people call it; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    is_group: bool = strawberry.field(description="Whether it holds cost centers, not postings.")
    is_active: bool = strawberry.field(description="Whether new documents may name it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]
    parent_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The group it stands in; null at the top.")
    async def parent(self, info: Info) -> "CostCenter | None":
        """One statement for all parents asked for at once."""
        if self.parent_id is None:
            return None
        return await load_cost_center(info.context, self.company_id, self.parent_id)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are cost centers by their class."""
        return isinstance(value, CostCenterRow | CostCenter)


@node_reader("cost_center")
async def load_cost_center(context: Context, company_id: UUID, one: UUID) -> Any:
    """A cost center by its id, batched with others."""
    return await context.loaders.cost_center.load((company_id, one))


@strawberry.type
class CostCenterQueries:
    """Reading cost centers."""

    @strawberry.field(description="A cost center; null when there is none of that name.")
    async def cost_center(
        self,
        info: Info,
        company: CompanyArgument,
        cost_center: Annotated[CostCenterRef, strawberry.argument(description="Which one.")],
    ) -> CostCenter | None:
        """By id or code."""
        return await find_master(info, company, cost_center.to_ref())

    @strawberry.field(description="The company's cost centers, by code.")
    async def cost_centers(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: SearchArgument = None,
        active: ActiveArgument = None,
        sort: Annotated[Any, sorted_by(CostCenterSort)] = CostCenterSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[CostCenter]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            CostCenterRow,
            page,
            Connection[CostCenter],
            search=search,
            equal={"is_active": active},
        )


@strawberry.input(description="A cost center to be made.")
class CreateCostCenterInput:
    """A new cost center."""

    company: CompanyRef = strawberry.field(description="The company.")
    name: str | None = option("Its name, at most 300 characters; the code unless given.")
    code: str | None = option("What people call it, at most 140 characters; the name unless given.")
    parent: CostCenterRef | None = option("The group it stands in; null = at the top.")
    is_group: bool = strawberry.field(description="Whether it is a group.", default=False)
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewCostCenter:
        """The pure form."""
        return NewCostCenter(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            code=optional_value(self.code),
            name=optional_value(self.name),
            parent=optional_ref(self.parent),
            is_group=self.is_group,
        )


@strawberry.input(description="What is to change of a cost center; what is left out stays.")
class UpdateCostCenterInput:
    """Changes of a cost center."""

    company: CompanyRef = strawberry.field(description="The company.")
    cost_center: CostCenterRef = strawberry.field(description="The cost center.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    parent: CostCenterRef | None = option("Another group; null = the top.")
    is_group: bool | None = option("Whether it is a group, while nothing refers to it.")


CostCenterMutations = master_mutations(
    Kind(
        name="cost_center",
        one="a cost center",
        what="cost center",
        keeper=cost_centers,
        create=CreateCostCenterInput,
        update=UpdateCostCenterInput,
        shows=CostCenter,
        named_by=CostCenterRef,
        fields=("code", "name", "is_group"),
        nullable=("parent",),
    )
)
"""Changing cost centers."""
