"""The schema, as SQLModel tables: masters, documents, ledger (append-only) and caches (mutable).

`metadata` is what the migrations are compared with. `LEDGER_TABLES` are append-only for the
application's role; `COMPANY_TABLES` carry `company_id` and are under row-level security.
"""

from sqlmodel import SQLModel

from persistence.tables.access import (
    AccessChange,
    ApiKey,
    Principal,
    RoleGrant,
    RoleWarehouse,
)
from persistence.tables.caches import (
    BillingState,
    Bin,
    BinSnapshot,
    CompanyCounter,
    CostDirty,
    ItemCost,
    Layer,
    LedgerDay,
    LedgerFold,
    LedgerMonth,
    LedgerYear,
    LinkedMovement,
    NumberSeries,
    OpenItem,
)
from persistence.tables.changes import (
    ItemGroupChange,
    LotChange,
    MasterChange,
    MethodChange,
    PeriodChange,
    StandardCostChange,
)
from persistence.tables.documents import (
    Document,
    DocumentCharge,
    DocumentLine,
    DocumentLineTax,
    DocumentTax,
    Voiding,
)
from persistence.tables.drafts import Draft
from persistence.tables.goods import Item, ItemBarcode, ItemGroup, Lot, Warehouse
from persistence.tables.ledger import (
    Application,
    BillingEntry,
    CostEntry,
    CostPosting,
    JournalEntry,
    JournalLine,
    MigrationPast,
    Movement,
    MovementSource,
    PartyEntry,
)
from persistence.tables.masters import (
    Account,
    AccountRole,
    Company,
    CostCenter,
    FiscalYear,
    Party,
    PaymentTerm,
    PostingRule,
    PostingRuleAccount,
    Tax,
)
from persistence.tables.trusted_documents import TrustedDocument
from persistence.tables.webhooks import Webhook, WebhookDelivery

metadata = SQLModel.metadata

LEDGER_TABLES = (
    "document",
    "document_line",
    "document_charge",
    "voiding",
    "movement",
    "movement_source",
    "application",
    "cost_entry",
    "cost_posting",
    "journal_entry",
    "journal_line",
    "billing_entry",
    "party_entry",
    "period_change",
    "lot_change",
    "method_change",
    "standard_cost_change",
    "document_tax",
    "document_line_tax",
    "item_group_change",
    "migration_past",
    "master_change",
)

COMPANY_TABLES = tuple(
    table.name for table in metadata.sorted_tables if "company_id" in table.columns
)

__all__ = [
    "COMPANY_TABLES",
    "LEDGER_TABLES",
    "AccessChange",
    "Account",
    "AccountRole",
    "ApiKey",
    "Application",
    "BillingEntry",
    "BillingState",
    "Bin",
    "BinSnapshot",
    "Company",
    "CompanyCounter",
    "CostCenter",
    "CostDirty",
    "CostEntry",
    "CostPosting",
    "Document",
    "DocumentCharge",
    "DocumentLine",
    "DocumentLineTax",
    "DocumentTax",
    "Draft",
    "FiscalYear",
    "Item",
    "ItemBarcode",
    "ItemCost",
    "ItemGroup",
    "ItemGroupChange",
    "JournalEntry",
    "JournalLine",
    "Layer",
    "LedgerDay",
    "LedgerFold",
    "LedgerMonth",
    "LedgerYear",
    "LinkedMovement",
    "Lot",
    "LotChange",
    "MasterChange",
    "MethodChange",
    "MigrationPast",
    "Movement",
    "MovementSource",
    "NumberSeries",
    "OpenItem",
    "Party",
    "PartyEntry",
    "PaymentTerm",
    "PeriodChange",
    "PostingRule",
    "PostingRuleAccount",
    "Principal",
    "RoleGrant",
    "RoleWarehouse",
    "StandardCostChange",
    "Tax",
    "TrustedDocument",
    "Voiding",
    "Warehouse",
    "Webhook",
    "WebhookDelivery",
    "metadata",
]
