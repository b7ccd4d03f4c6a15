"""The one table from the vectors' names to the API's. What stands in none of these maps is refused.

Step kinds and their fields have their table in `steps/`.
"""

from collections.abc import Mapping

from tests.conformance.format import Dialect

SCHEMES: Mapping[tuple[Dialect, str], str] = {
    (Dialect.ERPNEXT, "PERPETUAL"): "PERPETUAL",
    (Dialect.ERPNEXT, "PERIODIC"): "PERIODIC",
    (Dialect.NAV, "PERPETUAL"): "CONTINENTAL",
    (Dialect.NAV, "DEFERRED"): "CONTINENTAL",
    (Dialect.WEBERP, "BY_LEVEL"): "BY_LEVEL",
}
"""Mode -> scheme."""

SETTINGS: Mapping[str, str] = {
    "allowNegativeStock": "allowNegativeStock",
    "invoiceRatePolicy": "invoiceRatePolicy",
    "valueRejected": "valueRejected",
    "provisionalForNonStock": "provisionalForNonStock",
    "requireCostCenter": "requireCostCenter",
}
"""Switch -> field of CompanySettingsInput."""

ROLES: Mapping[str, str] = {
    "accrualInterim": "accrualInterim",
    "cogs": "costOfGoodsSold",
    "cogsInterim": "cogsInterim",
    "costCenter": "costCenter",
    "costOfGoodsSold": "costOfGoodsSold",
    "directCostApplied": "directCostApplied",
    "exchangeGainLoss": "exchangeGainLoss",
    "expense": "expense",
    "expensesIncludedInValuation": "expensesIncludedInValuation",
    "freight": "freight",
    "grnSuspense": "grnSuspense",
    "income": "income",
    "inventoryAdjustment": "inventoryAdjustment",
    "overheadApplied": "overheadApplied",
    "payable": "payable",
    "paymentDiscount": "paymentDiscount",
    "purchaseVariance": "purchaseVariance",
    "purchases": "purchases",
    "receivable": "receivable",
    "roundOff": "roundOff",
    "sales": "sales",
    "servicesReceivedNotBilled": "servicesReceivedNotBilled",
    "stock": "stockInHand",
    "stockAdjustment": "stockAdjustment",
    "stockInHand": "stockInHand",
    "stockInterim": "stockInterim",
    "stockReceivedNotBilled": "stockReceivedNotBilled",
    "temporaryOpening": "temporaryOpening",
}
"""Role -> field of CompanyDefaultsInput."""

METHODS: Mapping[str, str] = {
    "AVERAGE_PERIOD": "AVERAGE_PERIOD",
    "BATCH": "BATCH",
    "FIFO": "FIFO",
    "LIFO": "LIFO",
    "MOVING_AVERAGE": "MOVING_AVERAGE",
    "SERIAL": "SERIAL",
    "SPECIFIC": "SPECIFIC",
    "STANDARD": "STANDARD",
    "WEIGHTED_AVERAGE": "WEIGHTED_AVERAGE",
}
"""Valuation -> costing method."""

ERRORS: Mapping[str, str] = {
    "NEGATIVE_STOCK": "INSUFFICIENT_STOCK",
}
"""Error -> error code, where the two differ."""

TAKEN_HEAD: Mapping[str, frozenset[str]] = {
    "items": frozenset({"sku", "valuation", "isStock", "standardCost", "weight"}),
    "parties": frozenset({"name"}),
}
"""The fields of the head's records that the API has a place for."""
