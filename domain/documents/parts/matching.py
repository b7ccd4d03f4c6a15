"""Matching: a bill with the goods that came before it, or goods with the bill that came first.

A receipt or delivery waits for its bill; an invoice line that names none waits for its goods.
Either way the counterpart takes what is open first, in proportion of its amount, so that the last
one leaves no cent. What goes beyond is allowed within a tolerance, in percent of the line's
quantity less what went back of it, and stands on the counterpart's own line.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.company import InvoiceRatePolicy
from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.documents.parts.goods import Goods
from domain.errors import (
    InvalidValue,
    ItemMismatch,
    OverBilled,
    OverDelivered,
    OverReceived,
    RateMismatch,
    Required,
    WrongParty,
)
from domain.lookup import LookUp
from domain.money import ZERO, divide, multiply, round_to, share
from domain.open_lines import LineFacts
from domain.references import Ref
from domain.units import is_same_price, told_rate

_PERCENT = Decimal("0.01")
_COME_FIRST = frozenset({DocumentKind.PURCHASE_RECEIPT, DocumentKind.DELIVERY_NOTE})
_BEYOND = {
    DocumentKind.PURCHASE_INVOICE: OverReceived,
    DocumentKind.SALES_INVOICE: OverDelivered,
}


@dataclass(frozen=True, slots=True)
class Match:
    """What a line takes of an earlier one, and how much of it is beyond that.

    `cleared` is what `quantity` takes off the earlier line's accrual; `amount` what that quantity,
    and `excess_amount` what the excess comes to on the line itself; all in company currency.
    """

    line: LineFacts
    quantity: Decimal
    cleared: Decimal
    amount: Decimal
    excess: Decimal
    excess_amount: Decimal

    @property
    def difference(self) -> Decimal:
        """By how much the line's price is above what it takes off."""
        return self.amount - self.cleared


def read_counterpart(
    causes: Causes, look: LookUp, ref: Ref, one: Goods, name: str, kind: str
) -> LineFacts | None:
    """The line that `name` refers to: of that kind of document, same party, same item, live."""
    path = (*one.path, name)
    line = look.line(ref, path)
    if line is None:
        return None
    if line.kind != kind:
        look.refuse(Required(path=path))
        return None
    if line.moved_goods:
        look.refuse(InvalidValue(path=path, reason="moved_with_its_invoice"))
    if causes.party is not None and line.party != causes.party.id:
        look.refuse(WrongParty(path=path, party=causes.party.code))
    if line.item != one.item.id:
        expected = causes.facts.items_by_id.get(line.item)
        name_expected = expected.sku if expected else str(line.item)
        look.refuse(ItemMismatch(path=path, expected=name_expected, given=one.item.sku))
    return causes.standing.get(line.id, line)


def match(
    causes: Causes, look: LookUp, line: LineFacts, one: Goods, tolerance: Decimal
) -> Match | None:
    """Take the goods' quantity off what is open of `line`; refused beyond the tolerance.

    `tolerance` is in percent of what came and stayed (or of what was billed, where that came
    first): nothing may be billed beyond goods of which none are left. Further lines of the same
    document find in `causes.standing` what this one leaves. A quantity below zero, refused where it
    was read, takes nothing.
    """
    if one.billed < 0:
        return None
    came_first = line.kind in _COME_FIRST
    sign = 1 if came_first else -1
    whole = line.kept_quantity if came_first else line.billed_quantity
    waiting = sign * line.open_quantity
    beyond = multiply(multiply(whole, tolerance), _PERCENT) - line.exceeded
    if one.billed > waiting + beyond:
        refusal = OverBilled if came_first else _BEYOND[DocumentKind(line.kind)]
        look.refuse(
            refusal(
                path=(*one.path, "quantity"),
                open_quantity=max(waiting, ZERO),
                requested=one.billed,
                tolerance=tolerance,
            )
        )
        return None
    quantity = min(one.billed, max(waiting, ZERO))
    excess = one.billed - quantity
    cleared = ZERO
    if quantity:
        exact = share(sign * line.open_amount, quantity, waiting)
        cleared = round_to(exact, causes.facts.company.digits)
    amount = causes.in_company_currency(one.amount)
    excess_amount = ZERO
    if excess:
        excess_amount = causes.in_company_currency(causes.amount(excess, one.rate))
    causes.standing[line.id] = _after(line, quantity, cleared, excess)
    return Match(line, quantity, cleared, amount - excess_amount, excess, excess_amount)


def _after(line: LineFacts, quantity: Decimal, cleared: Decimal, excess: Decimal) -> LineFacts:
    exceeded = line.exceeded + excess
    if line.kind in _COME_FIRST:
        return replace(
            line,
            billed_quantity=line.billed_quantity + quantity,
            billed_amount=line.billed_amount + cleared,
            exceeded=exceeded,
        )
    return replace(
        line,
        quantity=line.quantity + quantity,
        amount=line.amount + cleared,
        exceeded=exceeded,
    )


def refuse_other_rate(look: LookUp, one: Goods, line: LineFacts) -> bool:
    """Whether the line is refused for being at another rate, where rates must match."""
    policy = look.company.settings.invoice_rate_policy
    if policy is not InvoiceRatePolicy.MUST_MATCH or _is_at_price_of(one, line):
        return False
    expected, given = told_rate(line.rate, one.unit), told_rate(one.rate, one.unit)
    look.refuse(RateMismatch(path=(*one.path, "rate"), expected=expected, given=given))
    return True


def _is_at_price_of(one: Goods, line: LineFacts) -> bool:
    return is_same_price(one.rate, one.unit, line.rate, line)


def beside_the_price(
    causes: Causes, look: LookUp, one: Goods, found: Match
) -> tuple[UUID | None, Decimal]:
    """What of a match's difference no price has made, and the account that it goes to.

    At one rate that is all of it: it comes from currencies, or it is cents; or the goods were
    accrued at their cost by an earlier scheme (BY_LEVEL), whose price variance is cost of goods
    sold here. At another it is what the bill comes to at the one exchange rate more than at the
    other: goods cost the price of their bill at the exchange rate of the day on which they came.
    The rest goes by the company's rate policy.
    """
    line = found.line
    if not found.difference:
        return None, ZERO
    if line.overcharged or not _is_at_price_of(one, line):
        part = _of_exchange_rates(causes, found)
        return (look.role(Role.EXCHANGE_GAIN_LOSS) if part else None), part
    if causes.exchange_rate != line.exchange_rate:
        return look.role(Role.EXCHANGE_GAIN_LOSS), found.difference
    if _is_accrued_at_cost(causes, line):
        return look.role(Role.COST_OF_GOODS_SOLD), found.difference
    return look.role(Role.ROUND_OFF), found.difference


def of_the_price(causes: Causes, one: Goods, found: Match) -> Decimal:
    """What of a match's difference another price has made: what is not `beside_the_price`."""
    if not found.line.overcharged and _is_at_price_of(one, found.line):
        return ZERO
    return found.difference - _of_exchange_rates(causes, found)


def _of_exchange_rates(causes: Causes, found: Match) -> Decimal:
    """What the billed price makes at the later document's exchange rate more than the earlier's."""
    line = found.line
    if line.currency != causes.currency:
        return ZERO
    if line.kind in _COME_FIRST:
        return found.amount - at_exchange_rate(causes, found.amount, line.exchange_rate)
    then = divide(found.cleared, line.exchange_rate)
    return causes.in_company_currency(then) - found.cleared


def at_exchange_rate(causes: Causes, amount: Decimal, exchange_rate: Decimal) -> Decimal:
    """What an amount of the document, in company currency, comes to at another exchange rate."""
    if exchange_rate == causes.exchange_rate:
        return amount
    exact = divide(multiply(amount, exchange_rate), causes.exchange_rate)
    return round_to(exact, causes.facts.company.digits)


def _is_accrued_at_cost(causes: Causes, line: LineFacts) -> bool:
    """Whether an earlier scheme accrued the line at another amount than its price."""
    since = causes.facts.company.scheme_from
    price = causes.in_company_currency(causes.amount(line.quantity, line.rate))
    return since is not None and line.posting_date < since and price != line.amount
