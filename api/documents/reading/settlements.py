"""Which documents settle which: invoices and what was paid, credited or given back of them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from api.documents.reading.related import document_named


@strawberry.type(description="What a document takes off what is owed on another.")
class Settlement:
    """A payment, credit note, return or allocation on one side, what it settles on the other."""

    company_id: strawberry.Private[UUID]
    document_id: strawberry.Private[UUID]
    item_id: strawberry.Private[UUID]
    document: Any = document_named("document_id", "The document that settles.", required=True)
    settles: Any = document_named(
        "item_id", "The invoice, credit note or payment that is settled.", required=True
    )
    currency: str = strawberry.field(description="The settled document's currency (ISO 4217).")
    amount: Decimal = strawberry.field(
        description="What is taken off, in that currency, debit positive: of what a customer owes "
        "it is negative."
    )
    balance: Decimal = strawberry.field(
        description="The same on the party's account, in the company's currency, at the settled "
        "document's exchange rate."
    )
