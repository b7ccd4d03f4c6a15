"""What documents are refused for, each with its code and path; nothing is left behind.

All rows of the first table are handed in at one desk, one after the other: after each its trial
balance, stock, numbers and ids are as they were.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.api.desk import (
    Desk,
    Paper,
    bill,
    billed,
    cancelling,
    charge,
    delivery,
    goods,
    journal,
    payment,
    receipt,
    sale,
    stock_entry,
)

DAY = "2026-03-01"
STORES = {"code": "Stores"}
NOBODY = "01900000-0000-7000-8000-999999999999"


@dataclass(frozen=True)
class Furnished:
    """A desk with something of everything that a refusal may be about."""

    desk: Desk
    receipt: Any
    billed: Any
    invoice: Any
    cancelled: Any
    other_account: str

    @property
    def line(self) -> Any:
        """The open receipt line: 10 RM0001 at 200."""
        return self.receipt["lines"][0]


@pytest.fixture(scope="module")
def furnished(server: str) -> Furnished:
    desk = Desk(server)
    desk.make("createParty", "party", company=desk.company, code="OTHER", roles=["SUPPLIER"])
    desk.item("RM0002")
    desk.make("createWarehouse", "warehouse", company=desk.company, code="Plant", isGroup=True)
    desk.make("createCostCenter", "costCenter", company=desk.company, code="All", isGroup=True)
    desk.item("GONE")
    desk.item("SHELVED", isStockItem=False, incomeAccount=STORES, expenseAccount=STORES)
    for code, mutation, thing in (
        ("Closed", "createWarehouse", "warehouse"),
        ("Closed", "createCostCenter", "costCenter"),
    ):
        desk.make(mutation, thing, company=desk.company, code=code)
    desk.make("createParty", "party", company=desk.company, code="CLOSED", roles=["SUPPLIER"])
    desk.make("createAccount", "account", company=desk.company, code="Closed", type="EXPENSE",
              parent={"code": "Indirect Expenses"})  # fmt: skip
    for kind, target in (
        ("Item", {"item": {"sku": "GONE"}}),
        ("Warehouse", {"warehouse": {"code": "Closed"}}),
        ("CostCenter", {"costCenter": {"code": "Closed"}}),
        ("Party", {"party": {"code": "CLOSED"}}),
        ("Account", {"account": {"code": "Closed"}}),
    ):
        errors = desk.ask(
            f"mutation($input: {kind}TargetInput!) {{"
            f" deactivate{kind}(input: $input) {{ errors {{ code }} }} }}",
            input={"company": desk.company, **target},
        )[f"deactivate{kind}"]["errors"]
        assert errors == []
    other = Desk(server)
    query = "query($company: CompanyRef!, $cash: AccountRef!) {"
    query += " account(company: $company, account: $cash) { id } }"
    account = other.ask(query, cash={"code": "Cash"})["account"]["id"]
    open_receipt = desk.post(receipt("2026-01-10", goods("10", "200")))
    billed_receipt = desk.post(receipt("2026-01-11", goods("5", "200")))
    invoice = desk.post(bill("2026-01-12", billed("5", "200", billed_receipt["lines"][0])))
    gone = desk.post(receipt("2026-01-13", goods("1", "200")))
    desk.cancelled(gone)
    return Furnished(desk, open_receipt, billed_receipt, invoice, gone, account)


Row = tuple[str, list[str], Callable[[Furnished], Paper]]


def row(code: str, path: str, paper: Callable[[Furnished], Paper]) -> Row:
    """A refusal: its code, its path, and what is handed in."""
    return code, path.split(".") if path else [], paper


def moving(purpose: str, **line: Any) -> Callable[[Furnished], Paper]:
    """A stock entry of one line."""
    return lambda _: stock_entry(DAY, purpose, goods("1", **line))


def posting(**amounts: str) -> Callable[[Furnished], Paper]:
    """A journal entry; `_` in a name is a space."""
    return lambda _: journal(DAY, {name.replace("_", " "): one for name, one in amounts.items()})


def standing(**parties: str | None) -> Callable[[Furnished], Paper]:
    """A journal entry of a debit and a credit of 1, each with its party."""
    lines = [
        {"account": {"code": account}, side: "1", "party": party and {"code": party}}
        for side, (account, party) in zip(("debit", "credit"), parties.items(), strict=True)
    ]
    return lambda _: ("JournalEntry", {"postingDate": DAY, "lines": lines})


PLACE = {"code": "Work In Progress"}
MOST = "999999999999999"
ROWS: tuple[Row, ...] = (
    row("INVALID_VALUE", "lines.0.quantity", lambda _: delivery(DAY, goods("0"))),
    row("INVALID_VALUE", "lines.0.quantity", lambda _: delivery(DAY, goods("-1"))),
    row("INVALID_VALUE", "lines.0.quantity", lambda _: delivery(DAY, goods("0.0000001"))),
    row("INVALID_VALUE", "lines.0.quantity", lambda _: receipt(DAY, goods("9" * 40, "1"))),
    row("INVALID_VALUE", "exchangeRate", lambda _: receipt(
        DAY, goods(f"{'9' * 40}.{'9' * 40}", "9" * 40), exchangeRate="9" * 40)),
    row("INVALID_VALUE", "lines.0", lambda _: receipt(DAY, goods(MOST, MOST))),
    row("INVALID_VALUE", "lines.0", lambda _: receipt(
        DAY, goods(MOST, "1"), charges=[charge("Customs Duty", MOST, category="VALUATION")])),
    row("INVALID_VALUE", "lines", lambda _: bill(
        DAY, billed(MOST, "1", sku="SV0001"), charges=[charge("VAT", MOST)])),
    row("INVALID_VALUE", "lines.0.rate", lambda _: receipt(DAY, goods("1", "-1"))),
    row("INVALID_VALUE", "lines.0.rate", lambda _: receipt(DAY, goods("1", "0.0000000000001"))),
    row("INVALID_VALUE", "charges.0", lambda _: receipt(
        DAY, goods("1", "1"), charges=[charge("VAT", "1", rate="10")])),
    row("INVALID_VALUE", "charges.0.amount", lambda _: receipt(
        DAY, goods("1", "1"), charges=[charge("VAT", "0.001")])),
    row("INVALID_VALUE", "lines.0.toWarehouse", moving("ISSUE", toWarehouse=PLACE)),
    row("INVALID_VALUE", "lines.0.toWarehouse", moving("TRANSFER", toWarehouse={"code": "Stores"})),
    row("INVALID_VALUE", "lines.0.rate", moving("ISSUE", rate="1")),
    row("INVALID_VALUE", "differenceAccount", lambda _: stock_entry(
        DAY, "TRANSFER", goods("1", toWarehouse=PLACE), differenceAccount={"code": "Sales"})),
    row("INVALID_VALUE", "lines.0.receiptLine", lambda f: bill(
        DAY, billed("1", "200", f.line, warehouse={"code": "Stores"}), updateStock=True)),
    row("INVALID_VALUE", "exchangeRate", lambda _: receipt(
        DAY, goods("1", "1"), exchangeRate="0")),
    row("INVALID_VALUE", "exchangeRate", lambda _: receipt(
        DAY, goods("1", "1"), exchangeRate="2")),
    row("INVALID_VALUE", "exchangeRate", lambda _: receipt(
        DAY, goods("1", "1"), currency="USD", exchangeRate="2")),
    row("REQUIRED", "exchangeRate", lambda _: receipt(DAY, goods("1", "1"), currency="EUR")),
    *(
        row("INVALID_VALUE", "currency", lambda _, code=code: receipt(
            DAY, goods("1", "1"), currency=code, exchangeRate="2"))
        for code in ("XXX", "eur", "EURO", "", "XAU", "DEM")
    ),
    row("INVALID_VALUE", "receipts.1", lambda f: ("LandedCost", {
        "postingDate": DAY, "charges": [charge("Customs Duty", "10")],
        "receipts": [{"id": f.receipt["id"]}, {"number": f.receipt["number"]}]})),
    row("INVALID_VALUE", "receipts.0", lambda f: ("LandedCost", {  # its goods came before it
        "postingDate": DAY, "charges": [charge("Customs Duty", "10")],
        "receipts": [{"number": f.invoice["number"]}]})),
    row("INACTIVE", "receipts.1", lambda f: ("LandedCost", {
        "postingDate": DAY, "charges": [charge("Customs Duty", "10")],
        "receipts": [{"id": f.receipt["id"]}, {"number": f.cancelled["number"]}]})),
    row("NOT_FOUND", "receipts.0", lambda _: ("LandedCost", {
        "postingDate": DAY, "charges": [charge("Customs Duty", "10")],
        "receipts": [{"number": "PR-2026-99999"}]})),
    row("INVALID_VALUE", "lines.0", lambda _: ("JournalEntry", {"postingDate": DAY, "lines": [
        {"account": {"code": "Cash"}, "debit": "1", "credit": "1"},
        {"account": {"code": "Bank"}, "debit": "1"},
        {"account": {"code": "Bank"}, "credit": "1"}]})),
    row("REQUIRED", "lines", lambda _: receipt(DAY)),
    row("REQUIRED", "lines.0.warehouse", lambda _: delivery(DAY, billed("1", "1"))),
    row("REQUIRED", "lines.0.toWarehouse", moving("TRANSFER")),
    row("REQUIRED", "charges.0.amount", lambda _: receipt(
        DAY, goods("1", "1"), charges=[charge("VAT")])),
    row("INVALID_VALUE", "lines", posting(Cash="1")),
    row("WRONG_ROLE", "lines.0.party", standing(Debtors="ARCU", Cash=None)),
    row("WRONG_ROLE", "lines.0.party", standing(Creditors="UTAH", Cash=None)),
    row("INVALID_VALUE", "lines.1.party", standing(Debtors="UTAH", Cash="UTAH")),
    row("NOT_FOUND", "lines.0.party", standing(Debtors="NOBODY", Cash=None)),
    row("NOT_FOUND", "company", lambda _: receipt(
        DAY, goods("1", "1"), company={"code": "NOBODY"})),
    row("NOT_FOUND", "supplier", lambda _: receipt(
        DAY, goods("1", "1"), supplier={"code": "NOBODY"})),
    row("NOT_FOUND", "lines.1.item", lambda _: receipt(
        DAY, goods("1", "1"), goods("1", "1", "NOTHING"))),
    row("NOT_FOUND", "lines.0.warehouse", lambda _: delivery(
        DAY, goods("1", warehouse={"code": "Nowhere"}))),
    row("NOT_FOUND", "lines.0.costCenter", lambda _: delivery(
        DAY, goods("1", costCenter={"code": "None"}))),
    row("NOT_FOUND", "charges.0.account", lambda _: sale(
        DAY, billed("1", "1", sku="SV0001"), charges=[charge("Nothing", "1")])),
    row("NOT_FOUND", "lines.0.account", lambda f: ("JournalEntry", {"postingDate": DAY, "lines": [
        {"account": {"id": f.other_account}, "debit": "1"},
        {"account": {"code": "Bank"}, "credit": "1"}]})),
    row("NOT_FOUND", "lines.0.receiptLine", lambda _: bill(DAY, billed("1", "1", {"id": NOBODY}))),
    row("NOT_FOUND", "allocations.0.invoice", lambda _: payment(DAY, "PAY", "1", {NOBODY: "1"})),
    row("NOT_FOUND", "document", lambda _: cancelling({"id": NOBODY})),
    row("INACTIVE", "supplier", lambda _: receipt(
        DAY, goods("1", "1"), supplier={"code": "CLOSED"})),
    row("INACTIVE", "lines.0.item", lambda _: receipt(DAY, goods("1", "1", "GONE"))),
    row("INACTIVE", "lines.0.warehouse", lambda _: receipt(
        DAY, goods("1", "1", warehouse={"code": "Closed"}))),
    row("INACTIVE", "lines.0.costCenter", lambda _: receipt(
        DAY, goods("1", "1", costCenter={"code": "Closed"}))),
    row("INACTIVE", "lines.0.account", posting(Closed="1", Cash="-1")),
    row("INACTIVE", "lines.0.receiptLine", lambda f: bill(
        DAY, billed("1", "200", f.cancelled["lines"][0]))),
    row("IS_GROUP", "lines.0.account", posting(Expenses="1", Cash="-1")),
    row("IS_GROUP", "lines.0.warehouse", lambda _: delivery(
        DAY, goods("1", warehouse={"code": "Plant"}))),
    row("IS_GROUP", "lines.0.costCenter", lambda _: delivery(
        DAY, goods("1", costCenter={"code": "All"}))),
    row("WRONG_ACCOUNT_TYPE", "account", lambda _: payment(
        DAY, "PAY", "1", {}, account={"code": "Sales"})),
    row("WRONG_ACCOUNT_TYPE", "paidFrom", lambda _: bill(
        DAY, billed("1", "1", sku="SV0001"), paidFrom={"code": "Creditors"})),
    row("WRONG_ROLE", "supplier", lambda _: receipt(
        DAY, goods("1", "1"), supplier={"code": "UTAH"})),
    row("NOT_A_STOCK_ITEM", "lines.0.item", lambda _: stock_entry(
        DAY, "RECEIPT", goods("1", "1", "SV0001"))),
    row("UNBALANCED_ENTRY", "lines", posting(Cash="1", Bank="-1.01")),
    row("STOCK_ACCOUNT_LOCKED", "lines.0.account", posting(Stores="1", Cash="-1")),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "lines.0.account", lambda _: sale(
        DAY, billed("1", "1", sku="SV0001", account=STORES))),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "lines.0.account", lambda _: sale(
        DAY, billed("1", "1", sku="SHELVED"))),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "lines.0.account", lambda _: bill(
        DAY, billed("1", "1", sku="SHELVED"))),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "lines.0.account", lambda _: bill(
        DAY, billed("1", "1", sku="SV0001", account=STORES))),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "charges.0.account", lambda _: bill(
        DAY, billed("1", "1", sku="SV0001"), charges=[charge("Stores", "1")])),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "charges.0.account", lambda _: sale(
        DAY, billed("1", "1", sku="SV0001"), charges=[charge("Stores", "1")])),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "lines.0.differenceAccount", moving(
        "ISSUE", differenceAccount=STORES)),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "differenceAccount", lambda _: (
        "StockReconciliation", {"postingDate": DAY, "lines": [goods("1")],
                                "differenceAccount": STORES})),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "writeOffAccount", lambda f: payment(
        DAY, "PAY", "1", {f.invoice["id"]: "1"}, writeOffAccount=STORES)),
    row("STOCK_ACCOUNT_NOT_ALLOWED", "lines.0.account", lambda _: ("CreditNote", {
        "postingDate": DAY, "side": "SALES", "creditKind": "RETURN", "party": {"code": "UTAH"},
        "lines": [{"account": STORES, "amount": "1"}]})),
    row("INSUFFICIENT_STOCK", "lines.0.quantity", lambda _: delivery(DAY, goods("15.000001"))),
    row("INSUFFICIENT_STOCK", "lines.1.quantity", lambda _: delivery(
        DAY, goods("10"), goods("6"))),
    row("VALUATION_RATE_MISSING", "lines.0.rate", moving("RECEIPT", sku="RM0002")),
    row("RATE_MISMATCH", "lines.0.rate", lambda f: bill(DAY, billed("1", "201", f.line))),
    row("OVER_BILLED", "lines.0.quantity", lambda f: bill(DAY, billed("10.5", "200", f.line))),
    row("OVER_BILLED", "lines.1.quantity", lambda f: bill(
        DAY, billed("6", "200", f.line), billed("5", "200", f.line))),
    row("OVER_ALLOCATED", "allocations", lambda f: payment(
        DAY, "PAY", "1", {f.invoice["id"]: "2"})),
    row("OVER_ALLOCATED", "allocations.0.amount", lambda f: payment(
        DAY, "PAY", "2000", {f.invoice["id"]: "1000.01"})),
    row("WRONG_PARTY", "lines.0.receiptLine", lambda f: bill(
        DAY, billed("1", "200", f.line), supplier={"code": "OTHER"})),
    row("WRONG_PARTY", "allocations.0.invoice", lambda f: payment(
        DAY, "PAY", "1", {f.invoice["id"]: "1"}, party={"code": "OTHER"})),
    row("ITEM_MISMATCH", "lines.0.receiptLine", lambda f: bill(
        DAY, billed("1", "200", f.line, sku="RM0002"))),
    row("HAS_DEPENDENTS", "document", lambda f: cancelling(f.billed)),
    row("ALREADY_CANCELLED", "document", lambda f: cancelling(f.cancelled)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "path", "paper"), ROWS, ids=[f"{code} at {'.'.join(path)}" for code, path, _ in ROWS]
)
def test_it_is_refused_with_its_code_and_path_and_leaves_nothing(
    furnished: Furnished, code: str, path: list[str], paper: Callable[[Furnished], Paper]
) -> None:
    desk, id_ = furnished.desk, str(uuid4())
    for verb in ("preview", "submit"):
        errors = desk.refused(paper(furnished), verb, id=id_)
        assert (errors[0]["code"], errors[0]["path"]) == (code, path)
        assert errors[0]["message"]
        assert errors[0]["retryable"] is (code == "INSUFFICIENT_STOCK")
    found = desk.ask("query($id: ID!) { document(id: $id) { number } }", id=id_)
    assert found["document"] is None


def test_all_that_is_wrong_is_said_at_once(furnished: Furnished) -> None:
    line = goods("-1", "0.1234567891234", "NOTHING", warehouse={"code": "Nowhere"})
    given = receipt(DAY, goods("1", "1"), line, supplier={"code": "UTAH"})
    errors = furnished.desk.refused(given)
    assert {(error["code"], ".".join(error["path"])) for error in errors} == {
        ("WRONG_ROLE", "supplier"),
        ("NOT_FOUND", "lines.1.item"),
        ("INVALID_VALUE", "lines.1.quantity"),
        ("INVALID_VALUE", "lines.1.rate"),
    }


@pytest.mark.parametrize(
    ("path", "paper"),
    [
        ("amount", payment(DAY, "PAY", "-1", {})),
        ("currency", receipt(DAY, goods("1", "1"), currency="XXX")),
        ("lines", journal(DAY, {"Cash": "1"})),
    ],
    ids=["amount", "currency", "lines"],
)
def test_what_only_follows_from_a_mistake_is_not_said(
    furnished: Furnished, path: str, paper: Paper
) -> None:
    errors = furnished.desk.refused(paper)
    assert [(error["code"], error["path"]) for error in errors] == [("INVALID_VALUE", [path])]


def test_a_journal_entry_of_one_line_is_told_that_it_needs_two(desk: Desk) -> None:
    (error,) = desk.refused(journal(DAY, {"Cash": "1"}))
    assert "a journal entry needs at least two lines" in error["message"]


def test_a_document_named_by_its_number_is_cancelled_in_a_company(furnished: Furnished) -> None:
    cancel = "mutation($document: DocumentRef!) { cancelDocument(input: { document: $document }) {"
    cancel += " document { number } errors { code path } } }"
    named = {"number": furnished.receipt["number"]}
    answer = furnished.desk.ask(cancel, document=named)["cancelDocument"]
    assert answer == {"document": None, "errors": [{"code": "REQUIRED", "path": ["company"]}]}


def test_a_shortage_says_how_much_there_is(furnished: Furnished) -> None:
    (error,) = furnished.desk.refused(delivery(DAY, goods("20", "1")))
    assert error["message"]
    assert (error["item"], error["warehouse"]) == ("RM0001", "Stores")
    assert (error["available"], error["requested"]) == ("15", "20")
