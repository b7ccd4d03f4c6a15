"""The input of credit notes, with its `to_command()`."""

from decimal import Decimal

import strawberry

from api.documents.inputs.choices import CreditKind, CreditSide
from api.documents.inputs.paid_at_once import (
    REFUND_ACCOUNT,
    REFUNDS,
    PaidAtOnceInput,
    parts,
)
from api.documents.inputs.parts import (
    CENTER,
    DISCOUNT,
    TEXT,
    UOM,
    DocumentInput,
    SalesChargeInput,
    about,
    maybe,
)
from api.types.refs import (
    AccountRef,
    CostCenterRef,
    DocumentRef,
    ItemRef,
    LineRef,
    PartyRef,
    TaxRef,
    WarehouseRef,
)
from domain.documents.credit_note import CreditNote
from domain.documents.parts.credit_line import CreditNoteLine
from domain.money import ZERO


@strawberry.input(
    description="What is credited: of an invoice's line, of goods that went back, or of neither."
)
class CreditNoteLineInput:
    """A line of a credit note."""

    invoice_line: LineRef | None = about(
        "The invoice's line that is credited, never more than it has.", default=None
    )
    return_line: LineRef | None = about(
        "The line of the return whose goods are credited; only of kind RETURN.", default=None
    )
    item: ItemRef | None = about(
        "The item or service; that of the line named unless given.", default=None
    )
    quantity: Decimal | None = about(
        "In the line's unit, above zero, up to 6 decimal places; all that is left of the line named"
        " unless given, 1 of the unit where no line is named.",
        default=None,
    )
    rate: Decimal | None = about(
        "What is credited per unit, in the document's currency, up to 9 decimal places; the"
        " price of the line named unless given, needed for an OVERCHARGE.",
        default=None,
    )
    amount: Decimal | None = about(
        "Instead of a rate: what is credited in all, in the document's currency.", default=None
    )
    account: AccountRef | None = about(
        "The income or expense account; that of the invoice's line, the item's or the company's"
        " unless given.",
        default=None,
    )
    cost_center: CostCenterRef | None = about(
        CENTER + " That of the invoice's line goes before it.", default=None
    )
    description: str | None = about(TEXT, default=None)
    warehouse: WarehouseRef | None = about(
        "Under BY_LEVEL, of RETURN and WRITE_OFF: where goods of no known sale come back, at the"
        " cost in force. Goods that are written off leave again, against the write-off account.",
        default=None,
    )
    discount_percent: Decimal = about(DISCOUNT, default=ZERO)
    taxes: list[TaxRef] | None = about(
        "The taxes that are credited, on the line's net amount, each once; those of the invoice's"
        " line, in proportion, unless given.",
        default=None,
    )
    uom: str | None = about(UOM, default=None)

    def to_command(self) -> CreditNoteLine:
        """The line as the domain knows it."""
        taxes = self.taxes
        return CreditNoteLine(
            invoice_line=maybe(self.invoice_line),
            return_line=maybe(self.return_line),
            item=maybe(self.item),
            quantity=self.quantity,
            rate=self.rate,
            amount=self.amount,
            account=maybe(self.account),
            cost_center=maybe(self.cost_center),
            description=self.description,
            warehouse=maybe(self.warehouse),
            discount_percent=self.discount_percent,
            taxes=None if taxes is None else tuple(tax.to_ref() for tax in taxes),
            uom=self.uom,
        )


@strawberry.input(
    description="A customer is credited, or a supplier credits us. It takes that off the invoice as"
    " far as it is open; the rest stays on account. It moves goods only where a line names a"
    " warehouse."
)
class SubmitCreditNoteInput(DocumentInput):
    """A credit note."""

    side: CreditSide = about("Who is credited.")
    credit_kind: CreditKind = about("Why it is credited.")
    party: PartyRef = about("The customer or supplier.")
    lines: list[CreditNoteLineInput] = about("What is credited, at least one line.")
    invoice: DocumentRef | None = about(
        "The invoice that is credited; that of the lines unless given. Its currency and exchange"
        " rate are the credit note's.",
        default=None,
    )
    charges: list[SalesChargeInput] | None = about(
        "Taxes and charges credited; the invoice's in proportion of its lines unless given.",
        default=None,
    )
    write_off_account: AccountRef | None = about(
        "Of a WRITE_OFF: the account that bears it; the company's default unless given.",
        default=None,
    )
    rounded_total: bool | None = about(
        "Whether the total is rounded to a whole unit of currency; as the invoice's unless given.",
        default=None,
    )

    freight: Decimal | None = about(
        "What is credited of the invoice's freight, without its taxes; its share by net amount"
        " unless given, none of an OVERCHARGE.",
        default=None,
    )

    refund_account: AccountRef | None = about(REFUND_ACCOUNT, default=None)
    refunds: list[PaidAtOnceInput] = about(REFUNDS, default_factory=list)

    def to_command(self) -> CreditNote:
        """The document as the domain knows it."""
        charges = self.charges
        return CreditNote(
            **self.common(),
            side=self.side,
            credit_kind=self.credit_kind,
            party=self.party.to_ref(),
            lines=tuple(line.to_command() for line in self.lines),
            invoice=maybe(self.invoice),
            charges=None if charges is None else tuple(one.to_command() for one in charges),
            write_off_account=maybe(self.write_off_account),
            rounded_total=self.rounded_total,
            freight=self.freight,
            refund_account=maybe(self.refund_account),
            refunds=parts(self.refunds),
        )
