"""Goods that were kept at a cost in force, compared by what was paid for them."""

import psycopg
import pytest

from tests.api.desk import bill, billed, goods, receipt, sale, stock_entry
from tests.api.house import House, back, note, of_bill
from tests.api.test_scheme_migrations import Books, trade
from tests.api.test_undone_migrations import cancel

WHAT_IF = """
query($company: CompanyRef!, $sku: String!, $asOf: Date) {
  whatIf(company: $company, items: [{sku: $sku}], asOf: $asOf,
         methods: [FIFO, LIFO, MOVING_AVERAGE]) {
    outcomes { method quantity value costOfSales } } }
"""


@pytest.fixture
def house(server: str) -> House:
    return House(server, scheme="BY_LEVEL")


def compared(house: House, sku: str = "CHAIR", as_of: str | None = None) -> dict[str, str]:
    """Quantity, value and cost of sales by method."""
    found = house.ask(WHAT_IF, sku=sku, asOf=as_of)["whatIf"][0]["outcomes"]
    return {
        one["method"]: f"{one['quantity']} {one['value']} {one['costOfSales']}" for one in found
    }


def sell(house: House, quantity: str, sku: str = "CHAIR", day: str = "2026-03-01") -> None:
    house.post(sale(day, goods(quantity, "150", sku), updateStock=True))


@pytest.mark.parametrize("sku", ["CHAIR", "MEAN"])
def test_bought_at_two_prices_and_billed_at_others(house: House, sku: str) -> None:
    """10 at 84, billed at 86; 5 at 100 of which 2 are billed at 90 so far: 860 + 180 + 300."""
    first = house.post(receipt("2026-01-10", goods("10", "84", sku)))
    house.post(bill("2026-01-12", billed("10", "86", first["lines"][0], sku)))
    second = house.post(receipt("2026-01-20", goods("5", "100", sku)))
    assert compared(house, sku)["FIFO"] == "15 1360.00 0.00"
    house.post(bill("2026-01-22", billed("2", "90", second["lines"][0], sku)))
    sell(house, "12", sku)
    # 10 of the first at 86 and 2 of 480 for 5; 5 of these and 7 of the first; 1340 / 15 each.
    assert compared(house, sku) == {
        "FIFO": "3 288.00 1052.00",
        "LIFO": "3 258.00 1082.00",
        "MOVING_AVERAGE": "3 268.00 1072.00",
    }
    # As of a day: the price of the receipt, as long as no bill counts.
    assert compared(house, sku, "2026-01-11")["FIFO"] == "10 840.00 0.00"
    house.check()


def test_changes_of_the_standard_cost_are_no_goods(house: House) -> None:
    house.post(receipt("2026-01-10", goods("10", "84", "CHAIR")))
    lines = [{"item": {"sku": "CHAIR"}, "standardCost": "90"}]
    house.make("changeStandardCost", "standardCostChange", company=house.company,
               postingDate="2026-01-15", lines=lines)  # fmt: skip
    sell(house, "4")
    assert set(compared(house).values()) == {"6 504.00 336.00"}


def test_charges_of_a_shipment_are_part_of_the_price(house: House) -> None:
    """750 and 120, that is 87 each."""
    came = house.post(receipt("2026-01-10", goods("10", "75", "CHAIR"), shipment="S"))
    house.post(bill("2026-01-12", billed("10", "75", came["lines"][0], "CHAIR")))
    house.post(bill("2026-01-13", {"quantity": "1", "rate": "120", "shipment": "S"}))
    assert compared(house)["FIFO"] == "10 750.00 0.00"
    house.make("closeShipment", "shipmentClosing", company=house.company, shipment="S",
               postingDate="2026-01-20")  # fmt: skip
    sell(house, "4")
    assert set(compared(house).values()) == {"6 522.00 348.00"}


def test_bills_of_an_order_and_what_was_credited_of_them(house: House) -> None:
    """10 and 10 came at 70; all are billed at 84, of which 40 are credited: 82 each."""
    line = {"orderLine": 1}
    for day in ("2026-01-10", "2026-01-11"):
        house.post(receipt(day, goods("10", "70", "CHAIR", **line), order="PO-7"))
    of_order = {"item": {"sku": "CHAIR"}, "quantity": "20", "rate": "84"}
    of_order["orderLine"] = {"order": "PO-7", "line": 1}
    invoice = house.post(bill("2026-01-13", of_order))
    house.post(note("PURCHASE", "OVERCHARGE", "2026-01-20", of_bill(invoice, amount="40")))
    sell(house, "5")
    assert set(compared(house).values()) == {"15 1230.00 410.00"}


def test_goods_of_other_kinds(house: House) -> None:
    """4 with their bill at 90, 6 found at 70, 1 of the 4 sold comes back, 1 goes back."""
    came = house.post(bill("2026-01-10", goods("4", "90", "CHAIR"), updateStock=True))
    house.post(stock_entry("2026-01-11", "RECEIPT", goods("6", "70", "CHAIR")))
    sold = house.post(sale("2026-01-12", goods("4", "150", "CHAIR"), updateStock=True))
    assert compared(house)["FIFO"] == "6 420.00 360.00"
    house.post(back("SalesReturn", "2026-01-13", sold, "2"))
    house.post(back("PurchaseReturn", "2026-01-14", came, "1"))
    assert compared(house)["FIFO"] == "7 510.00 180.00"
    house.check()


def test_a_migration_that_kept_no_record_says_so(fresh_server: str, database_url: str) -> None:
    """As one of an earlier release: nobody knows which flow it left, or what to put back."""
    books = Books(fresh_server, "BY_LEVEL")
    trade(books)
    _, made = books.change_to("PERPETUAL")
    with psycopg.connect(database_url) as owner:
        owner.execute("alter table migration_past disable trigger migration_past_append_only")
        owner.execute("select set_config('app.company_id', id::text, true) from company")
        assert owner.execute("delete from migration_past").rowcount > 0
        owner.execute("alter table migration_past enable trigger migration_past_append_only")
    (refused,) = cancel(books, made)["errors"]
    assert (refused["code"], refused["path"]) == ("MIGRATION_PAST_NOT_KEPT", ["document"])
    assert made["number"] in refused["message"]
    code, message = books.compared_by_fifo()
    assert code == "INVALID_VALUE"
    assert "kept no record" in message
