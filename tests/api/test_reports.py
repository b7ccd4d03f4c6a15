"""Reports over the wire: the worked example's figures, paging, and what was known when."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.api.bookkeeper import PURCHASE_CHARGES, Bookkeeper


@pytest.fixture
def keeper(server: str) -> Iterator[Bookkeeper]:
    bookkeeper = Bookkeeper(server)
    yield bookkeeper
    bookkeeper.client.close()


TRIAL_BALANCE = """
query($company: CompanyRef!, $from: Date, $asOf: Date, $knownAt: DateTime,
      $zero: Boolean! = false) {
  trialBalance(company: $company, from: $from, asOf: $asOf, knownAt: $knownAt, includeZero: $zero) {
    from asOf knownAt currency
    rows { account { code type root }
      openingDebit openingCredit debit credit closingDebit closingCredit }
    totals { openingDebit openingCredit debit credit closingDebit closingCredit }
  }
}
"""


def balances(keeper: Bookkeeper, **variables: Any) -> dict[str, str]:
    """The closing of each account, debit positive, as printed."""
    rows = keeper.ask(TRIAL_BALANCE, **variables)["trialBalance"]["rows"]
    return {
        row["account"]["code"]: row["closingDebit"]
        if row["closingCredit"] == "0.00"
        else f"-{row['closingCredit']}"
        for row in rows
    }


def test_the_worked_example_balances_to_the_cent(keeper: Bookkeeper) -> None:
    receipt = keeper.receive("2026-01-10", charges=PURCHASE_CHARGES)
    keeper.bill(receipt, "2026-01-11")
    keeper.deliver("2026-01-12")
    report = keeper.ask(TRIAL_BALANCE, asOf="2026-12-31")["trialBalance"]
    assert (report["from"], report["currency"]) == ("2026-01-01", "USD")
    assert report["rows"][0] == {
        "account": {"code": "Stores", "type": "STOCK", "root": "ASSET"},
        "openingDebit": "0.00", "openingCredit": "0.00", "debit": "2250.00", "credit": "1125.00",
        "closingDebit": "1125.00", "closingCredit": "0.00",
    }  # fmt: skip
    assert balances(keeper) == {
        "Stores": "1125.00",
        "Creditors": "-2000.00",
        "Stock Received But Not Billed": "0.00",
        "Cost of Goods Sold": "1125.00",
        "Shipping Charges": "-100.00",
        "Customs Duty": "-150.00",
    }
    assert report["totals"]["closingDebit"] == report["totals"]["closingCredit"] == "2250.00"


def test_a_report_is_the_same_again_with_the_moment_it_names(keeper: Bookkeeper) -> None:
    keeper.receive("2026-01-10")
    keeper.deliver("2026-01-12")
    first = keeper.ask(TRIAL_BALANCE)["trialBalance"]
    keeper.receive("2026-01-05", "2", "100")
    assert balances(keeper) == {
        "Stores": "1400.00", "Stock Received But Not Billed": "-2200.00",
        "Cost of Goods Sold": "800.00",
    }  # fmt: skip
    assert keeper.ask(TRIAL_BALANCE, knownAt=first["knownAt"])["trialBalance"] == first


def test_nothing_posted_is_an_empty_report(keeper: Bookkeeper) -> None:
    report = keeper.ask(TRIAL_BALANCE)["trialBalance"]
    assert (report["rows"], report["knownAt"], report["from"]) == ([], None, None)
    everything = keeper.ask(TRIAL_BALANCE, zero=True)["trialBalance"]["rows"]
    assert "Debtors" in [row["account"]["code"] for row in everything]


STOCK_BALANCE = """
query($company: CompanyRef!, $asOf: Date, $first: Int, $after: String) {
  stockBalance(company: $company, asOf: $asOf, first: $first, after: $after) {
    nodes { item { sku } warehouse { code } account { code } quantity value unitCost }
    totals { value } pageInfo { hasNextPage endCursor } } }
"""


def test_stock_is_the_same_from_the_bins_and_from_the_entries(keeper: Bookkeeper) -> None:
    keeper.receive("2026-01-10", charges=PURCHASE_CHARGES)
    keeper.deliver("2026-01-12")
    now = keeper.ask(STOCK_BALANCE)["stockBalance"]
    assert now == {
        "nodes": [{
            "item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"},
            "account": {"code": "Stores"}, "quantity": "5", "value": "1125.00", "unitCost": "225",
        }],
        "totals": {"value": "1125.00"},
        "pageInfo": {"hasNextPage": False, "endCursor": now["pageInfo"]["endCursor"]},
    }  # fmt: skip
    assert keeper.ask(STOCK_BALANCE, asOf="2026-12-31")["stockBalance"] == now
    before = keeper.ask(STOCK_BALANCE, asOf="2026-01-11")["stockBalance"]
    assert before["totals"]["value"] == "2250.00"
    nothing = keeper.ask(STOCK_BALANCE, first=0)["stockBalance"]
    assert (nothing["nodes"], nothing["totals"]["value"]) == ([], "1125.00")
    assert nothing["pageInfo"] == {"hasNextPage": True, "endCursor": None}


STOCK_LEDGER = """
query($company: CompanyRef!, $first: Int, $after: String, $document: DocumentRef,
      $cancelled: Boolean! = false) {
  stockLedger(company: $company, first: $first, after: $after, document: $document,
              includeCancelled: $cancelled) {
    nodes { document { number } quantity cost quantityAfter valueAfter unitCostAfter isCancelled }
    pageInfo { hasNextPage endCursor } } }
"""


def test_the_stock_ledger_pages_with_right_balances(keeper: Bookkeeper) -> None:
    keeper.receive("2026-01-10")
    delivered = keeper.deliver("2026-01-12")
    late = keeper.receive("2026-01-05", "2", "100")
    whole = keeper.ask(STOCK_LEDGER)["stockLedger"]["nodes"]
    lines = [
        f"{row['quantity']} {row['cost']} -> {row['quantityAfter']} {row['valueAfter']}"
        for row in whole
    ]
    assert lines == [
        "2 200.00 -> 2 200.00",
        "10 2000.00 -> 12 2200.00",
        "-5 -800.00 -> 7 1400.00",
    ]
    paged, place = [], {"hasNextPage": True, "endCursor": None}
    while place["hasNextPage"]:
        page = keeper.ask(STOCK_LEDGER, first=1, after=place["endCursor"])["stockLedger"]
        paged += page["nodes"]
        place = page["pageInfo"]
    assert paged == whole
    for name, value in delivered.items():
        chosen = keeper.ask(STOCK_LEDGER, document={name: value})["stockLedger"]["nodes"]
        assert chosen == whole[2:]
    assert keeper.cancel(late) == {"id": late["id"], "status": "CANCELLED"}
    kept = keeper.ask(STOCK_LEDGER)["stockLedger"]["nodes"]
    assert [row["valueAfter"] for row in kept] == ["2000.00", "1000.00"]
    shown = keeper.ask(STOCK_LEDGER, cancelled=True)["stockLedger"]["nodes"]
    assert [row["isCancelled"] for row in shown] == [True, True, False, False]


GENERAL_LEDGER = """
query($company: CompanyRef!, $account: AccountRef, $from: Date) {
  generalLedger(company: $company, account: $account, from: $from) {
    nodes { postingDate document { number kind } because { number } source debit credit balance }
    totals { openingBalance debit credit closingBalance } } }
"""


LEDGER_LINES = """
query($company: CompanyRef!) { generalLedger(company: $company) { nodes {
  line entry { id } debit credit explanation(depth: 0) { root { amount } }
  document { journalLines { line entry { id } debit credit } } } } }
"""


LEDGER_SINCE = """
query($company: CompanyRef!, $after: Int) {
  generalLedger(company: $company, recordedAfter: $after) {
  nodes { because { number sequence } account { code } debit credit balance }
  totals { openingBalance debit credit } } }
"""


def test_the_general_ledger_says_what_made_each_line(keeper: Bookkeeper) -> None:
    keeper.receive("2026-01-10")
    delivered = keeper.deliver("2026-01-12")
    late = keeper.receive("2026-01-05", "2", "100")
    ledger = keeper.ask(
        GENERAL_LEDGER, account={"code": "Cost of Goods Sold"}, **{"from": "2026-01-11"}
    )["generalLedger"]
    document = {"number": delivered["number"], "kind": "DELIVERY_NOTE"}
    assert ledger["nodes"] == [
        {
            "postingDate": "2026-01-12", "document": document,
            "because": {"number": delivered["number"]}, "source": "DELIVERY_NOTE",
            "debit": "1000.00", "credit": "0.00", "balance": "1000.00",
        },
        {
            "postingDate": "2026-01-12", "document": document,
            "because": {"number": late["number"]}, "source": "COST_ADJUSTMENT",
            "debit": "0.00", "credit": "200.00", "balance": "800.00",
        },
    ]  # fmt: skip
    for row in keeper.ask(LEDGER_LINES)["generalLedger"]["nodes"]:
        place = {"line": row["line"], "entry": {"id": row["entry"]["id"]}}
        figures = {"debit": row["debit"], "credit": row["credit"]}
        assert {**place, **figures} in row["document"]["journalLines"]
        net = Decimal(row["debit"]) - Decimal(row["credit"])
        assert Decimal(row["explanation"]["root"]["amount"]) == net
    whole = keeper.ask(LEDGER_SINCE, after=0)["generalLedger"]["nodes"]
    since = keeper.ask(LEDGER_SINCE, after=2)["generalLedger"]
    assert since["nodes"] == [row for row in whole if row["because"]["sequence"] > 2]
    assert {row["because"]["number"] for row in since["nodes"]} == {late["number"]}
    assert since["totals"] == {"openingBalance": "0.00", "debit": "400.00", "credit": "400.00"}
    stores = keeper.ask(GENERAL_LEDGER, account={"code": "Stores"}, **{"from": "2026-01-11"})
    assert stores["generalLedger"]["totals"] == {
        "openingBalance": "2200.00", "debit": "200.00", "credit": "1000.00",
        "closingBalance": "1400.00",
    }  # fmt: skip


RECEIVED_NOT_BILLED = """
query($company: CompanyRef!, $asOf: Date, $cleared: Boolean! = false) {
  receivedNotBilled(company: $company, asOf: $asOf, includeCleared: $cleared) {
    nodes { receipt { number } line supplier { code } item { sku }
      receivedQuantity billedQuantity returnedQuantity pendingQuantity
      receivedAmount billedAmount returnedAmount pendingAmount ageInDays }
    totals { pendingAmount accountBalance difference }
    residues { kind amount document { number } } } }
"""


def test_received_not_billed_ties_to_its_account(keeper: Bookkeeper) -> None:
    receipt = keeper.receive("2026-01-10")
    keeper.bill(receipt, "2026-01-20", "4")
    invoice = keeper.make(
        "submitPurchaseInvoice", "purchaseInvoice", "number", company=keeper.company,
        supplier={"code": "ARCU"}, postingDate="2026-01-21",
        lines=[{"item": {"sku": "RM0001"}, "quantity": "1", "rate": "50"}],
    )  # fmt: skip
    assert keeper.ask(RECEIVED_NOT_BILLED, asOf="2026-01-31")["receivedNotBilled"] == {
        "nodes": [{
            "receipt": {"number": receipt["number"]}, "line": 1, "supplier": {"code": "ARCU"},
            "item": {"sku": "RM0001"}, "receivedQuantity": "10", "billedQuantity": "4",
            "returnedQuantity": "0", "pendingQuantity": "6", "receivedAmount": "2000.00",
            "billedAmount": "800.00", "returnedAmount": "0.00", "pendingAmount": "1200.00",
            "ageInDays": 21,
        }],
        "totals": {"pendingAmount": "1200.00", "accountBalance": "1150.00", "difference": "-50.00"},
        "residues": [{
            "kind": "BILLED_NOT_RECEIVED", "amount": "-50.00",
            "document": {"number": invoice["number"]},
        }],
    }  # fmt: skip
    keeper.bill(receipt, "2026-02-01", "6")
    assert keeper.ask(RECEIVED_NOT_BILLED)["receivedNotBilled"]["nodes"] == []
    cleared = keeper.ask(RECEIVED_NOT_BILLED, cleared=True)["receivedNotBilled"]["nodes"]
    assert [row["pendingAmount"] for row in cleared] == ["0.00"]


def test_stock_agrees_with_the_ledger(keeper: Bookkeeper) -> None:
    keeper.receive("2026-01-10", charges=PURCHASE_CHARGES)
    keeper.deliver("2026-01-12")
    rows = keeper.ask(
        "query($company: CompanyRef!) { stockVersusLedger(company: $company) {"
        " rows { account { code } stockValue ledgerBalance difference } } }"
    )["stockVersusLedger"]["rows"]
    stores = {
        "account": {"code": "Stores"}, "stockValue": "1125.00", "ledgerBalance": "1125.00",
        "difference": "0.00",
    }  # fmt: skip
    assert stores in rows
    assert {row["difference"] for row in rows} == {"0.00"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: 501", "INVALID_VALUE"),
        ('after: "zzz"', "INVALID_VALUE"),
        ('item: {sku: "no such"}', "NOT_FOUND"),
        ('warehouse: {code: "no such"}', "NOT_FOUND"),
        ('document: {number: "no such"}', "NOT_FOUND"),
        ('document: {id: "no such"}', "NOT_FOUND"),
    ],
)
def test_a_wrong_question_is_refused_with_a_code(
    keeper: Bookkeeper, arguments: str, code: str
) -> None:
    answer = keeper.answer(
        "query($company: CompanyRef!) { stockLedger(company: $company, " + arguments + ") "
        "{ nodes { cost } } }"
    )
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


@pytest.mark.parametrize(
    ("report", "rows"),
    [
        ("trialBalance", "rows { debit }"),
        ("profitAndLoss", "result"),
        ("generalLedger", "nodes { debit }"),
        ("stockLedger", "nodes { cost }"),
    ],
)
def test_a_period_that_ends_before_it_begins_is_refused(
    keeper: Bookkeeper, report: str, rows: str
) -> None:
    period = 'from: "2026-02-01", asOf: "2026-01-31"'
    answer = keeper.answer(
        f"query($company: CompanyRef!) {{ {report}(company: $company, {period}) {{ {rows} }} }}"
    )
    (error,) = answer["errors"]
    assert answer["data"] is None
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("INVALID_VALUE", ["from"])


def test_another_lists_cursor_is_refused(keeper: Bookkeeper) -> None:
    keeper.receive("2026-01-10")
    cursor = keeper.ask(STOCK_BALANCE)["stockBalance"]["pageInfo"]["endCursor"]
    answer = keeper.answer(STOCK_LEDGER, after=cursor)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_VALUE"
