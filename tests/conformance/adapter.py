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
    "automaticCostPosting": "automaticCostPosting",
    "automaticCostAdjustment": "automaticCostAdjustment",
    "expectedCostPosting": "expectedCostPosting",
    "averageCostPeriod": "averageCostPeriod",
    "averageCostCalcType": "averageCostCalcType",
    "accountingPeriods": "accountingPeriods",
    "allowPostingFrom": "allowPostingFrom",
    "userAllowPostingFrom": "userAllowPostingFrom",
    "preventNegativeInventory": "allowNegativeStock",
    "integrateSales": "integrateSales",
    "integratePurchases": "integratePurchases",
    "integrateStock": "integrateStock",
}
"""Switch -> field of CompanySettingsInput."""

SETTING_VALUES: Mapping[str, Mapping[object, object]] = {
    "averageCostCalcType": {"ITEM_LOCATION": "ITEM_WAREHOUSE"},
    "preventNegativeInventory": {True: False, False: True},
}
"""Switch -> its values where they are named otherwise."""

ALWAYS: Mapping[Dialect, Mapping[str, object]] = {
    Dialect.ERPNEXT: {},
    Dialect.NAV: {"allowNegativeStock": True},
    Dialect.WEBERP: {},
}
"""Switches that a dialect's companies have unless they say otherwise."""

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
    "grnSuspense": "stockReceivedNotBilled",
    "income": "income",
    "inventoryAdjustment": "stockAdjustment",
    "overheadApplied": "overheadApplied",
    "payable": "payable",
    "paymentDiscount": "paymentDiscount",
    "purchaseVariance": "purchaseVariance",
    "purchases": "purchases",
    "receivable": "receivable",
    "roundOff": "roundOff",
    "sales": "income",
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
    "items": frozenset(
        {
            "sku",
            "valuation",
            "isStock",
            "standardCost",
            "weight",
            "unitCost",
            "overheadRate",
            "indirectCostPct",
            "stockGroup",
            "itemGroup",
            "category",
            "opening",
        }
    ),
    "parties": frozenset({"name", "partyGroup", "area", "salesType"}),
}
"""The fields of the head's records that the API has a place for."""

ANYTHING = frozenset({"*", "AN", "ANY"})
"""What fits anything, as a key of a posting rule."""

RULE_TABLES: Mapping[str, str] = {
    "STOCK_POSTING": "STOCK_POSTING",
    "GENERAL_POSTING": "GENERAL_POSTING",
    "SALES": "SALES",
    "COGS": "COST_OF_SALES",
}
"""Table of posting rules -> the API's."""

RULE_KEYS: Mapping[str, str] = {
    "stockGroup": "stockGroup",
    "warehouse": "warehouse",
    "partyGroup": "partyGroup",
    "itemGroup": "itemGroup",
    "category": "itemGroup",
    "area": "area",
    "salesType": "salesType",
}
"""Key of a posting rule -> the API's."""

RULE_ACCOUNTS: Mapping[str, Mapping[str, str]] = {
    "STOCK_POSTING": {"stock": "STOCK_IN_HAND", "stockInterim": "STOCK_INTERIM"},
    "GENERAL_POSTING": {
        "accrualInterim": "ACCRUAL_INTERIM",
        "cogs": "COST_OF_GOODS_SOLD",
        "cogsInterim": "COGS_INTERIM",
        "directCostApplied": "DIRECT_COST_APPLIED",
        "inventoryAdjustment": "STOCK_ADJUSTMENT",
        "overheadApplied": "OVERHEAD_APPLIED",
        "purchaseVariance": "PURCHASE_VARIANCE",
        "purchases": "PURCHASES",
        "sales": "INCOME",
    },
    "SALES": {"account": "INCOME", "discountAccount": "SALES_DISCOUNT"},
    "COST_OF_SALES": {"account": "COST_OF_GOODS_SOLD"},
}
"""Account of a posting rule, by the API's table -> the role it fills."""
