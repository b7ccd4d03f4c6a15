"""Documents as GraphQL types: an interface with everything common, and one type a kind.

Resolvers return the rows of persistence.reports.documents; a row's kind says which type it is.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.accounts import Account
from api.companies import Company
from api.context import Info
from api.documents.changed import ChangedDocument, changed_documents
from api.documents.choices import (
    CreditKind,
    CreditSide,
    DistributionBasis,
    DocumentKind,
    DocumentStatus,
    PaymentType,
    ReconciliationPurpose,
    StockEntryPurpose,
)
from api.documents.reading_loaders import loaders_of
from api.documents.reading_parts import (
    DocumentCharge,
    DocumentLine,
    DocumentTax,
    JournalLine,
    LedgerEntry,
    StockMovement,
    document_named,
    related,
)
from api.enums import CostingMethod
from api.errors import ErrorCode
from api.items import Item
from api.nodes import Node
from api.parties import Party
from domain.documents.credit_note import SIDE
from persistence.reports.documents import DocumentRow, merged

_TYPE_NAMES = {kind: "".join(part.title() for part in kind.split("_")) for kind in DocumentKind}
"""The GraphQL type of each kind: PURCHASE_RECEIPT is a PurchaseReceipt."""


def _part(loader: str, of: Any, description: str) -> Any:
    """A list that belongs to the document."""

    def resolve(self: Any, info: Info) -> Any:
        return getattr(loaders_of(info.context), loader).load((self.company_id, self.id))

    return strawberry.field(resolver=resolve, description=description, graphql_type=list[of])


def _lines(loader: str, description: str) -> Any:
    """Journal lines that belong to the document, merged on demand."""

    async def resolve(
        self: Any,
        info: Info,
        merge: Annotated[
            bool,
            strawberry.argument(
                name="merged",
                description="Net per account, cost center and party, over all entries.",
            ),
        ] = False,
    ) -> Any:
        found = await getattr(loaders_of(info.context), loader).load((self.company_id, self.id))
        return merged(found) if merge else found

    return strawberry.field(
        resolver=resolve, description=description, graphql_type=list[JournalLine]
    )


async def _entries(self: Any, info: Info) -> Any:
    """One line of each entry stands for it."""
    found = await loaders_of(info.context).journal_lines.load((self.company_id, self.id))
    return list({line.entry_id: line for line in reversed(found)}.values())[::-1]


def _company(self: Any, info: Info) -> Any:
    return info.context.loaders.company.load(self.company_id)


@strawberry.interface(
    description="What a person hands in. It never changes: cancelling appends its mirror image."
)
class Document(Node):
    """What all kinds have in common."""

    company: Any = strawberry.field(
        resolver=_company, description="Whose books it is in.", graphql_type=Company
    )
    kind: DocumentKind = strawberry.field(description="What kind of document it is.")
    number: str = strawberry.field(
        description='Its number, as "PR-2026-00001": gapless per company, series and fiscal year.'
    )
    status: DocumentStatus = strawberry.field(description="Whether it counts.")
    posting_date: date = strawberry.field(description="The day on which it counts.")
    posting_time: time = strawberry.field(description="The time of day at which it counts.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    recorded_by: str | None = strawberry.field(description="Who recorded it.")
    seq: int = strawberry.field(
        description="Its place among all that was recorded in the company.", name="sequence"
    )
    party: Any = related("party", "party_id", Party | None, "The customer or supplier.")
    currency: str = strawberry.field(description="Its currency, as an ISO 4217 code.")
    exchange_rate: Decimal = strawberry.field(
        description="Company currency per unit of its currency."
    )
    net_total: Decimal = strawberry.field(description="The lines, in its currency.")
    charges_total: Decimal = strawberry.field(
        description="What charges add to the bill, in its currency."
    )
    taxes_total: Decimal = strawberry.field(
        description="The taxes of its lines and freight, in its currency."
    )
    freight: Decimal = strawberry.field(
        description="Freight charged to the customer, without its taxes, in its currency."
    )
    grand_total: Decimal = strawberry.field(
        description="Lines, charges, taxes and freight, in its currency."
    )
    reference: str | None = strawberry.field(description="The other side's number for it.")
    remarks: str | None = strawberry.field(description="Remarks.")
    cancelled_by: Any = document_named("cancelled_by_id", "The cancellation that undid it.")
    lines: Any = _part("lines", DocumentLine, "Its lines, in order.")
    charges: Any = _part("charges", DocumentCharge, "Its charges, in order.")
    taxes: Any = _part("taxes", DocumentTax, "Its taxes, in the order in which they are charged.")
    journal_entries: Any = strawberry.field(
        resolver=_entries,
        description="Ledger entries about it, adjustments by later documents included.",
        graphql_type=list[LedgerEntry],
    )
    journal_lines: Any = _lines(
        "journal_lines", "Ledger lines about it, adjustments by later documents included."
    )
    caused_journal_lines: Any = _lines(
        "caused_lines",
        "Ledger lines that it made us write, also about other documents whose cost it changed.",
    )
    changed_documents: Any = strawberry.field(
        resolver=changed_documents,
        description="Earlier documents whose cost it changed, in posting order, with by how much; "
        "in a preview, those that it would change.",
        graphql_type=list[ChangedDocument],
    )
    stock_movements: Any = _part("movements", StockMovement, "The stock movements it caused.")

    @strawberry.field(description="1: documents never change.")
    def version(self) -> int:
        """For clients that treat all records alike."""
        return 1

    @classmethod
    def resolve_type(cls, obj: Any, *_rest: object) -> str:
        """The GraphQL type of a row."""
        return _TYPE_NAMES[DocumentKind(obj.kind)]


def _kind(kind: DocumentKind) -> Any:
    """How a type of document recognizes its rows."""

    def is_type_of(_cls: type, obj: object, _info: object) -> bool:
        return isinstance(obj, DocumentRow) and obj.kind == kind

    return classmethod(is_type_of)


@strawberry.type(description="Goods received from a supplier, to be billed later.")
class PurchaseReceipt(Document):
    """The accrual is credited until the bill comes."""

    supplier: Any = related("party", "party_id", Party, "The supplier.")
    is_type_of = _kind(DocumentKind.PURCHASE_RECEIPT)


@strawberry.type(description="A supplier's bill.")
class PurchaseInvoice(Document):
    """It bills receipt lines, goods to come, services, or receives the goods itself."""

    supplier: Any = related("party", "party_id", Party, "The supplier.")
    update_stock: bool = strawberry.field(description="Whether it received the goods itself.")
    outstanding_amount: Decimal | None = strawberry.field(
        description="What is still to be paid, in its currency; null when it was paid at once."
    )
    is_type_of = _kind(DocumentKind.PURCHASE_INVOICE)


@strawberry.type(description="Goods delivered to a customer, to be billed later.")
class DeliveryNote(Document):
    """It posts the cost of the goods; the price is for the invoice."""

    customer: Any = related("party", "party_id", Party, "The customer.")
    is_type_of = _kind(DocumentKind.DELIVERY_NOTE)


@strawberry.type(description="A bill to a customer.")
class SalesInvoice(Document):
    """It bills delivery lines, services, or delivers the goods itself."""

    customer: Any = related("party", "party_id", Party, "The customer.")
    update_stock: bool = strawberry.field(description="Whether it delivered the goods itself.")
    outstanding_amount: Decimal | None = strawberry.field(
        description="What is still to be paid, in its currency."
    )
    is_type_of = _kind(DocumentKind.SALES_INVOICE)


@strawberry.type(description="Goods received, issued, transferred or made within the company.")
class StockEntry(Document):
    """No customer or supplier takes part."""

    purpose: StockEntryPurpose = strawberry.field(description="What it does.")
    is_type_of = _kind(DocumentKind.STOCK_ENTRY)


@strawberry.type(description="Goods given back to a supplier, at the cost of their receipt.")
class PurchaseReturn(Document):
    """Its totals are the goods' price."""

    supplier: Any = related("party", "party_id", Party | None, "The supplier.")
    is_type_of = _kind(DocumentKind.PURCHASE_RETURN)


@strawberry.type(description="Goods that a customer gave back, at the cost of their delivery.")
class SalesReturn(Document):
    """Its totals are the goods' price."""

    customer: Any = related("party", "party_id", Party | None, "The customer.")
    is_type_of = _kind(DocumentKind.SALES_RETURN)


@strawberry.type(description="A credit to a customer, or from a supplier: the mirror of a bill.")
class CreditNote(Document):
    """It moves no goods; a line may name the return that did."""

    purpose: CreditKind = strawberry.field(description="Why it is credited.", name="creditKind")
    outstanding_amount: Decimal | None = strawberry.field(
        description="What is still on account, to be applied to invoices, in its currency; null "
        "when its invoice took all of it.",
        name="unappliedAmount",
    )
    is_type_of = _kind(DocumentKind.CREDIT_NOTE)

    @strawberry.field(description="Who is credited.")
    def side(self) -> CreditSide:
        """As it is kept with the document."""
        row: Any = self
        return CreditSide(row.content[SIDE])


@strawberry.type(description="Later costs of goods received: freight, duty, insurance.")
class LandedCost(Document):
    """Its charges are what came up; its totals, their sum in the company's currency."""

    purpose: DistributionBasis = strawberry.field(
        description="What the charges were spread by.", name="basis"
    )
    is_type_of = _kind(DocumentKind.LANDED_COST)


@strawberry.type(description="The writing off of what stands between goods and bills.")
class AccrualClearing(Document):
    """Its lines are what is written off: `clears` is of which line, `settles` of which document."""

    grand_total: Decimal = strawberry.field(
        description="What it took off the accrual account, credit positive."
    )
    is_type_of = _kind(DocumentKind.ACCRUAL_CLEARING)


@strawberry.type(description="A count of goods, or opening stock.")
class StockReconciliation(Document):
    """Its movements bring the books to what was counted."""

    purpose: ReconciliationPurpose = strawberry.field(
        description="Whether it set the books right or opened them."
    )
    is_type_of = _kind(DocumentKind.STOCK_RECONCILIATION)


@strawberry.type(description="New costs of stock on hand; quantities stay.")
class StockRevaluation(Document):
    """Its movements move nothing and bring each bin to its new value."""

    is_type_of = _kind(DocumentKind.STOCK_REVALUATION)


@strawberry.type(description="An item's change of costing method.")
class ItemMethodChange:
    """Movements before the document stay under the old method."""

    company_id: strawberry.Private[Any]
    item_id: strawberry.Private[Any]
    item: Any = related("item", "item_id", Item, "The item.")
    method_before: CostingMethod = strawberry.field(description="The method until then.")
    method_after: CostingMethod = strawberry.field(description="The method from then on.")


@strawberry.type(description="Items that come under another costing method, from a day on.")
class CostingMethodChange(Document):
    """It marks every bin of the items, in posting order."""

    is_type_of = _kind(DocumentKind.COSTING_METHOD_CHANGE)

    @strawberry.field(description="The items and their methods, in the order of the input.")
    async def changes(self, info: Info) -> list[ItemMethodChange]:
        """Kept with the document, by line."""
        row: Any = self
        lines = await loaders_of(info.context).lines.load((row.company_id, row.id))
        methods = {line.id: row.content[str(line.id)].split() for line in lines}
        return [
            ItemMethodChange(
                company_id=row.company_id,
                item_id=line.item_id,
                method_before=CostingMethod(methods[line.id][0]),
                method_after=CostingMethod(methods[line.id][1]),
            )
            for line in lines
        ]


@strawberry.type(description="New standard costs, and what is on hand revalued to them.")
class StandardCostChange(Document):
    """Goods that came in before keep their cost unless they are revalued."""

    is_type_of = _kind(DocumentKind.STANDARD_COST_CHANGE)


@strawberry.type(description="Items put into other groups; their stock stands on other accounts.")
class ItemGroupChange(Document):
    """What follows it finds its accounts by the new groups."""

    is_type_of = _kind(DocumentKind.ITEM_GROUP_CHANGE)


@strawberry.type(description="A shipment closed: its charges spread, suspense cleared.")
class ShipmentClosing(Document):
    """Its lines say what the goods came to."""

    is_type_of = _kind(DocumentKind.SHIPMENT_CLOSING)


def _count_of(document: Any, name: str) -> int | None:
    """A count that documents of early releases do not have."""
    count = document.content.get(name)
    return None if count is None else int(count)


@strawberry.type(description="Later costs that travelled on to everything that left.")
class CostAdjustment(Document):
    """Its caused journal lines and changed costs say what it did."""

    is_type_of = _kind(DocumentKind.COST_ADJUSTMENT)

    @strawberry.field(description="Of how many items the costs were adjusted.")
    def adjusted_count(self) -> int | None:
        """Kept with the document."""
        return _count_of(self, "adjusted")

    @strawberry.field(
        description=(
            "How many of the items asked for were left to the next document of the run; 0: none. "
            "Null where an early release did not keep it."
        )
    )
    def waiting_count(self) -> int | None:
        """Kept with the document."""
        return _count_of(self, "waiting")


@strawberry.type(description="A cost entry that a batch could not post.")
class SkippedCostEntry:
    """It is posted by a later batch, once its reason is gone."""

    id: strawberry.ID = strawberry.field(description="The cost entry.")
    document: str = strawberry.field(description="Number of the document that moved the goods.")
    code: str = strawberry.field(description="Why it could not be posted.", graphql_type=ErrorCode)


@strawberry.type(description="Stock cost that reached the general ledger in a batch.")
class InventoryPosting(Document):
    """Its caused journal lines are what was posted."""

    is_type_of = _kind(DocumentKind.INVENTORY_POSTING)

    @strawberry.field(description="How many cost entries were posted.")
    def posted_count(self) -> int:
        """Kept with the document."""
        row: Any = self
        return int(row.content["posted"])

    @strawberry.field(description="How many could not be posted, all of them.")
    def skipped_count(self) -> int:
        """Kept with the document."""
        row: Any = self
        return int(row.content["skipped"])

    @strawberry.field(
        description=(
            "How many cost entries after these were left to the next document of the run; 0: none. "
            "Null where an early release did not keep it."
        )
    )
    def waiting_count(self) -> int | None:
        """Kept with the document."""
        return _count_of(self, "waiting")

    @strawberry.field(
        description=(
            "The last cost entry that it looked at: `after` of the next document of the run. "
            "Null where there was none."
        )
    )
    def last_entry(self) -> strawberry.ID | None:
        """Kept with the document."""
        row: Any = self
        last = row.content.get("last_entry")
        return strawberry.ID(last) if last else None

    @strawberry.field(description="Those that could not be posted, the first 200 of them.")
    def skipped(self) -> list[SkippedCostEntry]:
        """Kept with the document."""
        row: Any = self
        found = [line.split(" ", 2) for line in row.content["skipped_entries"].splitlines()]
        return [
            SkippedCostEntry(id=strawberry.ID(id_), code=ErrorCode[code], document=number)
            for id_, code, number in found
        ]


@strawberry.type(description="Ledger lines made by hand.")
class JournalEntry(Document):
    """Its lines are what was handed in, its journal lines what was posted."""

    is_type_of = _kind(DocumentKind.JOURNAL_ENTRY)


@strawberry.type(description="How much of an open item a payment or an allocation settles.")
class PaymentAllocation:
    """A line; discounts and write-offs have one of their own."""

    invoice: Any = document_named(
        "against_id", "The invoice, credit note or payment on account.", required=True
    )
    amount: Decimal = strawberry.field(description="In the document's currency.")
    account: Any = related(
        "account",
        "account_id",
        Account | None,
        "The account that bears a discount or write-off; null: settled by money or another item.",
    )


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
    allocations: Any = _part("lines", PaymentAllocation, "What it settles.")
    is_type_of = _kind(DocumentKind.PAYMENT)


@strawberry.type(description="What was on account, applied to invoices; no money moved.")
class Allocation(Document):
    """Its totals are what was settled."""

    allocations: Any = _part("lines", PaymentAllocation, "What it settles, in both directions.")
    is_type_of = _kind(DocumentKind.ALLOCATION)


@strawberry.type(description="The undoing of a document, by the mirror image of what it caused.")
class Cancellation(Document):
    """It counts on the day of the document it undoes."""

    cancels: Any = document_named("cancels_id", "The document it undoes.", required=True)
    is_type_of = _kind(DocumentKind.CANCELLATION)


@strawberry.type(description="The change of a company from periodic to perpetual inventory.")
class Migration(Document):
    """Its journals bring stock and open receipts into the ledger, on the last periodic day."""

    is_type_of = _kind(DocumentKind.MIGRATION)


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
    Cancellation,
    Migration,
)
"""Every type that the interface stands for; the schema is told of all of them."""
