"""The orders in which lists can be had, as an enum for each list: SKU_ASC, SKU_DESC, ... ."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

import strawberry

from api.types.enums import described
from persistence import draft_lists, webhooks
from persistence.access import change_lists as access_lists
from persistence.documents import line_lists
from persistence.masters import change_lists, lists, rows
from persistence.paging import Ordering
from persistence.reports import (
    ageing,
    billed_not_received,
    delivered_not_billed,
    general_ledger,
    goods_in_transit,
    gross_profit,
    idle_stock,
    inventory_valuation,
    lot_balance,
    lots,
    negative_stock,
    open_items,
    open_movements,
    received_not_billed,
    shipments,
    stock_ageing,
    stock_balance,
    stock_ledger,
    tax_entries,
)


class _Sort(StrEnum):
    """A choice of an order."""

    orders: ClassVar[Mapping[str, Ordering]]

    @property
    def ordering(self) -> Ordering:
        """The keyset order that it stands for."""
        return self.orders[self.name]


def sorted_by(sort: Any) -> Any:
    """The argument `sort` of a list."""
    return strawberry.argument(description="In which order.", graphql_type=sort)


def _sort(name: str, what: str, orders: Mapping[str, Ordering], **texts: str) -> Any:
    """The enum of a list's orders; `texts` says by what each goes."""
    choice: Any = _Sort(name, {one: one for one in orders})
    choice.orders = orders
    meanings = {}
    for text_name, text in texts.items():
        meanings[choice[f"{text_name}_ASC"]] = f"By {text}."
        meanings[choice[f"{text_name}_DESC"]] = f"By {text}, in reverse."
    described(choice, f"The order of a list of {what}.", meanings)
    return choice


_CODE = {"CODE": "code", "NAME": "name, then by id"}

CompanySort = _sort("CompanySort", "companies", lists.ORDERS[rows.CompanyRow], **_CODE)
AccountSort = _sort(
    "AccountSort",
    "accounts",
    lists.ORDERS[rows.AccountRow],
    CHART="their place in the chart",
    **_CODE,
)
WarehouseSort = _sort("WarehouseSort", "warehouses", lists.ORDERS[rows.WarehouseRow], **_CODE)
ItemSort = _sort(
    "ItemSort", "items", lists.ORDERS[rows.ItemRow], SKU="SKU", NAME="name, then by id"
)
ItemGroupSort = _sort("ItemGroupSort", "groups of items", lists.ORDERS[rows.ItemGroupRow], **_CODE)
PartySort = _sort("PartySort", "parties", lists.ORDERS[rows.PartyRow], **_CODE)
TaxSort = _sort("TaxSort", "taxes", lists.ORDERS[rows.TaxRow], **_CODE)
PaymentTermSort = _sort(
    "PaymentTermSort", "payment terms", lists.ORDERS[rows.PaymentTermRow], **_CODE
)
CostCenterSort = _sort("CostCenterSort", "cost centers", lists.ORDERS[rows.CostCenterRow], **_CODE)
FiscalYearSort = _sort(
    "FiscalYearSort",
    "fiscal years",
    lists.ORDERS[rows.FiscalYearRow],
    CODE="code",
    START_DATE="first day",
)
PeriodChangeSort = _sort(
    "PeriodChangeSort",
    "closings and reopenings",
    lists.ORDERS[rows.PeriodChangeRow],
    RECORDED="when they were recorded",
)
MasterChangeSort = _sort(
    "MasterChangeSort",
    "changes of masters",
    change_lists.ORDERS,
    RECORDED="when they were recorded",
)
AccessChangeSort = _sort(
    "AccessChangeSort",
    "changes of who may do what",
    access_lists.ORDERS,
    RECORDED="when they were recorded",
)
DraftSort = _sort(
    "DraftSort",
    "drafts",
    draft_lists.ORDERS,
    CHANGED="when they were last changed",
    CREATED="when they were made",
    KIND="kind, then by when they were last changed",
    AUTHOR="who began them, then by when they were last changed",
    POSTING_DATE="posting date, none being the latest",
)
WebhookSort = _sort("WebhookSort", "webhooks", webhooks.ORDERS, CREATED="when they were made")
WebhookDeliverySort = _sort(
    "WebhookDeliverySort",
    "deliveries of a webhook",
    webhooks.DELIVERY_ORDERS,
    SEQUENCE="the sequence of what they tell",
)
LotSort = _sort(
    "LotSort",
    "batches and serial numbers",
    lots.ORDERS,
    CODE="code",
    EXPIRY_DATE="the last day on which they are good, none being the latest; then by code",
)
_LINE = {"ITEM": "SKU, then by date"}
ReceivedNotBilledSort = _sort(
    "ReceivedNotBilledSort",
    "receipt lines",
    received_not_billed.ORDERS,
    DATE="the receipt's posting date, as recorded, and line",
    SUPPLIER="the supplier's code, then by date",
    **_LINE,
)
BilledNotReceivedSort = _sort(
    "BilledNotReceivedSort",
    "invoice lines",
    billed_not_received.ORDERS,
    DATE="the invoice's posting date, as recorded, and line",
    SUPPLIER="the supplier's code, then by date",
    **_LINE,
)
DeliveredNotBilledSort = _sort(
    "DeliveredNotBilledSort",
    "delivery lines",
    delivered_not_billed.ORDERS,
    DATE="the delivery's posting date, as recorded, and line",
    CUSTOMER="the customer's code, then by date",
    **_LINE,
)
ShipmentSort = _sort(
    "ShipmentSort",
    "shipments",
    shipments.ORDERS,
    CODE="code",
    OPENED_ON="the day of their first goods or charge, then by code",
    CLOSED_ON="the day on which they were closed, open ones being the latest; then by code",
)
GoodsInTransitSort = _sort(
    "GoodsInTransitSort",
    "goods on their way",
    goods_in_transit.ORDERS,
    SENT_ON="the day on which they were sent, then as recorded",
)
OpenMovementSort = _sort(
    "OpenMovementSort",
    "open movements",
    open_movements.ORDERS,
    POSTING_DATE="posting date, then as recorded",
)
NegativeStockSort = _sort(
    "NegativeStockSort",
    "bins below zero",
    negative_stock.ORDERS,
    ITEM="SKU, warehouse code and batch",
    WAREHOUSE="warehouse code, then by SKU",
    SINCE="the day from which they are below zero, then by SKU",
)
LotBalanceSort = _sort(
    "LotBalanceSort",
    "stock by batch and serial number",
    lot_balance.ORDERS,
    ITEM="SKU, code and warehouse code",
    EXPIRY_DATE="the last day on which it is good, then by SKU",
    QUANTITY="quantity, then by SKU",
    VALUE="value, then by SKU",
)
IdleStockSort = _sort(
    "IdleStockSort",
    "stock that has not moved",
    idle_stock.ORDERS,
    LAST_MOVED="the day on which some last came or went, then by SKU",
    ITEM="SKU, then by warehouse code",
    VALUE="value, then by SKU",
)
StockAgeingSort = _sort(
    "StockAgeingSort",
    "items by the age of their stock",
    stock_ageing.ORDERS,
    ITEM="SKU",
    VALUE="value, then by SKU",
)
StockBalanceSort = _sort(
    "StockBalanceSort",
    "what lies where",
    stock_balance.ORDERS,
    ITEM="SKU, then by warehouse code",
    WAREHOUSE="warehouse code, then by SKU",
    QUANTITY="quantity, then by SKU",
    VALUE="value, then by SKU",
)
InventoryValuationSort = _sort(
    "InventoryValuationSort",
    "what lay, came and went where",
    inventory_valuation.ORDERS,
    ITEM="SKU, then by warehouse code",
    WAREHOUSE="warehouse code, then by SKU",
    CLOSING_VALUE="closing value, then by SKU",
    DECREASE_VALUE="value of what went, then by SKU",
)
GrossProfitSort = _sort(
    "GrossProfitSort",
    "items, groups or customers with their gross profit",
    gross_profit.ORDERS,
    CODE="SKU or code",
    REVENUE="revenue, then by code",
    COST="cost, then by code",
    GROSS_PROFIT="gross profit, then by code",
)
OpenItemSort = _sort(
    "OpenItemSort",
    "open items",
    open_items.ORDERS,
    PARTY="the party's code, then what is due first",
    DUE_DATE="due date, then by the party's code",
    POSTING_DATE="posting date, then by the party's code",
)
TaxEntrySort = _sort(
    "TaxEntrySort",
    "taxes of documents",
    tax_entries.ORDERS,
    POSTING_DATE="posting date, then as recorded",
    PARTY="the party's code, then by date",
)
AgeingSort = _sort(
    "AgeingSort",
    "parties and what they owe by age",
    ageing.ORDERS,
    PARTY="the party's code, then by account and currency",
    BALANCE="what is outstanding in company currency, then by the party's code",
)
StockLedgerSort = _sort(
    "StockLedgerSort",
    "movements",
    stock_ledger.ORDERS,
    POSTING="posting order: date, time, then as recorded",
)
GeneralLedgerSort = _sort(
    "GeneralLedgerSort",
    "journal lines",
    general_ledger.ORDERS,
    POSTING="posting date, then as recorded",
)
DocumentLineSort = _sort(
    "DocumentLineSort",
    "lines of documents",
    line_lists.ORDERS,
    POSTING_DATE="the posting date of their document",
    RECORDED="when their document was recorded",
)
