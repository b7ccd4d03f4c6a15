"""Stock by batch and serial number, as of any day: it adds up to the stock balance."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.desk import Desk, delivery, goods, receipt, stock_entry

BALANCE = """
query($company: CompanyRef!, $asOf: Date, $expiresBy: Date, $item: ItemRef, $warehouse: WarehouseRef
      $sort: LotBalanceSort! = ITEM_ASC, $first: Int, $after: String) {
  lotBalance(company: $company, asOf: $asOf, expiresBy: $expiresBy, item: $item,
             warehouse: $warehouse, sort: $sort, first: $first, after: $after) {
    nodes { item { sku } lot { code expiryDate } warehouse { code } quantity value unitCost }
    totals { value } pageInfo { endCursor hasNextPage } }
  stockBalance(company: $company, asOf: $asOf, first: 100) {
    nodes { item { sku } warehouse { code } quantity value } }
}
"""
AWAY = {"code": "Work In Progress"}


@pytest.fixture(scope="module")
def desk(server: str) -> Desk:
    """B in batches, of which half of B1 goes away and B2 is sold out; N by its numbers."""
    desk = Desk(server)
    desk.item("B", "BATCH")
    desk.item("N", "SERIAL")
    first = batch("10", "2", expiryDate="2026-06-30")
    desk.post(receipt("2026-01-05", first, batch("4", "3", code="B2"), goods("5", "9")))
    desk.post(receipt("2026-01-06", goods("2", "50", "N", serials=["N1", "N2"])))
    desk.post(stock_entry("2026-01-10", "TRANSFER", batch("5", None, toWarehouse=AWAY)))
    desk.post(delivery("2026-01-20", batch("4", "9", code="B2")))
    desk.cancelled(desk.post(delivery("2026-01-21", goods("1", "99", "N", serials=["N1"]))))
    revalued = {"item": {"sku": "B"}, "batch": "B1", "warehouse": {"code": "Stores"}}
    lines = [{**revalued, "unitCost": "2.5"}]
    desk.post(("StockRevaluation", {"postingDate": "2026-01-28", "lines": lines}))
    return desk


def batch(quantity: str, rate: str | None, code: str = "B1", **more: Any) -> Any:
    return goods(quantity, rate, "B", batch=code, **more)


def balance(desk: Desk, **given: Any) -> tuple[list[str], str]:
    found = desk.ask(BALANCE, **given)["lotBalance"]
    return [
        f"{one['lot']['code']} {one['warehouse']['code'][:1]} {one['quantity']} {one['value']}"
        for one in found["nodes"]
    ], found["totals"]["value"]


HERE, THERE, N1, N2 = "B1 S 5 12.50", "B1 W 5 10.00", "N1 S 1 50.00", "N2 S 1 50.00"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ([HERE, THERE, N1, N2], "122.50")),
        ({"asOf": "2026-01-27"}, (["B1 S 5 10.00", THERE, N1, N2], "120.00")),
        ({"asOf": "2026-01-09"}, (["B1 S 10 20.00", "B2 S 4 12.00", N1, N2], "132.00")),
        ({"asOf": "2026-01-05"}, (["B1 S 10 20.00", "B2 S 4 12.00"], "32.00")),
        ({"item": {"sku": "N"}}, ([N1, N2], "100.00")),
        ({"warehouse": AWAY}, ([THERE], "10.00")),
        ({"expiresBy": "2026-06-30"}, ([HERE, THERE], "22.50")),
        ({"expiresBy": "2026-06-29"}, ([], "0.00")),
        ({"sort": "EXPIRY_DATE_DESC"}, ([N2, N1, THERE, HERE], "122.50")),
        ({"sort": "VALUE_ASC"}, ([THERE, HERE, N1, N2], "122.50")),
    ],
)
def test_lots_lie_where_they_lay_that_day(
    desk: Desk, given: Any, found: tuple[list[str], str]
) -> None:
    assert balance(desk, **given) == found


@pytest.mark.parametrize(
    ("day", "expected"), [(None, 2), ("2026-01-05", 1), ("2026-01-15", 3), ("2026-12-31", 2)]
)
def test_lots_add_up_to_the_stock_balance_page_by_page(
    desk: Desk, day: str | None, expected: int
) -> None:
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    after, pages = None, 0
    while True:
        found = desk.ask(BALANCE, asOf=day, first=2, after=after)
        for one in found["lotBalance"]["nodes"]:
            place = (one["item"]["sku"], one["warehouse"]["code"])
            quantity, value = sums.get(place, (Decimal(), Decimal()))
            sums[place] = (
                quantity + Decimal(one["quantity"]), value + Decimal(one["value"]),
            )  # fmt: skip
        pages += 1
        after = found["lotBalance"]["pageInfo"]["endCursor"]
        if not found["lotBalance"]["pageInfo"]["hasNextPage"]:
            break
    assert pages == expected
    assert sums == {
        (one["item"]["sku"], one["warehouse"]["code"]): (
            Decimal(one["quantity"]), Decimal(one["value"]),
        )
        for one in found["stockBalance"]["nodes"]
        if one["item"]["sku"] in ("B", "N")
    }  # fmt: skip


def test_it_is_exported(desk: Desk) -> None:
    rows = desk.client.get(
        "/export/lotBalance.csv",
        params={"company": desk.code, "columns": "lot.code,warehouse.code,quantity,value"},
    ).text
    assert rows.splitlines()[1:3] == ["B1,Stores,5,12.50", "B1,Work In Progress,5,10.00"]
