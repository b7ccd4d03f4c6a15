"""The payment: money received from a customer or paid to a supplier, settling invoices.

It clears each invoice at the invoice's exchange rate; bank moves at the payment's; the difference
is an exchange gain or loss. What is not allocated stays on the party's account.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.accounts import AccountType, Role
from domain.documents.document import Causes, Document, DocumentKind, Needs, begin
from domain.errors import Inactive, InvalidValue, NotFound, OverAllocated, WrongParty
from domain.facts import Facts, PartyFacts
from domain.lookup import LookUp, Path
from domain.money import ZERO, multiply, round_to
from domain.open_lines import OpenItemFacts
from domain.records import OpenItemRecord, PartyRecord
from domain.references import Ref


class PaymentType(StrEnum):
    """The direction of the money."""

    RECEIVE = "RECEIVE"
    PAY = "PAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How much of the payment settles one invoice, in the payment's currency."""

    invoice: Ref
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Document):
    """Money received or paid through a bank or cash account."""

    kind: ClassVar[DocumentKind] = DocumentKind.PAYMENT
    series: ClassVar[str] = "PAY"

    type: PaymentType
    party: Ref
    amount: Decimal
    account: Ref | None = None
    allocations: tuple[Allocation, ...] = ()

    def needs(self) -> Needs:
        """The party and the invoices settled."""
        return Needs(
            parties=frozenset({self.party}),
            open_items=frozenset(allocation.invoice for allocation in self.allocations),
        )

    def causes(self, facts: Facts) -> Causes:
        """The bank line, and a line on the party's account for each invoice settled."""
        causes, look = begin(self, facts)
        causes.purpose = self.type.value
        role = "CUSTOMER" if self.type is PaymentType.RECEIVE else "SUPPLIER"
        causes.party = look.party(self.party, ("party",), role)
        look.positive(self.amount, ("amount",), causes.digits)
        causes.net_total = causes.grand_total = self.amount
        bank = self._bank(look)
        sign = 1 if self.type is PaymentType.RECEIVE else -1
        left = self.amount
        if causes.party is not None:
            for index, allocation in enumerate(self.allocations):
                path = ("allocations", str(index))
                left -= allocation.amount
                self._settle(causes, look, causes.party, allocation, sign, path)
            if left < 0:
                look.refuse(
                    OverAllocated(
                        path=("allocations",),
                        open_amount=self.amount,
                        requested=self.amount - left,
                    )
                )
            self._on_account(causes, look, causes.party, left, sign)
        moved = sign * causes.in_company_currency(self.amount)
        causes.post(bank, moved)
        difference = moved + sum((entry.amount for entry in causes.parties), ZERO)
        if difference:
            causes.post(look.role(Role.EXCHANGE_GAIN_LOSS), -difference)
        look.refuse_if_any()
        return causes

    def _bank(self, look: LookUp) -> UUID | None:
        if self.account is None:
            return look.role(Role.BANK, ("account",))
        account = look.account(self.account, ("account",), AccountType.BANK, AccountType.CASH)
        return account.id if account else None

    def _settle(
        self,
        causes: Causes,
        look: LookUp,
        party: PartyFacts,
        allocation: Allocation,
        sign: int,
        path: Path,
    ) -> None:
        look.positive(allocation.amount, (*path, "amount"), causes.digits)
        item = _open_item(look, allocation.invoice, (*path, "invoice"))
        if item is None:
            return
        self._check(causes, look, party, item, allocation, sign, path)
        at_invoice_rate = round_to(
            multiply(allocation.amount, item.exchange_rate), look.company.digits
        )
        causes.new_line(amount=allocation.amount, against_id=item.document)
        self._enter(causes, party, item.account, -sign * at_invoice_rate, allocation.amount, item)
        causes.open_items.append(
            OpenItemRecord(
                document_id=item.document,
                party_id=item.party,
                account_id=item.account,
                currency=item.currency,
                exchange_rate=item.exchange_rate,
                settled=sign * allocation.amount,
            )
        )

    def _check(
        self,
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
        if item.currency != causes.currency:
            look.refuse(InvalidValue(path=(*path, "invoice"), reason="other_currency"))
        earlier = sum(
            (one.settled for one in causes.open_items if one.document_id == item.document), ZERO
        )
        open_amount = sign * (item.open_amount - earlier)
        if allocation.amount > open_amount:
            look.refuse(
                OverAllocated(
                    path=(*path, "amount"),
                    open_amount=max(open_amount, ZERO),
                    requested=allocation.amount,
                )
            )

    def _on_account(
        self, causes: Causes, look: LookUp, party: PartyFacts, left: Decimal, sign: int
    ) -> None:
        """What settles no invoice yet stays on the party's control account."""
        if left <= 0:
            return
        if self.type is PaymentType.RECEIVE:
            account = party.receivable_account or look.role(Role.RECEIVABLE)
        else:
            account = party.payable_account or look.role(Role.PAYABLE)
        if account is not None:
            amount = -sign * causes.in_company_currency(left)
            self._enter(causes, party, account, amount, left, None)

    def _enter(
        self,
        causes: Causes,
        party: PartyFacts,
        account: UUID,
        amount: Decimal,
        currency_amount: Decimal,
        item: OpenItemFacts | None,
    ) -> None:
        causes.post(account, amount, party=party.id)
        signed = currency_amount if amount > 0 else -currency_amount
        causes.parties.append(
            PartyRecord(
                id=causes.facts.new_id(),
                party_id=party.id,
                account_id=account,
                amount=amount,
                currency=causes.currency,
                currency_amount=signed,
                against_id=item.document if item else None,
            )
        )


def _open_item(look: LookUp, ref: Ref, path: Path) -> OpenItemFacts | None:
    for item in look.facts.open_items.values():
        if ref.value in (str(item.document), item.number):
            return item
    look.refuse(NotFound(path=path, kind="document", reference=ref.value))
    return None
