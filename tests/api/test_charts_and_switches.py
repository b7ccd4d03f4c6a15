"""Every chart has what every scheme and every switch needs: ordinary documents are posted.

The Spanish chart has the shape of the English one (tests/domain/test_charts.py).
"""

from typing import Any
from uuid import uuid4

import pytest

from api.masters.company_settings import CompanySettingsInput
from domain.naming import camel
from tests.api.bookkeeper import make_all
from tests.api.clerk import Clerk

DAY = "2026-02-10"
SWITCHES: dict[str, Any] = {
    "allowNegativeStock": True,
    "invoiceRatePolicy": "ADJUST_RECEIPT_COST",
    "adjustmentDating": "FIRST_OPEN_PERIOD",
    "allowExpiredLots": True,
    "valueRejected": True,
    "provisionalForNonStock": True,
    "requireCostCenter": True,
    "requireParty": True,
    "uniqueSupplierReference": True,
    "adjustForPaymentDiscount": True,
    "overReceiptTolerance": "50",
    "overDeliveryTolerance": "50",
    "overBillingTolerance": "50",
    "automaticCostPosting": True,
    "automaticCostAdjustment": "ALWAYS",
    "expectedCostPosting": True,
    "averageCostPeriod": "ACCOUNTING_PERIOD",
    "averageCostCalcType": "ITEM_WAREHOUSE",
    "accountingPeriods": ["2026-01-31", "2026-02-28"],
    "postingDaysAhead": 0,
    "allowPostingFrom": "2026-01-01",
    "userAllowPostingFrom": "2026-01-01",
}
"""Each as it asks for most."""

AWAY = {
    "fourEyes": "documents wait for somebody else",
    "integrateSales": "turned off it asks for less",
    "integratePurchases": "turned off it asks for less",
    "integrateStock": "turned off it asks for less",
    "linksFrom": "says only from when on",
}
PARTY = {"code": "P"}


def test_no_switch_is_forgotten() -> None:
    assert {*SWITCHES, *AWAY} == {camel(name) for name in CompanySettingsInput.__annotations__}


@pytest.mark.parametrize("chart", ["PERPETUAL_EN", "PGC_ES"])
@pytest.mark.parametrize("scheme", ["PERPETUAL", "CONTINENTAL", "BY_LEVEL", "PERIODIC"])
def test_ordinary_documents_are_posted_with_every_switch_on(
    server: str, chart: str, scheme: str
) -> None:
    clerk = Clerk(server)
    company = {"company": clerk.company}
    cost = {"standardCost": "9"} if scheme == "BY_LEVEL" else {}
    make_all(clerk.ask, [
        ("createCompany", {**clerk.company, "name": "C", "currency": "USD", "chart": chart,
                           "scheme": scheme, "settings": SWITCHES}),
        *(("createWarehouse", {**company, "code": code, "name": code}) for code in "ST"),
        ("createItem", {**company, "sku": "G", "name": "Goods", **cost}),
        ("createItem", {**company, "sku": "V", "name": "Service", "isStockItem": False}),
        ("createParty", {**company, **PARTY, "name": "P", "roles": ["SUPPLIER", "CUSTOMER"]}),
    ])  # fmt: skip
    papers = [{kind: {**company, "postingDate": DAY, **one}} for kind, one in _papers()]
    done = clerk.ask(
        "mutation($input: SubmitBatchInput!) { done: submitBatch(input: $input) {"
        " results { document { number } errors { code message path } } errors { code } } }",
        input={**company, "documents": papers},
    )["done"]
    assert (done["errors"], [one["errors"] for one in done["results"]]) == ([], [[]] * len(papers))


def _papers() -> list[tuple[str, dict[str, Any]]]:
    came, went = str(uuid4()), str(uuid4())
    supplier, customer = {"supplier": PARTY}, {"customer": PARTY}
    goods = {"item": {"sku": "G"}, "warehouse": {"code": "S"}}
    service = {"item": {"sku": "V"}, "quantity": "2", "rate": "7"}
    received = [{"inDocument": f"{came}/{line}"} for line in (1, 2)]
    sent = {"inDocument": f"{went}/1"}
    return [
        ("purchaseReceipt", {"id": came, **supplier, "lines": [
            {**goods, "quantity": "9", "rate": "10"}, service]}),
        ("purchaseInvoice", {**supplier, "lines": [
            {"receiptLine": received[0], "quantity": "4", "rate": "11"},
            {"receiptLine": received[1], "quantity": "2", "rate": "7"}]}),
        ("deliveryNote", {"id": went, **customer, "lines": [
            {**goods, "quantity": "3", "rate": "20"}, service]}),
        ("salesInvoice", {**customer, "lines": [
            {"deliveryLine": sent, "quantity": "2", "rate": "20"}, service]}),
        ("salesInvoice", {**customer, "updateStock": True, "lines": [
            {**goods, "quantity": "1", "rate": "20"}]}),
        ("purchaseReturn", {**supplier, "lines": [{"line": received[0], "quantity": "1"}]}),
        ("salesReturn", {**customer, "lines": [{"line": sent, "quantity": "1"}]}),
        *(("stockEntry", {"purpose": f"MATERIAL_{purpose}", "lines": [
            {**goods, "quantity": "1", **more}]})
          for purpose, more in (("RECEIPT", {"rate": "10"}), ("ISSUE", {}),
                                ("TRANSFER", {"toWarehouse": {"code": "T"}}))),
        ("stockReconciliation", {"lines": [{**goods, "quantity": "3"}]}),
        ("payment", {"type": "PAY", "party": PARTY, "amount": "10"}),
    ]  # fmt: skip
