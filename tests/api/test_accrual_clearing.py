"""Writing off what stands between goods and bills, over the wire: lines and residues."""

from typing import Any

import pytest

from tests.api.correcting import given_back
from tests.api.desk import (
    ACCRUAL,
    Desk,
    Paper,
    bill,
    billed,
    cancelling,
    delivery,
    entries,
    goods,
    is_clean,
    journal,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.periodic import Periodic
from tests.api.test_billing import of, open_lines, tolerate


def clearing(day: str, *lines: Any, **more: Any) -> Paper:
    """An accrual clearing."""
    return "AccrualClearing", {"postingDate": day, "lines": list(lines), **more}


def all_of(document: Any, number: int = 0, **more: Any) -> Any:
    """All that is open of a line."""
    return {"line": {"id": document["lines"][number]["id"]}, **more}


def test_what_nobody_bills_is_written_off(desk: Desk) -> None:
    came = desk.post(receipt("2026-01-10", goods("10", "20"), goods("5", "7")))
    desk.post(bill("2026-01-11", billed("4", "20", came["lines"][0])))
    before = desk.books()
    document = shown_and_kept(
        desk, clearing("2026-01-20", all_of(came), all_of(came, 1, quantity="2"))
    )
    assert document["number"] == "AC-2026-00001"
    assert document["grandTotal"] == "134.00"
    assert entries(document) == {ACCRUAL: "134.00", "Stock Adjustment": "-134.00"}
    assert open_lines(desk) == {
        "received": ["PR-2026-00001/2 3 21.00"],
        "billed residues": ["RECEIVED_NOT_BILLED -21.00 PR-2026-00001"],
    }
    assert open_lines(desk, cleared=True)["received"] == [
        "PR-2026-00001/1 0 0.00", "PR-2026-00001/2 3 21.00",
    ]  # fmt: skip
    assert open_lines(desk, "2026-01-19")["received"] == [
        "PR-2026-00001/1 6 120.00", "PR-2026-00001/2 5 35.00",
    ]  # fmt: skip
    assert refusals(desk, clearing("2026-01-21", all_of(came))) == [
        ("NOTHING_OPEN", "lines.0.line")
    ]
    assert refusals(desk, clearing("2026-01-21", all_of(came, 1, quantity="3.5"))) == [
        ("OVER_CLEARED", "lines.0.quantity")
    ]
    assert refusals(desk, cancelling(came)) == [("HAS_DEPENDENTS", "document")]
    more = bill("2026-01-21", billed("1", "20", came["lines"][0]))
    assert refusals(desk, more) == [("OVER_BILLED", "lines.0.quantity")]
    assert is_clean(desk)
    desk.cancelled(document)
    assert desk.balances() == before.balances
    assert open_lines(desk)["received"] == ["PR-2026-00001/1 6 120.00", "PR-2026-00001/2 5 35.00"]
    assert is_clean(desk)


def test_what_never_comes_is_written_off_where_one_says(desk: Desk) -> None:
    ahead = desk.post(bill("2026-01-05", billed("10", "10"), billed("3", "5")))
    desk.post(receipt("2026-01-06", of(goods("4", "10"), ahead)))
    paper = clearing(
        "2026-01-20", all_of(ahead), all_of(ahead, 1, account={"code": "Cost of Goods Sold"}),
        account={"code": "Round Off"},
    )  # fmt: skip
    document = shown_and_kept(desk, paper)
    assert entries(document) == {
        ACCRUAL: "-75.00", "Round Off": "60.00", "Cost of Goods Sold": "15.00",
    }  # fmt: skip
    assert open_lines(desk) == {}
    late = receipt("2026-01-21", of(goods("1", "10"), ahead))
    assert refusals(desk, late) == [("OVER_RECEIVED", "lines.0.quantity")]
    assert is_clean(desk)


def test_goods_given_back_after_their_bill_are_written_off(desk: Desk) -> None:
    came = desk.post(receipt("2026-01-10", goods("10", "20")))
    desk.post(bill("2026-01-11", billed("10", "20", came["lines"][0])))
    back = {"line": {"id": came["lines"][0]["id"]}, "quantity": "4"}
    desk.post(("PurchaseReturn", {"postingDate": "2026-01-12", "lines": [back]}))
    assert open_lines(desk)["received"] == ["PR-2026-00001/1 -4 -80.00"]
    document = shown_and_kept(desk, clearing("2026-01-20", all_of(came, quantity="4")))
    assert entries(document) == {ACCRUAL: "-80.00", "Stock Adjustment": "80.00"}
    assert open_lines(desk) == {}
    assert is_clean(desk)


def test_residues_are_written_off_and_named_no_more(desk: Desk) -> None:
    tolerate(desk, invoiceRatePolicy="KEEP_DIFFERENCE")
    came = desk.post(receipt("2026-01-10", goods("10", "20")))
    kept = desk.post(bill("2026-01-11", billed("10", "21", came["lines"][0])))
    by_hand = desk.post(journal("2026-01-12", {ACCRUAL: "-3.00", "Sales": "3.00"}))
    named = ["KEPT_DIFFERENCE -10.00 PI-2026-00001", "MANUAL_JOURNAL 3.00 JE-2026-00001"]
    assert open_lines(desk)["received residues"] == named
    first = {"residueOf": {"number": kept["number"]}}
    second = {"residueOf": {"id": by_hand["id"]}, "account": {"code": "Sales"}}
    paper = clearing("2026-01-20", first, second)
    document = shown_and_kept(desk, paper)
    assert entries(document) == {ACCRUAL: "-7.00", "Stock Adjustment": "10.00", "Sales": "-3.00"}
    assert open_lines(desk) == {}
    assert open_lines(desk, "2026-01-19")["received residues"] == named
    assert refusals(desk, clearing("2026-01-21", {"residueOf": {"id": kept["id"]}})) == [
        ("NOTHING_OPEN", "lines.0.residueOf")
    ]
    assert refusals(desk, cancelling(kept)) == [("HAS_DEPENDENTS", "document")]
    desk.cancelled(document)
    assert open_lines(desk)["received residues"] == named
    again = {"residueOf": {"id": kept["id"]}}
    assert refusals(desk, clearing("2026-01-21", again, again)) == [
        ("NOTHING_OPEN", "lines.1.residueOf")
    ]
    desk.post(clearing("2026-01-21", again))
    assert is_clean(desk)


def test_deliveries_that_are_not_billed_are_closed_and_post_nothing(desk: Desk) -> None:
    desk.post(receipt("2026-01-01", goods("10", "1")))
    went = desk.post(delivery("2026-01-02", goods("4", "3")))
    document = shown_and_kept(desk, clearing("2026-01-03", all_of(went, quantity="3")))
    assert entries(document) == {}
    assert open_lines(desk)["delivered"] == ["DN-2026-00001/1 1 3.00"]
    lines = {"item": {"sku": "RM0001"}, "quantity": "2", "rate": "3",
             "deliveryLine": {"id": went["lines"][0]["id"]}}  # fmt: skip
    assert refusals(desk, sale("2026-01-04", lines)) == [("OVER_BILLED", "lines.0.quantity")]
    assert is_clean(desk)


def test_all_that_is_wrong_with_a_clearing_is_told_at_once(desk: Desk) -> None:
    came = desk.post(receipt("2026-01-10", goods("10", "20")))
    stocked = desk.post(bill("2026-01-05", goods("1", "5"), updateStock=True))
    paper = clearing(
        "2026-01-09",
        {}, {**all_of(came), "residueOf": {"id": came["id"]}},
        all_of(came), all_of(stocked), {"line": {"number": "PR-2026-00009/1"}},
        {"residueOf": {"number": "PR-2026-00009"}, "quantity": "1"},
        account={"code": "Creditors"}, currency="EUR",
    )  # fmt: skip
    assert refusals(desk, paper) == [
        ("REQUIRED", "exchangeRate"),
        ("INVALID_VALUE", "currency"),
        ("INVALID_VALUE", "lines.0"),
        ("INVALID_VALUE", "lines.1"),
        ("INVALID_VALUE", "postingDate"),
        ("WRONG_ACCOUNT_TYPE", "account"),
        ("INVALID_VALUE", "lines.3.line"),
        ("NOT_FOUND", "lines.4.line"),
        ("NOT_FOUND", "lines.5.residueOf"),
        ("INVALID_VALUE", "lines.5.quantity"),
    ]
    assert refusals(desk, clearing("2026-01-11")) == [("REQUIRED", "lines")]
    assert is_clean(desk)


def test_a_clearing_can_be_read_with_what_it_cleared(desk: Desk) -> None:
    tolerate(desk, invoiceRatePolicy="KEEP_DIFFERENCE")
    came = desk.post(receipt("2026-01-10", goods("10", "20")))
    kept = desk.post(bill("2026-01-11", billed("4", "21", came["lines"][0])))
    desk.post(clearing("2026-01-12", all_of(came), {"residueOf": {"id": kept["id"]}}))
    query = """
    query($company: CompanyRef!) {
      accrualClearings(company: $company) { nodes {
        number grandTotal
        lines {
          quantity amount account { code } clears { id } settles { number } receiptLine { id }
        }
      } }
    }"""
    (found,) = desk.ask(query)["accrualClearings"]["nodes"]
    adjustment = {"code": "Stock Adjustment"}
    assert found == {
        "number": "AC-2026-00001", "grandTotal": "116.00",
        "lines": [
            {"quantity": "6", "amount": "120.00", "account": adjustment,
             "clears": {"id": came["lines"][0]["id"]}, "settles": None, "receiptLine": None},
            {"quantity": "0", "amount": "-4.00", "account": adjustment, "clears": None,
             "settles": {"number": kept["number"]}, "receiptLine": None},
        ],
    }  # fmt: skip


def test_a_periodic_company_matches_and_closes_lines_without_postings(server: str) -> None:
    books = Periodic(server)
    ahead = books.submit("PurchaseInvoice", "2026-01-05", books.line("10", "10"))
    line = books.line("4", "10", "Stores", invoiceLine={"id": ahead["lines"][0]["id"]})
    came = books.submit("PurchaseReceipt", "2026-01-06", line)
    waiting = books.submit("PurchaseReceipt", "2026-01-07", books.line("5", "10", "Stores"))
    kept = books.submit("PurchaseReceipt", "2026-01-07", books.line("2", "10", "Stores"))
    named = {"line": {"id": ahead["lines"][0]["id"]}}, {"line": {"id": waiting["lines"][0]["id"]}}
    cleared = books.make(
        "submitAccrualClearing", "accrualClearing", "grandTotal journalLines { debit }",
        company=books.company, postingDate="2026-01-08", lines=list(named),
    )  # fmt: skip
    assert came["journalLines"] == []
    assert cleared == {"grandTotal": "-10.00", "journalLines": []}
    query = """
    query($company: CompanyRef!) {
      billedNotReceived(company: $company) { nodes { line } totals { difference } }
      receivedNotBilled(company: $company) {
        nodes { receipt { number } pendingAmount } totals { difference } residues { kind amount }
      }
      booksCheck(company: $company) { isClean }
    }"""
    assert books.ask(query) == {
        "billedNotReceived": {"nodes": [], "totals": {"difference": "0.00"}},
        "receivedNotBilled": {
            "nodes": [{"receipt": {"number": kept["number"]}, "pendingAmount": "20.00"}],
            "totals": {"difference": "-20.00"},
            "residues": [{"kind": "NOT_POSTED", "amount": "-20.00"}],
        },
        "booksCheck": {"isClean": True},
    }
    books.make(
        "migrateToPerpetual", "migration", "id", company=books.company, asOf="2026-01-31",
    )  # fmt: skip
    late = books.make(
        "submitAccrualClearing", "accrualClearing", "journalLines { account { code } debit }",
        company=books.company, postingDate="2026-02-02",
        lines=[{"line": {"id": kept["lines"][0]["id"]}}],
    )  # fmt: skip
    assert late["journalLines"] == [
        {"account": {"code": ACCRUAL}, "debit": "20.00"},
        {"account": {"code": "Stock Adjustment"}, "debit": "0.00"},
    ]
    found = books.ask(query)
    assert found["receivedNotBilled"]["totals"] == {"difference": "0.00"}
    assert found["receivedNotBilled"]["nodes"] == []
    assert found["booksCheck"] == {"isClean": True}


@pytest.mark.parametrize("bill_first", [False, True])
def test_goods_that_replace_others_close_what_waits_for_both(desk: Desk, bill_first: bool) -> None:
    """4 of ten billed at 20 go back and are replaced instead of credited: nothing is left open."""
    if bill_first:
        invoice = desk.post(bill("2026-01-10", billed("10", "20")))
        came = desk.post(receipt("2026-01-11", of(goods("10", "20"), invoice)))
    else:
        came = desk.post(receipt("2026-01-10", goods("10", "20")))
        desk.post(bill("2026-01-11", billed("10", "20", came["lines"][0])))
    before = desk.balances()
    desk.post(given_back("PurchaseReturn", "2026-01-12", came, "4"))
    replaced = desk.post(receipt("2026-01-13", goods("4", "20")))
    document = shown_and_kept(desk, clearing("2026-01-13", all_of(came), all_of(replaced)))
    assert entries(document) == {}
    assert desk.balances() == before
    assert open_lines(desk) == {}
    assert is_clean(desk)


def test_goods_that_replace_sold_ones_are_never_billed(desk: Desk) -> None:
    """A customer's 2 come back and 2 others go out: the sale stands as it was."""
    desk.post(receipt("2026-01-10", goods("10", "20")))
    sent = desk.post(delivery("2026-01-11", goods("5", "30")))
    billing = {"item": {"sku": "RM0001"}, "quantity": "5", "rate": "30"}
    desk.post(sale("2026-01-11", {**billing, "deliveryLine": {"id": sent["lines"][0]["id"]}}))
    before = desk.books()
    desk.post(given_back("SalesReturn", "2026-01-12", sent, "2"))
    again = desk.post(delivery("2026-01-12", goods("2", "30")))
    desk.post(clearing("2026-01-12", all_of(sent), all_of(again)))
    assert desk.balances() == before.balances
    assert desk.stock() == before.stock
    refused = clearing("2026-01-13", all_of(again))
    assert refusals(desk, refused) == [("NOTHING_OPEN", "lines.0.line")]
    assert is_clean(desk)
