"""Payment terms: when bills are due and what who pays early may keep; type, list and mutations."""

from datetime import datetime
from decimal import Decimal
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
    optional_value,
)
from api.masters.mutations import Kind, master_mutations
from api.types.connections import After, Before, Connection, First, Last, page_of
from api.types.nodes import Node, node_reader
from api.types.refs import CompanyRef, PaymentTermRef
from api.types.sorting import PaymentTermSort, sorted_by
from domain.masters import NewPaymentTerm
from domain.money import ZERO, plain
from persistence.masters import payment_terms
from persistence.masters.rows import PaymentTermRow

_DUE_DAYS = "Days until a bill is due, from 0 to 3650."
_END_OF_MONTH = (
    "Whether they count from the last day of the posting date's month instead of that date."
)
_PERCENT = "Percent of the bill that who pays early may keep, from 0 to 100; 0: nothing."
_DISCOUNT_DAYS = "Until so many days after the posting date, from 0 to 3650."


@strawberry.type(description="When bills are due, and the discount for paying them early.")
class PaymentTerm(Node):
    """Reads from a `PaymentTermRow`."""

    code: str = strawberry.field(description="What people call it; unique in the company.")
    name: str = strawberry.field(description="Its name.")
    due_days: int = strawberry.field(description=_DUE_DAYS)
    end_of_month: bool = strawberry.field(description=_END_OF_MONTH)
    discount_days: int = strawberry.field(description=_DISCOUNT_DAYS)
    is_active: bool = strawberry.field(description="Whether new documents may name it.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was made.")
    company_id: strawberry.Private[UUID]

    @strawberry.field(description=_PERCENT)
    def discount_percent(self) -> Decimal:
        """Without trailing zeros."""
        row: Any = self
        return plain(row.discount_percent)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are payment terms by their class."""
        return isinstance(value, PaymentTermRow | PaymentTerm)


@node_reader("payment_term")
async def load_payment_term(context: Context, company_id: UUID, one: UUID) -> Any:
    """Payment terms by their id, batched with others."""
    return await context.loaders.payment_term.load((company_id, one))


@strawberry.type
class PaymentTermQueries:
    """Reading payment terms."""

    @strawberry.field(description="Payment terms; null when there are none of that name.")
    async def payment_term(
        self,
        info: Info,
        company: CompanyArgument,
        payment_term: Annotated[
            PaymentTermRef, strawberry.argument(description="Which payment terms.")
        ],
    ) -> PaymentTerm | None:
        """By id or code."""
        return await find_master(info, company, payment_term.to_ref())

    @strawberry.field(description="The company's payment terms, by code.")
    async def payment_terms(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        search: SearchArgument = None,
        active: ActiveArgument = None,
        sort: Annotated[Any, sorted_by(PaymentTermSort)] = PaymentTermSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PaymentTerm]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        return await listed(
            info,
            company,
            PaymentTermRow,
            page,
            Connection[PaymentTerm],
            search=search,
            equal={"is_active": active},
        )


@strawberry.input(description="Payment terms to be made.")
class CreatePaymentTermInput:
    """New payment terms."""

    company: CompanyRef = strawberry.field(description="The company.")
    name: str | None = option("Its name, at most 300 characters; the code unless given.")
    code: str | None = option("What people call it, at most 140 characters; the name unless given.")
    due_days: int = strawberry.field(description=_DUE_DAYS, default=0)
    end_of_month: bool = strawberry.field(description=_END_OF_MONTH, default=False)
    discount_percent: Decimal = strawberry.field(description=_PERCENT, default=ZERO)
    discount_days: int = strawberry.field(description=_DISCOUNT_DAYS, default=0)
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewPaymentTerm:
        """The pure form."""
        return NewPaymentTerm(
            company=self.company.to_ref(),
            id=optional_value(self.id),
            code=optional_value(self.code),
            name=optional_value(self.name),
            due_days=self.due_days,
            end_of_month=self.end_of_month,
            discount_percent=self.discount_percent,
            discount_days=self.discount_days,
        )


@strawberry.input(
    description="What is to change of payment terms; what is left out stays. Bills that were posted"
    " keep what was agreed."
)
class UpdatePaymentTermInput:
    """Changes of payment terms."""

    company: CompanyRef = strawberry.field(description="The company.")
    payment_term: PaymentTermRef = strawberry.field(description="The payment terms.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    due_days: int | None = option(_DUE_DAYS)
    end_of_month: bool | None = option(_END_OF_MONTH)
    discount_percent: Decimal | None = option(_PERCENT)
    discount_days: int | None = option(_DISCOUNT_DAYS)


PaymentTermMutations = master_mutations(
    Kind(
        name="payment_term",
        one="payment terms",
        what="payment terms",
        keeper=payment_terms,
        create=CreatePaymentTermInput,
        update=UpdatePaymentTermInput,
        shows=PaymentTerm,
        named_by=PaymentTermRef,
        fields=("code", "name", "due_days", "end_of_month", "discount_percent", "discount_days"),
        nullable=(),
    )
)
"""Changing payment terms."""
