"""Migrating to perpetual inventory over GraphQL: the plan, the migration, and what follows."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.api.periodic import AFTER, AS_OF, MIGRATION, Periodic

PLAN_EXAMPLE = """
mutation { previewMigrateToPerpetual(input: { company: {code: "ACME"}, asOf: "2026-12-31" }) { plan {
    problems { code message blocking } warehouses { warehouse { code } account { code } accountSource stockValue }
    accounts { account { code } stockValue ledgerBalance difference } openReceipts { receipt { number } pendingAmount }
    journalLines { account { code } debit credit } } errors { code } } }
"""  # noqa: E501 - as it stands in the contract
MIGRATION_EXAMPLE = """
mutation { migrateToPerpetual(input: { id: "01900000-0000-7000-8000-000000000001", company: {code: "ACME"}, asOf: "2026-12-31", expenseAccount: {code: "Cost of Goods Sold"} }) {
    migration { id journalEntries { number lines { account { code } debit credit } } company { scheme } } errors { code message } replayed } }
"""  # noqa: E501 - as it stands in the contract

STOCK = "Stores"
ACCRUAL = "Stock Received But Not Billed"
EXPENSE = "Cost of Goods Sold"


def _line(account: str, debit: str, credit: str) -> dict[str, Any]:
    return {"account": {"code": account}, "debit": debit, "credit": credit}


@pytest.fixture
def books(server: str) -> Iterator[Periodic]:
    """Ten at 200 of which four are billed, three at 33.33 in the yard, two delivered.

    Whatever a test does, the books have to hold together afterwards.
    """
    books = Periodic(server)
    receipt = books.receive("2026-01-10", "10", "200")
    books.receive("2026-01-11", "3", "33.33", "Yard")
    books.bill(receipt, "2026-02-01", "4", "200")
    books.deliver("2026-02-02", "2")
    yield books
    assert books.faults() == []


def test_the_examples_of_the_contract_run_as_they_stand(fresh_server: str) -> None:
    books = Periodic(fresh_server, "ACME")
    books.receive("2026-01-10", "10", "200")
    plan = books.ask(PLAN_EXAMPLE)["previewMigrateToPerpetual"]
    assert plan["errors"] == []
    assert plan["plan"]["problems"] == []
    assert plan["plan"]["openReceipts"] == [
        {"receipt": {"number": "PR-2026-00001"}, "pendingAmount": "2000.00"}
    ]
    done = books.ask(MIGRATION_EXAMPLE)["migrateToPerpetual"]
    assert (done["errors"], done["replayed"]) == ([], False)
    assert done["migration"] == {
        "id": "01900000-0000-7000-8000-000000000001",
        "company": {"scheme": "PERPETUAL"},
        "journalEntries": [
            {
                "number": "MIG-2026-00001-1",
                "lines": [_line(STOCK, "2000.00", "0.00"), _line(EXPENSE, "0.00", "2000.00")],
            },
            {
                "number": "MIG-2026-00001-2",
                "lines": [_line(EXPENSE, "2000.00", "0.00"), _line(ACCRUAL, "0.00", "2000.00")],
            },
        ],
    }


def test_the_plan_shows_all_that_the_migration_does(books: Periodic) -> None:
    before = books.balances()
    plan = books.plan()
    assert (plan["problems"], plan["blocked"]) == ([], False)
    assert (plan["asOf"], plan["postsStockFrom"]) == (AS_OF, AFTER)
    assert plan["warehouses"] == [
        {"warehouse": {"code": STOCK}, "account": {"code": STOCK}, "accountSource": "WAREHOUSE",
         "stockValue": "1600.00"},
        {"warehouse": {"code": "Yard"}, "account": {"code": "Stock In Hand"},
         "accountSource": "COMPANY_DEFAULT", "stockValue": "99.99"},
    ]  # fmt: skip
    assert plan["accounts"] == [
        {"account": {"code": "Stock In Hand"}, "stockValue": "99.99", "ledgerBalance": "0.00",
         "difference": "99.99"},
        {"account": {"code": STOCK}, "stockValue": "1600.00", "ledgerBalance": "0.00",
         "difference": "1600.00"},
    ]  # fmt: skip
    item = {"line": 1, "item": {"sku": "RM0001"}}
    assert plan["openReceipts"] == [
        {"receipt": {"number": "PR-2026-00001"}, "line": item, "pendingAmount": "1200.00"},
        {"receipt": {"number": "PR-2026-00002"}, "line": item, "pendingAmount": "99.99"},
    ]
    assert books.balances() == before
    migration = books.migrate()
    entries = [
        {"purpose": one["purpose"], "lines": one["lines"]} for one in migration["journalEntries"]
    ]
    assert plan["journals"] == entries
    assert plan["journalLines"] == migration["journalLines"]


def test_the_migration_is_a_document(books: Periodic) -> None:
    migration = books.migrate()
    assert migration["number"] == "MIG-2026-00001"
    assert (migration["kind"], migration["status"]) == ("MIGRATION", "SUBMITTED")
    assert (migration["postingDate"], migration["netTotal"]) == (AS_OF, "1699.99")
    assert migration["company"] == {"scheme": "PERPETUAL", "postsStockFrom": AFTER}
    assert (migration["lines"], migration["stockMovements"]) == ([], [])
    assert [
        (one["number"], one["purpose"], one["source"], one["postingDate"])
        for one in migration["journalEntries"]
    ] == [
        ("MIG-2026-00001-1", "STOCK_IN_HAND", "MIGRATION", AS_OF),
        ("MIG-2026-00001-2", "RECEIVED_NOT_BILLED", "MIGRATION", AS_OF),
    ]
    found = books.ask(
        f"query($id: ID!) {{ node(id: $id) {{ ... on Migration {{ {MIGRATION} }} }}"
        f" document(id: $id) {{ __typename ... on Migration {{ {MIGRATION} }} }} }}",
        id=migration["id"],
    )
    assert found["node"] == migration
    assert found["document"] == {"__typename": "Migration", **migration}


def test_afterwards_stock_posts_by_itself_and_old_receipts_clear_to_zero(books: Periodic) -> None:
    moved = books.movements()
    books.migrate()
    assert books.balances() == {
        STOCK: "1600.00",
        "Stock In Hand": "99.99",
        ACCRUAL: "-1299.99",
        EXPENSE: "400.00",
        "Creditors": "-800.00",
    }
    assert books.movements() == moved
    first, second = books.ask(
        "query($company: CompanyRef!) { purchaseReceipts(company: $company, sort: NUMBER_ASC) {"
        " nodes { lines { id } } } }"
    )["purchaseReceipts"]["nodes"]
    bill = books.bill(first, AFTER, "1", "200")
    assert bill["journalLines"] == [
        _line(ACCRUAL, "200.00", "0.00"), _line("Creditors", "0.00", "200.00")
    ]  # fmt: skip
    books.bill(first, "2026-04-02", "5", "200")
    books.bill(second, "2026-04-02", "3", "33.33")
    totals, residues = books.accrual()
    assert (totals["accountBalance"], totals["pendingAmount"]) == ("0.00", "0.00")
    assert residues == []
    assert ACCRUAL not in books.balances()
    delivery = books.deliver("2026-04-03", "3")
    assert delivery["journalLines"] == [
        _line(EXPENSE, "600.00", "0.00"), _line(STOCK, "0.00", "600.00")
    ]  # fmt: skip
    receipt = books.receive("2026-04-02", "1", "250")
    assert receipt["journalLines"] == [
        _line(STOCK, "250.00", "0.00"), _line(ACCRUAL, "0.00", "250.00")
    ]  # fmt: skip


def test_stock_and_ledger_agree_at_every_date_from_the_migration_on(books: Periodic) -> None:
    books.migrate()
    books.deliver("2026-04-05", "2")
    books.receive("2026-04-03", "4", "180.01")
    books.deliver("2026-04-04", "7")
    for day in (AS_OF, AFTER, "2026-04-03", "2026-04-04", "2026-04-05", None):
        assert books.out_of_step(day) == {}
        totals, residues = books.accrual(day)
        assert totals["difference"] == "0.00"
        assert residues == []
    assert books.out_of_step("2026-03-30") == {STOCK: "1600.00", "Stock In Hand": "99.99"}


def test_a_stock_account_that_was_used_before_is_set_right_either_way(server: str) -> None:
    books = Periodic(server)
    books.receive("2026-01-10", "10", "100")
    books.make("submitJournalEntry", "journalEntry",
               **books.journal("2026-01-10", STOCK, EXPENSE, "1400"))  # fmt: skip
    books.make("submitJournalEntry", "journalEntry",
               **books.journal("2026-01-10", EXPENSE, "Finished Goods", "50"))  # fmt: skip
    migration = books.migrate()
    assert migration["journalEntries"][0]["lines"] == [
        _line("Finished Goods", "50.00", "0.00"),
        _line(EXPENSE, "350.00", "0.00"),
        _line(STOCK, "0.00", "400.00"),
    ]
    assert books.out_of_step() == {}


def test_what_was_billed_ahead_is_warned_of_or_accrued(books: Periodic) -> None:
    invoice = books.submit("PurchaseInvoice", "2026-02-03", books.line("1", "50"))
    assert books.problems() == [("BILLED_NOT_RECEIVED", False)]
    plan = books.plan(accrueBilledNotReceived=True)
    assert plan["problems"] == []
    assert plan["billedNotReceived"] == [
        {"invoice": {"number": invoice["number"]}, "amount": "50.00"}
    ]
    books.migrate(accrueBilledNotReceived=True)
    totals, residues = books.accrual()
    assert totals["accountBalance"] == "1249.99"
    assert residues == [("BILLED_NOT_RECEIVED", "-50.00")]
    books.receive(AFTER, "1", "50")
    assert books.balances()[ACCRUAL] == "-1299.99"


def test_journals_made_by_hand(books: Periodic) -> None:
    by_hand = {"journals": "NONE"}
    assert books.problems(**by_hand) == [("BOOKS_DISAGREE", True)] * 3
    for debit, credit, amount in (
        (STOCK, EXPENSE, "1600"),
        ("Stock In Hand", EXPENSE, "99.99"),
        (EXPENSE, ACCRUAL, "1299.99"),
    ):
        given = books.journal(AS_OF, debit, credit, amount)
        books.make("submitJournalEntry", "journalEntry", **given)
    before = books.balances()
    assert books.plan(**by_hand)["journals"] == []
    migration = books.migrate(**by_hand)
    assert migration["journalEntries"] == []
    assert books.balances() == before
    assert books.out_of_step(AS_OF) == {}
    totals, residues = books.accrual()
    assert totals["difference"] == "0.00"
    assert sorted(kind for kind, _ in residues) == ["MANUAL_JOURNAL", "NOT_POSTED", "NOT_POSTED"]


# -- refused ----------------------------------------------------------------------------------


def test_it_is_done_once_for_ever(books: Periodic) -> None:
    given = books.request()
    first = books.make("migrateToPerpetual", "migration", MIGRATION, **given)
    after = books.balances()
    again = books.payload("migrateToPerpetual", "migration", MIGRATION, **given)
    assert (again["migration"], again["replayed"], again["errors"]) == (first, True, [])
    other = {**given, "accrueBilledNotReceived": True}
    assert books.refused("migrateToPerpetual", "migration", **other) == [
        ("IDEMPOTENCY_CONFLICT", "id")
    ]
    for mutation, thing in (
        ("migrateToPerpetual", "migration"),
        ("previewMigrateToPerpetual", "plan"),
    ):
        refusals = books.refused(mutation, thing, **books.request(asOf="2026-12-31"))
        assert refusals == [("ALREADY_PERPETUAL", "company")]
    assert books.balances() == after


def test_a_refusal_leaves_everything_as_it_was(books: Periodic) -> None:
    late = books.receive("2026-06-01", "1", "10")
    given = books.request()
    before = (books.balances(), books.movements(), books.accrual(), _sequence(books))
    assert books.problems() == [("DOCUMENTS_AFTER_DATE", True)]
    assert books.refused("migrateToPerpetual", "migration", **given) == [
        ("DOCUMENTS_AFTER_DATE", "asOf")
    ]
    assert (books.balances(), books.movements(), books.accrual(), _sequence(books)) == before
    assert books.ask("query($company: CompanyRef!) { company(company: $company) { scheme } }") == {
        "company": {"scheme": "PERIODIC"}
    }
    books.make("cancelDocument", "document", document={"id": late["id"]})
    done = books.make("migrateToPerpetual", "migration", "number", **given)
    assert done["number"] == "MIG-2026-00001"


def test_what_is_taken_back_after_the_day_is_after_it_too(server: str) -> None:
    """By itself from a stock account, or by hand; not what was cancelled as of its own day."""
    books = Periodic(server)
    head = {"company": books.company, "postingDate": AS_OF}
    of_stock = [_line(STOCK, "7", "0"), _line(EXPENSE, "0", "7")]
    accrual = [_line(EXPENSE, "5", "0"), _line("Cash", "0", "5")]
    for lines, problems in (
        (accrual, []),
        (of_stock, [("DOCUMENTS_AFTER_DATE", True)]),
    ):
        made = books.make("submitJournalEntry", "journalEntry", **head, lines=lines,
                          reverseOn=AFTER)  # fmt: skip
        assert books.problems() == problems
        books.make("cancelDocument", "document", document={"id": made["id"]})
        assert books.problems() == []
    wrong = books.make("submitJournalEntry", "journalEntry", **head, lines=accrual)
    books.make("cancelDocument", "document", document={"id": wrong["id"]}, reverseOn=AFTER)
    assert books.problems() == [("DOCUMENTS_AFTER_DATE", True)]


def _sequence(books: Periodic) -> int:
    nodes = books.ask(
        "query($company: CompanyRef!) { documents(company: $company, sort: RECORDED_DESC,"
        " first: 1) { nodes { sequence } } }"
    )["documents"]["nodes"]
    return nodes[0]["sequence"]


def test_all_that_blocks_is_listed_with_its_fix(server: str) -> None:
    books = Periodic(server)
    books.make("createWarehouse", "warehouse", company=books.company, code="Attic", name="Attic")
    books.make("updateCompany", "company", company=books.company,
               defaults={"stockInHand": None, "stockAdjustment": None})  # fmt: skip
    books.receive("2026-04-01", "1", "10")
    plan = books.plan()
    assert plan["blocked"]
    assert [(one["code"], one["path"]) for one in plan["problems"]] == [
        ("DEFAULT_ACCOUNT_MISSING", []),
        ("WAREHOUSE_ACCOUNT_MISSING", []),
        ("WAREHOUSE_ACCOUNT_MISSING", []),
        ("DOCUMENTS_AFTER_DATE", ["asOf"]),
    ]
    assert all(one["fix"] and one["blocking"] for one in plan["problems"])
    assert re.search("Attic", plan["problems"][1]["message"])
    assert plan["problems"][0]["error"] == {"__typename": "DefaultAccountMissing"}
    refusals = books.refused("migrateToPerpetual", "migration", **books.request())
    assert [code for code, _ in refusals] == [one["code"] for one in plan["problems"]]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"company": {"code": "NOBODY"}}, ("NOT_FOUND", "company")),
        ({"expenseAccount": {"code": "X"}}, ("NOT_FOUND", "expenseAccount")),
        ({"expenseAccount": {"code": STOCK}}, ("WRONG_ACCOUNT_TYPE", "expenseAccount")),
        ({"asOf": "9999-12-31"}, ("INVALID_VALUE", "asOf")),
    ],
)
def test_there_is_nothing_to_plan(
    books: Periodic, more: dict[str, Any], expected: tuple[str, str]
) -> None:
    given = {**books.request(), **more}
    assert books.refused("previewMigrateToPerpetual", "plan", **given) == [expected]
    assert books.refused("migrateToPerpetual", "migration", **given) == [expected]


# -- what is closed ---------------------------------------------------------------------------


def test_nothing_is_dated_on_the_migration_or_before_and_nothing_of_it_undone(
    books: Periodic,
) -> None:
    journal = books.make("submitJournalEntry", "journalEntry",
                         **books.journal("2026-02-01", "Debtors", "Sales", "5"))  # fmt: skip
    payment = {"company": books.company, "type": "PAY", "party": {"code": "ARCU"}, "amount": "1"}
    paid = books.make("submitPayment", "payment", **payment, postingDate="2026-02-01")
    migration = books.migrate()
    after = books.balances()
    stock_entry = {"company": books.company, "purpose": "MATERIAL_ISSUE",
                   "lines": [{"item": {"sku": "RM0001"}, "warehouse": {"code": STOCK},
                              "quantity": "1"}]}  # fmt: skip
    closed = [("PERIOD_CLOSED", "postingDate")]
    for day in (AS_OF, "2026-01-01"):
        for kind in ("PurchaseReceipt", "PurchaseInvoice", "DeliveryNote", "SalesInvoice"):
            where = STOCK if kind in ("PurchaseReceipt", "DeliveryNote") else None
            given = books.document(kind, day, books.line("1", "10", where))
            for verb in ("submit", "preview"):
                name = f"{verb}{kind}"
                payload = books.ask(
                    f"mutation($input: Submit{kind}Input!) {{ done: {name}(input: $input)"
                    " { errors { code path } } }",
                    input=given,
                )["done"]
                assert [(e["code"], *e["path"]) for e in payload["errors"]] == closed
        for mutation, thing, given in (
            ("submitStockEntry", "stockEntry", stock_entry),
            ("submitJournalEntry", "journalEntry", books.journal(day, "Debtors", "Sales", "1")),
            ("submitPayment", "payment", payment),
        ):
            assert books.refused(mutation, thing, **{**given, "postingDate": day}) == closed
    for document in (journal, paid):
        assert books.refused("cancelDocument", "document", document={"id": document["id"]}) == [
            ("PERIOD_CLOSED", "document")
        ]
    assert books.balances() == after
    books.make("submitPayment", "payment", **payment, postingDate=AFTER, id=str(uuid4()))
    assert books.refused("cancelDocument", "document", document={"id": migration["id"]}) == [
        ("POSTED_SINCE_MIGRATION", "document")
    ]


def test_a_bill_at_another_rate_does_not_change_what_a_closed_receipt_cost(
    books: Periodic,
) -> None:
    books.make("updateCompany", "company", company=books.company,
               settings={"invoiceRatePolicy": "ADJUST_RECEIPT_COST"})  # fmt: skip
    receipt = books.receive("2026-03-01", "2", "100")
    books.migrate()
    before = books.balances(AS_OF)
    of: Any = {"receiptLine": {"id": receipt["lines"][0]["id"]}}
    dearer = books.document("PurchaseInvoice", AFTER, books.line("2", "110", **of))
    assert books.refused("submitPurchaseInvoice", "purchaseInvoice", **dearer) == [
        ("PERIOD_CLOSED", "lines.0.rate")
    ]
    books.bill(receipt, AFTER, "2", "100")
    assert books.balances(AS_OF) == before
