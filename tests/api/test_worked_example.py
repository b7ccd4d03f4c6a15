"""The worked example of perpetual inventory over HTTP: every figure of it, each part on its own.

Source: ERPNext's manual, "Perpetual Inventory". A table has what is in the books before, the
document, what it posts and what lies in the warehouses after.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.api.bookkeeper import PURCHASE_CHARGES
from tests.api.desk import (
    IN_STORES,
    Desk,
    Paper,
    Signed,
    adjustments,
    bill,
    billed,
    charge,
    delivery,
    entries,
    goods,
    moved,
    payment,
    receipt,
    sale,
    stock_entry,
)

RECEIPT = receipt("2026-01-10", goods("10", "200"), charges=PURCHASE_CHARGES)
BLADES = stock_entry("2026-01-10", "RECEIPT", goods("50", "220"))
IN_PROGRESS = "RM0001 in Work In Progress"


@dataclass(frozen=True)
class Case:
    """What is there, what is handed in, what it posts, what lies where then."""

    before: tuple[Paper, ...]
    document: Paper
    entries: Signed
    after: dict[str, tuple[str, str]]


CASES = {
    "purchase receipt with charges": Case(
        before=(),
        document=RECEIPT,
        entries={
            "Stores": "2250.00",
            "Stock Received But Not Billed": "-2000.00",
            "Shipping Charges": "-100.00",
            "Customs Duty": "-150.00",
        },
        after={IN_STORES: ("10", "2250.00")},
    ),
    "delivery note": Case(
        before=(RECEIPT,),
        document=delivery("2026-01-12", goods("5", "300")),
        entries={"Cost of Goods Sold": "1125.00", "Stores": "-1125.00"},
        after={IN_STORES: ("5", "1125.00")},
    ),
    "instead a sales invoice with updateStock": Case(
        before=(RECEIPT,),
        document=sale(
            "2026-01-12", goods("5", "300"), updateStock=True,
            charges=[charge("Service Tax", "150"), charge("VAT", "100")],
        ),
        entries={
            "Debtors": "1750.00",
            "Sales": "-1500.00",
            "Service Tax": "-150.00",
            "VAT": "-100.00",
            "Cost of Goods Sold": "1125.00",
            "Stores": "-1125.00",
        },
        after={IN_STORES: ("5", "1125.00")},
    ),
    "stock entry: receipt": Case(
        before=(),
        document=BLADES,
        entries={"Stores": "11000.00", "Stock Adjustment": "-11000.00"},
        after={IN_STORES: ("50", "11000.00")},
    ),
    "stock entry: issue": Case(
        before=(BLADES,),
        document=stock_entry("2026-01-11", "ISSUE", goods("10")),
        entries={"Stock Adjustment": "2200.00", "Stores": "-2200.00"},
        after={IN_STORES: ("40", "8800.00")},
    ),
    "stock entry: transfer": Case(
        before=(BLADES,),
        document=stock_entry(
            "2026-01-11", "TRANSFER", goods("10", toWarehouse={"code": "Work In Progress"})
        ),
        entries={"Work In Progress": "2200.00", "Stores": "-2200.00"},
        after={IN_STORES: ("40", "8800.00"), IN_PROGRESS: ("10", "2200.00")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_document_posts_what_the_example_says(desk: Desk, case: Case) -> None:
    for paper in case.before:
        desk.post(paper)
    assert entries(desk.post(case.document)) == case.entries
    assert desk.stock() == case.after


def test_the_receipts_totals_and_its_valuation(desk: Desk) -> None:
    document = desk.post(RECEIPT)
    assert document["number"] == "PR-2026-00001"
    assert (document["netTotal"], document["grandTotal"]) == ("2000.00", "2300.00")
    (line,) = document["lines"]
    assert (line["amount"], line["valuationAmount"]) == ("2000.00", "2250.00")
    assert line["valuationRate"] == "225"
    (movement,) = document["stockMovements"]
    assert (movement["cost"], movement["unitCostAfter"]) == ("2250.00", "225")


def test_the_invoice_for_the_receipt(desk: Desk) -> None:
    (line,) = desk.post(RECEIPT)["lines"]
    charges = [one for one in PURCHASE_CHARGES if one["category"] != "VALUATION"]
    invoice = desk.post(bill("2026-01-11", billed("10", "200", line), charges=charges))
    assert entries(invoice) == {
        "Stock Received But Not Billed": "2000.00",
        "Shipping Charges": "100.00",
        "VAT": "200.00",
        "Creditors": "-2300.00",
    }
    assert desk.balances() == {
        "Stores": "2250.00",
        "VAT": "200.00",
        "Creditors": "-2300.00",
        "Customs Duty": "-150.00",
    }
    assert desk.outstanding(invoice) == "2300.00"
    assert moved(invoice) == {}


def test_the_whole_example_balances(desk: Desk) -> None:
    (line,) = desk.post(RECEIPT)["lines"]
    charges = [one for one in PURCHASE_CHARGES if one["category"] != "VALUATION"]
    desk.post(bill("2026-01-11", billed("10", "200", line), charges=charges))
    desk.post(delivery("2026-01-12", goods("5", "300")))
    desk.post(CASES["instead a sales invoice with updateStock"].document)
    totals = desk.ask(
        "query($company: CompanyRef!) { trialBalance(company: $company, from: "
        '"2026-01-01", asOf: "2026-12-31") { totals { debit credit closingDebit closingCredit } } }'
    )["trialBalance"]["totals"]
    assert totals == {
        "debit": "8550.00",
        "credit": "8550.00",
        "closingDebit": "4100.00",
        "closingCredit": "4100.00",
    }
    assert desk.stock() == {}
    assert "Stores" not in desk.balances()


def test_the_chart_has_the_examples_accounts_under_its_groups(desk: Desk) -> None:
    nodes = desk.ask(
        "query($company: CompanyRef!) { accounts(company: $company, first: 100) {"
        " nodes { code name isGroup root parent { code } } } }"
    )["accounts"]["nodes"]
    tree: dict[str | None, list[str]] = {}
    for node in nodes:
        assert node["code"] == node["name"]
        tree.setdefault(node["parent"]["code"] if node["parent"] else None, []).append(node["code"])
    assert set(tree[None]) == {"Assets", "Liabilities", "Equity", "Income", "Expenses"}
    assert set(tree["Stock Assets"]) == {
        "Stock In Hand", "Stores", "Finished Goods", "Work In Progress",
    }  # fmt: skip
    posting = {node["code"] for node in nodes if not node["isGroup"]}
    assert posting >= {
        "Debtors", "Stock In Hand", "Stores", "Finished Goods", "Work In Progress", "VAT", "Cash",
        "Bank", "Creditors", "Stock Received But Not Billed", "Service Tax",
        "Opening Balance Equity", "Retained Earnings", "Sales", "Cost of Goods Sold",
        "Expenses Included In Valuation", "Stock Adjustment", "Round Off", "Exchange Gain/Loss",
        "Shipping Charges", "Customs Duty",
    }  # fmt: skip


# -- accounts of warehouses ---------------------------------------------------------------------


def test_goods_stand_on_the_account_of_the_nearest_level(desk: Desk) -> None:
    tree: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Plant", {"isGroup": True, "account": {"code": "Finished Goods"}}),
        ("Hall", {"isGroup": True, "parent": {"code": "Plant"}}),
        ("Own", {"parent": {"code": "Hall"}, "account": {"code": "Stores"}}),
        ("Shelf", {"parent": {"code": "Hall"}}),
        ("Yard", {}),
    )
    fields = "code effectiveAccount { code } accountSource"
    for code, more in tree:
        desk.make("createWarehouse", "warehouse", fields, company=desk.company, code=code, **more)
    for code, account, source in (
        ("Own", "Stores", "WAREHOUSE"),
        ("Shelf", "Finished Goods", "PARENT"),
        ("Yard", "Stock In Hand", "COMPANY_DEFAULT"),
    ):
        found = desk.ask(
            "query($company: CompanyRef!, $code: String!) { warehouse(company: $company,"
            f" warehouse: {{code: $code}}) {{ {fields} }} }}",
            code=code,
        )["warehouse"]
        assert (found["effectiveAccount"], found["accountSource"]) == ({"code": account}, source)
        line = goods("1", "10", warehouse={"code": code})
        posted = desk.post(stock_entry("2026-01-10", "RECEIPT", line))
        assert entries(posted) == {account: "10.00", "Stock Adjustment": "-10.00"}


def test_a_warehouse_without_any_account_says_so(desk: Desk) -> None:
    desk.make("createWarehouse", "warehouse", company=desk.company, code="Yard")
    desk.make("updateCompany", "company", company=desk.company, defaults={"stockInHand": None})
    line = goods("1", "10", warehouse={"code": "Yard"})
    (error,) = desk.refused(stock_entry("2026-01-10", "RECEIPT", line))
    assert error["code"] == "WAREHOUSE_ACCOUNT_MISSING"
    assert error["path"] == ["lines", "0", "warehouse"]


# -- charges and cents --------------------------------------------------------------------------


def test_charges_by_rate_are_spread_to_the_last_cent(desk: Desk) -> None:
    line = goods("1", "100")
    document = desk.post(
        receipt(
            "2026-01-10", line, line, line,
            charges=[
                charge("Shipping Charges", rate="3.335", category="VALUATION"),
                charge("VAT", rate="21", category="TOTAL"),
            ],
        )
    )  # fmt: skip
    # 3.335 % of 300 is 10.005: a cent is rounded half away from zero, the last line takes the rest.
    assert entries(document) == {
        "Stores": "310.01",
        "Stock Received But Not Billed": "-300.00",
        "Shipping Charges": "-10.01",
    }
    assert [one["valuationAmount"] for one in document["lines"]] == ["103.34", "103.34", "103.33"]
    assert document["grandTotal"] == "363.00"


def test_a_receipt_billed_in_parts_is_cleared_to_the_last_cent(desk: Desk) -> None:
    (line,) = desk.post(receipt("2026-01-10", goods("3", "33.333333")))["lines"]
    cleared = [
        entries(desk.post(bill("2026-01-11", billed("1", "33.333333", line)))) for _ in range(3)
    ]
    accrual = "Stock Received But Not Billed"
    assert [one[accrual] for one in cleared] == ["33.33", "33.34", "33.33"]
    assert [one["Creditors"] for one in cleared] == ["-33.33"] * 3
    assert [one.get("Round Off") for one in cleared] == [None, "-0.01", None]
    assert accrual not in desk.balances()
    (error,) = desk.refused(bill("2026-01-11", billed("0.000001", "33.333333", line)))
    assert (error["code"], error["openQuantity"]) == ("OVER_BILLED", "0")


def test_quantities_have_six_decimals_and_no_unit_cost_is_rounded(desk: Desk) -> None:
    desk.post(stock_entry("2026-01-10", "RECEIPT", goods("0.000003", "33333333.333333333")))
    costs = [
        moved(desk.post(stock_entry("2026-01-11", "ISSUE", goods("0.000001"))))[IN_STORES]
        for _ in range(3)
    ]
    assert costs == [("-0.000001", "-33.33"), ("-0.000001", "-33.34"), ("-0.000001", "-33.33")]
    assert desk.balances() == {}


# -- payments -----------------------------------------------------------------------------------


def test_payments_settle_invoices_in_parts(desk: Desk) -> None:
    service = billed("1", "100", sku="SV0001")
    first = desk.post(sale("2026-01-10", service))
    second = desk.post(sale("2026-01-10", service))
    paid = desk.post(
        payment("2026-01-20", "RECEIVE", "130", {first["id"]: "100", second["id"]: "20"})
    )
    assert entries(paid) == {"Bank": "130.00", "Debtors": "-130.00"}
    assert (desk.outstanding(first), desk.outstanding(second)) == ("0.00", "80.00")
    (error,) = desk.refused(payment("2026-01-21", "RECEIVE", "100", {second["id"]: "80.01"}))
    assert (error["code"], error["openAmount"]) == ("OVER_ALLOCATED", "80.00")
    owed = desk.post(bill("2026-01-10", billed("1", "50", sku="SV0001")))
    sent = desk.post(
        payment("2026-01-22", "PAY", "50", {owed["id"]: "50"}, account={"code": "Cash"})
    )
    assert entries(sent) == {"Creditors": "50.00", "Cash": "-50.00"}
    assert desk.outstanding(owed) == "0.00"


# -- late documents -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "cost", "difference"),
    [
        ("FIFO", "500.00", "500.00"),  # 5 of the late ones, at 100
        ("MOVING_AVERAGE", "750.00", "250.00"),  # 5 at the average of 100 and 200
    ],
)
def test_a_late_receipt_values_later_issues_again_with_it(
    desk: Desk, method: str, cost: str, difference: str
) -> None:
    desk.item("ITEM", method)
    desk.post(receipt("2026-01-10", goods("10", "200", "ITEM")))
    note = desk.post(delivery("2026-01-12", goods("5", "300", "ITEM")))
    assert moved(note) == {"ITEM in Stores": ("-5", "-1000.00")}
    late = desk.post(receipt("2026-01-09", goods("10", "100", "ITEM")))
    assert adjustments(late) == {
        note["number"]: {"Stores": difference, "Cost of Goods Sold": f"-{difference}"}
    }
    assert desk.balances()["Cost of Goods Sold"] == cost
    assert desk.numbers() == ["PR-2026-00001", "DN-2026-00001", "PR-2026-00002"]


def test_a_late_issue_that_a_later_one_needs_is_refused(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    desk.post(delivery("2026-01-20", goods("8", "300")))
    (error,) = desk.refused(delivery("2026-01-15", goods("3", "300")))
    assert error["code"] == "INSUFFICIENT_STOCK"
    assert error["path"] == ["lines", "0", "quantity"]
    assert (error["item"], error["warehouse"]) == ("RM0001", "Stores")
    assert (error["available"], error["requested"]) == ("2", "3")
    assert error["retryable"]
