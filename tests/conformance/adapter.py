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
        }
    ),
    "parties": frozenset({"name", "partyGroup"}),
}
"""The fields of the head's records that the API has a place for."""
