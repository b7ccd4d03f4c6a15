"""What was paid, or given back, as a document was posted."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from api.documents.reading.related import related
from api.masters.accounts import Account
from domain.currencies import currency_digits
from domain.documents.parts.paid_at_once import PAID, WRITTEN_OFF
from domain.documents.purchase_invoice import PAID_FROM
from domain.money import ZERO, round_to
from persistence.documents.rows import DocumentRow


@strawberry.type(description="Money that moved with a document, on one account.")
class PaidAtOnce:
    """A part of it."""

    company_id: strawberry.Private[Any]
    account_id: strawberry.Private[Any]
    account: Any = related("account", "account_id", Account, "The bank or cash account.")
    amount: Decimal = strawberry.field(description="In the document's currency.")


def parts_of(row: DocumentRow) -> list[PaidAtOnce]:
    """The parts of the money, as they are kept with the document."""
    kept = row.content.get(PAID, ())
    if not kept and PAID_FROM in row.content and row.grand_total:
        # As earlier releases kept it: all of it from there.
        kept = [[row.content[PAID_FROM], row.grand_total]]
    digits = currency_digits(row.currency)
    return [
        PaidAtOnce(
            company_id=row.company_id,
            account_id=UUID(account),
            amount=round_to(Decimal(amount), digits),
        )
        for account, amount in kept
    ]


def paid_at_once(description: str) -> Any:
    """The parts of the money."""

    def resolve(self: Any) -> list[PaidAtOnce]:
        return parts_of(self)

    return strawberry.field(
        resolver=resolve, description=description, graphql_type=list[PaidAtOnce]
    )


def written_off() -> Any:
    """What was given up when it was paid at once."""

    def resolve(self: Any) -> Decimal:
        row: DocumentRow = self
        amount = Decimal(row.content.get(WRITTEN_OFF, ZERO))
        return round_to(amount, currency_digits(row.currency))

    return strawberry.field(
        resolver=resolve,
        graphql_type=Decimal,
        description="What was given up when it was paid at once, in its currency; negative: kept.",
    )
