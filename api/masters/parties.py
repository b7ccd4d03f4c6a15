"""Customers and suppliers: as type, list and mutations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.masters.accounts import Account, account_or_none
from api.masters.common import (
    ActiveArgument,
    CompanyArgument,
    PartySearch,
    find_master,
    listed,
    option,
    optional_ref,
    optional_value,
)
from api.masters.mutations import Kind, master_mutations
from api.masters.payment_terms import PaymentTerm
from api.types.connections import After, Before, Connection, First, Last, page_of
from api.types.enums import described
from api.types.nodes import Node, node_reader
from api.types.refs import AccountRef, CompanyRef, PartyRef, PaymentTermRef
from api.types.sorting import PartySort, sorted_by
from domain.masters import NewParty, PartyRole
from persistence.masters import parties
from persistence.masters.rows import PartyRow

_PAYMENT_TERM = "The payment terms of its invoices that name none"

described(
    PartyRole,
    "What a party is to the company.",
    {PartyRole.CUSTOMER: "Buys from it.", PartyRole.SUPPLIER: "Sells to it."},
)


@strawberry.type(description="A customer, a supplier, or both.")
class Party(Node):
    """Reads from a `PartyRow`."""

    code: str = strawberry.field(description="What people call it; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    roles: list[PartyRole] = strawberry.field(description="What it is to the company.")
    tax_id: str | None = strawberry.field(description="Its tax identification number.")
    email: str | None = strawberry.field(description="Its e-mail address.")
    area: str | None = strawberry.field(
        description="The code of its sales area, by which sales rules find accounts."
    )
    sales_type: str | None = strawberry.field(
        description="The code of its sales type, by which sales rules find accounts."
    )
    is_active: bool = strawberry.field(description="Whether new documents may name it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]
    party_group: strawberry.Private[str | None]
    receivable_account_id: strawberry.Private[UUID | None]
    payable_account_id: strawberry.Private[UUID | None]
    payment_term_id: strawberry.Private[UUID | None]

    @strawberry.field(
        description="A code by which general posting rules find accounts; null: rules for any."
    )
    def group(self) -> str | None:
        """As it was given."""
        return self.party_group

    @strawberry.field(description="Where what it owes is kept; null = the company default.")
    async def receivable_account(self, info: Info) -> Account | None:
        """One statement for all accounts asked for at once."""
        return await account_or_none(info, self.company_id, self.receivable_account_id)

    @strawberry.field(description="Where what it is owed is kept; null = the company default.")
    async def payable_account(self, info: Info) -> Account | None:
        """One statement for all accounts asked for at once."""
        return await account_or_none(info, self.company_id, self.payable_account_id)

    @strawberry.field(description="The payment terms of its invoices that name none.")
    async def payment_term(self, info: Info) -> PaymentTerm | None:
        """One statement for all asked for at once."""
        if self.payment_term_id is None:
            return None
        found: Any = info.context.loaders.payment_term
        return await found.load((self.company_id, self.payment_term_id))

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are parties by their class."""
        return isinstance(value, PartyRow | Party)


@node_reader("party")
async def load_party(context: Context, company_id: UUID, one: UUID) -> Any:
    """A party by its id, batched with others."""
    return await context.loaders.party.load((company_id, one))


@strawberry.type
class PartyQueries:
    """Reading customers and suppliers."""

    @strawberry.field(description="A customer or supplier; null when there is none of that name.")
    async def party(
        self,
        info: Info,
        company: CompanyArgument,
        party: Annotated[PartyRef, strawberry.argument(description="Which party.")],
    ) -> Party | None:
        """By id or code."""
        return await find_master(info, company, party.to_ref())

    @strawberry.field(description="The company's customers and suppliers, by code.")
    async def parties(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: PartySearch = None,
        active: ActiveArgument = None,
        role: Annotated[
            PartyRole | None, strawberry.argument(description="Only customers, or only suppliers.")
        ] = None,
        sort: Annotated[Any, sorted_by(PartySort)] = PartySort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Party]:
        """A keyset page; the search looks at the tax number too."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            PartyRow,
            page,
            Connection[Party],
            search=search,
            equal={"is_active": active},
            having=("roles", role),
        )


@strawberry.input(description="A customer or supplier to be made.")
class CreatePartyInput:
    """A new party."""

    company: CompanyRef = strawberry.field(description="The company.")
    name: str | None = option("Its name, at most 300 characters; the code unless given.")
    code: str | None = option("What people call it, at most 140 characters; the name unless given.")
    roles: list[PartyRole] = strawberry.field(description="What it is to the company.")
    tax_id: str | None = option("Its tax identification number.")
    email: str | None = option("Its e-mail address.")
    group: str | None = option("A code by which general posting rules find accounts.")
    area: str | None = option("The code of its sales area, for sales rules.")
    sales_type: str | None = option("The code of its sales type, for sales rules.")
    receivable_account: AccountRef | None = option("Where what it owes is kept; null = default.")
    payable_account: AccountRef | None = option("Where what it is owed is kept; null = default.")
    payment_term: PaymentTermRef | None = option(_PAYMENT_TERM)
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewParty:
        """The pure form."""
        return NewParty(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            code=optional_value(self.code),
            name=optional_value(self.name),
            roles=tuple(self.roles),
            tax_id=optional_value(self.tax_id),
            email=optional_value(self.email),
            group=optional_value(self.group),
            area=optional_value(self.area),
            sales_type=optional_value(self.sales_type),
            receivable_account=optional_ref(self.receivable_account),
            payable_account=optional_ref(self.payable_account),
            payment_term=optional_ref(self.payment_term),
        )


@strawberry.input(description="What is to change of a party; what is left out stays.")
class UpdatePartyInput:
    """Changes of a party."""

    company: CompanyRef = strawberry.field(description="The company.")
    party: PartyRef = strawberry.field(description="The party.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    roles: list[PartyRole] | None = option("All its roles.")
    tax_id: str | None = option("Its tax identification number; null removes it.")
    email: str | None = option("Its e-mail address; null removes it.")
    group: str | None = option("Another code for general posting rules; null removes it.")
    area: str | None = option("The code of another sales area; null removes it.")
    sales_type: str | None = option("The code of another sales type; null removes it.")
    receivable_account: AccountRef | None = option("Where what it owes is kept; null = default.")
    payable_account: AccountRef | None = option("Where what it is owed is kept; null = default.")
    payment_term: PaymentTermRef | None = option(f"{_PAYMENT_TERM}; null removes them.")


PartyMutations = master_mutations(
    Kind(
        name="party",
        one="a customer or supplier",
        what="party",
        keeper=parties,
        create=CreatePartyInput,
        update=UpdatePartyInput,
        shows=Party,
        named_by=PartyRef,
        fields=("code", "name", "roles"),
        nullable=(
            "tax_id",
            "email",
            "group",
            "area",
            "sales_type",
            "receivable_account",
            "payable_account",
            "payment_term",
        ),
    )
)
"""Changing customers and suppliers."""
