"""Taxes on lines of bills: as type, list and mutations."""

from datetime import datetime
from decimal import Decimal
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
from api.types.nodes import Node, node_reader
from api.types.refs import AccountRef, CompanyRef, TaxRef
from api.types.sorting import TaxSort, sorted_by
from domain.masters import NewTax
from domain.money import plain
from persistence.masters import taxes
from persistence.masters.rows import TaxRow

_RATE = "Percent of what it is charged on, from 0 to 1000."
_ORDER = "Its place among the taxes of a line, from 1 to 1000; those alike by code."
_ON_TAX = "Whether it is charged on the net amount plus the taxes before it."
_SALES = "The account that it is credited to on sales; without one it is refused there."
_PURCHASE = "The account that it is debited to on purchases; without one it is refused there."


@strawberry.type(description="A tax on lines of bills, or a tax authority's part of it.")
class Tax(Node):
    """Reads from a `TaxRow`."""

    code: str = strawberry.field(description="What people call it; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    on_tax: bool = strawberry.field(description=_ON_TAX)
    is_active: bool = strawberry.field(description="Whether new documents may name it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]
    position: strawberry.Private[int]
    sales_account_id: strawberry.Private[UUID | None]
    purchase_account_id: strawberry.Private[UUID | None]

    @strawberry.field(description=_RATE)
    def rate(self) -> Decimal:
        """Without trailing zeros."""
        row: Any = self
        return plain(row.rate)

    @strawberry.field(description=_ORDER)
    def order(self) -> int:
        """The smaller, the earlier."""
        return self.position

    @strawberry.field(description=_SALES)
    async def sales_account(self, info: Info) -> Account | None:
        """One statement for all accounts asked for at once."""
        return await account_or_none(info, self.company_id, self.sales_account_id)

    @strawberry.field(description=_PURCHASE)
    async def purchase_account(self, info: Info) -> Account | None:
        """One statement for all accounts asked for at once."""
        return await account_or_none(info, self.company_id, self.purchase_account_id)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are taxes by their class."""
        return isinstance(value, TaxRow | Tax)


@node_reader("tax")
async def load_tax(context: Context, company_id: UUID, one: UUID) -> Any:
    """A tax by its id, batched with others."""
    return await context.loaders.tax.load((company_id, one))


@strawberry.type
class TaxQueries:
    """Reading taxes."""

    @strawberry.field(description="A tax; null when there is none of that name.")
    async def tax(
        self,
        info: Info,
        company: CompanyArgument,
        tax: Annotated[TaxRef, strawberry.argument(description="Which tax.")],
    ) -> Tax | None:
        """By id or code."""
        return await find_master(info, company, tax.to_ref())

    @strawberry.field(description="The company's taxes, by code.")
    async def taxes(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: SearchArgument = None,
        active: ActiveArgument = None,
        sort: Annotated[Any, sorted_by(TaxSort)] = TaxSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Tax]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            TaxRow,
            page,
            Connection[Tax],
            search=search,
            equal={"is_active": active},
        )


@strawberry.input(description="A tax to be made.")
class CreateTaxInput:
    """A new tax."""

    company: CompanyRef = strawberry.field(description="The company.")
    rate: Decimal = strawberry.field(description=_RATE)
    name: str | None = option("Its name, at most 300 characters; the code unless given.")
    code: str | None = option("What people call it, at most 140 characters; the name unless given.")
    order: int = strawberry.field(description=_ORDER, default=1)
    on_tax: bool = strawberry.field(description=_ON_TAX, default=False)
    sales_account: AccountRef | None = option(_SALES)
    purchase_account: AccountRef | None = option(_PURCHASE)
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewTax:
        """The pure form."""
        return NewTax(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            code=optional_value(self.code),
            name=optional_value(self.name),
            rate=self.rate,
            order=self.order,
            on_tax=self.on_tax,
            sales_account=optional_ref(self.sales_account),
            purchase_account=optional_ref(self.purchase_account),
        )


@strawberry.input(
    description="What is to change of a tax; what is left out stays. Documents that were posted "
    "keep what they were charged."
)
class UpdateTaxInput:
    """Changes of a tax."""

    company: CompanyRef = strawberry.field(description="The company.")
    tax: TaxRef = strawberry.field(description="The tax.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    rate: Decimal | None = option(_RATE)
    order: int | None = option(_ORDER)
    on_tax: bool | None = option(_ON_TAX)
    sales_account: AccountRef | None = option(_SALES)
    purchase_account: AccountRef | None = option(_PURCHASE)


TaxMutations = master_mutations(
    Kind(
        name="tax",
        one="a tax",
        what="tax",
        keeper=taxes,
        create=CreateTaxInput,
        update=UpdateTaxInput,
        shows=Tax,
        named_by=TaxRef,
        fields=("code", "name", "rate", "order", "on_tax"),
        nullable=("sales_account", "purchase_account"),
    )
)
"""Changing taxes."""
