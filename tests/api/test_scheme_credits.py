"""Credit notes under CONTINENTAL, and of suppliers under BY_LEVEL: tables, previews, cancelling."""

from typing import Any

import pytest

from tests.api.desk import (
    Signed,
    adjustments,
    bill,
    billed,
    cancelling,
    delivery,
    entries,
    goods,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.house import VAT, House, back, note, of_bill, of_return

SUSPENSE = "Stock Received But Not Billed"
VARIANCE = "Stock Adjustment"
PURCHASES = "Cost of Goods Sold"
BATCH = "019a0000-0000-7000-8000-00000000beef"
APPLIED = "Expenses Included In Valuation"


@pytest.fixture
def house(server: str) -> House:
    return House(server, scheme="CONTINENTAL")


@pytest.fixture
def level(server: str) -> House:
    return House(server, scheme="BY_LEVEL")


def _bought(house: House, rate: str, sku: str = "CHAIR") -> tuple[Any, Any]:
    """Ten received at 10 and billed at another rate, with tax; the receipt and the bill."""
    came = house.post(receipt("2026-01-10", goods("10", "10", sku)))
    line = billed("10", rate, came["lines"][0], sku, **VAT)
    return came, house.post(bill("2026-01-12", line))


def _taken_back(house: House, before: Signed, *documents: Any) -> None:
    """Cancelled one after the other, the documents leave nothing."""
    house.check()
    for document in documents:
        house.cancelled(document)
    assert house.balances() == before
    house.check()


# -- CONTINENTAL ----------------------------------------------------------------------------------


def test_a_suppliers_credit_invoices_the_return_of_its_goods(house: House) -> None:
    came, invoice = _bought(house, "12")
    before = house.balances()
    sent = house.post(back("PurchaseReturn", "2026-01-15", came, "4"))
    assert entries(sent) == {}
    line = {**of_bill(invoice), **of_return(sent), **VAT}
    too_many = refusals(house, note("PURCHASE", "RETURN", "2026-01-20", {**line, "quantity": "5"}))
    assert ("OVER_CREDITED", "lines.0.quantity") in too_many
    made = shown_and_kept(house, note("PURCHASE", "RETURN", "2026-01-20", line))
    assert entries(made) == {"Creditors": "52.80", PURCHASES: "-48.00", "VAT": "-4.80"}
    assert adjustments(made) == {sent["number"]: {"Stores": "-48.00", APPLIED: "48.00"}}
    assert house.balances()["Stores"] == "72.00"
    assert house.outstanding(invoice) == "79.20"
    assert refusals(house, cancelling(sent)) == [("HAS_DEPENDENTS", "document")]
    _taken_back(house, before, made, sent)


def test_a_credit_to_a_customer_invoices_the_goods_that_came_back(house: House) -> None:
    _bought(house, "12")
    went = house.post(delivery("2026-02-01", goods("5", "30", "CHAIR")))
    line = {"item": {"sku": "CHAIR"}, "quantity": "5", "rate": "30",
            "deliveryLine": {"id": went["lines"][0]["id"]}, **VAT}  # fmt: skip
    invoice = house.post(sale("2026-02-02", line))
    before = house.balances()
    came = house.post(back("SalesReturn", "2026-02-03", went, "2"))
    assert entries(came) == {}
    credited = {**of_bill(invoice), **of_return(came), **VAT}
    made = shown_and_kept(house, note("SALES", "RETURN", "2026-02-04", credited))
    assert entries(made) == {"Sales": "60.00", "VAT": "6.00", "Debtors": "-66.00"}
    assert adjustments(made) == {came["number"]: {"Stores": "24.00", PURCHASES: "-24.00"}}
    assert house.outstanding(invoice) == "99.00"
    _taken_back(house, before, made, came)


@pytest.mark.parametrize(
    ("sku", "kind", "posted", "stock"),
    [
        # 1 less on each of ten, four of which are sold: they become cheaper too.
        ("CHAIR", "OVERCHARGE", {"Creditors": "10.00", PURCHASES: "-10.00"}, "66.00"),
        ("MEAN", "OVERCHARGE", {"Creditors": "10.00", PURCHASES: "-10.00"}, "66.00"),
        ("CHAIR", "WRITE_OFF", {"Creditors": "10.00", "Write Off": "-10.00"}, "72.00"),
    ],
)
def test_a_price_that_was_too_high_makes_goods_cheaper_wherever_they_are(
    house: House, sku: str, kind: str, posted: Signed, stock: str
) -> None:
    _, invoice = _bought(house, "12", sku)
    house.post(sale("2026-02-01", goods("4", "30", sku)))
    before = house.balances()
    line = of_bill(invoice, quantity="10", amount="10", taxes=[])
    made = shown_and_kept(house, note("PURCHASE", kind, "2026-02-10", line))
    assert entries(made) == posted
    assert house.balances()["Stores"] == stock
    _taken_back(house, before, made)


def test_what_a_price_correction_credits_to_a_customer_leaves_cost_alone(house: House) -> None:
    _bought(house, "12")
    invoice = house.post(sale("2026-02-01", goods("4", "30", "CHAIR")))
    before = house.balances()
    line = of_bill(invoice, quantity="4", rate="1", **VAT)
    made = shown_and_kept(house, note("SALES", "OVERCHARGE", "2026-02-10", line))
    assert entries(made) == {"Sales": "4.00", "VAT": "0.40", "Debtors": "-4.40"}
    query = """query($company: CompanyRef!) { whatIf(company: $company, items: [{sku: "CHAIR"}],
      methods: [FIFO, AVERAGE_PERIOD]) { sales outcomes { costOfSales result value } } }"""
    compared = {"costOfSales": "48.00", "result": "68.00", "value": "72.00"}
    assert house.ask(query)["whatIf"] == [{"sales": "116.00", "outcomes": [compared] * 2}]
    _taken_back(house, before, made)


def test_goods_of_no_known_sale_are_credited_when_they_are_back(house: House) -> None:
    _bought(house, "12")
    before = house.balances()
    loose = {"customer": {"code": "UTAH"}, "postingDate": "2026-02-03",
             "lines": [goods("2", None, "CHAIR")]}  # fmt: skip
    came = house.post(("SalesReturn", loose))
    line = of_return(came, rate="30")
    made = shown_and_kept(house, note("SALES", "RETURN", "2026-02-04", line))
    assert entries(made) == {"Sales": "60.00", "Debtors": "-60.00"}
    _taken_back(house, before, made, came)


def test_under_continental_a_credit_of_goods_names_their_return(house: House) -> None:
    came, invoice = _bought(house, "12")
    day = "2026-02-10"
    assert refusals(house, note("PURCHASE", "RETURN", day, of_bill(invoice))) == [
        ("REQUIRED", "lines.0.returnLine")
    ]
    with_goods = house.post(bill("2026-01-20", goods("3", "10", "CHAIR")))
    sent = house.post(back("PurchaseReturn", "2026-01-21", with_goods, "1"))
    assert refusals(house, note("PURCHASE", "RETURN", day, of_return(sent))) == [
        ("INVALID_VALUE", "lines.0.returnLine")
    ]
    unbilled = house.post(receipt("2026-01-22", goods("3", "10", "CHAIR")))
    sent = house.post(back("PurchaseReturn", "2026-01-23", unbilled, "1"))
    assert refusals(house, note("PURCHASE", "RETURN", day, of_return(sent))) == [
        ("OVER_CREDITED", "lines.0.quantity")
    ]
    assert came["lines"][0]["billedQuantity"] == "0"
    house.check()


def test_a_batch_posts_what_a_credit_has_invoiced(house: House) -> None:
    house.settings(automaticCostPosting=False)
    came, invoice = _bought(house, "12")
    sent = house.post(back("PurchaseReturn", "2026-01-15", came, "4"))
    line = {**of_bill(invoice), **of_return(sent)}
    made = house.post(note("PURCHASE", "RETURN", "2026-01-20", line))
    assert adjustments(made) == {}
    assert "Stores" not in house.balances()
    house.make("postInventoryCost", "inventoryPosting", company=house.company,
               id=BATCH, postingDate="2026-01-31")  # fmt: skip
    assert house.balances()["Stores"] == "72.00"
    house.check()


# -- BY_LEVEL: CHAIR comes in at a standard of 80, MEAN at an average of 1 ------------------------


@pytest.mark.parametrize(
    ("sku", "rate", "sent_back", "posted", "stores"),
    [
        # Suspense has 80 of each of the four that went back; they are credited at 84.
        ("CHAIR", "84", "4", {SUSPENSE: "-320.00", VARIANCE: "-16.00", "VAT": "-33.60",
                              "Creditors": "369.60"}, "480.00"),
        # The goods are still here and may be billed again.
        ("CHAIR", "84", None, {SUSPENSE: "-320.00", VARIANCE: "-16.00", "VAT": "-33.60",
                               "Creditors": "369.60"}, "800.00"),
        # Billed at 1.50 the ten are worth 15; of four that are not billed any more it goes back.
        ("MEAN", "1.50", None, {SUSPENSE: "-4.00", "Stores": "-2.00", "VAT": "-0.60",
                                "Creditors": "6.60"}, "13.00"),
        # Gone at 1.50, in suspense at 1: what was dearer is a variance of their return.
        ("MEAN", "1.50", "4", {SUSPENSE: "-4.00", VARIANCE: "-2.00", "VAT": "-0.60",
                               "Creditors": "6.60"}, "9.00"),
    ],
)  # fmt: skip
def test_a_suppliers_credit_is_the_mirror_of_its_bill(
    level: House, sku: str, rate: str, sent_back: str | None, posted: Signed, stores: str
) -> None:
    came, invoice = _bought(level, rate, sku)
    before = level.balances()
    line = of_bill(invoice, quantity="4", **VAT)
    done: list[Any] = []
    if sent_back:
        done.append(level.post(back("PurchaseReturn", "2026-01-15", came, sent_back)))
        line |= of_return(done[0])
    made = shown_and_kept(level, note("PURCHASE", "RETURN", "2026-01-20", line))
    assert entries(made) == posted
    assert level.balances()["Stores"] == stores
    if not sent_back:
        level.check()
        again = billed("4", rate, came["lines"][0], sku, **VAT)
        rebilled = level.post(bill("2026-01-25", again))
        assert level.balances() == before
        level.cancelled(rebilled)
    _taken_back(level, before, made, *done)


@pytest.mark.parametrize(
    ("sku", "rate", "kind", "posted"),
    [
        ("CHAIR", "84", "OVERCHARGE", {VARIANCE: "-10.00", "Creditors": "10.00"}),
        ("MEAN", "3", "OVERCHARGE", {"Stores": "-10.00", "Creditors": "10.00"}),
        ("MEAN", "3", "WRITE_OFF", {"Write Off": "-10.00", "Creditors": "10.00"}),
    ],
)
def test_a_price_that_was_too_high_is_less_of_a_variance_or_of_cost(
    level: House, sku: str, rate: str, kind: str, posted: Signed
) -> None:
    _, invoice = _bought(level, rate, sku)
    before = level.balances()
    line = of_bill(invoice, quantity="10", amount="10", taxes=[])
    made = shown_and_kept(level, note("PURCHASE", kind, "2026-01-20", line))
    assert entries(made) == posted
    _taken_back(level, before, made)


GIVEN = "query($id: ID!) { document(id: $id) { lines { order orderLine shipment } } }"
PO_7 = {"order": "PO-7", "orderLine": 1}


def test_a_credit_of_an_order_line_is_spread_over_its_receipts(level: House) -> None:
    def of_order(sku: str, number: int = 1) -> Any:
        return {**goods("10", "10", sku), "orderLine": number}

    level.post(receipt("2026-01-10", of_order("CHAIR"), order="PO-7"))
    standard: dict[str, Any] = {"lines": [{"item": {"sku": "CHAIR"}, "standardCost": "85"}]}
    level.make("changeStandardCost", "standardCostChange", company=level.company,
               id=BATCH, postingDate="2026-01-11", **standard)  # fmt: skip
    level.post(receipt("2026-01-12", of_order("CHAIR"), order="PO-7"))
    ordered = {"order": "PO-7", "line": 1}
    line = {"item": {"sku": "CHAIR"}, "quantity": "20", "rate": "84", "orderLine": ordered}
    invoice = level.post(bill("2026-01-13", line))
    assert level.ask(GIVEN, id=invoice["id"])["document"]["lines"] == [{**PO_7, "shipment": None}]
    before = level.balances()
    made = shown_and_kept(
        level, note("PURCHASE", "RETURN", "2026-01-20", of_bill(invoice, quantity="4"))
    )
    # Two at 80 and two at 85 stand in suspense again.
    assert entries(made) == {SUSPENSE: "-330.00", VARIANCE: "-6.00", "Creditors": "336.00"}
    _taken_back(level, before, made)


def test_goods_and_charges_of_a_shipment_are_credited_at_their_price(level: House) -> None:
    came = level.post(receipt("2026-01-10", goods("10", "75", "CHAIR"), shipment="SHP-1"))
    invoice = level.post(bill("2026-01-12", billed("10", "75", came["lines"][0], "CHAIR")))
    charge = level.post(bill("2026-01-13", {"quantity": "1", "rate": "120", "shipment": "SHP-1"}))
    for one in (came, charge):
        given = level.ask(GIVEN, id=one["id"])["document"]["lines"]
        assert given == [{"order": None, "orderLine": None, "shipment": "SHP-1"}]
    before = level.balances()
    sent = level.post(back("PurchaseReturn", "2026-01-15", came, "4"))
    line = {**of_bill(invoice), **of_return(sent)}
    made = shown_and_kept(level, note("PURCHASE", "RETURN", "2026-01-20", line))
    assert entries(made) == {SUSPENSE: "-300.00", "Creditors": "300.00"}
    cheaper = note("PURCHASE", "OVERCHARGE", "2026-01-20", of_bill(charge, amount="20"))
    less = shown_and_kept(level, cheaper)
    assert entries(less) == {SUSPENSE: "-20.00", "Creditors": "20.00"}
    closing = {"company": level.company, "postingDate": "2026-01-25", "shipment": "SHP-1",
               "id": BATCH}  # fmt: skip
    closed = level.make("closeShipment", "shipmentClosing", "id", **closing)
    # Six at 75 and 100 of charges, in stock at 480: 70 are a variance, and nothing waits.
    assert level.balances().get(SUSPENSE, "0.00") == "0.00"
    assert level.balances()[VARIANCE] == "70.00"
    late = note("PURCHASE", "OVERCHARGE", "2026-01-26", of_bill(charge, amount="5"))
    assert entries(level.post(late)) == {VARIANCE: "-5.00", "Creditors": "5.00"}
    level.check()
    level.cancelled(closed)
    level.check()
    assert sorted(set(before) - set(level.balances())) == []
