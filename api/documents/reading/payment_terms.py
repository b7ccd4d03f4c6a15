"""What was agreed on paying a bill, as it is kept with the document."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from api.context import Info
from api.masters.payment_terms import PaymentTerm
from domain.documents.parts.payment_terms import (
    DISCOUNT_PERCENT,
    DISCOUNT_UNTIL,
    DUE_DATE,
    PAYMENT_TERM,
)
from domain.money import plain
from persistence.documents.rows import DocumentRow


def due_date() -> Any:
    """The day by which a bill is to be paid."""

    def resolve(self: Any) -> date:
        row: DocumentRow = self
        kept = row.content.get(DUE_DATE)
        return date.fromisoformat(kept) if kept else row.posting_date

    return strawberry.field(
        resolver=resolve,
        description="The day by which it is to be paid; the posting date unless it or its payment "
        "terms say.",
    )


def payment_term() -> Any:
    """The terms that a bill was made under."""

    def resolve(self: Any, info: Info) -> Any:
        row: DocumentRow = self
        kept = row.content.get(PAYMENT_TERM)
        return (
            info.context.loaders.payment_term.load((row.company_id, UUID(kept))) if kept else None
        )

    return strawberry.field(
        resolver=resolve,
        description="The payment terms that it was made under; what they said then stays.",
        graphql_type=PaymentTerm | None,
    )


def discount_percent() -> Any:
    """The discount for early payment."""

    def resolve(self: Any) -> Decimal | None:
        row: DocumentRow = self
        kept = row.content.get(DISCOUNT_PERCENT)
        return None if kept is None else plain(Decimal(kept))

    return strawberry.field(
        resolver=resolve,
        description="Percent that who pays early may keep, as it was agreed; null: nothing.",
    )


def discount_until() -> Any:
    """Until when it may be taken."""

    def resolve(self: Any) -> date | None:
        row: DocumentRow = self
        kept = row.content.get(DISCOUNT_UNTIL)
        return None if kept is None else date.fromisoformat(kept)

    return strawberry.field(
        resolver=resolve,
        description="The last day on which that discount may be taken; null: there is none.",
    )
