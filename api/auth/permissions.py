"""The permission that each root field needs: declared here, once, and nowhere else.

A root field that is not listed is an operator's only, until it is (a test names it). A preview
needs what its twin needs. Fields in `WITHIN_WAREHOUSES` keep to the warehouses that a limited role
extends to; all others are refused to it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from domain.roles import Permission


def _life(kind: str, *more: str) -> tuple[str, ...]:
    """Making, changing, activating, deactivating and deleting a kind of master."""
    return (*(f"{verb}{kind}" for verb in ("create", "update", *_LIFE)), *more)


_LIFE = ("activate", "deactivate", "delete")

_FIELDS: Mapping[Permission, tuple[str, ...]] = {
    Permission.PUBLIC: ("version", "errorCatalog"),
    Permission.SIGNED_IN: ("companies", "me"),
    Permission.MASTERS_READ: (
        "postingRules", "explainAccount", "tax", "taxes", "paymentTerm", "paymentTerms",
        "node", "nodes", "company", "account", "accounts", "costCenter", "costCenters", "warehouse",
        "warehouses", "item", "items", "party", "parties", "fiscalYears", "periodChanges",
        "itemGroup", "itemGroups",
    ),
    Permission.STOCK_READ: (
        "stockBalance", "inventoryValuation", "stockLedger", "negativeStock", "idleStock", "lots",
        "stockAgeing", "lotBalance",
        "goodsInTransit", "openMovements", "stockLevels",
    ),
    Permission.DOCUMENTS_READ: (
        "document", "documents", "purchaseReceipts", "purchaseInvoices", "deliveryNotes",
        "salesInvoices", "stockEntries", "journalEntries", "payments", "cancellations",
        "migrations", "purchaseReturns", "salesReturns", "landedCosts", "stockReconciliations",
        "stockRevaluations", "costingMethodChanges", "accrualClearings",
        "standardCostChanges", "costAdjustments", "inventoryPostings", "allocations",
        "creditNotes", "itemGroupChanges", "shipmentClosings", "draft", "drafts", "documentLines",
        "exchangeRevaluations",
    ),
    Permission.BOOKS_READ: (
        "trialBalance", "generalLedger", "stockVersusLedger", "receivedNotBilled",
        "billedNotReceived", "deliveredNotBilled", "shipments", "shipment", "booksCheck",
        "explainJournalLine", "explainCost", "explainNode", "changes", "openItems",
        "whatIf", "partyBalances", "profitAndLoss", "balanceSheet", "agedReceivables",
        "agedPayables", "taxReport", "taxEntries", "currencyBalances", "grossProfit",
        "masterChanges", "accessChanges",
    ),
    Permission.STOCK_POST: (
        "submitPurchaseReceipt", "submitDeliveryNote", "submitStockEntry", "submitPurchaseReturn",
        "submitSalesReturn", "submitStockReconciliation",
        # The kind of what is cancelled, drafted or in the batch may need more: posting checks that.
        "cancelDocument", "submitBatch", "saveDraft", "updateDraft", "deleteDraft", "submitDraft",
        "approveDocument", "rejectDocument", "amendDocument",
    ),
    Permission.LEDGER_POST: (
        "submitPurchaseInvoice", "submitSalesInvoice", "submitJournalEntry", "submitPayment",
        "submitLandedCost", "submitAccrualClearing", "submitAllocation", "submitCreditNote",
        "submitExchangeRevaluation",
    ),
    Permission.VALUATION_POST: (
        "revalueStock", "submitCostingMethodChange", "migrateToPerpetual", "migrateCompany",
        "changeStandardCost", "adjustCosts", "postInventoryCost", "changeItemGroup",
        "closeShipment",
    ),
    Permission.MASTERS_WRITE: (*_life("Item"), *_life("Party"), "updateLot"),
    Permission.CHART_WRITE: (
        *_life("Account"), *_life("CostCenter"), *_life("Warehouse"), *_life("ItemGroup"),
        "openFiscalYear", "setPostingRules", *_life("Tax"), *_life("PaymentTerm"),
    ),
    Permission.PERIODS_CLOSE: (
        "closePeriod", "reopenPeriod", "closeInventoryPeriod", "reopenInventoryPeriod",
    ),
    Permission.COMPANY_MANAGE: (
        "updateCompany", *(f"{verb}Company" for verb in _LIFE), "webhooks", "webhookDeliveries",
        "createWebhook", "updateWebhook", "deleteWebhook", "redeliver",
    ),
    Permission.ACCESS_MANAGE: ("roleGrants", "grantRole", "revokeRole"),
    Permission.INSTALLATION_MANAGE: (
        "createCompany", "principals", "apiKeys", "createUser", "createServiceAccount",
        "disablePrincipal", "enablePrincipal", "createApiKey", "revokeApiKey",
    ),
}  # fmt: skip

WITHIN_WAREHOUSES = frozenset(
    {
        # Masters are everybody's to read.
        *_FIELDS[Permission.MASTERS_READ],
        "stockBalance", "inventoryValuation", "stockLedger", "negativeStock", "stockLevels", "lots",
        "idleStock", "lotBalance", "stockAgeing",
        # Of drafts it is not known yet what they will move: only one's own.
        *_FIELDS[Permission.DOCUMENTS_READ],
        # What is posted is checked where its movements are known.
        *_FIELDS[Permission.STOCK_POST],
    }
)  # fmt: skip


class Rule(NamedTuple):
    """What a root field needs, and whether it keeps to a limited role's warehouses."""

    permission: Permission
    within_warehouses: bool


_PERMISSIONS = {name: one for one, names in _FIELDS.items() for name in names}


def permission_of(field: str) -> Permission:
    """The permission that a root field needs; the most, if it is not listed."""
    return _PERMISSIONS.get(_posting_name(field), Permission.INSTALLATION_MANAGE)


def rule_of(field: str) -> Rule:
    """What a root field needs."""
    return Rule(permission_of(field), _posting_name(field) in WITHIN_WAREHOUSES)


def unlisted(fields: Iterable[str]) -> list[str]:
    """Root fields that say nowhere what they need."""
    return [field for field in fields if _posting_name(field) not in _PERMISSIONS]


def unused(fields: Iterable[str]) -> set[str]:
    """What is listed, and no root field of the schema."""
    return set(_PERMISSIONS) - {_posting_name(field) for field in fields}


def _posting_name(field: str) -> str:
    """A preview's twin: previewDeliveryNote -> submitDeliveryNote, previewX -> x."""
    if not field.startswith("preview"):
        return field
    rest = field.removeprefix("preview")
    submit = f"submit{rest}"
    return submit if submit in _PERMISSIONS else rest[0].lower() + rest[1:]
