"""Accounts that are kept in another currency than the company's: what moves in theirs.

The ledger has both amounts of each of their lines. Rule: ADR 78.
"""

from decimal import Decimal

from domain.currencies import currency_digits
from domain.errors import InvalidValue, Required
from domain.facts import AccountFacts
from domain.lookup import LookUp, Path
from domain.money import round_to


def in_currency_of(
    look: LookUp,
    account: AccountFacts,
    path: Path,
    given: Decimal | None,
    currency: str,
    amount: Decimal,
    *,
    may_be_zero: bool = False,
) -> Decimal | None:
    """What moves in the currency that an account is kept in; None where that is the company's.

    Args:
        look: is told what is wrong with it.
        account: the account.
        path: where it is `given`.
        given: the amount, where it is given: needed when the document is in another currency than
            the account, and no other than the document's amount when it is not.
        currency: the document's.
        amount: what moves in it, above zero.
        may_be_zero: whether the line may only say what the account is worth, and move nothing.
    """
    if account.currency is None:
        if given is not None:
            look.refuse(InvalidValue(path=path, reason="account_in_company_currency"))
        return None
    digits = currency_digits(account.currency)
    if given is None:
        if currency != account.currency:
            look.refuse(Required(path=path))
        return round_to(amount, digits)
    if given or not may_be_zero:
        look.positive(given, path, digits)
    if currency == account.currency and given != amount:
        look.refuse(InvalidValue(path=path, reason="not_the_document_s_amount"))
    return round_to(given, digits)
