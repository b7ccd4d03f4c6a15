"""Paid at once: the money that comes with a bill, or is given back with a credit.

The document owes what it owes without it, and settles that itself, by a journal entry of its own:
the party's account shows both, and open is only what is left. So everything that reads what is owed
need not know of it, and what undoes the document undoes the payment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.accounts import AccountType, Role
from domain.documents.causes import Causes
from domain.documents.parts.kept_in_currency import in_currency_of
from domain.documents.parts.settlement import left_open, settle
from domain.errors import AccountInCurrency, InvalidValue, OverAllocated, Required
from domain.lookup import LookUp
from domain.money import ZERO
from domain.open_lines import OpenItemFacts
from domain.references import Ref

PAID = "paid"
"""What the document keeps the money under: the account and the amount of each part."""
WRITTEN_OFF = "written_off"
"""What it keeps what was given up under, where anything was."""


_MONEY = (AccountType.BANK, AccountType.CASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidAtOnce:
    """A part of the money, in the document's currency, and the bank or cash account it moves on.

    `bank_amount` is what the account moved in company currency, where the document is in another:
    at the document's exchange rate unless given. `account_amount` is what it moved in the currency
    that it is kept in, where that is neither's.
    """

    account: Ref
    amount: Decimal
    bank_amount: Decimal | None = None
    account_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """How a document is paid: parts of the money, and the account that all the rest moves on.

    `names` are the input fields of the two. What is written off needs no money; where it is
    negative more money comes than is owed. `kept_as` is the key of the account of the rest.
    """

    parts: tuple[PaidAtOnce, ...]
    rest: Ref | None
    names: tuple[str, str]
    write_off: Decimal = ZERO
    write_off_account: Ref | None = None
    kept_as: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """What settles a part of the debt: `moved` on its account, in company currency.

    `in_currency` is what moves in the currency that the account is kept in, if it is another.
    """

    account: UUID
    amount: Decimal
    moved: Decimal | None = None
    in_currency: Decimal | None = None


def settle_at_once(causes: Causes, look: LookUp, toward: int, given: AtOnce) -> None:
    """Settle what the document owes; `toward` 1: the money comes to us, -1: it goes.

    Raises:
        Refused: OVER_ALLOCATED where it is more than the document leaves to be paid.
    """
    debts = list(_debts(causes, toward))
    left = sum((toward * left_open(causes, one) for one in debts), ZERO)
    owed = min(left, causes.grand_total)
    lost, money = _written_off(look, causes, given), _read(causes, look, given, owed)
    settled = sum((one.amount for one in [*lost, *money]), ZERO)
    _check(look, causes, given, owed, settled)
    look.refuse_if_any()
    if not settled:
        return
    own = len(causes.journal)
    taken = _take(causes, debts, toward, settled)
    _post(causes, look, toward, [*lost, *money], taken)
    look.refuse_if_any()
    causes.separate.append(tuple(causes.journal[own:]))
    del causes.journal[own:]
    causes.content[PAID] = [[str(one.account), str(one.amount)] for one in money]
    if given.write_off:
        causes.content[WRITTEN_OFF] = str(given.write_off)


def refund(
    causes: Causes,
    look: LookUp,
    toward: int,
    refunds: tuple[PaidAtOnce, ...],
    account: Ref | None,
) -> None:
    """Give back at once what a credit or a return leaves to be paid: at most what it credits."""
    at_once = AtOnce(parts=refunds, rest=account, names=("refunds", "refundAccount"))
    settle_at_once(causes, look, toward, at_once)


def _debts(causes: Causes, toward: int) -> Iterator[OpenItemFacts]:
    """What is owed in the money's direction: by the document itself, then on what it credits.

    Of several invoices in the order in which it names them.
    """
    own: dict[tuple[UUID, UUID], Decimal] = {}
    for one in causes.open_items:
        if one.document_id == causes.document.id:
            key = (one.party_id, one.account_id)
            own[key] = own.get(key, ZERO) + one.amount
    items = [
        OpenItemFacts(
            document=causes.document.id,
            number="",
            party=party,
            account=account,
            currency=causes.currency,
            exchange_rate=causes.exchange_rate,
            amount=amount,
            settled=ZERO,
            is_void=False,
            in_company=ZERO,  # all that stands for it is of this document
        )
        for (party, account), amount in own.items()
    ]
    named = list(dict.fromkeys(one.document_id for one in causes.open_items))
    places = {document: place for place, document in enumerate(named)}
    known = sorted(causes.facts.open_items, key=lambda one: places.get(one.document, len(named)))
    for item in [*items, *known]:
        if item.currency == causes.currency and toward * left_open(causes, item) > 0:
            yield item


def _read(causes: Causes, look: LookUp, given: AtOnce, owed: Decimal) -> list[_Part]:
    """The parts of the money, the last of them all that the others leave, if anything."""
    money: list[_Part] = []
    rest = owed - given.write_off
    for index, part in enumerate(given.parts):
        path = (given.names[0], str(index))
        look.positive(part.amount, (*path, "amount"), causes.digits)
        account = look.account(part.account, (*path, "account"), *_MONEY, in_currency=True)
        if part.bank_amount is not None:
            look.positive(part.bank_amount, (*path, "bankAmount"), look.company.digits)
            if causes.currency == look.company.currency:
                look.refuse(InvalidValue(path=(*path, "bankAmount"), reason="own_currency"))
        rest -= part.amount
        if account is not None:
            path, kept = (*path, "accountAmount"), part.account_amount
            in_it = in_currency_of(look, account, path, kept, causes.currency, part.amount)
            money.append(_Part(account.id, part.amount, part.bank_amount, in_it))
    if given.rest is not None:
        money += _rest(causes, look, given, given.rest, rest)
    return money


def _rest(causes: Causes, look: LookUp, given: AtOnce, ref: Ref, rest: Decimal) -> Iterator[_Part]:
    """All that the parts leave: its account is in company currency, or in the document's."""
    path = (given.names[1],)
    account = look.account(ref, path, *_MONEY, in_currency=True)
    if account is None:
        return
    if account.currency not in {None, causes.currency}:
        code, currency = account.code, str(account.currency)
        look.refuse(AccountInCurrency(path=path, account=code, currency=currency))
    if given.kept_as is not None:
        causes.content[given.kept_as] = str(account.id)
    if rest > 0:
        yield _Part(account.id, rest, in_currency=rest if account.currency else None)


def _written_off(look: LookUp, causes: Causes, given: AtOnce) -> list[_Part]:
    """What is given up, on the account named or the company's."""
    path = ("writeOffAccount",)
    look.fits(given.write_off, ("writeOff",), causes.digits)
    if not given.parts and given.rest is None:
        look.refuse(Required(path=(given.names[1],)))
    if given.write_off_account is not None:
        named = look.account(given.write_off_account, path)
        account = named.id if named else None
    else:
        account = look.role(Role.WRITE_OFF, path) if given.write_off else None
    return [_Part(account, given.write_off)] if account is not None and given.write_off else []


def _check(look: LookUp, causes: Causes, given: AtOnce, owed: Decimal, settled: Decimal) -> None:
    """No more than is owed, and something of it; a bill of nothing is paid with nothing."""
    if look.refusals:
        return
    if settled > owed:
        path = (given.names[0] if given.parts else "writeOff",)
        look.refuse(OverAllocated(path=path, open_amount=owed, requested=settled))
    elif not owed and causes.grand_total:  # a credit that its invoice took
        total = causes.grand_total
        look.refuse(OverAllocated(path=(given.names[1],), open_amount=owed, requested=total))
    elif given.write_off < 0 and settled <= 0:
        look.refuse(InvalidValue(path=("writeOff",), reason="must_be_positive"))


def _take(causes: Causes, debts: list[OpenItemFacts], toward: int, settled: Decimal) -> Decimal:
    """Take it off the debts in their order; what that is in company currency."""
    taken = ZERO
    for item in debts:
        part = min(settled, toward * left_open(causes, item))
        if part > 0:
            taken += toward * settle(causes, item, toward * part)
            settled -= part
    return taken


def _post(causes: Causes, look: LookUp, toward: int, parts: list[_Part], taken: Decimal) -> None:
    """The other side, part by part; the last one takes the cents of conversion.

    No part takes more than the others leave: many rounded up must not turn the last around.
    Where a bank moved another amount than the document's rate says, that is an exchange difference.
    """
    difference, left = ZERO, taken
    for part in parts:
        is_last = part is parts[-1]
        at_rate = left if is_last else min(left, causes.in_company_currency(part.amount))
        left -= at_rate
        moved = at_rate if part.moved is None else part.moved
        signed = None if part.in_currency is None else toward * part.in_currency
        causes.post(part.account, toward * moved, in_currency=signed)
        difference += moved - at_rate
    if difference:
        causes.post(look.role(Role.EXCHANGE_GAIN_LOSS), -toward * difference)
