"""The input of money that comes with a document, and what its fields say."""

from decimal import Decimal

import strawberry

from api.documents.inputs.parts import about
from api.types.refs import AccountRef
from domain.documents.parts.paid_at_once import PaidAtOnce

PAYMENTS = (
    "What of it is paid at once, account by account, as by card and in cash: no more than the"
    " total. The rest is owed."
)
WRITE_OFF = (
    "Of a bill that is paid at once: a small difference that is given up, in the document's"
    " currency; negative: one that is kept."
)
WRITE_OFF_ACCOUNT = "The account of that difference; the company's default unless given."
REFUND_ACCOUNT = (
    "The bank or cash account through which the money moves at once: all that is credited and was"
    " paid, but for `refunds`. It needs the permission LEDGER_POST."
)
REFUNDS = (
    "What is given back at once, account by account: no more than what is credited and was paid."
    " It needs the permission LEDGER_POST."
)


@strawberry.input(description="Money that moves with a document, on one account.")
class PaidAtOnceInput:
    """A part of what is paid or given back at once."""

    account: AccountRef = about("The bank or cash account.")
    amount: Decimal = about("The amount, in the document's currency, above zero.")
    bank_amount: Decimal | None = about(
        "What the account moved in company currency, above zero, of a document in another currency;"
        " at the document's exchange rate unless given.",
        default=None,
    )
    account_amount: Decimal | None = about(
        "What the account moved in the currency that it is kept in, above zero: needed where that"
        " is neither the company's nor the document's.",
        default=None,
    )

    def to_command(self) -> PaidAtOnce:
        """The part as the domain knows it."""
        return PaidAtOnce(
            account=self.account.to_ref(),
            amount=self.amount,
            bank_amount=self.bank_amount,
            account_amount=self.account_amount,
        )


def parts(given: list[PaidAtOnceInput]) -> tuple[PaidAtOnce, ...]:
    """The parts as the domain knows them."""
    return tuple(one.to_command() for one in given)
