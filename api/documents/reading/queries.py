"""Reading documents: one by its id, lists of one kind or of all, filtered and in a chosen order."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.come_so_far import check_recorded_after
from api.context import Context, Info
from api.documents.inputs.choices import DocumentKind, DocumentStatus
from api.documents.reading.kinds import (
    DOCUMENT_TYPES,
    AccrualClearing,
    Allocation,
    Cancellation,
    CostAdjustment,
    CostingMethodChange,
    CreditNote,
    DeliveryNote,
    Document,
    ExchangeRevaluation,
    InventoryPosting,
    ItemGroupChange,
    JournalEntry,
    LandedCost,
    Migration,
    Payment,
    PurchaseInvoice,
    PurchaseReceipt,
    PurchaseReturn,
    SalesInvoice,
    SalesReturn,
    ShipmentClosing,
    StandardCostChange,
    StockEntry,
    StockReconciliation,
    StockRevaluation,
)
from api.documents.reading.loaders import loaders_of
from api.masters.common import CompanyArgument, company_id_of
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.nodes import node_reader
from api.types.refs import ItemRef, PartyRef, WarehouseRef
from domain.errors import InvalidValue, NotFound, Refused
from domain.references import Ref, parse_id
from domain.roles import Permission
from persistence.documents import lists
from persistence.documents.rows import DocumentRow
from persistence.masters import lookups
from persistence.paging import Ordering, Page


class DocumentSort(StrEnum):
    """The order of a list of documents."""

    POSTING_DATE_DESC = "POSTING_DATE_DESC"
    POSTING_DATE_ASC = "POSTING_DATE_ASC"
    NUMBER_ASC = "NUMBER_ASC"
    NUMBER_DESC = "NUMBER_DESC"
    RECORDED_ASC = "RECORDED_ASC"
    RECORDED_DESC = "RECORDED_DESC"


described(
    DocumentSort,
    "The order of a list of documents.",
    {
        DocumentSort.POSTING_DATE_DESC: "The latest posting date first.",
        DocumentSort.POSTING_DATE_ASC: "The earliest posting date first.",
        DocumentSort.NUMBER_ASC: "By number.",
        DocumentSort.NUMBER_DESC: "By number, the highest first.",
        DocumentSort.RECORDED_ASC: "As they were recorded.",
        DocumentSort.RECORDED_DESC: "The last recorded first.",
    },
)

_ORDERINGS: dict[DocumentSort, Ordering] = {
    DocumentSort.POSTING_DATE_DESC: lists.NEWEST_FIRST,
    DocumentSort.POSTING_DATE_ASC: lists.OLDEST_FIRST,
    DocumentSort.NUMBER_ASC: lists.BY_NUMBER,
    DocumentSort.NUMBER_DESC: lists.BY_NUMBER_DESCENDING,
    DocumentSort.RECORDED_ASC: lists.AS_RECORDED,
    DocumentSort.RECORDED_DESC: lists.LAST_RECORDED_FIRST,
}


def _filter(description: str) -> Any:
    return strawberry.field(description=description, default=None)


@strawberry.input(description="Which documents; what is left out does not limit.")
class DocumentFilter:
    """Everything given must be true of a document."""

    from_: date | None = _filter("Posting date on or after this day.")
    to: date | None = _filter("Posting date on or before this day.")
    party: PartyRef | None = _filter("The customer or supplier.")
    status: DocumentStatus | None = _filter("Whether it counts.")
    number: str | None = _filter("The whole number.")
    item: ItemRef | None = _filter("An item on one of its lines.")
    text: str | None = _filter("Text in its number, reference or remarks, in any case.")
    warehouse: WarehouseRef | None = _filter(
        "A warehouse where it moved stock, or one below which it did."
    )
    total_from: Decimal | None = _filter("A grand total of at least this, in its currency.")
    total_to: Decimal | None = _filter("A grand total of at most this, in its currency.")
    recorded_after: int | None = _filter("Only what was recorded after this `sequence`.")


@strawberry.input(description="Which documents of all kinds; what is left out does not limit.")
class AnyDocumentFilter(DocumentFilter):
    """The same, and the kinds."""

    kinds: list[DocumentKind] | None = _filter("Only these kinds.")


FilterArgument = Annotated[
    DocumentFilter | None, strawberry.argument(name="filter", description="Which of them.")
]
AnyFilterArgument = Annotated[
    AnyDocumentFilter | None, strawberry.argument(name="filter", description="Which of them.")
]
SortArgument = Annotated[DocumentSort, strawberry.argument(description="In which order.")]


def as_document(row: DocumentRow | None) -> Any:
    """A row where a document is wanted: types declare fields, and resolvers return rows."""
    return row


async def target_of(context: Context, cancellation: DocumentRow) -> Any:
    """The document that a cancellation undid, as it is now: read, never remembered."""
    if cancellation.cancels_id is None:
        return None
    key = (cancellation.company_id, cancellation.cancels_id)
    loaders = loaders_of(context)
    for loader in (loaders.document, loaders.journal_lines, loaders.movements, loaders.lines):
        loader.clear(key)
    return as_document(await loaders.document.load(key))


async def find_document(
    context: Context, company_id: UUID, ref: Ref, path: tuple[str, ...] = ("document",)
) -> DocumentRow:
    """The document that a reference names.

    Raises:
        Refused: NOT_FOUND at `path`.
    """
    found: DocumentRow | None = None
    if ref.by == "id":
        one = ref.id
        if one is not None:
            found = await loaders_of(context).document.load((company_id, one))
    else:
        which = lists.DocumentFilter(number=ref.value)
        async with context.database.transaction(company_id) as connection:
            page = Page(lists.AS_RECORDED, 1)
            rows = await lists.list_documents(connection, company_id, page, which)
        found = rows[0] if rows else None
    if found is None:
        raise Refused(NotFound(path=path, kind="document", reference=ref.value))
    return found


@node_reader("document")
async def load_document(context: Context, company_id: UUID, one: UUID) -> Any:
    """A document by its id, batched with others."""
    return await loaders_of(context).document.load((company_id, one))


@node_reader("document_line")
async def load_line(context: Context, company_id: UUID, one: UUID) -> Any:
    """A line by its id, batched with others."""
    return await loaders_of(context).line.load((company_id, one))


async def _found(
    info: Info,
    company: Any,
    kinds: Sequence[DocumentKind],
    which: DocumentFilter | None,
    sort: DocumentSort,
    paging: tuple[int | None, str | None, int | None, str | None],
    of: Any,
) -> Any:
    """One page of documents; what it shows of them is in the request's loaders."""
    page = page_of(_ORDERINGS[sort], *paging)
    company_id = await company_id_of(info, company)
    chosen = await resolved(info, company_id, kinds, which or DocumentFilter())
    async with info.context.database.transaction(company_id) as connection:
        rows = await lists.list_documents(connection, company_id, page, chosen)
    loaders_of(info.context).document.listed(rows)
    return connect(page, rows, Connection[of])


async def resolved(
    info: Info, company_id: UUID, kinds: Sequence[DocumentKind], which: DocumentFilter
) -> lists.DocumentFilter:
    """A filter of these kinds with records instead of references.

    Raises:
        Refused: NOT_FOUND for a party or item that is not there, INVALID_VALUE for a range that
            ends before it begins.
    """
    if which.from_ is not None and which.to is not None and which.from_ > which.to:
        raise Refused(InvalidValue(path=("filter", "from"), reason="after_to"))
    least, most = which.total_from, which.total_to
    if least is not None and most is not None and least > most:
        raise Refused(InvalidValue(path=("filter", "totalFrom"), reason="above_total_to"))

    async def id_of(given: PartyRef | ItemRef | WarehouseRef | None, name: str) -> UUID | None:
        if given is None:
            return None
        database = info.context.database
        return (await lookups.find(database, company_id, given.to_ref(), ("filter", name))).id

    return lists.DocumentFilter(
        kinds=kinds,
        from_date=which.from_,
        to_date=which.to,
        party_id=await id_of(which.party, "party"),
        status=which.status,
        number=which.number,
        item_id=await id_of(which.item, "item"),
        text=which.text,
        warehouse_id=await id_of(which.warehouse, "warehouse"),
        total_from=least,
        total_to=most,
        recorded_after=await check_recorded_after(
            info, company_id, which.recorded_after, "filter", "recordedAfter"
        ),
        within=info.context.within(company_id, Permission.DOCUMENTS_READ),
    )


def _list_of(of: type[Document], kind: DocumentKind, what: str) -> Any:
    """The list of one kind."""

    async def resolve(
        self: Any,
        info: Info,
        *,
        company: CompanyArgument,
        which: FilterArgument = None,
        sort: SortArgument = DocumentSort.POSTING_DATE_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        del self
        paging = (first, after, last, before)
        return await _found(info, company, (kind,), which, sort, paging, of)

    return strawberry.field(
        resolver=resolve, description=f"The company's {what}.", graphql_type=Connection[of]
    )


@strawberry.type
class DocumentQuery:
    """Reading documents."""

    purchase_receipts: Any = _list_of(
        PurchaseReceipt, DocumentKind.PURCHASE_RECEIPT, "purchase receipts"
    )
    purchase_invoices: Any = _list_of(
        PurchaseInvoice, DocumentKind.PURCHASE_INVOICE, "purchase invoices"
    )
    delivery_notes: Any = _list_of(DeliveryNote, DocumentKind.DELIVERY_NOTE, "delivery notes")
    sales_invoices: Any = _list_of(SalesInvoice, DocumentKind.SALES_INVOICE, "sales invoices")
    stock_entries: Any = _list_of(StockEntry, DocumentKind.STOCK_ENTRY, "stock entries")
    journal_entries: Any = _list_of(JournalEntry, DocumentKind.JOURNAL_ENTRY, "journal entries")
    payments: Any = _list_of(Payment, DocumentKind.PAYMENT, "payments")
    allocations: Any = _list_of(Allocation, DocumentKind.ALLOCATION, "allocations")
    cancellations: Any = _list_of(Cancellation, DocumentKind.CANCELLATION, "cancellations")
    migrations: Any = _list_of(
        Migration, DocumentKind.MIGRATION, "migrations to perpetual inventory"
    )
    purchase_returns: Any = _list_of(
        PurchaseReturn, DocumentKind.PURCHASE_RETURN, "purchase returns"
    )
    sales_returns: Any = _list_of(SalesReturn, DocumentKind.SALES_RETURN, "sales returns")
    accrual_clearings: Any = _list_of(
        AccrualClearing, DocumentKind.ACCRUAL_CLEARING, "clearings of accruals"
    )
    credit_notes: Any = _list_of(CreditNote, DocumentKind.CREDIT_NOTE, "credit notes")
    landed_costs: Any = _list_of(LandedCost, DocumentKind.LANDED_COST, "landed costs")
    stock_reconciliations: Any = _list_of(
        StockReconciliation, DocumentKind.STOCK_RECONCILIATION, "counts and opening stock"
    )

    stock_revaluations: Any = _list_of(
        StockRevaluation, DocumentKind.STOCK_REVALUATION, "revaluations of stock"
    )
    costing_method_changes: Any = _list_of(
        CostingMethodChange, DocumentKind.COSTING_METHOD_CHANGE, "changes of costing methods"
    )

    standard_cost_changes: Any = _list_of(
        StandardCostChange, DocumentKind.STANDARD_COST_CHANGE, "changes of standard costs"
    )
    item_group_changes: Any = _list_of(
        ItemGroupChange, DocumentKind.ITEM_GROUP_CHANGE, "changes of item groups"
    )
    shipment_closings: Any = _list_of(
        ShipmentClosing, DocumentKind.SHIPMENT_CLOSING, "shipments closed"
    )
    cost_adjustments: Any = _list_of(
        CostAdjustment, DocumentKind.COST_ADJUSTMENT, "adjustments of costs"
    )
    inventory_postings: Any = _list_of(
        InventoryPosting, DocumentKind.INVENTORY_POSTING, "postings of inventory cost"
    )

    exchange_revaluations: Any = _list_of(
        ExchangeRevaluation, DocumentKind.EXCHANGE_REVALUATION, "exchange revaluations"
    )

    @strawberry.field(description="A document of any kind by its id; null when there is none.")
    async def document(
        self,
        info: Info,
        id_: Annotated[strawberry.ID, strawberry.argument(name="id", description="Its id.")],
    ) -> Document | None:
        """Whichever company it is of."""
        one = parse_id(str(id_))
        place = await info.context.locate(one) if one else None
        if one is None or place is None or place.kind != "document":
            return None
        return await load_document(info.context, place.company_id, one)

    @strawberry.field(description="The company's documents of all kinds, or of some.")
    async def documents(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        which: AnyFilterArgument = None,
        sort: SortArgument = DocumentSort.POSTING_DATE_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Document]:
        """A keyset page."""
        kinds = (which.kinds if which else None) or ()
        paging = (first, after, last, before)
        return await _found(info, company, kinds, which, sort, paging, Document)


__all__ = [
    "DOCUMENT_TYPES",
    "Allocation",
    "Cancellation",
    "CostAdjustment",
    "CostingMethodChange",
    "CreditNote",
    "DeliveryNote",
    "Document",
    "DocumentQuery",
    "ExchangeRevaluation",
    "InventoryPosting",
    "ItemGroupChange",
    "JournalEntry",
    "LandedCost",
    "Migration",
    "Payment",
    "PurchaseInvoice",
    "PurchaseReceipt",
    "PurchaseReturn",
    "SalesInvoice",
    "SalesReturn",
    "ShipmentClosing",
    "StandardCostChange",
    "StockEntry",
    "StockReconciliation",
    "StockRevaluation",
    "as_document",
    "find_document",
    "load_document",
    "load_line",
    "resolved",
    "target_of",
]  # fmt: skip
