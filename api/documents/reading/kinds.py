"""Documents as GraphQL types, one a kind: goods, bills, money and entries; and the list of all."""

from collections.abc import Awaitable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from api.context import Info
from api.documents.inputs.choices import (
    CreditKind,
    CreditSide,
    DistributionBasis,
    DocumentKind,
    PaymentType,
    StockEntryPurpose,
)
from api.documents.reading.document import Document, of_kind, part
from api.documents.reading.exchange import ExchangeRevaluation
from api.documents.reading.loaders import loaders_of
from api.documents.reading.paid_at_once import paid_at_once, written_off
from api.documents.reading.parts import LineTax, taxes_of_line
from api.documents.reading.payment_terms import (
    discount_percent,
    discount_until,
    due_date,
    payment_term,
)
from api.documents.reading.related import document_named, related
from api.documents.reading.sight import only_seen
from api.documents.reading.valuations import (
    CostAdjustment,
    CostingMethodChange,
    InventoryPosting,
    ItemGroupChange,
    ShipmentClosing,
    StandardCostChange,
    StockReconciliation,
    StockRevaluation,
)
from api.masters.accounts import Account
from api.masters.parties import Party
from domain.documents.credit_note import SIDE
from domain.documents.journal_entry import REVERSE_ON
from domain.documents.payment import ACCOUNT
from domain.documents.purchase_invoice import PAID_FROM
from domain.documents.sales_invoice import PAID_INTO
from persistence.documents.rows import DocumentRow


@strawberry.type(description="Goods received from a supplier, to be billed later.")
class PurchaseReceipt(Document):
    """The accrual is credited until the bill comes."""

    supplier: Any = related("party", "party_id", Party, "The supplier.")
    is_type_of = of_kind(DocumentKind.PURCHASE_RECEIPT)


def account_kept(key: str, description: str) -> Any:
    """An account that is kept with the document under a key."""

    def resolve(self: Any, info: Info) -> Awaitable[Any] | None:
        row: DocumentRow = self
        kept = row.content.get(key)
        return info.context.loaders.account.load((row.company_id, UUID(kept))) if kept else None

    return strawberry.field(resolver=resolve, description=description, graphql_type=Account | None)


@strawberry.type(description="A supplier's bill.")
class PurchaseInvoice(Document):
    """It bills receipt lines, goods to come, services, or receives the goods itself."""

    supplier: Any = related("party", "party_id", Party, "The supplier.")
    update_stock: bool = strawberry.field(description="Whether it received the goods itself.")
    due_date: date = due_date()
    payment_term: Any = payment_term()
    discount_percent: Decimal | None = discount_percent()
    discount_until: date | None = discount_until()
    outstanding_amount: Decimal | None = strawberry.field(
        description="What is still to be paid, in its currency; null when it was paid at once."
    )
    paid_from: Any = account_kept(
        PAID_FROM,
        "The account from which it was paid at once, but for other `payments`; null where it was "
        "not, and of what earlier releases recorded.",
    )
    payments: Any = paid_at_once("What was paid at once, account by account.")
    written_off: Any = written_off()
    is_type_of = of_kind(DocumentKind.PURCHASE_INVOICE)


@strawberry.type(description="Goods delivered to a customer, to be billed later.")
class DeliveryNote(Document):
    """It posts the cost of the goods; the price is for the invoice."""

    customer: Any = related("party", "party_id", Party, "The customer.")
    is_type_of = of_kind(DocumentKind.DELIVERY_NOTE)


@strawberry.type(description="A bill to a customer.")
class SalesInvoice(Document):
    """It bills delivery lines, services, or delivers the goods itself."""

    customer: Any = related("party", "party_id", Party, "The customer.")
    update_stock: bool = strawberry.field(description="Whether it delivered the goods itself.")
    due_date: date = due_date()
    payment_term: Any = payment_term()
    discount_percent: Decimal | None = discount_percent()
    discount_until: date | None = discount_until()
    outstanding_amount: Decimal | None = strawberry.field(
        description="What is still to be paid, in its currency; null when it was paid at once."
    )
    paid_into: Any = account_kept(
        PAID_INTO,
        "The account into which it was paid at once, but for other `payments`; null where it was "
        "not.",
    )
    payments: Any = paid_at_once("What was paid at once, account by account.")
    written_off: Any = written_off()
    is_type_of = of_kind(DocumentKind.SALES_INVOICE)


@strawberry.type(description="Goods received, issued, transferred or made within the company.")
class StockEntry(Document):
    """No customer or supplier takes part."""

    purpose: StockEntryPurpose = strawberry.field(description="What it does.")
    is_type_of = of_kind(DocumentKind.STOCK_ENTRY)


@strawberry.type(description="Goods given back to a supplier, at the cost of their receipt.")
class PurchaseReturn(Document):
    """Its totals are the goods' price."""

    supplier: Any = related("party", "party_id", Party | None, "The supplier.")
    refunds: Any = paid_at_once("What came back at once, account by account.")
    is_type_of = of_kind(DocumentKind.PURCHASE_RETURN)


@strawberry.type(description="Goods that a customer gave back, at the cost of their delivery.")
class SalesReturn(Document):
    """Its totals are the goods' price."""

    customer: Any = related("party", "party_id", Party | None, "The customer.")
    refunds: Any = paid_at_once("What was given back at once, account by account.")
    is_type_of = of_kind(DocumentKind.SALES_RETURN)


@strawberry.type(description="A credit to a customer, or from a supplier: the mirror of a bill.")
class CreditNote(Document):
    """It moves no goods; a line may name the return that did."""

    purpose: CreditKind = strawberry.field(description="Why it is credited.", name="creditKind")
    outstanding_amount: Decimal | None = strawberry.field(
        description="What is still on account, to be applied to invoices, in its currency; null "
        "when its invoice took all of it, or it was given back at once.",
        name="unappliedAmount",
    )
    refunds: Any = paid_at_once("What was given back at once, account by account.")
    is_type_of = of_kind(DocumentKind.CREDIT_NOTE)

    @strawberry.field(description="Who is credited.")
    def side(self) -> CreditSide:
        """As it is kept with the document."""
        row: Any = self
        return CreditSide(row.content[SIDE])


@strawberry.type(description="Later costs of goods received: freight, duty, insurance.")
class LandedCost(Document):
    """Its charges are what came up; its totals, their sum in the company's currency."""

    purpose: DistributionBasis = strawberry.field(
        description="What the charges were spread by that have no basis of their own.",
        name="basis",
    )

    @strawberry.field(
        description="The documents that brought the goods, in the order of its lines."
    )
    async def receipts(self, info: Info) -> list[Document]:
        """Those of the lines that take the charges."""
        row: Any = self
        lines = await loaders_of(info.context).lines.load((row.company_id, row.id))
        named = [(row.company_id, line.against_line_id) for line in lines if line.against_line_id]
        charged = [one for one in await loaders_of(info.context).line.load_many(named) if one]
        seen = await only_seen(info.context, row.company_id, charged, "document_id")
        ids = dict.fromkeys(one.document_id for one in seen)
        documents: Any = loaders_of(info.context).document
        return await documents.load_many([(row.company_id, one) for one in ids])

    is_type_of = of_kind(DocumentKind.LANDED_COST)


@strawberry.type(description="The writing off of what stands between goods and bills.")
class AccrualClearing(Document):
    """Its lines are what is written off: `clears` is of which line, `settles` of which document."""

    grand_total: Decimal = strawberry.field(
        description="What it took off the accrual account, credit positive."
    )
    is_type_of = of_kind(DocumentKind.ACCRUAL_CLEARING)


@strawberry.type(description="Ledger lines made by hand.")
class JournalEntry(Document):
    """Its lines are what was handed in, its journal lines what was posted."""

    due_date: date = due_date()

    @strawberry.field(
        description="The later day on which it takes itself back by a second entry; null: it stays."
    )
    def reverse_on(self) -> date | None:
        """As it was handed in."""
        row: Any = self
        kept = row.content.get(REVERSE_ON)
        return date.fromisoformat(kept) if kept else None

    is_type_of = of_kind(DocumentKind.JOURNAL_ENTRY)


@strawberry.type(description="How much of an open item a payment or an allocation settles.")
class PaymentAllocation:
    """A line; discounts and write-offs have one of their own."""

    invoice: Any = document_named(
        "against_id", "The invoice, credit note or payment on account.", required=True
    )
    amount: Decimal = strawberry.field(
        description="In the document's currency; zero of a discount or write-off of an item in"
        " another one."
    )
    currency_amount: Decimal | None = strawberry.field(
        description="Of an item in another currency: what it settles of it, in the item's.",
        name="itemAmount",
    )
    account: Any = related(
        "account",
        "account_id",
        Account | None,
        "The account that bears a discount or write-off; null: settled by money or another item.",
    )

    @strawberry.field(
        description="What a discount takes off the taxes of what it settles, in the currency of "
        "that; its account bears the rest. None where it lowers no taxes."
    )
    async def taxes(self, info: Info) -> list[LineTax]:
        """See `taxes_of_line`."""
        return await taxes_of_line(self, info)


@strawberry.type(description="Money received from a customer or paid to a supplier.")
class Payment(Document):
    """What settles no invoice stays on the party's account."""

    purpose: PaymentType = strawberry.field(description="The direction of the money.", name="type")
    grand_total: Decimal = strawberry.field(description="The money, in its currency.")
    outstanding_amount: Decimal | None = strawberry.field(
        description="What is still on account, to be allocated, in its currency; null when nothing "
        "was.",
        name="unappliedAmount",
    )
    account: Any = account_kept(
        ACCOUNT,
        "The bank or cash account; null of what earlier releases recorded.",
    )
    allocations: Any = part("lines", PaymentAllocation, "What it settles.")
    is_type_of = of_kind(DocumentKind.PAYMENT)


@strawberry.type(description="What was on account, applied to invoices; no money moved.")
class Allocation(Document):
    """Its totals are what was settled."""

    allocations: Any = part("lines", PaymentAllocation, "What it settles, in both directions.")
    is_type_of = of_kind(DocumentKind.ALLOCATION)


@strawberry.type(description="The undoing of a document, by the mirror image of what it caused.")
class Cancellation(Document):
    """It counts on the day of the document it undoes, or on a later one."""

    cancels: Any = document_named("cancels_id", "The document it undoes.", required=True)
    is_type_of = of_kind(DocumentKind.CANCELLATION)


@strawberry.type(description="The change of a company from periodic to perpetual inventory.")
class Migration(Document):
    """Its journals bring stock and open receipts into the ledger, on the last periodic day."""

    is_type_of = of_kind(DocumentKind.MIGRATION)


DOCUMENT_TYPES: tuple[type[Document], ...] = (
    PurchaseReceipt,
    PurchaseInvoice,
    DeliveryNote,
    SalesInvoice,
    StockEntry,
    JournalEntry,
    Payment,
    Allocation,
    PurchaseReturn,
    SalesReturn,
    LandedCost,
    AccrualClearing,
    CreditNote,
    StockReconciliation,
    StockRevaluation,
    CostingMethodChange,
    StandardCostChange,
    ItemGroupChange,
    ShipmentClosing,
    CostAdjustment,
    InventoryPosting,
    ExchangeRevaluation,
    Cancellation,
    Migration,
)
"""Every type that the interface stands for; the schema is told of all of them."""
