"""Explaining what credit notes make of costs and ledgers, under CONTINENTAL and BY_LEVEL."""

from typing import Any

from tests.api.desk import bill, billed, cancelling, delivery, goods, receipt, sale
from tests.api.explaining import adjusted, assert_every_figure_is_explained, cost
from tests.api.house import House, back, note, of_bill, of_return


def _bought(house: House, sku: str = "CHAIR") -> tuple[Any, Any]:
    """Ten received at 10 and billed at 12; the receipt and the bill."""
    came = house.post(receipt("2026-01-10", goods("10", "10", sku)))
    return came, house.post(bill("2026-01-12", billed("10", "12", came["lines"][0], sku)))


def _one_cheaper(house: House, invoice: Any) -> Any:
    """Each of the ten costs 1 less."""
    line = of_bill(invoice, quantity="10", amount="10")
    return house.post(note("PURCHASE", "OVERCHARGE", "2026-02-10", line))


def test_continental_goods_that_became_cheaper_say_by_which_credit(server: str) -> None:
    """The four cost 44, which were 48."""
    house = House(server, scheme="CONTINENTAL")
    came, invoice = _bought(house)
    sold = house.post(sale("2026-02-01", goods("4", "30", "CHAIR")))
    credit = _one_cheaper(house, invoice)
    assert cost(house, came) == [
        (0, "COST", "110.00", "10", "PR-2026-00001"),
        (1, "EXPECTED", "100.00", None, "PR-2026-00001"),
        (1, "DIRECT", "120.00", None, "PI-2026-00001"),
        (1, "EXPECTED", "-100.00", None, "PI-2026-00001"),
        (1, "PRICE_DIFFERENCE", "-10.00", None, "PCN-2026-00001"),
    ]
    assert cost(house, sold, depth=1)[0] == (0, "COST", "-44.00", "-4", "SI-2026-00001")
    assert adjusted(house, sold, credit, "Stores") == [
        (0, "JOURNAL_LINE", "4.00", None, "PCN-2026-00001"),
        (1, "ADJUSTMENT", "4.00", None, "PCN-2026-00001"),
        (2, "CHANGE", "4.00", "-4", "PR-2026-00001"),
        (3, "PRICE_DIFFERENCE", "4.00", None, "PCN-2026-00001"),
    ]
    assert_every_figure_is_explained(house)


def test_continental_returns_are_posted_by_their_credits(server: str) -> None:
    house = House(server, scheme="CONTINENTAL")
    came, invoice = _bought(house)
    sent = house.post(back("PurchaseReturn", "2026-01-15", came, "4"))
    line = {**of_bill(invoice), **of_return(sent)}
    credit = house.post(note("PURCHASE", "RETURN", "2026-01-20", line))
    assert adjusted(house, sent, credit, "Stores", depth=2) == [
        (0, "JOURNAL_LINE", "-48.00", None, "PCN-2026-00001"),
        (1, "ISSUE", "-48.00", None, "PCN-2026-00001"),
        (2, "LAYER", "-48.00", "-4", "PR-2026-00001"),
    ]
    went = house.post(delivery("2026-02-01", goods("5", "30", "CHAIR")))
    of_delivery = {"deliveryLine": {"id": went["lines"][0]["id"]}}
    sold = house.post(sale("2026-02-02", {**goods("5", "30", "CHAIR"), **of_delivery}))
    again = house.post(back("SalesReturn", "2026-02-03", went, "2"))
    house.post(note("SALES", "RETURN", "2026-02-04", {**of_bill(sold), **of_return(again)}))
    assert cost(house, again, depth=2) == [
        (0, "COST", "24.00", "2", "SRET-2026-00001"),
        (1, "RETURN", "24.00", None, "DN-2026-00001"),
        (2, "LAYER", "24.00", "2", "PR-2026-00001"),
    ]
    assert_every_figure_is_explained(house)


def test_by_level_a_credit_changes_an_average_by_what_is_on_hand(server: str) -> None:
    """Six of the ten are there, at 12 and then at 11; two of them go back, one more comes."""
    house = House(server, scheme="BY_LEVEL")
    came, invoice = _bought(house, "MEAN")
    house.post(sale("2026-02-01", goods("4", "30", "MEAN")))
    credit = _one_cheaper(house, invoice)
    assert cost(house, credit) == [
        (0, "COST", "-6.00", "0", "PCN-2026-00001"),
        (1, "PRICE_DIFFERENCE", "-6.00", None, "PCN-2026-00001"),
    ]
    sent = house.post(back("PurchaseReturn", "2026-02-15", came, "2"))
    house.post(note("PURCHASE", "RETURN", "2026-02-20", {**of_bill(invoice), **of_return(sent)}))
    assert cost(house, sent) == [
        (0, "COST", "-22.00", "-2", "PRET-2026-00001"),
        (1, "DIRECT", "-2.00", None, "PRET-2026-00001"),
        (1, "DIFFERENCE", "-20.00", None, "PRET-2026-00001"),
        (2, "IN_FORCE", "-22.00", "-2", "PRET-2026-00001"),
        (2, "DIRECT", "2.00", None, "PRET-2026-00001"),
    ]
    loose = {**goods("1", "30", "MEAN"), "warehouse": {"code": "Stores"}}
    returned = house.post(note("SALES", "RETURN", "2026-02-21", loose))
    assert cost(house, returned) == [
        (0, "COST", "11.00", "1", "SCN-2026-00001"),
        (1, "DIRECT", "11.00", None, "SCN-2026-00001"),
    ]
    assert_every_figure_is_explained(house)
    house.post(cancelling(returned))
    assert_every_figure_is_explained(house)


def test_by_level_what_a_cancellation_leaves_of_an_average_is_explained(server: str) -> None:
    """Two that were sent back are there again, dearer ones having come: all are recosted."""
    house = House(server, scheme="BY_LEVEL")
    elsewhere = {"warehouse": {"code": "Finished Goods"}}
    house.post(receipt("2026-01-09", goods("10", "1", "MEAN", **elsewhere)))
    came, _ = _bought(house, "MEAN")
    sent = house.post(back("PurchaseReturn", "2026-02-15", came, "2"))
    dearer = house.post(receipt("2026-02-16", goods("5", "40", "MEAN")))
    house.post(bill("2026-02-17", billed("5", "40", dearer["lines"][0], "MEAN")))
    cancelled = house.post(cancelling(sent))
    assert sorted(one["quantity"] for one in cancelled["stockMovements"]) == ["0", "0", "2"]
    assert_every_figure_is_explained(house)


def test_by_level_a_change_of_cost_explains_itself_though_nothing_moves(server: str) -> None:
    """Ten at 80 come to 85."""
    house = House(server, scheme="BY_LEVEL")
    _bought(house)
    change = house.make(
        "changeStandardCost", "standardCostChange", "id", company=house.company,
        postingDate="2026-02-01", lines=[{"item": {"sku": "CHAIR"}, "standardCost": "85"}],
    )  # fmt: skip
    assert cost(house, change) == [
        (0, "COST", "50.00", "0", "SCC-2026-00001"),
        (1, "REVALUATION", "50.00", None, "SCC-2026-00001"),
    ]
    assert_every_figure_is_explained(house)
