"""The domain's choices as GraphQL enums, each value with its meaning."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry

from domain.accounts import AccountSource, AccountType, Root
from domain.charts import Chart
from domain.company import (
    AdjustmentDating,
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    CostingMethod,
    Flow,
    InvoiceRatePolicy,
    Scheme,
)
from domain.links import Link
from domain.posting_rules import RuleTable
from domain.roles import MEANINGS, AccessAction, CompanyRole, Permission

Choice = TypeVar("Choice", bound=Enum)


def described(
    choice: type[Choice], description: str, values: Mapping[Choice, str], name: str | None = None
) -> Any:
    """Publish an enum; every value needs a description (a test finds those without)."""
    made: Any = strawberry.enum(choice, description=description, name=name)
    for value in made.__strawberry_definition__.values:
        value.description = values.get(choice[value.name])
    return made


described(
    Root,
    "The element of the statements that an account belongs to.",
    {
        Root.ASSET: "What the company owns or is owed.",
        Root.LIABILITY: "What it owes.",
        Root.EQUITY: "What belongs to its owners.",
        Root.INCOME: "What it earns.",
        Root.EXPENSE: "What it spends.",
    },
)

described(
    AccountType,
    "What an account is for.",
    {
        AccountType.STOCK: "The value of stock in one or more warehouses.",
        AccountType.STOCK_RECEIVED_NOT_BILLED: "Goods received whose invoice is still to come.",
        AccountType.STOCK_ADJUSTMENT: "Counts, write-offs and other changes of stock.",
        AccountType.EXPENSES_INCLUDED_IN_VALUATION: "Charges that became part of stock's cost.",
        AccountType.COGS: "Cost of goods sold.",
        AccountType.INCOME: "Income.",
        AccountType.EXPENSE: "Expenses.",
        AccountType.RECEIVABLE: "What customers owe.",
        AccountType.PAYABLE: "What is owed to suppliers.",
        AccountType.TAX: "Taxes paid or collected.",
        AccountType.BANK: "Money at a bank.",
        AccountType.CASH: "Money in hand.",
        AccountType.EQUITY: "The owners' capital and reserves.",
        AccountType.ROUND_OFF: "Differences from rounding totals.",
        AccountType.EXCHANGE_GAIN_LOSS: "Differences between exchange rates.",
        AccountType.TEMPORARY_OPENING: "The other side of opening entries.",
        AccountType.PROVISIONAL: "Services received whose invoice is still to come.",
        AccountType.STOCK_INTERIM: "Stock whose cost is still expected, not invoiced.",
        AccountType.COGS_INTERIM: "Cost of sales not yet invoiced.",
        AccountType.DIRECT_COST_APPLIED: "The direct cost that purchases brought into stock.",
        AccountType.OVERHEAD_APPLIED: "The overhead that was added to stock.",
        AccountType.INVENTORY_VARIATION: "The change of stock, as continental charts show it.",
        AccountType.PURCHASE_PRICE_VARIANCE: "Prices paid against standard or carried cost.",
        AccountType.PURCHASES: "Purchases, expensed when billed.",
        AccountType.DISCOUNT: "Discounts given or taken.",
        AccountType.FREIGHT: "Freight charged to customers.",
        AccountType.ASSET: "Any other asset.",
        AccountType.LIABILITY: "Any other liability.",
    },
)

described(
    AccountSource,
    "Where a warehouse's stock account was found.",
    {
        AccountSource.WAREHOUSE: "The warehouse has an account of its own.",
        AccountSource.PARENT: "The nearest warehouse above it that has one.",
        AccountSource.COMPANY_DEFAULT: "The company default `stockInHand`.",
    },
)

described(
    Chart,
    "The chart of accounts that a company begins with.",
    {
        Chart.PERPETUAL_EN: "Perpetual inventory, in English; an account's code is its name.",
        Chart.PERPETUAL_ES: "The same in Spanish.",
        Chart.PGC_ES: "The Spanish Plan General de Contabilidad.",
        Chart.NONE: "No accounts; cost center Main alone.",
    },
)

described(
    Scheme,
    "Which accounts hear of stock.",
    {
        Scheme.PERPETUAL: "Each stock movement posts at once, against the accounts it came from.",
        Scheme.CONTINENTAL: "Purchases and sales by invoice, stock by its change (300 / 610).",
        Scheme.BY_LEVEL: "Receivables, payables and stock each linked to the ledger, or not.",
        Scheme.PERIODIC: "Stock is counted and valued; the ledger hears of it by journals.",
    },
)

described(
    Flow,
    "How late facts change costs.",
    {
        Flow.REPLAY: "Decided again in posting order, from the late fact on.",
        Flow.LINKED: "Issues linked to receipts when posted; later costs follow the links.",
        Flow.CARRIED: "A standard or carried average cost per item.",
    },
)

described(
    CostingMethod,
    "What an issue of an item costs.",
    {
        CostingMethod.FIFO: "The oldest receipts first.",
        CostingMethod.LIFO: "The newest receipts first.",
        CostingMethod.MOVING_AVERAGE: "The average of what is in the warehouse.",
        CostingMethod.AVERAGE_PERIOD: "The average of a day, week, month, quarter or year.",
        CostingMethod.STANDARD: "A standard cost; differences are variances.",
        CostingMethod.WEIGHTED_AVERAGE: "One carried average cost per item.",
        CostingMethod.SPECIFIC: "The cost of the very receipt that is named.",
        CostingMethod.SERIAL: "The cost of each serial number.",
        CostingMethod.BATCH: "The average of each batch.",
    },
)

described(
    InvoiceRatePolicy,
    "What happens to an invoice line at another rate than its receipt line.",
    {
        InvoiceRatePolicy.MUST_MATCH: "It is refused.",
        InvoiceRatePolicy.KEEP_DIFFERENCE: "The difference stays on received-not-billed.",
        InvoiceRatePolicy.ADJUST_RECEIPT_COST: "The receipt is revalued to the invoiced amount.",
    },
)

described(
    AdjustmentDating,
    "When a later insight into an earlier document's cost counts.",
    {
        AdjustmentDating.OWN_PERIOD: "On the date of the document that is adjusted; where that is "
        "closed, on the first open day.",
        AdjustmentDating.FIRST_OPEN_PERIOD: "On the date of the document that causes the "
        "adjustment, if that is later; where it is closed, on the first open day.",
    },
)

described(
    AutomaticCostAdjustment,
    "When later costs travel on to what left before them (flow LINKED).",
    {
        AutomaticCostAdjustment.NEVER: "By `adjustCosts`.",
        AutomaticCostAdjustment.ALWAYS: "With the document that brings them.",
    },
)

described(
    AverageCostPeriod,
    "The period that an average cost is calculated for.",
    {
        AverageCostPeriod.DAY: "A day.",
        AverageCostPeriod.WEEK: "A week from Monday on.",
        AverageCostPeriod.MONTH: "A calendar month.",
        AverageCostPeriod.QUARTER: "A calendar quarter.",
        AverageCostPeriod.ACCOUNTING_PERIOD: "An accounting period of the company.",
    },
)

described(
    AverageCostCalcType,
    "What is averaged together.",
    {
        AverageCostCalcType.ITEM: "An item over all warehouses; transfers do not enter it.",
        AverageCostCalcType.ITEM_WAREHOUSE: "An item in one warehouse.",
    },
)

described(
    AccessAction,
    "What was done with what somebody may do.",
    {
        AccessAction.PRINCIPAL_ADDED: "A user or service account was made known.",
        AccessAction.PRINCIPAL_DISABLED: "It may sign in no more.",
        AccessAction.PRINCIPAL_ENABLED: "It may sign in again.",
        AccessAction.KEY_CREATED: "A key was made for it.",
        AccessAction.KEY_REVOKED: "A key of it was ended.",
        AccessAction.ROLE_GRANTED: "It got a role in a company, or other limits of one.",
        AccessAction.ROLE_REVOKED: "A role in a company was taken away.",
    },
)

described(
    CompanyRole,
    "What somebody is in a company; see docs/permissions.md for what each may.",
    {
        CompanyRole.VIEWER: "Reads everything, changes nothing.",
        CompanyRole.WAREHOUSE: "Posts and reads movements of goods, perhaps of some warehouses.",
        CompanyRole.ACCOUNTANT: "Posts documents of all kinds; items and parties.",
        CompanyRole.CONTROLLER: "Also values stock, changes the chart, closes periods.",
        CompanyRole.ADMIN: "Also the company's settings, and who may do what in it.",
    },
)

described(Permission, "What an operation can need, in one company unless it says so.", MEANINGS)

described(
    Link,
    "A link of scheme BY_LEVEL between a sub-ledger and the general ledger.",
    {
        Link.SALES: "Receivables: sales, discounts, freight, taxes, receipts, credit notes.",
        Link.PURCHASES: "Payables: bills, price differences, taxes, payments.",
        Link.STOCK: "Stock: receipts, cost of sales, adjustments, changes of cost.",
    },
)

described(
    RuleTable,
    "The tables of posting rules.",
    {
        RuleTable.STOCK_POSTING: "Stock group x warehouse: stockInHand, stockInterim. Scheme "
        "CONTINENTAL; the first rule in order that fits.",
        RuleTable.GENERAL_POSTING: "Party group x item group: costOfGoodsSold, income, "
        "stockAdjustment, purchases, directCostApplied, overheadApplied, purchaseVariance, "
        "accrualInterim, cogsInterim. Scheme CONTINENTAL; the first rule in order that fits.",
        RuleTable.SALES: "Area x item group x sales type: income, salesDiscount. Scheme BY_LEVEL; "
        "the most specific rule.",
        RuleTable.COST_OF_SALES: "Area x item group x sales type: costOfGoodsSold. Scheme "
        "BY_LEVEL; the most specific rule.",
    },
)
