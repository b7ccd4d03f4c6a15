"""The payment: money received or paid, settling invoices, credit notes and what is on account.

It clears each open item at the item's exchange rate; bank moves at the payment's; the difference is
an exchange gain or loss. Items may be in other currencies than the money: of these is said besides
how much of them it settles. An item may be settled by a discount or a write-off besides. What is
not allocated stays on account, as an open item of the payment itself, to be allocated later.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from domain.accounts import AccountType, Role
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.kept_in_currency import in_currency_of
from domain.documents.parts.settlement import Allocation, allocate, needs_of, open_on_account
from domain.errors import InvalidValue, OverAllocated
from domain.facts import AccountFacts, Facts, PartyFacts
from domain.lookup import LookUp
from domain.money import RATE_DIGITS, ZERO, divide, round_to, share
from domain.references import Ref

ACCOUNT = "account"
"""What the document keeps the account of the money under."""


class PaymentType(StrEnum):
    """The direction of the money."""

    RECEIVE = "RECEIVE"
    PAY = "PAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Document):
    """Money received or paid through a bank or cash account.

    The accounts of discounts and write-offs are the company's unless named; these and exchange
    differences are on the `cost_center`. `bank_amount` is what
    the bank moved in company currency, as its statement says: of a payment in another currency it
    stands for the exchange rate. `account_amount` is what an account moved that is kept in a
    currency which is neither the company's nor the payment's, or of a payment in the company's.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.PAYMENT
    series: ClassVar[str] = "PAY"

    type: PaymentType
    party: Ref
    amount: Decimal
    account: Ref | None = None
    allocations: tuple[Allocation, ...] = ()
    discount_account: Ref | None = None
    write_off_account: Ref | None = None
    cost_center: Ref | None = None
    bank_amount: Decimal | None = None
    account_amount: Decimal | None = None

    def converts(self) -> bool:
        """At its exchange rate, unless what the bank moved says it."""
        return self.bank_amount is None

    def needs(self) -> Needs:
        """The party and the open items settled."""
        return needs_of(self.party, self.allocations)

    def causes(self, facts: Facts) -> Causes:
        """The bank line, and a line on the party's account for each item settled."""
        causes, look = begin(self, facts)
        causes.purpose = self.type.value
        causes.party = look.party(self.party, ("party",))
        center = look.cost_center(self.cost_center, ("costCenter",))
        causes.cost_center = center.id if center else None
        look.positive(self.amount, ("amount",), causes.digits)
        causes.net_total = causes.grand_total = self.amount
        self._read_bank_amount(causes, look)
        bank = self._bank(look)
        if bank is not None:
            causes.content[ACCOUNT] = str(bank.id)
        sign = 1 if self.type is PaymentType.RECEIVE else -1
        if causes.party is not None:
            accounts = (self.discount_account, self.write_off_account)
            used = sign * allocate(
                causes, look, causes.party, self.allocations, accounts, toward=sign
            )
            if used > self.amount > 0:
                look.refuse(
                    OverAllocated(path=("allocations",), open_amount=self.amount, requested=used)
                )
            self._on_account(causes, look, causes.party, self.amount - used, sign)
        self._move_money(causes, look, bank, sign)
        difference = sum((line.amount for line in causes.journal), ZERO)
        if difference:
            causes.post(look.role(Role.EXCHANGE_GAIN_LOSS), -difference)
        look.refuse_if_any()
        return causes

    def _read_bank_amount(self, causes: Causes, look: LookUp) -> None:
        """The exchange rate that it comes to, which an item left on account is opened at."""
        if self.bank_amount is None:
            return
        path = ("bankAmount",)
        look.positive(self.bank_amount, path, look.company.digits)
        if causes.currency == look.company.currency:
            look.refuse(InvalidValue(path=path, reason="own_currency"))
        elif self.rate_given:
            look.refuse(InvalidValue(path=path, reason="amount_or_rate"))
        elif self.amount > 0:
            causes.exchange_rate = round_to(divide(self.bank_amount, self.amount), RATE_DIGITS)

    def _moved(self, causes: Causes, part: Decimal) -> Decimal:
        """A part of the money in company currency."""
        if self.bank_amount is None or self.amount <= 0:
            return causes.in_company_currency(part)
        return round_to(share(self.bank_amount, part, self.amount), causes.facts.company.digits)

    def _bank(self, look: LookUp) -> AccountFacts | None:
        path, types = ("account",), (AccountType.BANK, AccountType.CASH)
        if self.account is not None:
            return look.account(self.account, path, *types, in_currency=True)
        usual = look.role(Role.BANK, path)
        return look.company.accounts[usual] if usual is not None else None

    def _move_money(
        self, causes: Causes, look: LookUp, bank: AccountFacts | None, sign: int
    ) -> None:
        """The line of the bank, in the currency too that its account is kept in."""
        if bank is None:
            return
        in_currency = in_currency_of(
            look, bank, ("accountAmount",), self.account_amount, causes.currency, self.amount
        )
        signed = None if in_currency is None else sign * in_currency
        causes.post(bank.id, sign * self._moved(causes, self.amount), in_currency=signed)

    def _on_account(
        self, causes: Causes, look: LookUp, party: PartyFacts, left: Decimal, sign: int
    ) -> None:
        """What settles nothing yet stays on the account that the party has as what it is."""
        if left <= 0:
            return
        usual = "CUSTOMER" if self.type is PaymentType.RECEIVE else "SUPPLIER"
        is_customer = (usual == "CUSTOMER") == (usual in party.roles)
        if is_customer:
            account = party.receivable_account or look.role(Role.RECEIVABLE)
        else:
            account = party.payable_account or look.role(Role.PAYABLE)
        if account is not None:
            amount = -sign * self._moved(causes, left)
            open_on_account(causes, account, party.id, -sign * left, amount)
