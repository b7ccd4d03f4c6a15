"""A company of scheme BY_LEVEL over the wire: carried costs, links, shipments, groups of items."""

from typing import Any

import pytest

from tests.api.clerk import Clerk
from tests.api.correcting import given_back, landed
from tests.api.desk import (
    ACCRUAL,
    Desk,
    Paper,
    cancelling,
    charge,
    entries,
    refusals,
    stock_entry,
)
from tests.api.explaining import assert_every_figure_is_explained


class Office(Desk):
    """A company of scheme BY_LEVEL with a group of items; SET has a standard cost of 80."""

    def __post_init__(self) -> None:
        clerk = Clerk(self.base)
        clerk.open(scheme="BY_LEVEL", costingMethod="STANDARD")
        self.client, self.code, self.company = clerk.client, clerk.code, clerk.company
        for code in ("EAST", "WEST"):
            clerk.made("createWarehouse", "warehouse", code=code, account={"code": "Stores"})
        clerk.made("createItemGroup", "itemGroup", code="FG",
                   adjustmentAccount={"code": "Stock Adjustment"},
                   purchasePriceVarianceAccount={"code": "Shipping Charges"})  # fmt: skip
        clerk.made("createItem", "item", sku="SET", group={"code": "FG"}, standardCost="80")
        clerk.made("createItem", "item", sku="AVG", group={"code": "FG"}, standardCost="1",
                   costingMethod="WEIGHTED_AVERAGE")  # fmt: skip
        for code, role in (("ARCU", "SUPPLIER"), ("UTAH", "CUSTOMER")):
            clerk.made("createParty", "party", code=code, roles=[role])

    def links(self, **switches: object) -> None:
        """Turn links."""
        self.ask(
            "mutation($input: UpdateCompanyInput!) { done: updateCompany(input: $input)"
            " { errors { code } } }",
            input={"company": self.company, "settings": switches},
        )

    def check(self) -> list[Any]:
        """No rule of the books is broken; the findings that are explained."""
        rules = self.ask("""query($company: CompanyRef!) { booksCheck(company: $company) { rules {
            rule isClean findings { subject problem expected found isExplained } } } }""")
        found = [(rule["rule"], one) for rule in rules["booksCheck"]["rules"]
                 for one in rule["findings"]]  # fmt: skip
        assert [one for one in found if not one[1]["isExplained"]] == []
        return found

    def change(self, verb: str, payload: str, **given: Any) -> Any:
        """The document that a verb of its own has made."""
        name = verb[0].upper() + verb[1:]
        done = self.ask(
            f"mutation($input: {name}Input!) {{ done: {verb}(input: $input) {{ {payload} {{"
            " id number journalLines { account { code } debit credit } }"
            " errors { code path } } }",
            input={"company": self.company, **given},
        )["done"]
        assert done["errors"] == [], done["errors"]
        return done[payload]


@pytest.fixture
def office(server: str) -> Office:
    return Office(server)


def _receipt(sku: str, quantity: str, rate: str, date: str = "2026-02-01") -> Paper:
    line = {"item": {"sku": sku}, "warehouse": {"code": "EAST"}, "quantity": quantity, "rate": rate}
    return ("PurchaseReceipt", {"supplier": {"code": "ARCU"}, "postingDate": date, "lines": [line]})


def _bill(receipt: Any, sku: str, quantity: str, rate: str, date: str = "2026-02-10") -> Paper:
    line = {
        "item": {"sku": sku},
        "receiptLine": {"id": receipt["lines"][0]["id"]},
        "quantity": quantity,
        "rate": rate,
    }
    return ("PurchaseInvoice", {"supplier": {"code": "ARCU"}, "postingDate": date, "lines": [line]})


def _sale(sku: str, quantity: str, date: str = "2026-03-01") -> Paper:
    line = {"item": {"sku": sku}, "warehouse": {"code": "EAST"}, "quantity": quantity,
            "rate": "150"}  # fmt: skip
    return ("SalesInvoice", {"customer": {"code": "UTAH"}, "postingDate": date, "lines": [line]})


def _standard(office: Office, cost: str, date: str = "2026-02-15") -> Any:
    lines = [{"item": {"sku": "SET"}, "standardCost": cost}]
    return office.change("changeStandardCost", "standardCostChange", postingDate=date, lines=lines)


def test_a_receipt_comes_in_at_standard_and_its_bill_leaves_the_variance(office: Office) -> None:
    receipt = office.post(_receipt("SET", "10", "84"))
    office.post(_bill(receipt, "SET", "10", "84"))
    contents = office.books()
    assert contents.stock == {"SET in EAST": ("10", "800.00")}
    assert contents.balances["Shipping Charges"] == "40.00"
    assert contents.balances.get("Stock Received But Not Billed", "0.00") == "0.00"
    office.check()


def test_goods_sent_back_leave_suspense_at_what_they_came_in_at(office: Office) -> None:
    receipt = office.post(_receipt("SET", "10", "84"))
    _standard(office, "85")
    line = {"line": {"id": receipt["lines"][0]["id"]}, "quantity": "4"}
    office.post(("PurchaseReturn", {"postingDate": "2026-02-20", "lines": [line]}))
    balances = office.books().balances
    # 6 of the 10 at 80 still stand in suspense; 4 left stock at 85 and suspense at 80.
    assert balances["Stock Received But Not Billed"] == "-480.00"
    assert balances["Stores"] == "510.00"
    assert balances["Shipping Charges"] == "20.00"
    office.check()


def test_what_makes_received_goods_dearer_waits_for_no_bill(office: Office) -> None:
    """Two at weighted average come in at the cost in force, 1, and bear a charge of 3.33."""
    kind, given = _receipt("AVG", "2", "10")
    freight = charge("Shipping Charges", "3.33", category="VALUATION_AND_TOTAL")
    came = office.post((kind, {**given, "charges": [freight]}))
    assert entries(came) == {"Stores": "5.33", ACCRUAL: "-2.00", "Shipping Charges": "-3.33"}
    assert came["lines"][0]["valuationAmount"] == "5.33"
    line = {"line": {"id": came["lines"][0]["id"]}, "quantity": "1"}
    sent = office.post(("PurchaseReturn", {"postingDate": "2026-02-05", "lines": [line]}))
    assert entries(sent)[ACCRUAL] == "1.00"
    billed = office.post(_bill(came, "AVG", "1", "10"))
    assert entries(billed) == {ACCRUAL: "1.00", "Stores": "9.00", "Creditors": "-10.00"}
    assert ACCRUAL not in office.books().balances
    assert office.check() == []


def test_cancelling_a_receipt_after_a_change_of_cost_leaves_no_value(office: Office) -> None:
    receipt = office.post(_receipt("SET", "10", "84"))
    _standard(office, "85")
    office.cancelled(receipt)
    balances = office.books().balances
    assert balances.get("Stores", "0.00") == "0.00"
    office.check()


def test_cancelling_a_change_of_cost_brings_the_one_before_into_force(office: Office) -> None:
    office.post(_receipt("SET", "10", "84"))
    change = _standard(office, "85")
    office.post(_sale("SET", "4"))
    office.post(cancelling(change))
    assert office.books().balances["Stores"] == "480.00"
    office.check()


def test_a_bill_changes_a_weighted_average_and_its_cancellation_takes_it_back(
    office: Office,
) -> None:
    office.post(_receipt("AVG", "100", "1", "2026-01-10"))
    receipt = office.post(_receipt("AVG", "10", "1.50"))
    bill = office.post(_bill(receipt, "AVG", "10", "1.50"))
    assert office.books().balances["Stores"] == "115.00"
    assert refusals(office, landed("2026-02-20", bill)) == [("INVALID_VALUE", "receipts.0")]
    office.check()
    office.cancelled(bill)
    assert office.books().balances["Stores"] == "110.00"
    office.check()


def test_more_than_there_is_or_was_may_not_go(office: Office) -> None:
    office.post(_receipt("SET", "10", "84"))
    office.post(_sale("SET", "7", "2026-03-10"))
    errors = office.refused(_sale("SET", "5", "2026-03-01"))
    assert [(one["code"], one["available"]) for one in errors] == [("INSUFFICIENT_STOCK", "3")]
    errors = office.refused(_sale("SET", "1", "2026-01-01"))
    assert [one["code"] for one in errors] == ["INSUFFICIENT_STOCK"]


def test_a_link_is_off_from_a_date_and_the_check_lists_what_the_ledger_missed(
    office: Office,
) -> None:
    office.post(_receipt("SET", "10", "84", "2026-01-10"))
    office.links(integrateStock=False, linksFrom="2026-02-01")
    office.post(_receipt("SET", "2", "84", "2026-01-20"))
    office.post(_receipt("SET", "5", "84", "2026-02-02"))
    contents = office.books()
    assert contents.balances["Stores"] == "960.00"
    found = [(one["expected"], one["found"]) for rule, one in office.check()
             if rule == "STOCK_EQUALS_LEDGER"]  # fmt: skip
    assert found == [("1360.00", "960.00")]


def test_goods_given_back_that_the_ledger_never_heard_of_wait_on_no_account(
    office: Office,
) -> None:
    office.post(_bill(office.post(_receipt("SET", "10", "84")), "SET", "10", "84"))
    office.links(integrateStock=False)
    came = office.post(_receipt("SET", "6", "84"))
    office.post(given_back("PurchaseReturn", "2026-02-20", came, "2"))
    found = office.ask("query($company: CompanyRef!) { receivedNotBilled(company: $company)"
                       " { totals { accountBalance } residues { kind amount } } }")  # fmt: skip
    assert found["receivedNotBilled"] == {
        "totals": {"accountBalance": "0.00"},
        "residues": [{"kind": "NOT_POSTED", "amount": "-320.00"}],
    }
    office.check()


def test_the_cent_of_goods_that_moved_at_a_charge_explains_itself(office: Office) -> None:
    """At 1.005 one of seven takes 1.01 along and makes five 1.00 dearer; then comes the charge."""
    came = _receipt("AVG", "7", "1")
    came[1]["lines"] += [{**came[1]["lines"][0], "warehouse": {"code": "WEST"}, "quantity": "5"}]
    office.post(came)
    cost = {"item": {"sku": "AVG"}, "standardCost": "1.005"}
    office.post(("StandardCostChange", {"postingDate": "2026-02-02", "lines": [cost]}))
    line = {**came[1]["lines"][0], "quantity": "1", "toWarehouse": {"code": "WEST"}}
    del line["rate"]
    moved = stock_entry("2026-02-03", "TRANSFER", line, charges=[charge("Customs Duty", "4.44")])
    assert entries(office.post(moved))["Stock Adjustment"] == "0.01"
    assert_every_figure_is_explained(office)


def test_sales_without_a_rule_make_account_one(office: Office) -> None:
    office.post(_receipt("SET", "10", "84"))
    office.post(_sale("SET", "1"))
    assert office.books().balances["1"] == "-70.00"
    office.check()


def _credit(kind: str, line: Any, **more: Any) -> Paper:
    return ("CreditNote", {"party": {"code": "UTAH"}, "side": "SALES", "creditKind": kind,
                           "postingDate": "2026-03-05", "lines": [line], **more})  # fmt: skip


_BACK = {"item": {"sku": "SET"}, "warehouse": {"code": "EAST"}, "quantity": "2", "rate": "150"}
_PRICE = {"item": {"sku": "SET"}, "quantity": "3", "rate": "10"}


@pytest.mark.parametrize(
    ("kind", "line", "posted", "left"),
    [
        ("RETURN", _BACK, {"1": "140.00", "Stores": "160.00", "Debtors": "-300.00"}, "720.00"),
        ("WRITE_OFF", _BACK,
         {"1": "140.00", "Stock Adjustment": "160.00", "Debtors": "-300.00"}, "560.00"),
        ("OVERCHARGE", _PRICE, {"1": "30.00", "Debtors": "-30.00"}, "560.00"),
    ],
)  # fmt: skip
def test_credited_goods_come_back_are_written_off_or_were_too_dear(
    office: Office, kind: str, line: Any, posted: dict[str, str], left: str
) -> None:
    office.post(_receipt("SET", "10", "84"))
    office.post(_sale("SET", "3"))
    before = office.balances()
    more = {"writeOffAccount": {"code": "Stock Adjustment"}} if kind == "WRITE_OFF" else {}
    made = office.post(_credit(kind, line, **more))
    assert entries(made) == posted
    assert office.books().balances["Stores"] == left
    office.check()
    office.cancelled(made)
    assert office.balances() == before
    office.check()


def test_a_credit_is_heard_by_the_link_of_receivables_and_its_goods_by_that_of_stock(
    office: Office,
) -> None:
    office.post(_receipt("SET", "10", "84"))
    office.post(_sale("SET", "3"))
    office.links(integrateSales=False, linksFrom="2026-03-02")
    made = office.post(_credit("RETURN", _BACK))
    assert entries(made) == {"1": "-160.00", "Stores": "160.00"}
    office.check()
    office.links(integrateStock=False, linksFrom="2026-03-03")
    made = office.post(_credit("RETURN", _BACK))
    assert entries(made) == {}
    office.check()


@pytest.mark.parametrize(
    ("kind", "line", "refused"),
    [
        ("OVERCHARGE", _BACK, [("INVALID_VALUE", ["lines", "0", "warehouse"])]),
        ("RETURN", {"warehouse": {"code": "EAST"}, "account": {"code": "Sales"}, "rate": "1"},
         [("REQUIRED", ["lines", "0", "item"])]),
        ("RETURN", {"item": {"sku": "SET"}, "amount": "10", "discountPercent": "5"},
         [("INVALID_VALUE", ["lines", "0", "discountPercent"])]),
        ("RETURN", {**_BACK, "discountPercent": "101"},
         [("INVALID_VALUE", ["lines", "0", "discountPercent"])]),
        ("RETURN", {**_BACK, "taxes": [{"code": "NONE"}]},
         [("NOT_FOUND", ["lines", "0", "taxes", "0"])]),
    ],
)  # fmt: skip
def test_what_a_credit_cannot_be_is_refused(
    office: Office, kind: str, line: Any, refused: list[Any]
) -> None:
    office.post(_receipt("SET", "10", "84"))
    before = office.books()
    errors = office.refused(_credit(kind, line))
    assert [(one["code"], one["path"]) for one in errors] == refused
    assert office.books() == before


def test_goods_that_a_bill_delivered_are_credited_by_their_return(office: Office) -> None:
    office.post(_receipt("SET", "10", "84"))
    sold = office.post(_sale("SET", "3"))
    line = {"invoiceLine": {"id": sold["lines"][0]["id"]}, "quantity": "1"}
    errors = office.refused(_credit("RETURN", line))
    assert [one["path"] for one in errors] == [["lines", "0", "invoiceLine"]]


def test_a_shipment_is_not_closed_before_all_of_its_goods_are_billed(office: Office) -> None:
    kind, given = _receipt("SET", "10", "75")
    receipt = office.post((kind, {**given, "shipment": "SHP-1"}))
    closing = {"company": office.company, "postingDate": "2026-02-28", "shipment": "SHP-1"}
    query = """mutation($input: CloseShipmentInput!) { done: closeShipment(input: $input) {
      shipmentClosing { number } errors { code path } } }"""
    refused = office.ask(query, input=closing)["done"]
    assert [one["code"] for one in refused["errors"]] == ["SHIPMENT_NOT_BILLED"]
    office.post(_bill(receipt, "SET", "10", "75"))
    charge = {"quantity": "1", "rate": "120", "shipment": "SHP-1"}
    office.post(("PurchaseInvoice", {"supplier": {"code": "ARCU"}, "postingDate": "2026-02-11",
                                     "lines": [charge]}))  # fmt: skip
    assert office.ask(query, input=closing)["done"]["errors"] == []
    balances = office.books().balances
    assert balances.get("Stock Received But Not Billed", "0.00") == "0.00"
    assert balances["Shipping Charges"] == "70.00"
    again = office.ask(query, input=closing)["done"]
    assert [one["code"] for one in again["errors"]] == ["INVALID_VALUE"]
    office.check()
