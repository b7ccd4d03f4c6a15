"""The exchange revaluation, as a GraphQL type."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from api.documents.inputs.choices import DocumentKind
from api.documents.reading.document import Document, of_kind
from api.documents.reading.related import related
from api.masters.accounts import Account
from api.masters.parties import Party
from domain.currencies import currency_digits
from domain.documents.exchange_revaluation import BALANCES, POSITIONS
from domain.money import round_to


@strawberry.type
class _Revalued:
    """Before and after, in company currency unless a field says otherwise."""

    company_id: strawberry.Private[Any]
    account_id: strawberry.Private[Any]
    currency: str = strawberry.field(description="The currency that it is in.")
    amount: Decimal = strawberry.field(description="What is open or held, in that currency.")
    rate: Decimal = strawberry.field(description="The closing rate.")
    booked_amount: Decimal = strawberry.field(
        description="What the ledger has for it until then, in company currency."
    )
    revalued_amount: Decimal = strawberry.field(
        description="What it is at the closing rate, in company currency; of open items the sum of "
        "what each is."
    )
    difference: Decimal = strawberry.field(
        description="Revalued - booked: a gain, or where it is negative a loss; not realised."
    )


@strawberry.type(description="What a party has open on an account in a currency, debit positive.")
class ExchangePosition(_Revalued):
    """Taken back the next day."""

    party_id: strawberry.Private[Any]
    party: Any = related("party", "party_id", Party, "The customer or supplier.")
    account: Any = related("account", "account_id", Account, "The control account.")


@strawberry.type(
    description="What an account had that is kept in another currency, debit positive."
)
class ExchangeBalance(_Revalued):
    """Revalued for good."""

    account: Any = related("account", "account_id", Account, "The account.")


@strawberry.type(
    description="What was open or held in other currencies, at the closing rates of a day. What it "
    "posts of open items is taken back the next day; what it posts of accounts stays."
)
class ExchangeRevaluation(Document):
    """Open items, and what is realised when they are paid, stay as they are."""

    is_type_of = of_kind(DocumentKind.EXCHANGE_REVALUATION)

    @strawberry.field(description="By party, account and currency.")
    def positions(self) -> list[ExchangePosition]:
        """Kept with the document."""
        row: Any = self
        return [
            ExchangePosition(party_id=UUID(one["party"]), **_figures(row, one))
            for one in row.content[POSITIONS]
        ]

    @strawberry.field(description="Accounts that are kept in another currency, in chart order.")
    def balances(self) -> list[ExchangeBalance]:
        """Kept with the document; documents of before had none."""
        row: Any = self
        return [ExchangeBalance(**_figures(row, one)) for one in row.content.get(BALANCES, ())]


def _figures(row: Any, kept: dict[str, str]) -> dict[str, Any]:
    digits = currency_digits(row.currency)
    booked, revalued = (round_to(Decimal(kept[name]), digits) for name in ("booked", "revalued"))
    return {
        "company_id": row.company_id,
        "account_id": UUID(kept["account"]),
        "currency": kept["currency"],
        "amount": round_to(Decimal(kept["amount"]), currency_digits(kept["currency"])),
        "rate": Decimal(kept["rate"]),
        "booked_amount": booked,
        "revalued_amount": revalued,
        "difference": revalued - booked,
    }
