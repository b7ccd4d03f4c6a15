"""Settling: what a payment, a credit note or an allocation takes off an open item.

Everything on a party's control account belongs to an open item: the invoice that opened it, or the
payment or credit note that is still on account. So the items add up to the account.
"""

from decimal import Decimal
from uuid import UUID

from domain.documents.document import Causes
from domain.facts import OpenItemFacts
from domain.money import ZERO, multiply, round_to
from domain.records import OpenItemRecord, PartyRecord


def left_open(causes: Causes, item: OpenItemFacts) -> Decimal:
    """What is open on an item after earlier lines of this document, debit positive."""
    taken = sum(
        (one.settled for one in causes.open_items if one.document_id == item.document), ZERO
    )
    return item.open_amount - taken


def settle(causes: Causes, item: OpenItemFacts, amount: Decimal) -> Decimal:
    """Take `amount` (in the item's currency, debit positive) off an item, at the item's rate.

    Returns what stands on the control account for it, in company currency: it is credited.
    """
    digits = causes.facts.company.digits
    in_company = round_to(multiply(amount, item.exchange_rate), digits)
    causes.post(item.account, -in_company, party=item.party)
    causes.parties.append(
        PartyRecord(
            id=causes.facts.new_id(),
            party_id=item.party,
            account_id=item.account,
            amount=-in_company,
            currency=item.currency,
            currency_amount=-amount,
            against_id=item.document,
        )
    )
    causes.open_items.append(
        OpenItemRecord(
            document_id=item.document,
            party_id=item.party,
            account_id=item.account,
            currency=item.currency,
            exchange_rate=item.exchange_rate,
            settled=amount,
        )
    )
    return in_company


def open_on_account(
    causes: Causes, account: UUID, party: UUID, amount: Decimal, in_company: Decimal
) -> None:
    """What settles nothing yet becomes an open item of this document itself, debit positive."""
    causes.post(account, in_company, party=party)
    causes.parties.append(
        PartyRecord(
            id=causes.facts.new_id(),
            party_id=party,
            account_id=account,
            amount=in_company,
            currency=causes.currency,
            currency_amount=amount,
            against_id=causes.document.id,
        )
    )
    causes.open_items.append(
        OpenItemRecord(
            document_id=causes.document.id,
            party_id=party,
            account_id=account,
            currency=causes.currency,
            exchange_rate=causes.exchange_rate,
            amount=amount,
        )
    )
