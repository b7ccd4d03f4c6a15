"""Cancelling appends the mirror image at the document's own date, and values again what follows."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.bookkeeper import PURCHASE_CHARGES
from tests.api.desk import (
    IN_STORES,
    Desk,
    Paper,
    adjustments,
    bill,
    billed,
    cancelling,
    charge,
    delivery,
    entries,
    goods,
    is_clean,
    journal,
    moved,
    payment,
    receipt,
    sale,
    shown_and_kept,
    stock_entry,
)

RECEIPT = receipt("2026-01-10", goods("10", "200"), charges=PURCHASE_CHARGES)


def bill_of_half(desk: Desk) -> Paper:
    """A bill for 5 of the 10 received."""
    (line,) = desk.post(receipt("2026-01-11", goods("10", "200")))["lines"]
    return bill("2026-01-12", billed("5", "200", line))


def payment_of_a_bill(desk: Desk) -> Paper:
    """A payment that settles part of a bill."""
    invoice = desk.post(bill("2026-01-12", billed("1", "80", sku="SV0001")))
    return payment("2026-01-13", "PAY", "30", {invoice["id"]: "30"})


KINDS: dict[str, Callable[[Desk], Paper]] = {
    "purchase receipt": lambda _: receipt(
        "2026-01-11", goods("1", "210"), charges=PURCHASE_CHARGES
    ),
    "purchase invoice for a receipt": bill_of_half,
    "purchase invoice with stock": lambda _: bill("2026-01-12", goods("1", "9"), updateStock=True),
    "delivery note": lambda _: delivery("2026-01-12", goods("5", "300")),
    "sales invoice with stock": lambda _: sale(
        "2026-01-12", goods("5", "300"), charges=[charge("VAT", rate="10")], updateStock=True
    ),
    "stock receipt": lambda _: stock_entry("2026-01-12", "RECEIPT", goods("5", "3")),
    "stock issue": lambda _: stock_entry("2026-01-12", "ISSUE", goods("5")),
    "transfer": lambda _: stock_entry(
        "2026-01-12", "TRANSFER", goods("5", toWarehouse={"code": "Work In Progress"})
    ),
    "journal entry": lambda _: journal("2026-01-12", {"Customs Duty": "5", "Cash": "-5"}),
    "payment": payment_of_a_bill,
}  # fmt: skip


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())
def test_a_cancelled_document_leaves_the_books_as_they_were(
    desk: Desk, make: Callable[[Desk], Paper]
) -> None:
    desk.post(RECEIPT)
    paper = make(desk)
    before = desk.books()
    document = desk.post(paper)
    cancellation = desk.cancelled(document)
    assert cancellation["postingDate"] == document["postingDate"]
    assert cancellation["number"] == "CAN-2026-00001"
    assert entries(cancellation) == mirrored(entries(document))
    assert moved(cancellation) == {
        place: (opposite(quantity), opposite(cost))
        for place, (quantity, cost) in moved(document).items()
    }
    assert desk.status(document) == "CANCELLED"
    after = desk.books()
    assert (after.balances, after.stock) == (before.balances, before.stock)
    assert after.numbers == [*before.numbers, document["number"], "CAN-2026-00001"]


def mirrored(amounts: dict[str, str]) -> dict[str, str]:
    return {code: opposite(amount) for code, amount in amounts.items()}


def opposite(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}"


def test_what_was_billed_or_paid_is_open_again(desk: Desk) -> None:
    (line,) = desk.post(receipt("2026-01-10", goods("10", "200")))["lines"]
    invoice = desk.post(bill("2026-01-11", billed("10", "200", line)))
    paid = desk.post(payment("2026-01-12", "PAY", "2000", {invoice["id"]: "2000"}))
    assert desk.outstanding(invoice) == "0.00"
    (error,) = desk.refused(cancelling(invoice))
    assert (error["code"], error["documents"]) == ("HAS_DEPENDENTS", [paid["number"]])
    desk.cancelled(paid)
    assert desk.outstanding(invoice) == "2000.00"
    desk.cancelled(invoice)
    again = desk.post(bill("2026-01-11", billed("10", "200", line)))
    assert again["number"] == "PI-2026-00002"
    assert "Stock Received But Not Billed" not in desk.balances()


def test_cancelling_a_receipt_values_later_issues_again(desk: Desk) -> None:
    dear = desk.post(receipt("2026-01-10", goods("5", "300")))
    desk.post(receipt("2026-01-11", goods("10", "200")))
    note = desk.post(delivery("2026-01-12", goods("5", "400")))
    assert moved(note) == {IN_STORES: ("-5", "-1500.00")}
    assert adjustments(desk.cancelled(dear)) == {
        note["number"]: {"Stores": "500.00", "Cost of Goods Sold": "-500.00"}
    }
    assert desk.stock() == {IN_STORES: ("5", "1000.00")}
    assert desk.balances() == {
        "Stores": "1000.00",
        "Stock Received But Not Billed": "-2000.00",
        "Cost of Goods Sold": "1000.00",
    }


def test_cancelling_a_transfer_takes_its_cost_back_to_where_it_came_from(desk: Desk) -> None:
    desk.post(RECEIPT)
    away = desk.post(
        stock_entry("2026-01-11", "TRANSFER", goods("4", toWarehouse={"code": "Work In Progress"}))
    )
    late = desk.post(receipt("2026-01-09", goods("4", "100")))
    assert adjustments(late) == {
        away["number"]: {"Stores": "500.00", "Work In Progress": "-500.00"}
    }
    desk.cancelled(away)
    assert desk.stock() == {IN_STORES: ("14", "2650.00")}


def test_a_receipt_whose_goods_are_gone_cannot_be_cancelled(desk: Desk) -> None:
    document = desk.post(RECEIPT)
    desk.post(delivery("2026-01-12", goods("8", "300")))
    (error,) = desk.refused(cancelling(document))
    assert (error["code"], error["path"]) == ("INSUFFICIENT_STOCK", ["document"])


def test_a_document_is_cancelled_by_its_number_too(desk: Desk) -> None:
    document = desk.post(RECEIPT)
    given: dict[str, Any] = {"company": desk.company, "document": {"number": document["number"]}}
    answer = desk.ask(
        "mutation($input: CancelDocumentInput!) { cancelDocument(input: $input) {"
        " document { id status cancelledBy { number } } cancellation { cancels { number } }"
        " errors { code } } }",
        input=given,
    )["cancelDocument"]
    assert answer == {
        "document": {
            "id": document["id"],
            "status": "CANCELLED",
            "cancelledBy": {"number": "CAN-2026-00001"},
        },
        "cancellation": {"cancels": {"number": "PR-2026-00001"}},
        "errors": [],
    }


CENTERS = """
query($company: CompanyRef!) {
  profitAndLoss(company: $company, costCenter: {code: "N"}) { result } }
"""


def test_what_is_taken_back_stays_on_its_cost_center(desk: Desk) -> None:
    """Delivered without a cost center, which is required by now; then there is a default."""
    desk.make("updateCompany", "company", company=desk.company, defaultCostCenter=None)
    desk.make("createCostCenter", "costCenter", company=desk.company, code="N", name="North")
    desk.post(receipt("2026-01-05", goods("10", "10")))
    first = desk.post(delivery("2026-01-06", goods("2", "30")))
    second = desk.post(delivery("2026-01-07", goods("2", "30")))
    desk.make("updateCompany", "company", company=desk.company,
              settings={"requireCostCenter": True})  # fmt: skip
    (error,) = desk.refused(delivery("2026-01-08", goods("1", "30")))
    assert (error["code"], error["path"]) == ("COST_CENTER_REQUIRED", ["lines"])
    late = shown_and_kept(desk, receipt("2026-01-01", goods("2", "8")))
    assert adjustments(late) == {
        first["number"]: {"Stores": "4.00", "Cost of Goods Sold": "-4.00"},
    }
    assert entries(desk.cancelled(first)) == {"Stores": "16.00", "Cost of Goods Sold": "-16.00"}
    assert is_clean(desk)
    default: Any = {"defaultCostCenter": {"code": "N"}}
    desk.make("updateCompany", "company", company=desk.company, **default)
    assert entries(desk.cancelled(second)) == {"Stores": "16.00", "Cost of Goods Sold": "-16.00"}
    assert desk.ask(CENTERS)["profitAndLoss"]["result"] == "0.00"
    assert is_clean(desk)
