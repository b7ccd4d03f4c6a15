"""Goods taken of just the line that brought them in, and what is refused of it (CONTINENTAL)."""

from typing import Any

import pytest

from tests.api.correcting import landed
from tests.api.desk import (
    Paper,
    bill,
    billed,
    delivery,
    entries,
    goods,
    refusals,
    sale,
    shown_and_kept,
    stock_entry,
)
from tests.api.house import House
from tests.api.test_amending import amend, given
from tests.api.test_drafts import submit

FINISHED = "Finished Goods"
SHORT = ("RECEIPT_SHORT", "lines.0.takesFrom")
TAKEN = "query($id: ID!) { document(id: $id) { lines { takesFrom { id } } } }"


@pytest.fixture
def house(server: str) -> House:
    return House(server)


def bought(house: House, day: str, *prices: tuple[str, str], sku: str = "CHAIR") -> list[Any]:
    """The lines of a bill that brought goods into Stores: quantities at their rates."""
    lines = [goods(quantity, rate, sku) for quantity, rate in prices]
    return list(house.post(bill(day, *lines))["lines"])


def of(line: Any, quantity: str, *rate: str, **more: Any) -> dict[str, Any]:
    """A line that lets goods leave Stores, taken of another."""
    named = {"takesFrom": {"id": line["id"]}, **more}
    return goods(quantity, rate[0] if rate else None, "CHAIR", **named)


def cost(document: Any) -> list[str]:
    return [one["cost"] for one in document["stockMovements"]]


def recorded(house: House, document: Any) -> list[str]:
    query = "query($id: ID!) { document(id: $id) { stockMovements { cost } } }"
    return cost(house.ask(query, id=document["id"])["document"])


def test_whatever_takes_goods_of_a_line_costs_what_they_cost(house: House) -> None:
    """20 at 10 and 8 at 20: 2 of the latter. Cancelled, they are there again."""
    _, dear = bought(house, "2026-01-05", ("20", "10"), ("8", "20"))
    there, day = {"toWarehouse": {"code": FINISHED}}, "2026-01-07"
    issued = shown_and_kept(house, stock_entry(day, "ISSUE", of(dear, "2")))
    moved_on = shown_and_kept(house, stock_entry(day, "TRANSFER", of(dear, "2", **there)))
    sold = shown_and_kept(house, sale(day, of(dear, "2", "50")))
    sent = shown_and_kept(house, delivery(day, of(dear, "2")))
    for document, costs in (
        (issued, ["-40.00"]), (moved_on, ["-40.00", "40.00"]),
        (sold, ["-40.00"]), (sent, ["-40.00"]),
    ):  # fmt: skip
        assert cost(document) == costs
        (line,) = house.ask(TAKEN, id=document["id"])["document"]["lines"]
        assert line["takesFrom"] == {"id": dear["id"]}
    assert refusals(house, sale(day, of(dear, "1", "50"))) == [SHORT]
    house.cancelled(issued)
    assert refusals(house, sale(day, of(dear, "3", "50"))) == [SHORT]
    made = goods("1", None, "MEAN", **there)
    del made["warehouse"]
    entry = house.post(
        (
            "StockEntry",
            {"postingDate": day, "purpose": "MANUFACTURE", "lines": [of(dear, "2"), made]},
        )
    )
    assert cost(entry) == ["-40.00", "40.00"]
    house.check()


def test_goods_are_taken_only_where_they_are(house: House) -> None:
    (old,) = bought(house, "2026-01-02", ("2", "10"))
    wrong = house.post(bill("2026-01-02", goods("2", "10", "CHAIR")))
    house.cancelled(wrong)
    sold = house.post(sale("2026-01-03", goods("2", "50", "CHAIR")))
    (new,) = bought(house, "2026-01-04", ("5", "10"))
    (mean,) = bought(house, "2026-01-04", ("5", "10"), sku="MEAN")
    (late,) = bought(house, "2026-01-09", ("5", "10"))
    sent = house.post(delivery("2026-01-07", goods("2", None, "CHAIR")))
    elsewhere, service = {"warehouse": {"code": FINISHED}}, {"item": {"sku": "SERVICE"}}
    billed_of = {"deliveryLine": {"id": sent["lines"][0]["id"]}}
    lines = {
        "used up": (of(old, "1", "50"), "RECEIPT_SHORT"),
        "cancelled": (of(wrong["lines"][0], "1", "50"), "INACTIVE"),
        "received later": (of(late, "1", "50"), "INVALID_VALUE"),
        "another item": (of(mean, "1", "50"), "ITEM_MISMATCH"),
        "no receipt": (of(sold["lines"][0], "1", "50"), "NOT_FOUND"),
        "unknown": (of(new, "1", "50", takesFrom={"number": "PI-2026-00099/1"}), "NOT_FOUND"),
        "in another warehouse": (of(new, "1", "50", **elsewhere), "INVALID_VALUE"),
        "a service": (of(new, "1", "50", **service), "INVALID_VALUE"),
        "gone with its delivery": (of(new, "2", "50", **billed_of), "INVALID_VALUE"),
    }
    paper = sale("2026-01-07", *(line for line, _ in lines.values()))
    assert refusals(house, paper) == [
        (code, f"lines.{index}.takesFrom") for index, (_, code) in enumerate(lines.values())
    ]
    entry = stock_entry("2026-01-07", "RECEIPT", of(new, "1"))
    assert refusals(house, entry) == [("INVALID_VALUE", "lines.0.takesFrom")]


@pytest.mark.parametrize("scheme", ["PERPETUAL", "PERIODIC", "BY_LEVEL"])
def test_only_links_lead_to_a_receipt(server: str, scheme: str) -> None:
    house = House(server, scheme=scheme)
    came = house.post(("PurchaseReceipt", {
        "postingDate": "2026-01-05", "supplier": {"code": "ARCU"},
        "lines": [goods("5", "10", "CHAIR")],
    }))  # fmt: skip
    paper = delivery("2026-01-07", of(came["lines"][0], "2"))
    assert refusals(house, paper) == [("INVALID_VALUE", "lines.0.takesFrom")]


def test_lines_of_a_document_take_no_more_than_is_left_of_one(house: House) -> None:
    cheap, dear = bought(house, "2026-01-05", ("5", "10"), ("5", "20"))
    both = [of(dear, "3", "50"), of(dear, "3", "50")]
    assert refusals(house, sale("2026-01-07", *both)) == [("RECEIPT_SHORT", "lines.1.takesFrom")]
    # The first line takes the oldest, as its method says: 4 of 5 at 10.
    lines = [goods("4", "50", "CHAIR"), of(cheap, "2", "50")]
    assert refusals(house, sale("2026-01-07", *lines)) == [("RECEIPT_SHORT", "lines.1.takesFrom")]
    lines = [of(cheap, "2", "50"), goods("4", "50", "CHAIR")]
    assert cost(house.post(sale("2026-01-07", *lines))) == ["-20.00", "-50.00"]
    house.check()


def test_goods_moved_in_layers_are_taken_of_what_is_left_of_each(house: House) -> None:
    """2 at 10 and 3 at 20 move as one line; 2 go at 10; then 2 of the line are those at 20."""
    bought(house, "2026-01-05", ("2", "10"), ("3", "20"))
    there = {"code": FINISHED}
    line = goods("5", None, "CHAIR", toWarehouse=there)
    moved_in = house.post(stock_entry("2026-01-06", "TRANSFER", line))
    house.post(sale("2026-01-07", goods("1", "50", "CHAIR", warehouse=there)))
    taken = sale("2026-01-08", of(moved_in["lines"][0], "2", "50", warehouse=there))
    assert cost(shown_and_kept(house, taken)) == ["-10.00", "-20.00"]
    house.check()


def test_goods_go_back_to_a_supplier_from_where_they_were_moved(house: House) -> None:
    """5 at 10 and 5 at 20, 3 of the latter moved: 2 of these go back, and 1 from where they came.

    Of the freight of 60 two thirds are on those at 20, 8 apiece: 56 and 28.
    """
    bought_ = house.post(bill("2026-01-05", goods("5", "10", "CHAIR"), goods("5", "20", "CHAIR")))
    dear = bought_["lines"][1]
    moving = of(dear, "3", toWarehouse={"code": FINISHED})
    (moved_in,) = house.post(stock_entry("2026-01-06", "TRANSFER", moving))["lines"]

    def back(*lines: Any) -> Paper:
        given_back = {"postingDate": "2026-01-07", "supplier": {"code": "ARCU"}}
        return "PurchaseReturn", {**given_back, "lines": list(lines)}

    there = of(moved_in, "2", "19", warehouse={"code": FINISHED})
    returned = shown_and_kept(house, back(there, of(dear, "1", "19")))
    assert cost(returned) == ["-40.00", "-20.00"]
    assert entries(returned) == {
        "Creditors": "57.00", "Cost of Goods Sold": "-57.00",
        "Stores": "-20.00", FINISHED: "-40.00", "Expenses Included In Valuation": "60.00",
    }  # fmt: skip
    assert refusals(house, back({**there, "quantity": "2"})) == [SHORT]
    both = {"line": {"id": dear["id"]}, "quantity": "1", "takesFrom": {"id": dear["id"]}}
    assert refusals(house, back(both)) == [("INVALID_VALUE", "lines.0.takesFrom")]
    house.post(landed("2026-01-08", bought_))
    assert recorded(house, returned) == ["-56.00", "-28.00"]
    house.check()


def test_a_document_is_amended_with_what_it_took(house: House) -> None:
    _, dear = bought(house, "2026-01-05", ("5", "10"), ("5", "20"))
    wrong = house.post(sale("2026-01-07", of(dear, "5", "50")))
    house.cancelled(wrong)
    right = submit(house, amend(house, wrong)["draft"])["document"]
    assert given(house, right) == given(house, wrong)
    assert recorded(house, right) == ["-100.00"]


def test_a_batch_takes_what_it_brings_in(house: House) -> None:
    """A receipt of JSON Lines or a batch, named by its id and line; billed dearer afterwards."""
    bought(house, "2026-01-05", ("5", "10"))
    number = "01890a5d-ac96-774b-bcce-b302099a8057"
    lines = [goods("5", "20", "CHAIR")]
    of_company = {"company": house.company}
    receipt = {**of_company, "id": number, "supplier": {"code": "ARCU"},
               "postingDate": "2026-01-06", "lines": lines}  # fmt: skip
    line = goods("2", None, "CHAIR", takesFrom={"inDocument": f"{number}/1"})
    note = {**of_company, "customer": {"code": "UTAH"}, "postingDate": "2026-01-07",
            "lines": [line]}  # fmt: skip
    done = house.ask(
        "mutation($input: SubmitBatchInput!) { done: submitBatch(input: $input)"
        " { results { document { id lines { id } } errors { code path } } } }",
        input={**of_company, "onError": "ROLLBACK_ALL",
               "documents": [{"purchaseReceipt": receipt}, {"deliveryNote": note}]},
    )["done"]["results"]  # fmt: skip
    assert [one["errors"] for one in done] == [[], []]
    came, went = (one["document"] for one in done)
    assert recorded(house, went) == ["-40.00"]
    house.post(bill("2026-01-09", billed("5", "23", came["lines"][0], "CHAIR")))
    assert recorded(house, went) == ["-46.00"]
    house.check()
