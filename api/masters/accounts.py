"""Accounts: the chart, as types, lists and mutations."""

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
from api.types.enums import AccountType, Root
from api.types.nodes import Node, node_reader
from api.types.refs import AccountRef, CompanyRef
from api.types.sorting import AccountSort, sorted_by
from domain.masters import NewAccount
from persistence.masters import accounts
from persistence.masters.rows import AccountRow


@strawberry.type(description="An account of the chart, or a group of accounts.")
class Account(Node):
    """Reads from an `AccountRow`."""

    code: str = strawberry.field(description="What people call it; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    type: AccountType = strawberry.field(description="What it is for.")
    root: Root = strawberry.field(description="The element of the statements it belongs to.")
    is_group: bool = strawberry.field(description="Whether it holds accounts, not postings.")
    currency: str | None = strawberry.field(
        description="Its currency (ISO 4217); null = the company's. Accounts of type BANK, CASH, "
        "ASSET and LIABILITY are kept in it: their lines have the amount in it too."
    )
    position: int = strawberry.field(description="Its place in chart order, from 1.")
    is_active: bool = strawberry.field(description="Whether new documents may name it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]
    parent_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The group it stands in; null at the top.")
    async def parent(self, info: Info) -> "Account | None":
        """One statement for all parents asked for at once."""
        if self.parent_id is None:
            return None
        return await load_account(info.context, self.company_id, self.parent_id)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are accounts by their class."""
        return isinstance(value, AccountRow | Account)


@node_reader("account")
async def load_account(context: Context, company_id: UUID, one: UUID) -> Any:
    """An account by its id, batched with others."""
    return await context.loaders.account.load((company_id, one))


async def account_or_none(info: Info, company_id: UUID, one: UUID | None) -> Account | None:
    """The account that a record may name."""
    return await load_account(info.context, company_id, one) if one else None


@strawberry.type
class AccountQueries:
    """Reading the chart."""

    @strawberry.field(description="An account; null when there is none of that name.")
    async def account(
        self,
        info: Info,
        company: CompanyArgument,
        account: Annotated[AccountRef, strawberry.argument(description="Which account.")],
    ) -> Account | None:
        """By id or code."""
        return await find_master(info, company, account.to_ref())

    @strawberry.field(description="The company's accounts and groups, in chart order.")
    async def accounts(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: SearchArgument = None,
        active: ActiveArgument = None,
        type_: Annotated[
            AccountType | None,
            strawberry.argument(name="type", description="Only accounts of this type."),
        ] = None,
        root_: Annotated[
            Root | None,
            strawberry.argument(name="root", description="Only accounts of this root."),
        ] = None,
        is_group: Annotated[
            bool | None, strawberry.argument(description="Only groups, or only posting accounts.")
        ] = None,
        parent: Annotated[
            AccountRef | None,
            strawberry.argument(description="Only what stands directly in this group."),
        ] = None,
        sort: Annotated[Any, sorted_by(AccountSort)] = AccountSort.CHART_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Account]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            AccountRow,
            page,
            Connection[Account],
            search=search,
            equal={"is_active": active, "type": type_, "root": root_, "is_group": is_group},
            within={"parent": parent},
        )


@strawberry.input(description="An account to be made.")
class CreateAccountInput:
    """A new account."""

    company: CompanyRef = strawberry.field(description="The company.")
    name: str | None = option("Its name, at most 300 characters; the code unless given.")
    code: str | None = option("What people call it, at most 140 characters; the name unless given.")
    type: AccountType | None = option("What it is for; a general account of its root unless given.")
    root: Root | None = option("Its root; the parent's, or what its type implies, unless given.")
    parent: AccountRef | None = option("The group it stands in; null = at the top of its root.")
    is_group: bool = strawberry.field(description="Whether it is a group.", default=False)
    currency: str | None = option("ISO 4217 code, if it is kept in another currency.")
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewAccount:
        """The pure form."""
        return NewAccount(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            code=optional_value(self.code),
            name=optional_value(self.name),
            type=optional_value(self.type),
            root=optional_value(self.root),
            parent=optional_ref(self.parent),
            is_group=self.is_group,
            currency=optional_value(self.currency),
        )


@strawberry.input(description="What is to change of an account; what is left out stays.")
class UpdateAccountInput:
    """Changes of an account."""

    company: CompanyRef = strawberry.field(description="The company.")
    account: AccountRef = strawberry.field(description="The account.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    type: AccountType | None = option("A new type, while nothing refers to the account.")
    parent: AccountRef | None = option("Another group of the same root; null = the top.")
    is_group: bool | None = option("Whether it is a group, while nothing refers to it.")
    currency: str | None = option("ISO 4217 code, while nothing refers to it; null = company's.")


AccountMutations = master_mutations(
    Kind(
        name="account",
        one="an account",
        what="account",
        keeper=accounts,
        create=CreateAccountInput,
        update=UpdateAccountInput,
        shows=Account,
        named_by=AccountRef,
        fields=("code", "name", "type", "is_group"),
        nullable=("parent", "currency"),
    )
)
"""Changing the chart."""
