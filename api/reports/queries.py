"""All reports as one capability."""

import strawberry

from api.reports.ageing import AgeingQuery
from api.reports.billed_not_received import BilledNotReceivedQuery
from api.reports.currency_balances import CurrencyBalanceQuery
from api.reports.delivered_not_billed import DeliveredNotBilledQuery
from api.reports.general_ledger import GeneralLedgerQuery
from api.reports.goods_in_transit import GoodsInTransitQuery
from api.reports.gross_profit import GrossProfitQuery
from api.reports.idle_stock import IdleStockQuery
from api.reports.inventory_valuation import InventoryValuationQuery
from api.reports.lot_balance import LotBalanceQuery
from api.reports.negative_stock import NegativeStockQuery
from api.reports.open_items import OpenItemQuery
from api.reports.open_movements import OpenMovementQuery
from api.reports.party_balances import PartyBalanceQuery
from api.reports.received_not_billed import ReceivedNotBilledQuery
from api.reports.shipments import ShipmentQuery
from api.reports.statements import StatementQuery
from api.reports.stock_ageing import StockAgeingQuery
from api.reports.stock_balance import StockBalanceQuery
from api.reports.stock_ledger import StockLedgerQuery
from api.reports.tax_report import TaxReportQuery
from api.reports.trial_balance import TrialBalanceQuery
from api.reports.what_if import WhatIfQuery


@strawberry.type
class ReportQuery(
    TrialBalanceQuery,
    StatementQuery,
    GeneralLedgerQuery,
    CurrencyBalanceQuery,
    StockBalanceQuery,
    InventoryValuationQuery,
    StockLedgerQuery,
    IdleStockQuery,
    StockAgeingQuery,
    LotBalanceQuery,
    NegativeStockQuery,
    GoodsInTransitQuery,
    OpenMovementQuery,
    OpenItemQuery,
    AgeingQuery,
    TaxReportQuery,
    PartyBalanceQuery,
    ReceivedNotBilledQuery,
    BilledNotReceivedQuery,
    DeliveredNotBilledQuery,
    ShipmentQuery,
    GrossProfitQuery,
    WhatIfQuery,
):
    """Every report."""
