"""What goods given back come to in money: their price, and what it takes off their invoice."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.parts.returns import ReadReturn
from domain.facts import OriginalLine
from domain.money import ZERO, multiply, round_to, share
from domain.records import OpenItemRecord


def price_of(
    causes: Causes,
    one: ReadReturn,
    quantity: Decimal,
    rate: Decimal,
    *,
    stands_at_cost: bool = False,
) -> tuple[Decimal, Decimal]:
    """What `quantity` is given back for: in the document's currency, and in the company's.

    Where goods wait for their bill at what they cost, not at their price (`stands_at_cost`), the
    latter is their share of that. The last that can be given back takes what the others left of
    the line's amounts, and the last that waits for a bill all that it waits for, so that no cent
    stays behind.
    """
    original, digits = one.original, causes.facts.company.digits
    amount = causes.amount(quantity, rate)
    price = round_to(multiply(amount, original.exchange_rate), digits)
    if stands_at_cost:
        price = round_to(share(original.amount, quantity, original.billing), digits)
    line = causes.standing.get(original.id, causes.facts.lines.get(original.id))
    if line is None or not (rate or stands_at_cost):
        return amount, price
    if line.returned_quantity + quantity == original.billing:
        earlier = (one.amount for one in causes.lines if one.against_line_id == original.id)
        amount = original.net_amount - original.returned_net - sum(earlier, ZERO)
        price = line.amount - line.returned_amount
    elif quantity == line.open_quantity:
        price = line.open_amount
    causes.standing[line.id] = replace(
        line,
        returned_quantity=line.returned_quantity + quantity,
        returned_amount=line.returned_amount + price,
    )
    return amount, price


def take_off(
    causes: Causes, original: OriginalLine, control: UUID, in_company: Decimal, amount: Decimal
) -> None:
    """Off what is owed of the invoice that moved the goods, debit positive.

    Of one that was paid at once the return itself is owed.
    """
    if original.party is None:
        return
    settled = original.document if original.is_owed else causes.document.id
    causes.stand(
        original.party, control, in_company, amount, currency=original.currency, against=settled
    )
    causes.open_items.append(
        OpenItemRecord(
            document_id=settled,
            party_id=original.party,
            account_id=control,
            currency=original.currency,
            exchange_rate=original.exchange_rate,
            amount=ZERO if original.is_owed else amount,
            settled=-amount if original.is_owed else ZERO,
        )
    )
