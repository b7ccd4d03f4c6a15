"""Goods that leave before they have come: their provisional cost, and where its correction goes."""

from typing import Any

import pytest

from tests.api.desk import (
    ACCRUAL,
    COGS,
    Desk,
    adjustments,
    delivery,
    entries,
    goods,
    is_clean,
    receipt,
    stock_entry,
)

STORES = "Stores"
TRUE_UP = "Negative Stock"

NEGATIVE = """
query($company: CompanyRef!, $asOf: Date, $first: Int, $after: String) {
  negativeStock(company: $company, asOf: $asOf, first: $first, after: $after) {
    nodes { item { sku } warehouse { code } lot { code } quantity value unitCost since
            sinceDocument { number }
            issues { document { number } postingDate issued quantity provisionalCost } }
    pageInfo { hasNextPage endCursor } } }
"""


@pytest.fixture
def desk(server: str) -> Desk:
    desk = Desk(server)
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowNegativeStock": True})  # fmt: skip
    return desk


def name_account(desk: Desk) -> None:
    """Give corrections of provisional costs an account of their own."""
    desk.make("createAccount", "account", company=desk.company, name=TRUE_UP, root="EXPENSE",
              type="EXPENSE")  # fmt: skip
    desk.make("updateCompany", "company", company=desk.company,
              defaults={"negativeStockAdjustment": {"code": TRUE_UP}})  # fmt: skip


def negative(desk: Desk, **more: Any) -> list[Any]:
    return desk.ask(NEGATIVE, **more)["negativeStock"]["nodes"]


@pytest.mark.parametrize("method", ["FIFO", "LIFO", "MOVING_AVERAGE"])
@pytest.mark.parametrize("named", [False, True], ids=["unset", "named"])
def test_a_receipt_trues_up_what_was_owed(desk: Desk, method: str, named: bool) -> None:
    if named:
        name_account(desk)
    desk.item("X", method)
    desk.post(receipt("2026-01-02", goods("2", "10", "X")))
    sold = desk.post(delivery("2026-01-05", goods("5", "20", "X")))
    assert entries(sold) == {STORES: "-50.00", COGS: "50.00"}
    paper = receipt("2026-01-08", goods("10", "12", "X"))
    preview = desk.hand_in(paper, "preview")["document"]
    bought = desk.post(paper)
    account = TRUE_UP if named else COGS
    assert entries(bought) == entries(preview)
    assert entries(bought) == {STORES: "114.00", ACCRUAL: "-120.00", account: "6.00"}
    assert desk.stock() == {"X in Stores": ("7", "84.00")}
    assert is_clean(desk)


def test_the_true_up_goes_back_where_it_came_from(desk: Desk) -> None:
    name_account(desk)
    desk.post(receipt("2026-01-02", goods("2", "10")))
    desk.post(delivery("2026-01-05", goods("5", "20")))
    bought = desk.post(receipt("2026-01-08", goods("10", "12")))
    late = desk.post(receipt("2026-01-03", goods("3", "11")))
    assert adjustments(late) == {
        "DN-2026-00001": {STORES: "-3.00", COGS: "3.00"},
        bought["number"]: {STORES: "6.00", TRUE_UP: "-6.00"},
    }
    assert TRUE_UP not in desk.balances()
    desk.cancelled(late)
    assert desk.balances()[TRUE_UP] == "6.00"
    assert is_clean(desk)


def test_goods_in_at_a_difference_account_stay_there(desk: Desk) -> None:
    name_account(desk)
    desk.post(receipt("2026-01-02", goods("2", "10")))
    desk.post(delivery("2026-01-05", goods("4", "20")))
    found = desk.post(stock_entry("2026-01-08", "RECEIPT", goods("5", "12")))
    assert entries(found) == {STORES: "56.00", "Stock Adjustment": "-56.00"}
    moved_in = desk.post(stock_entry("2026-01-09", "ISSUE", goods("4")))
    assert entries(moved_in) == {STORES: "-48.00", "Stock Adjustment": "48.00"}
    assert TRUE_UP not in desk.balances()
    assert is_clean(desk)


def test_a_transfer_trues_up_too(desk: Desk) -> None:
    name_account(desk)
    finished = {"code": "Finished Goods"}
    desk.post(receipt("2026-01-02", goods("2", "10"), goods("9", "13", warehouse=finished)))
    desk.post(delivery("2026-01-05", goods("4", "20")))
    line = goods("5", warehouse=finished, toWarehouse={"code": "Stores"})
    moved_in = desk.post(stock_entry("2026-01-08", "TRANSFER", line))
    assert entries(moved_in) == {"Finished Goods": "-65.00", STORES: "59.00", TRUE_UP: "6.00"}
    assert is_clean(desk)


def test_bins_below_zero_are_listed_until_they_are_covered(desk: Desk) -> None:
    assert negative(desk) == []
    desk.post(receipt("2026-01-02", goods("2", "10")))
    first = desk.post(delivery("2026-01-05", goods("5", "20")))
    second = desk.post(delivery("2026-01-07", goods("4", "20")))
    void = desk.post(delivery("2026-01-04", goods("50", "20")))
    desk.cancelled(void)

    def row(quantity: str, value: str, *issues: Any) -> Any:
        return {
            "item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"}, "lot": None,
            "quantity": quantity, "value": value, "unitCost": "10", "since": "2026-01-05",
            "sinceDocument": {"number": first["number"]}, "issues": list(issues),
        }  # fmt: skip

    def issue(document: Any, issued: str, quantity: str, cost: str) -> Any:
        return {
            "document": {"number": document["number"]}, "postingDate": document["postingDate"],
            "issued": issued, "quantity": quantity, "provisionalCost": cost,
        }  # fmt: skip

    both = row("-7", "-70.00", issue(first, "5", "3", "30.00"), issue(second, "4", "4", "40.00"))
    assert negative(desk) == [both]
    assert negative(desk, asOf="2026-01-06") == [
        row("-3", "-30.00", issue(first, "5", "3", "30.00"))
    ]
    desk.post(receipt("2026-01-10", goods("4", "12")))
    assert negative(desk) == [row("-3", "-30.00", issue(second, "4", "3", "30.00"))]
    desk.post(receipt("2026-01-11", goods("3", "12")))
    assert negative(desk) == []
    assert negative(desk, asOf="2026-01-07") == [both]
    assert is_clean(desk)


def test_the_list_pages(desk: Desk) -> None:
    desk.item("A")
    for sku in ("RM0001", "A"):
        desk.post(receipt("2026-01-02", goods("1", "10", sku)))
        desk.post(delivery("2026-01-05", goods("2", "20", sku)))
    page = desk.ask(NEGATIVE, first=1)["negativeStock"]
    assert [node["item"]["sku"] for node in page["nodes"]] == ["A"]
    assert page["pageInfo"]["hasNextPage"]
    rest = desk.ask(NEGATIVE, first=1, after=page["pageInfo"]["endCursor"])["negativeStock"]
    assert [node["item"]["sku"] for node in rest["nodes"]] == ["RM0001"]


def test_without_leave_nothing_goes_below_zero(server: str) -> None:
    desk = Desk(server)
    desk.post(receipt("2026-01-02", goods("2", "10")))
    (error,) = desk.refused(delivery("2026-01-05", goods("5", "20")))
    assert error["code"] == "INSUFFICIENT_STOCK"
    assert negative(desk) == []
