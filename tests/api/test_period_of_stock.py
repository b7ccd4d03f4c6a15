"""A period of stock and of sales: what lay, came and went, and what was earned by it."""

from typing import Any

import pytest

from tests.api.desk import (
    Desk,
    billed,
    cancelling,
    delivery,
    goods,
    is_clean,
    receipt,
    sale,
    stock_entry,
)
from tests.api.test_credit_notes import credit
from tests.api.test_credited_shares import back

VALUATION = """
query($company: CompanyRef!, $from: Date, $asOf: Date, $item: ItemRef, $warehouse: WarehouseRef,
      $knownAt: DateTime, $includeZero: Boolean! = false) {
  inventoryValuation(company: $company, from: $from, asOf: $asOf, knownAt: $knownAt, item: $item,
                     warehouse: $warehouse, includeZero: $includeZero) {
    knownAt
    nodes { item { sku } warehouse { code }
            openingQuantity increaseQuantity decreaseQuantity closingQuantity
            openingValue increaseValue decreaseValue closingValue unitCost }
    totals { openingValue increaseValue decreaseValue closingValue }
  }
  stockBalance(company: $company, asOf: $asOf) { totals { value } }
}
"""
PROFIT = """
query($company: CompanyRef!, $from: Date, $asOf: Date, $item: ItemRef, $customer: PartyRef,
      $by: GrossProfitBy! = ITEM, $sort: GrossProfitSort! = CODE_ASC) {
  grossProfit(company: $company, from: $from, asOf: $asOf, item: $item, customer: $customer,
              by: $by, sort: $sort) {
    nodes { item { sku } itemGroup { code } customer { code } quantity
            revenue cost grossProfit percent }
    totals { revenue cost grossProfit percent }
  }
}
"""


@pytest.fixture
def traded(desk: Desk) -> Desk:
    """15 units, 5 at 8 and 10 at 10, of which 6 were sold and one came back; 3 lie elsewhere."""
    company = desk.company
    desk.make("createItemGroup", "itemGroup", company=company, code="RAW", name="Raw")
    desk.make("updateItem", "item", company=company, item={"sku": "RM0001"}, group={"code": "RAW"})
    desk.make("createParty", "party", company=company, code="OHIO", name="Ohio",
              roles=["CUSTOMER"])  # fmt: skip
    desk.post(receipt("2026-01-05", goods("10", "10")))
    note = desk.post(delivery("2026-01-06", goods("4", "15")))
    sold = desk.post(sale("2026-01-10", goods("2", "15"), billed("1", "50", sku="SV0001"),
                          {"account": {"code": "VAT"}, "quantity": "1", "rate": "7"},
                          updateStock=True, customer={"code": "OHIO"}))  # fmt: skip
    desk.post(sale("2026-02-03", {"deliveryLine": {"id": note["lines"][0]["id"]},
                                  "quantity": "4", "rate": "15"}))  # fmt: skip
    desk.post(back("SalesReturn", "2026-02-03", sold, "1"))
    desk.post(stock_entry("2026-02-04", "TRANSFER", goods("3", toWarehouse={
        "code": "Finished Goods"})))  # fmt: skip
    wrong = desk.post(sale("2026-01-12", goods("1", "99"), updateStock=True))
    desk.post(cancelling(wrong))
    desk.post(receipt("2026-01-01", goods("5", "8")))
    return desk


def in_period(row: Any) -> tuple[list[str], list[str]]:
    """Opening, increase, decrease and closing: quantities and values."""
    columns = ("opening", "increase", "decrease", "closing")
    return [row[f"{one}Quantity"] for one in columns], [row[f"{one}Value"] for one in columns]


def earned(row: Any) -> list[str]:
    return [row[one] for one in ("revenue", "cost", "grossProfit", "percent")]


def test_opening_and_what_came_and_went_come_to_the_closing(traded: Desk) -> None:
    found = traded.ask(VALUATION, **{"from": "2026-02-01"})["inventoryValuation"]
    finished, stores = sorted(found["nodes"], key=lambda row: row["warehouse"]["code"])
    # 4 + 2 went in January: 5 at 8 and 1 at 10; the one that came back is worth 18 / 2
    assert in_period(stores) == (["9", "1", "3", "7"], ["90.00", "9.00", "30.00", "69.00"])
    assert in_period(finished) == (["0", "3", "0", "3"], ["0.00", "30.00", "0.00", "30.00"])
    totals = found["totals"]
    assert list(totals.values()) == ["90.00", "39.00", "30.00", "99.00"]
    january = traded.ask(VALUATION, **{"from": "2026-01-02", "asOf": "2026-01-31"})
    (row,) = january["inventoryValuation"]["nodes"]
    assert in_period(row) == (["5", "10", "6", "9"], ["40.00", "100.00", "50.00", "90.00"])
    assert january["stockBalance"]["totals"]["value"] == "90.00"
    always = traded.ask(VALUATION, warehouse={"code": "Stores"}, item={"sku": "RM0001"})
    (row,) = always["inventoryValuation"]["nodes"]
    assert in_period(row) == (["0", "16", "9", "7"], ["0.00", "149.00", "80.00", "69.00"])
    for day in ("2026-01-03", "2026-02-02"):
        traded.post(receipt(day, goods("1", "4")))
    known = {"from": "2026-02-01", "knownAt": found["knownAt"]}
    assert traded.ask(VALUATION, **known)["inventoryValuation"] == found
    changed = traded.ask(VALUATION, **{"from": "2026-02-01"})["inventoryValuation"]["nodes"]
    # the unit at 4 went in January instead of one at 10; the one that came back cost (8 + 4) / 2
    assert in_period(changed[1]) == (["10", "2", "3", "9"], ["100.00", "10.00", "30.00", "80.00"])
    assert is_clean(traded)


def test_what_neither_lay_nor_moved_is_shown_only_on_demand(traded: Desk) -> None:
    asked = {"from": "2026-03-01", "warehouse": {"code": "Finished Goods"}}
    out = goods("3", warehouse={"code": "Finished Goods"})
    traded.post(stock_entry("2026-02-05", "ISSUE", out))
    assert traded.ask(VALUATION, **asked)["inventoryValuation"]["nodes"] == []
    (row,) = traded.ask(VALUATION, **asked, includeZero=True)["inventoryValuation"]["nodes"]
    assert (in_period(row), row["unitCost"]) == ((["0"] * 4, ["0.00"] * 4), None)
    before = {"from": "2026-03-01", "asOf": "2026-02-01"}
    answer = traded.answer(VALUATION, **before)
    assert answer["errors"][0]["extensions"]["params"] == {"reason": "after_as_of"}


def test_revenue_less_cost_by_item_group_and_customer(traded: Desk) -> None:
    found = traded.ask(PROFIT)["grossProfit"]
    goods_, service = found["nodes"]
    # 60 for the delivery, 30 for the sale less 15 that came back; 32 + 18 - 9 of cost
    assert (goods_["item"]["sku"], goods_["quantity"]) == ("RM0001", "5")
    assert earned(goods_) == ["75.00", "41.00", "34.00", "45.33"]
    assert (service["item"]["sku"], earned(service)) == (
        "SV0001", ["50.00", "0.00", "50.00", "100.00"],
    )  # fmt: skip
    assert earned(found["totals"]) == ["125.00", "41.00", "84.00", "67.20"]
    assert traded.balances()["Sales"] == "-125.00"
    assert traded.balances()["Cost of Goods Sold"] == "41.00"
    none, raw = traded.ask(PROFIT, by="ITEM_GROUP")["grossProfit"]["nodes"]
    assert (none["itemGroup"], raw["itemGroup"], raw["quantity"]) == (None, {"code": "RAW"}, None)
    assert (earned(none), earned(raw)) == (earned(service), earned(goods_))
    utah, ohio = traded.ask(PROFIT, by="CUSTOMER", sort="COST_DESC")["grossProfit"]["nodes"]
    assert (utah["customer"]["code"], earned(utah)) == (
        "UTAH",
        ["60.00", "32.00", "28.00", "46.67"],
    )
    assert (ohio["customer"]["code"], earned(ohio)) == ("OHIO", ["65.00", "9.00", "56.00", "86.15"])
    one = traded.ask(PROFIT, item={"sku": "RM0001"}, customer={"code": "OHIO"})["grossProfit"]
    assert earned(one["totals"]) == ["15.00", "9.00", "6.00", "40.00"]
    # goods that went in January and were billed in February have no revenue yet
    january = traded.ask(PROFIT, asOf="2026-01-31", item={"sku": "RM0001"})["grossProfit"]
    assert earned(january["totals"]) == ["30.00", "50.00", "-20.00", "-66.67"]
    nothing = traded.ask(PROFIT, **{"from": "2027-01-01"})["grossProfit"]
    assert (nothing["nodes"], nothing["totals"]["percent"]) == ([], None)


def test_a_price_that_was_too_high_is_taken_off_and_a_write_off_is_not(traded: Desk) -> None:
    nodes = traded.ask(
        "query($company: CompanyRef!) { salesInvoices(company: $company,"
        ' filter: {from: "2026-02-01"}) { nodes { lines { id } } } }'
    )["salesInvoices"]["nodes"]
    line = {"invoiceLine": {"id": nodes[0]["lines"][0]["id"]}, "quantity": "4", "rate": "1"}
    traded.post(credit("SALES", "OVERCHARGE", "2026-02-05", line))
    lost = {"account": {"code": "Sales"}, "quantity": "1", "rate": "3"}
    traded.post(credit("SALES", "WRITE_OFF", "2026-02-05", lost))
    totals = traded.ask(PROFIT, customer={"code": "UTAH"})["grossProfit"]["totals"]
    assert earned(totals) == ["56.00", "32.00", "24.00", "42.86"]
    assert traded.balances()["Sales"] == "-121.00"
