"""Settling: what a payment, a credit note or an allocation takes off an open item.

Everything on a party's control account belongs to an open item: the invoice that opened it, or the
payment or credit note that is still on account. So the items add up to the account.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.currencies import currency_digits
from domain.discounts import DiscountedBill, adjusts_taxes
from domain.documents.causes import Causes
from domain.documents.needs import Needs
from domain.documents.parts.payment_discount import lower_taxes
from domain.errors import Inactive, InvalidValue, NotFound, OverAllocated, WrongParty
from domain.facts import OpenItemFacts, PartyFacts
from domain.lookup import LookUp, Path
from domain.money import ZERO, multiply, round_to
from domain.records import LineRecord, OpenItemRecord, PartyRecord
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How an open item is settled, in the document's currency: by money, and what goes besides.

    `invoice` may be a credit note or a payment on account too. `discount` and `write_off` settle
    the item without money; a negative write-off keeps what was paid too much.

    Of an item in another currency `item_amount` is what the money settles of it, in its currency;
    discount and write-off are in that, too. Rule: ADR 83. Whether the discount lowers the taxes of
    what it settles says `adjust_taxes`; None = as the company does. Rule: ADR 85. `take_discount`
    takes the discount that the bill grants by its payment terms, instead of an amount.
    """

    invoice: Ref
    amount: Decimal
    discount: Decimal = ZERO
    write_off: Decimal = ZERO
    item_amount: Decimal | None = None
    adjust_taxes: bool | None = None
    take_discount: bool = False

    @property
    def by_money(self) -> Decimal:
        """What the money takes off the item, in the item's currency."""
        return self.amount if self.item_amount is None else self.item_amount

    @property
    def discounts(self) -> bool:
        """Whether a discount is taken, whatever it comes to."""
        return self.take_discount or bool(self.discount)

    @property
    def settled(self) -> Decimal:
        """What it takes off the item, in the item's currency."""
        return self.by_money + self.discount + self.write_off


def needs_of(party: Ref, allocations: Sequence[Allocation]) -> Needs:
    """The party and the open items settled; of discounts the taxes that they may lower."""
    return Needs(
        parties=frozenset({party}),
        open_items=frozenset(one.invoice for one in allocations),
        discounts=frozenset(
            (one.invoice, one.adjust_taxes) for one in allocations if one.discounts
        ),
    )


def allocate(
    causes: Causes,
    look: LookUp,
    party: PartyFacts,
    allocations: Sequence[Allocation],
    accounts: tuple[Ref | None, Ref | None],
    toward: int = 1,
) -> Decimal:
    """Settle open items, each in its own direction; `accounts` bear discounts and write-offs.

    `toward` is the direction of the money: of a document with several items of the party (a
    journal) it settles first what is owed that way (1: to us).

    Returns the money that it takes, in the document's currency: positive where it was owed to us.
    """
    bearing = _bearing(look, allocations, accounts)
    taxed = dict(causes.facts.discounted)
    money = ZERO
    for index, given in enumerate(allocations):
        path = ("allocations", str(index))
        item = _open_item(causes, party, given.invoice, toward)
        _check_amounts(causes, look, given, item, path)
        if item is None:
            reference = given.invoice.value
            path = (*path, "invoice")
            look.refuse(NotFound(path=path, kind="open_item", reference=reference))
            continue
        sign = 1 if (left_open(causes, item) or item.amount) > 0 else -1
        allocation = _as_agreed(causes, look, item, given, sign, path)
        _check_item(causes, look, party, item, allocation, sign, path)
        settle(causes, item, sign * allocation.settled)
        money += sign * allocation.amount
        _note(causes, item, allocation.amount, allocation.by_money)
        if allocation.discount or allocation.write_off:
            _bear(causes, item, allocation, sign, bearing, taxed)
    return money


def _as_agreed(
    causes: Causes,
    look: LookUp,
    item: OpenItemFacts,
    allocation: Allocation,
    sign: int,
    path: Path,
) -> Allocation:
    """It with the discount that the bill grants on the payment's day."""
    if not allocation.take_discount:
        return allocation
    path, early = (*path, "takeDiscount"), item.early_discount
    if allocation.discount:
        look.refuse(InvalidValue(path=path, reason="amount_or_terms"))
    elif early is None:
        look.refuse(InvalidValue(path=path, reason="no_discount_agreed"))
    elif causes.posting_date > early.until:
        look.refuse(InvalidValue(path=path, reason="discount_expired"))
    else:
        without = allocation.by_money + allocation.write_off
        digits, left = currency_digits(item.currency), sign * left_open(causes, item)
        return replace(allocation, discount=early.taken_with(without, left, digits))
    return allocation


def _bear(
    causes: Causes,
    item: OpenItemFacts,
    allocation: Allocation,
    sign: int,
    bearing: tuple[UUID | None, UUID | None],
    taxed: dict[UUID, DiscountedBill],
) -> None:
    """What settles an item without money: its accounts bear it, of a discount taxes their part."""
    company = causes.facts.company
    adjusts = adjusts_taxes(
        allocation.adjust_taxes, of_company=company.settings.adjust_for_payment_discount
    )
    bill = taxed.get(item.document) if adjusts else None
    parts = ((allocation.discount, bearing[0], bill), (allocation.write_off, bearing[1], None))
    for part, account, of_bill in parts:
        if not part:
            continue
        in_company = round_to(multiply(part, item.exchange_rate), company.digits)
        is_foreign = item.currency != causes.currency
        line = _note(causes, item, ZERO if is_foreign else part, part, account)
        if of_bill is not None:
            taxed[item.document], of_taxes = lower_taxes(causes, item, of_bill, line, sign, part)
            in_company -= of_taxes
        causes.post(account, sign * in_company)


def _note(
    causes: Causes,
    item: OpenItemFacts,
    amount: Decimal,
    in_currency: Decimal,
    account: UUID | None = None,
) -> LineRecord:
    """A line: `amount` in the document's currency, and in another one's that the item is in."""
    kept = None
    if item.currency != causes.currency:
        kept = round_to(in_currency, currency_digits(item.currency))
    return causes.new_line(
        amount=amount, against_id=item.document, account_id=account, currency_amount=kept
    )


def _bearing(
    look: LookUp, allocations: Sequence[Allocation], accounts: tuple[Ref | None, Ref | None]
) -> tuple[UUID | None, UUID | None]:
    """The accounts of discounts and of write-offs: looked up where they are needed or named."""

    def find(ref: Ref | None, role: Role, name: str, *, needed: bool) -> UUID | None:
        if ref is not None:
            account = look.account(ref, (name,))
            return account.id if account else None
        return look.role(role, (name,)) if needed else None

    discounts = any(one.discounts for one in allocations)
    write_offs = any(one.write_off for one in allocations)
    return (
        find(accounts[0], Role.PAYMENT_DISCOUNT, "discountAccount", needed=discounts),
        find(accounts[1], Role.WRITE_OFF, "writeOffAccount", needed=write_offs),
    )


def _check_amounts(
    causes: Causes, look: LookUp, one: Allocation, item: OpenItemFacts | None, path: Path
) -> None:
    """The document's currency has a number of decimal places, and the item's another."""
    digits = causes.digits
    if one.item_amount is not None:
        digits = currency_digits(item.currency) if item else digits
        if one.amount > 0:
            look.positive(one.item_amount, (*path, "itemAmount"), digits)
        elif one.item_amount:
            look.refuse(InvalidValue(path=(*path, "amount"), reason="must_be_positive"))
    if one.discount or one.write_off:
        look.not_negative(one.amount, (*path, "amount"), causes.digits)
    else:
        look.positive(one.amount, (*path, "amount"), causes.digits)
    look.not_negative(one.discount, (*path, "discount"), digits)
    look.fits(one.write_off, (*path, "writeOff"), digits)
    if one.write_off < 0 and one.amount >= 0 and one.discount >= 0 and one.settled <= 0:
        look.refuse(InvalidValue(path=(*path, "writeOff"), reason="must_be_positive"))


def _check_item(
    causes: Causes,
    look: LookUp,
    party: PartyFacts,
    item: OpenItemFacts,
    allocation: Allocation,
    sign: int,
    path: Path,
) -> None:
    if item.is_void:
        look.refuse(Inactive(path=(*path, "invoice"), kind="document", reference=item.number))
    if item.party != party.id:
        look.refuse(WrongParty(path=(*path, "invoice"), party=party.code))
    name = "amount"
    if item.currency == causes.currency:
        if allocation.by_money != allocation.amount:
            look.refuse(InvalidValue(path=(*path, "itemAmount"), reason="not_the_amount"))
    elif allocation.item_amount is None:
        look.refuse(InvalidValue(path=(*path, "invoice"), reason="other_currency"))
    else:
        name = "itemAmount"
    open_amount = sign * left_open(causes, item)
    if allocation.settled > open_amount:
        look.refuse(
            OverAllocated(
                path=(*path, name),
                open_amount=max(open_amount, ZERO),
                requested=allocation.settled,
            )
        )


def _open_item(causes: Causes, party: PartyFacts, ref: Ref, toward: int) -> OpenItemFacts | None:
    """The item of the document named: the party's, still open, not settled here yet."""

    def fit(one: OpenItemFacts) -> tuple[bool, bool, bool, bool]:
        left = left_open(causes, one)
        is_taken = left != one.open_amount
        return (one.party != party.id, not left, is_taken, toward * left < 0)

    named = [one for one in causes.facts.open_items if ref.names(one.document, one.number)]
    return min(named, key=fit, default=None)


def left_open(causes: Causes, item: OpenItemFacts) -> Decimal:
    """What is open on an item after earlier lines of this document, debit positive."""
    taken = sum(
        (
            one.settled
            for one in causes.open_items
            if (one.document_id, one.party_id, one.account_id) == item.key
        ),
        ZERO,
    )
    return item.open_amount - taken


def settle(causes: Causes, item: OpenItemFacts, amount: Decimal) -> Decimal:
    """Take `amount` (in the item's currency, debit positive) off an item, at the item's rate.

    What closes it takes all that stands on the control account for it, so that no cent stays
    there. Returns what is taken off, in company currency: it is credited. The document's own item
    is opened at that much less.
    """
    digits = causes.facts.company.digits
    in_company = round_to(multiply(amount, item.exchange_rate), digits)
    if amount == left_open(causes, item):
        earlier = (one.amount for one in causes.parties if _is_about(one, item))
        in_company = item.in_company + sum(earlier, ZERO)
    causes.post(item.account, -in_company, party=item.party)
    causes.stand(
        item.party,
        item.account,
        -in_company,
        -amount,
        currency=item.currency,
        against=item.document,
    )
    is_own = item.document == causes.document.id
    causes.open_items.append(
        OpenItemRecord(
            document_id=item.document,
            party_id=item.party,
            account_id=item.account,
            currency=item.currency,
            exchange_rate=item.exchange_rate,
            amount=-amount if is_own else ZERO,
            settled=ZERO if is_own else amount,
        )
    )
    return in_company


def _is_about(entry: PartyRecord, item: OpenItemFacts) -> bool:
    return (entry.against_id, entry.party_id, entry.account_id) == item.key


def take_last_cents(causes: Causes, item: OpenItemFacts) -> None:
    """What lines converted one by one have left of an item that is settled goes with the last one.

    What it misses in the journal is rounding, as it was on the invoice.
    """
    mine = [at for at, one in enumerate(causes.parties) if _is_about(one, item)]
    if not mine or left_open(causes, item):
        return
    rest = item.in_company + sum((causes.parties[at].amount for at in mine), ZERO)
    if rest:
        last = causes.parties[mine[-1]]
        causes.parties[mine[-1]] = replace(last, amount=last.amount - rest)
        causes.post(item.account, -rest, party=item.party)


def open_on_account(
    causes: Causes, account: UUID, party: UUID, amount: Decimal, in_company: Decimal
) -> None:
    """What settles nothing yet becomes an open item of this document itself, debit positive."""
    causes.post(account, in_company, party=party)
    causes.stand(party, account, in_company, amount, against=causes.document.id)
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
