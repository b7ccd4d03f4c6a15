"""The choices that documents offer, as GraphQL enums: described before any input uses them."""

from api.types.enums import described
from domain.documents.document import DocumentKind
from domain.documents.inventory_posting import PostingGroup
from domain.documents.parts.charges import ChargeCategory
from domain.documents.parts.credit_line import CreditKind, CreditSide
from domain.documents.parts.landed_charges import DistributionBasis
from domain.documents.payment import PaymentType
from domain.documents.stock_entry import StockEntryPurpose
from domain.documents.stock_reconciliation import ReconciliationPurpose
from domain.movements import Leg, Nature
from domain.records import LotHold, LotKind, LotStatus
from persistence.documents.rows import DocumentStatus

described(
    ChargeCategory,
    "What a charge of a purchase does.",
    {
        ChargeCategory.TOTAL: "It is part of the bill; it does not make goods dearer (a tax).",
        ChargeCategory.VALUATION: "It makes goods dearer; somebody else bills it (customs duty).",
        ChargeCategory.VALUATION_AND_TOTAL: "It makes goods dearer and is billed (freight).",
    },
)

described(
    StockEntryPurpose,
    "What a stock entry does.",
    {
        StockEntryPurpose.MATERIAL_RECEIPT: "Goods come, at the rate of each line.",
        StockEntryPurpose.MATERIAL_ISSUE: "Goods go.",
        StockEntryPurpose.MATERIAL_TRANSFER: "Goods change warehouse.",
        StockEntryPurpose.SEND_TO_TRANSIT: "Goods leave a warehouse and are on their way, in a "
        "transit warehouse.",
        StockEntryPurpose.RECEIVE_FROM_TRANSIT: "Goods that were sent arrive, all or some.",
        StockEntryPurpose.REPACK: "Goods become others: what is consumed is what they cost.",
        StockEntryPurpose.MANUFACTURE: "Materials become products, with scrap and costs.",
    },
)

described(
    ReconciliationPurpose,
    "What a stock reconciliation does.",
    {
        ReconciliationPurpose.COUNT: "It sets the books right after a count.",
        ReconciliationPurpose.OPENING: "It brings in the stock that there was before the books.",
    },
)

described(
    DistributionBasis,
    "What later costs are spread by over receipt lines.",
    {
        DistributionBasis.AMOUNT: "By the lines' amounts.",
        DistributionBasis.QUANTITY: "By the lines' quantities.",
        DistributionBasis.WEIGHT: "By the items' weights times quantities.",
        DistributionBasis.VOLUME: "By the items' volumes times quantities.",
        DistributionBasis.EQUAL: "The same for each line.",
        DistributionBasis.MANUAL: "As the input's lines say.",
    },
)

described(
    LotKind,
    "What a lot is.",
    {
        LotKind.BATCH: "A batch: goods made or bought together, with a cost of their own.",
        LotKind.SERIAL: "A serial number: one unit, with a cost of its own.",
    },
)

described(
    LotStatus,
    "Whether a batch or serial number may be sold or used.",
    {
        LotStatus.AVAILABLE: "It may.",
        LotStatus.EXPIRED: "Its last good day is over: it is written off or sent back.",
        LotStatus.QUARANTINED: "It waits for a decision, as of an inspection.",
        LotStatus.BLOCKED: "It must not be used.",
        LotStatus.CONSUMED: "Nothing of it is left.",
    },
)

described(
    LotHold,
    "What a person says of a batch or serial number.",
    {
        LotHold.AVAILABLE: "It may be sold and used, as long as it is good.",
        LotHold.QUARANTINED: "It waits for a decision, as of an inspection.",
        LotHold.BLOCKED: "It must not be used.",
    },
)

described(
    PaymentType,
    "The direction of the money.",
    {PaymentType.RECEIVE: "From a customer.", PaymentType.PAY: "To a supplier."},
)

described(
    CreditSide,
    "Who is credited.",
    {
        CreditSide.SALES: "A customer is credited.",
        CreditSide.PURCHASE: "A supplier credits us.",
    },
)

described(
    CreditKind,
    "Why it is credited.",
    {
        CreditKind.RETURN: "Goods went back: they may be named by the line of their return.",
        CreditKind.OVERCHARGE: "The price was too high; no goods are concerned.",
        CreditKind.WRITE_OFF: "Goods are not taken back; an account of its own bears the credit.",
    },
)

described(
    Nature,
    "Why goods moved.",
    {
        Nature.PURCHASE: "Bought.",
        Nature.SALE: "Sold.",
        Nature.STOCK: "Received or issued by a stock entry.",
        Nature.TRANSFER: "Brought from one warehouse to another.",
        Nature.MAKING: "Turned into other goods, or made of them.",
        Nature.COUNT: "Found, or found missing, in a count.",
        Nature.COST: "Nothing moved: only the value changed.",
    },
)

described(
    Leg,
    "Which side of its document line a movement is.",
    {
        Leg.IN: "What came in.",
        Leg.OUT: "What went out.",
        Leg.REJECTED: "What came in and was rejected.",
    },
)

described(
    DocumentKind,
    "The kinds of documents.",
    {
        DocumentKind.PURCHASE_RECEIPT: "Goods received from a supplier, to be billed later.",
        DocumentKind.PURCHASE_INVOICE: "A supplier's bill.",
        DocumentKind.DELIVERY_NOTE: "Goods delivered to a customer, to be billed later.",
        DocumentKind.SALES_INVOICE: "A bill to a customer.",
        DocumentKind.STOCK_ENTRY: "Goods received, issued or transferred within the company.",
        DocumentKind.JOURNAL_ENTRY: "Ledger lines made by hand.",
        DocumentKind.PAYMENT: "Money received or paid.",
        DocumentKind.ALLOCATION: "What was on account, applied to invoices.",
        DocumentKind.CANCELLATION: "The undoing of another document.",
        DocumentKind.PURCHASE_RETURN: "Goods given back to a supplier.",
        DocumentKind.SALES_RETURN: "Goods that a customer gave back.",
        DocumentKind.STOCK_RECONCILIATION: "A count, or opening stock.",
        DocumentKind.LANDED_COST: "Later costs of goods received.",
        DocumentKind.ACCRUAL_CLEARING: "Writing off what stands between goods and bills.",
        DocumentKind.CREDIT_NOTE: "A credit to a customer, or from a supplier.",
        DocumentKind.STOCK_REVALUATION: "New costs of stock on hand.",
        DocumentKind.COSTING_METHOD_CHANGE: "Items that come under another costing method.",
        DocumentKind.STANDARD_COST_CHANGE: "New standard costs of items.",
        DocumentKind.ITEM_GROUP_CHANGE: "Items put into other groups, their stock with them.",
        DocumentKind.SHIPMENT_CLOSING: "A shipment closed: what its goods came to in the end.",
        DocumentKind.COST_ADJUSTMENT: "Later costs travel on to what left (flow LINKED).",
        DocumentKind.INVENTORY_POSTING: "Stock cost reaches the general ledger in a batch.",
        DocumentKind.EXCHANGE_REVALUATION: "What is open in other currencies, at closing rates.",
        DocumentKind.MIGRATION: "The change from periodic to perpetual inventory.",
    },
)

described(
    DocumentStatus,
    "Whether a document counts.",
    {
        DocumentStatus.SUBMITTED: "It counts.",
        DocumentStatus.CANCELLED: "Another document has undone it.",
    },
)

described(
    PostingGroup,
    "How many journal entries a batch makes.",
    {
        PostingGroup.PER_ENTRY: "One for each cost entry.",
        PostingGroup.PER_DOCUMENT: "One for each document that moved the goods, and date.",
    },
)
