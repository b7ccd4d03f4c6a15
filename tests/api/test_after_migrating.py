"""After the flow of costs has changed: every figure, of before and since, explains itself."""

from typing import Any
from uuid import UUID

import pytest

from domain.explain.nodes import NodeKind
from persistence.database import Database
from tests.api.desk import charge, goods, receipt
from tests.api.house import House
from tests.api.test_scheme_migrations import ACCRUED, COST, Books, net
from tests.explained import assert_every_figure_is_explained


def _trade(books: Books, month: str, billed_at: str) -> None:
    """Ten come and are billed, four go and are billed, one comes back, one more is received."""
    came = books.receive(f"2026-{month}-02", "10", "100")
    books.bill(came, f"2026-{month}-03", "10", billed_at)
    sent = books.deliver(f"2026-{month}-04", "4")
    line = {"id": sent["lines"][0]["id"]}
    back = {"company": books.company, "postingDate": f"2026-{month}-05"}
    books.make("submitSalesReturn", "salesReturn", **back, lines=[{"line": line, "quantity": "1"}])
    books.submit("SalesInvoice", f"2026-{month}-06", books.line("3", "300", deliveryLine=line))
    books.receive(f"2026-{month}-07", "1", "110")


def test_what_came_in_at_standard_cost_adds_up_under_another_scheme(server: str) -> None:
    house = House(server, scheme="BY_LEVEL")
    charges = [charge("Customs Duty", "7", category="VALUATION")]
    house.post(receipt("2026-03-02", goods("5", "15.70", "CHAIR"), charges=charges))
    house.check()
    house.post(("Migration", {"asOf": "2026-03-31", "scheme": "CONTINENTAL"}))
    house.post(receipt("2026-04-01", goods("5", "15.70", "CHAIR")))
    house.check()
    house.post(("Migration", {"asOf": "2026-04-01", "scheme": "PERIODIC"}))
    house.check()


@pytest.mark.anyio
async def test_every_figure_is_explained_across_changes_of_flow(
    server: str, server_books: Database
) -> None:
    """Layers, links, costs in force, links again: each of them ends where the next begins."""
    books = Books(server, "PERPETUAL")
    query = "query($company: CompanyRef!) { company(company: $company) { id } }"
    company = UUID(books.ask(query)["company"]["id"])
    _trade(books, "01", "100")
    books.change_to("CONTINENTAL", "2026-01-31")
    _trade(books, "02", "104")
    for month, day, after in (
        ("03", "2026-02-28", "BY_LEVEL"),
        ("04", "2026-03-31", "CONTINENTAL"),
    ):
        books.change_to(after, day)
        _trade(books, month, "104")
        seen = await assert_every_figure_is_explained(server_books, company)
        assert seen[NodeKind.RECORDED] > 0, "what an earlier flow made of issues"
    books.change_to("PERPETUAL", "2026-04-30")
    _trade(books, "05", "100")
    await assert_every_figure_is_explained(server_books, company)
    assert books.faults() == []


@pytest.mark.parametrize("scheme", ["PERPETUAL", "CONTINENTAL", "BY_LEVEL"])
def test_credits_of_bills_on_a_stock_account_leave_it_alone(server: str, scheme: str) -> None:
    """Stock was not posted then, and a bill might name its account: the migration emptied it."""
    books = Books(server, "PERIODIC")
    came = books.receive("2026-03-02", "10", "100")
    of = {"receiptLine": {"id": came["lines"][0]["id"]}, "account": {"code": "Stores"}}
    freight = {"account": {"code": "Stores"}, "amount": "10"}
    line = books.line("10", "100", **of)
    bought = books.submit("PurchaseInvoice", "2026-03-03", line, charges=[freight])
    both = books.line("5", "100", "Stores", account={"code": "Stores"})
    stocked = books.submit("PurchaseInvoice", "2026-03-04", both, updateStock=True)
    books.change_to(scheme)
    given = {"company": books.company, "postingDate": "2026-04-02"}
    line = {"line": {"id": came["lines"][0]["id"]}, "quantity": "1"}
    fields = "lines { id }"
    back = books.make("submitPurchaseReturn", "purchaseReturn", fields, **given, lines=[line])
    credited = {"invoiceLine": {"id": bought["lines"][0]["id"]}, "quantity": "1"}
    credited |= {"returnLine": {"id": back["lines"][0]["id"]}}
    books.make("submitCreditNote", "creditNote", **given, side="PURCHASE", creditKind="RETURN",
               party={"code": "ARCU"}, lines=[credited])  # fmt: skip
    books.make("submitPurchaseReturn", "purchaseReturn", **given,
               lines=[{"line": {"id": stocked["lines"][0]["id"]}, "quantity": "1"}])  # fmt: skip
    assert books.faults() == []


@pytest.mark.parametrize("went_back", ["before", "after"])
def test_a_credit_of_an_earlier_bill_clears_what_its_receipt_has_on_the_accrual(
    server: str, went_back: str
) -> None:
    """Ten came at 100 and were billed at 120. Two go back, one is billed anew."""
    books = Books(server, "PERIODIC")
    books.make("updateCompany", "company", company=books.company,
               settings={"invoiceRatePolicy": "KEEP_DIFFERENCE"})  # fmt: skip
    came = books.receive("2026-03-02", "10", "100")
    bought = books.bill(came, "2026-03-03", "10", "120")

    def given_back(day: str) -> Any:
        line = {"line": {"id": came["lines"][0]["id"]}, "quantity": "2"}
        given = {"company": books.company, "postingDate": day, "lines": [line]}
        return books.make("submitPurchaseReturn", "purchaseReturn", "lines { id }", **given)

    def credited(quantity: str, **of: Any) -> dict[str, str]:
        line = {"invoiceLine": {"id": bought["lines"][0]["id"]}, "quantity": quantity, **of}
        given = {"company": books.company, "postingDate": "2026-04-03", "lines": [line]}
        given |= {"side": "PURCHASE", "creditKind": "RETURN", "party": {"code": "ARCU"}}
        fields = "journalLines { account { code } debit credit }"
        return net(books.make("submitCreditNote", "creditNote", fields, **given))

    back = given_back("2026-03-20") if went_back == "before" else None
    books.change_to("PERPETUAL")
    back = back or given_back("2026-04-02")
    of = {"returnLine": {"id": back["lines"][0]["id"]}}
    assert credited("2", **of) == {"Creditors": "240.00", ACCRUED: "-200.00", COST: "-40.00"}
    assert credited("1") == {"Creditors": "120.00", ACCRUED: "-100.00", COST: "-20.00"}
    books.bill(came, "2026-04-04", "1", "100")
    assert ACCRUED not in books.balances()
    assert books.faults() == []
