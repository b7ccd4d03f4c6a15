"""A document that was wrong is cancelled, and entered again from what it was given."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.api.desk import Desk, Paper, bill, entries, goods, journal, receipt, sale
from tests.api.staff import Staff, desk_of_the_operator, staffed
from tests.api.test_drafts import DRAFT, do, document, submit

SERVICE = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "100"}
REJECTED = goods("10", "200", rejectedQuantity="2", rejectedWarehouse={"code": "Work In Progress"})


def given(desk: Desk, one: Any, more: str = "") -> Any:
    """What a document shows of its input."""
    query = f"query($id: ID!) {{ document(id: $id) {{ given {more} }} }}"
    return desk.ask(query, id=one["id"])["document"]


def amend(desk: Desk, one: Any, **more: Any) -> Any:
    """The payload of making a draft of a document."""
    fields = f"draft {{ {DRAFT} }}"
    named = {"document": {"id": one["id"]}, **more}
    return do(desk, "amendDocument", "AmendDocumentInput", fields, **named)


def settling(desk: Desk) -> Paper:
    """A payment of two allocations, one of them with a discount, into the cash box."""
    first, second = (desk.post(sale("2026-01-10", SERVICE)) for _ in range(2))
    return "Payment", {
        "postingDate": "2026-01-20", "type": "RECEIVE", "party": {"code": "UTAH"},
        "amount": "190", "account": {"code": "Cash"}, "discountAccount": {"code": "Sales"},
        "allocations": [
            {"invoice": {"id": first["id"]}, "amount": "95", "discount": "5", "writeOff": "0"},
            {"invoice": {"id": second["id"]}, "amount": "95", "discount": "0", "writeOff": "0"},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    "paper",
    [
        settling,
        lambda _: bill("2026-01-10", SERVICE, paidFrom={"code": "Bank"}, roundedTotal=True),
        lambda _: sale(
            "2026-01-10",
            SERVICE,
            paidInto={"code": "Cash"},
            writeOff="0.03",
            payments=[
                {"account": {"code": "Bank"}, "amount": "10.5"},
            ],
        ),
        lambda _: journal("2026-01-10", {"Bank": "5", "Sales": "-5"}, dueDate="2026-01-05"),
        lambda _: receipt("2026-01-10", REJECTED, currency="USD", exchangeRate="1"),
    ],
)
def test_an_amended_document_posts_the_same_again(desk: Desk, paper: Any) -> None:
    handed_in = paper(desk)
    wrong = desk.post(handed_in)
    desk.cancelled(wrong)
    draft = amend(desk, wrong, note="With the right day")["draft"]
    kind = draft["documentKind"]
    (content,) = draft["content"].values()
    assert content["id"] == draft["documentId"] != wrong["id"]
    right = submit(desk, draft)["document"]
    assert (kind, draft["note"], draft["status"]) == (wrong["kind"], "With the right day", "OPEN")
    assert given(desk, right) == given(desk, wrong)
    shown = "journalLines { account { code } debit credit }"
    assert entries(given(desk, right, shown)) == entries(wrong)


def test_a_document_shows_what_it_was_given(desk: Desk) -> None:
    paid = desk.post(settling(desk))
    shown = given(desk, paid, "... on Payment { account { code } }")
    assert shown["account"] == {"code": "Cash"}
    assert shown["given"]["payment"]["discountAccount"] == {"code": "Sales"}
    bought = desk.post(bill("2026-01-10", SERVICE, paidFrom={"code": "Bank"}))
    owed = desk.post(bill("2026-01-10", SERVICE))
    paid_from = "... on PurchaseInvoice { paidFrom { code } }"
    assert [given(desk, one, paid_from)["paidFrom"] for one in (bought, owed)] == [
        {"code": "Bank"}, None,
    ]  # fmt: skip
    came = desk.post(receipt("2026-01-10", REJECTED, goods("1", "200")))
    lines = "lines { id rejectedQuantity rejectedWarehouse { code } }"
    assert [list(line.values())[1:] for line in given(desk, came, lines)["lines"]] == [
        ["2", {"code": "Work In Progress"}], ["0", None],
    ]  # fmt: skip
    landed = desk.post((
        "LandedCost",
        {
            "postingDate": "2026-01-12", "receipts": [{"number": came["number"]}],
            "charges": [{"account": {"code": "Shipping Charges"}, "amount": "10"}],
        },
    ))  # fmt: skip
    named = "... on LandedCost { receipts { number } } lines { chargedLine { id } }"
    found = given(desk, landed, named)
    assert found["receipts"] == [{"number": came["number"]}]
    assert [line["chargedLine"]["id"] for line in found["lines"]] == [
        line["id"] for line in came["lines"]
    ]


def test_a_preview_shows_what_it_was_given(desk: Desk) -> None:
    paper = receipt("2026-01-10", goods("10", "200"))
    found = desk.ask(
        "mutation($input: SubmitPurchaseReceiptInput!) {"
        " done: previewPurchaseReceipt(input: $input) { purchaseReceipt { given } } }",
        input={"company": desk.company, **paper[1]},
    )["done"]["purchaseReceipt"]["given"]
    assert found == document(desk, paper)


def test_making_a_draft_again_gives_the_same_draft(desk: Desk) -> None:
    came = desk.post(receipt("2026-01-10", goods("10", "200")))
    one = str(uuid4())
    first, second = (amend(desk, came, id=one) for _ in range(2))
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["draft"] == second["draft"]
    assert desk.status(came) == "SUBMITTED"


# -- where something is not shown -----------------------------------------------------------------


@pytest.fixture(scope="module")
def staff(postgres: Any) -> Iterator[Staff]:
    with staffed(postgres) as people:
        yield people


def test_what_is_kept_is_what_its_hash_says(staff: Staff) -> None:
    desk_of_the_operator(staff)
    hashes = "body_hash = '\\x02'::bytea || sha256(convert_to(given::text, 'UTF8'))"
    with psycopg.connect(staff.url) as owner:
        owner.execute("set session_replication_role = replica")
        for (company,) in owner.execute("select id from company").fetchall():
            owner.execute("select set_config('app.company_id', %s, true)", (str(company),))
            told = owner.execute(f"select {hashes} from document").fetchall()
            assert {row[0] for row in told} == {True}


def test_what_was_recorded_before_it_was_kept_is_not_known(staff: Staff) -> None:
    desk = desk_of_the_operator(staff)
    came = desk.post(receipt("2026-01-10", goods("10", "200")))
    with psycopg.connect(staff.url) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("select set_config('app.company_id', id::text, true) from company"
                      " where code = %s", (desk.code,))  # fmt: skip
        owner.execute("update document set given = null where id = %s", (came["id"],))
    assert given(desk, came)["given"] is None
    (error,) = amend(desk, came)["errors"]
    assert (error["code"], error["path"]) == ("INVALID_VALUE", ["document"])


def test_a_limited_role_amends_its_own_documents(staff: Staff) -> None:
    desk = desk_of_the_operator(staff)
    clerk = staff.at(desk.code, "storekeeper", "WAREHOUSE", "Stores")
    ours, own = (who.post(receipt("2026-01-10", goods("1", "200"))) for who in (desk, clerk))
    assert given(clerk, ours)["given"] is None
    assert given(clerk, own) == given(desk, own)
    assert [one["code"] for one in amend(clerk, ours)["errors"]] == ["NOT_FOUND"]
    assert amend(clerk, own)["draft"]["createdBy"] == "storekeeper"
