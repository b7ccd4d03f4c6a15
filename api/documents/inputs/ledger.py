"""The inputs of journal entries, payments and cancellations, each with its `to_command()`."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.documents.inputs.parts import CENTER, TEXT, DocumentInput, about, maybe
from api.types.refs import AccountRef, CompanyRef, CostCenterRef, DocumentRef, PartyRef
from domain.documents.allocation import AllocationVoucher
from domain.documents.cancellation import Cancellation
from domain.documents.journal_entry import JournalVoucher, JournalVoucherLine
from domain.documents.parts.settlement import Allocation
from domain.documents.payment import Payment, PaymentType
from domain.money import ZERO
from domain.references import Ref


@strawberry.input(
    description="A debit or a credit of a journal entry: one of the two. The other is left out, or "
    "zero as in lines that are read."
)
class JournalEntryLineInput:
    """A line of a journal entry."""

    account: AccountRef = about("The posting account.")
    debit: Decimal | None = about("The amount debited, in the document's currency.", default=None)
    credit: Decimal | None = about("The amount credited, in the document's currency.", default=None)
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    party: PartyRef | None = about(
        "The customer on a receivable account, the supplier on a payable one; none on others.",
        default=None,
    )
    description: str | None = about(TEXT, default=None)
    currency_amount: Decimal | None = about(
        "The same in the currency that the account is kept in, at least zero: needed where that is "
        "neither the company's nor the document's. Zero changes only what the account is worth in "
        "company currency.",
        default=None,
    )

    def to_command(self) -> JournalVoucherLine:
        """The line as the domain knows it."""
        return JournalVoucherLine(
            account=self.account.to_ref(),
            debit=self.debit,
            credit=self.credit,
            cost_center=maybe(self.cost_center),
            party=maybe(self.party),
            description=self.description,
            currency_amount=self.currency_amount,
        )


@strawberry.input(description="Ledger lines made by hand; debits and credits must be equal.")
class SubmitJournalEntryInput(DocumentInput):
    """A journal entry."""

    lines: list[JournalEntryLineInput] = about("At least two lines.")
    due_date: date | None = about(
        "The day by which what it posts to parties is to be paid, also one before the posting date,"
        " as of an opening balance that is overdue; the posting date unless given.",
        default=None,
    )
    reverse_on: date | None = about(
        "A later day on which it takes itself back, as accruals do: posted at once as a second"
        " entry. What it posts to parties is open until then, and nothing else settles it.",
        default=None,
    )

    def to_command(self) -> JournalVoucher:
        """The document as the domain knows it."""
        return JournalVoucher(
            **self.common(),
            lines=tuple(line.to_command() for line in self.lines),
            due_date=self.due_date,
            reverse_on=self.reverse_on,
        )


_DISCOUNT_ACCOUNT = "The account of discounts; the company's default unless given."
_COST_CENTER = (
    "The cost center of its discounts, write-offs and exchange differences; the company's default"
    " unless given."
)
_WRITE_OFF_ACCOUNT = "The account of write-offs; the company's default unless given."


@strawberry.input(description="How one open item is settled, in its own direction.")
class PaymentAllocationInput:
    """A line of a payment or an allocation."""

    invoice: DocumentRef = about(
        "What is settled: an invoice, a credit note, an earlier payment that is on account, or a "
        "journal entry that names the party on its account."
    )
    amount: Decimal = about(
        "What settles it, in the document's currency, above zero. Items of the other direction, as"
        " a credit note in a payment received, add to the money that others may take."
    )
    discount: Decimal = about(
        "What a discount settles of it besides, in the document's currency; with `itemAmount` in"
        " the item's.",
        default=ZERO,
    )
    write_off: Decimal = about(
        "A small difference that is given up, in the document's currency, with `itemAmount` in the"
        " item's; negative: one that is kept.",
        default=ZERO,
    )
    item_amount: Decimal | None = about(
        "Of an item in another currency, needed there: what `amount` settles of it, in the item's"
        " currency. What the two are apart in company currency is an exchange gain or loss.",
        default=None,
    )
    adjust_taxes: bool | None = about(
        "Whether the discount lowers the taxes of the bill too, in proportion, so that its account"
        " bears the net amount alone; as the company's `adjustForPaymentDiscount` unless given.",
        default=None,
    )

    take_discount: bool = about(
        "Take the discount that the invoice grants by its payment terms, instead of an amount: of a"
        " part of it, what that part is granted. Refused after `discountUntil`.",
        default=False,
    )

    def to_command(self) -> Allocation:
        """The allocation as the domain knows it."""
        return Allocation(
            invoice=self.invoice.to_ref(),
            amount=self.amount,
            discount=self.discount,
            write_off=self.write_off,
            item_amount=self.item_amount,
            adjust_taxes=self.adjust_taxes,
            take_discount=self.take_discount,
        )


@strawberry.input(description="Money received from a customer or paid to a supplier.")
class SubmitPaymentInput(DocumentInput):
    """A payment."""

    type: PaymentType = about("The direction of the money.")
    party: PartyRef = about("Who pays or is paid.")
    amount: Decimal = about("The amount, in the payment's currency, above zero.")
    account: AccountRef | None = about(
        "The bank or cash account; the company's default bank unless given.", default=None
    )
    allocations: list[PaymentAllocationInput] = about(
        "The invoices that it settles; what is left stays on account, to be allocated later.",
        default_factory=list,
    )
    discount_account: AccountRef | None = about(_DISCOUNT_ACCOUNT, default=None)
    write_off_account: AccountRef | None = about(_WRITE_OFF_ACCOUNT, default=None)
    cost_center: CostCenterRef | None = about(_COST_CENTER, default=None)
    bank_amount: Decimal | None = about(
        "What the bank moved in company currency, above zero, as its statement says: instead of an "
        "exchange rate, of a payment in another currency.",
        default=None,
    )
    account_amount: Decimal | None = about(
        "What the account moved in the currency that it is kept in, above zero: needed where that "
        "is neither the company's nor the payment's.",
        default=None,
    )

    def to_command(self) -> Payment:
        """The document as the domain knows it."""
        return Payment(
            **self.common(),
            type=self.type,
            party=self.party.to_ref(),
            amount=self.amount,
            account=maybe(self.account),
            allocations=tuple(one.to_command() for one in self.allocations),
            discount_account=maybe(self.discount_account),
            write_off_account=maybe(self.write_off_account),
            cost_center=maybe(self.cost_center),
            bank_amount=self.bank_amount,
            account_amount=self.account_amount,
        )


@strawberry.input(
    description="What is on account is applied to invoices of the same party; no money moves."
)
class SubmitAllocationInput(DocumentInput):
    """An allocation."""

    party: PartyRef = about("The customer or supplier.")
    allocations: list[PaymentAllocationInput] = about(
        "The open items of both directions; their amounts come to nothing together."
    )
    discount_account: AccountRef | None = about(_DISCOUNT_ACCOUNT, default=None)
    write_off_account: AccountRef | None = about(_WRITE_OFF_ACCOUNT, default=None)
    cost_center: CostCenterRef | None = about(_COST_CENTER, default=None)

    def to_command(self) -> AllocationVoucher:
        """The document as the domain knows it."""
        return AllocationVoucher(
            **self.common(),
            party=self.party.to_ref(),
            allocations=tuple(one.to_command() for one in self.allocations),
            discount_account=maybe(self.discount_account),
            write_off_account=maybe(self.write_off_account),
            cost_center=maybe(self.cost_center),
        )


@strawberry.input(description="Undo a document as of its own date, or reverse it on a later day.")
class CancelDocumentInput:
    """A cancellation."""

    document: DocumentRef = about("The document to cancel.")
    company: CompanyRef | None = about(
        "Its company; needed when the document is named by its number.", default=None
    )
    id: UUID | None = about(
        "The cancellation's own identity, made by the client; by the server unless given.",
        default=None,
    )
    remarks: str | None = about("Free text.", default=None)
    reverse_on: date | None = about(
        "Instead of as of its own date, take it back on this later day, which is open: of journal"
        " entries, payments and allocations. Until then it counts, also in periods closed since;"
        " from then on what it settled is open again. Others are NOT_REVERSIBLE.",
        default=None,
    )

    def to_command(self, company: Ref) -> Cancellation:
        """The document as the domain knows it."""
        return Cancellation(
            id=self.id or uuid7(),
            company=company,
            posting_date=date.max,
            document=self.document.to_ref(),
            remarks=self.remarks,
            reverse_on=self.reverse_on,
        )
