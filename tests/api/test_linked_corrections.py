"""Corrections where costs travel along links: what is cancelled, and what never was there."""

from typing import Any

import pytest

from tests.api.clerk import Clerk

CHECK = "query($c: CompanyRef!) { booksCheck(company: $c) { isClean } }"
COSTS = "query($i: ID!) { document(id: $i) { stockMovements { cost } } }"
EAST, WEST = {"code": "EAST"}, {"code": "WEST"}
CAME, WENT, MOVED = (
    {"purpose": f"MATERIAL_{one}"} for one in ("RECEIPT", "ISSUE", "TRANSFER")
)  # fmt: skip


def opened(server: str, method: str, **item: Any) -> Clerk:
    clerk = Clerk(server)
    clerk.open(scheme="CONTINENTAL", settings={"averageCostPeriod": "MONTH"})
    for code in ("EAST", "WEST"):
        clerk.made("createWarehouse", "warehouse", code=code)
    clerk.made("createItem", "item", sku="CHAIR", costingMethod=method, **item)
    clerk.made("createParty", "party", code="Ana", roles=["CUSTOMER"])
    return clerk


def posted(clerk: Clerk, kind: str, day: str, line: dict[str, Any], **given: Any) -> Any:
    """A document of one line; it must not be refused."""
    if kind != "SalesReturn":
        line = {"item": {"sku": "CHAIR"}, **line}
    thing = kind[0].lower() + kind[1:]
    verb = "revalueStock" if kind == "StockRevaluation" else f"submit{kind}"
    return clerk.made(
        verb, thing, "id lines { id }", postingDate=f"2026-{day}",
        lines=[line], **given,
    )  # fmt: skip


def costs(clerk: Clerk, document: Any) -> list[str]:
    found = clerk.ask(COSTS, i=document["id"])["document"]["stockMovements"]
    return [one["cost"] for one in found]


def is_clean(clerk: Clerk) -> bool:
    return bool(clerk.ask(CHECK, c=clerk.company)["booksCheck"]["isClean"])


def test_a_revalued_receipt_leaves_the_average_with_its_revaluation(server: str) -> None:
    """8 at 10 and 12 at 2 come to 12 apiece: 54.40 and 81.60 more. The 8 alone are 134.40."""
    clerk = opened(server, "AVERAGE_PERIOD")
    posted(clerk, "StockEntry", "02-01", {"warehouse": EAST, "quantity": "8", "rate": "10"}, **CAME)
    second = posted(
        clerk, "StockEntry", "02-06", {"warehouse": EAST, "quantity": "12", "rate": "2"}, **CAME
    )
    revaluation = {"warehouse": EAST, "unitCost": "12"}
    posted(clerk, "StockRevaluation", "02-09", revaluation)
    sold = posted(clerk, "StockEntry", "02-13", {"warehouse": EAST, "quantity": "3"}, **WENT)
    assert costs(clerk, sold) == ["-36.00"]
    clerk.made("cancelDocument", "cancellation", document={"id": second["id"]})
    assert costs(clerk, sold) == ["-50.40"]
    more = posted(clerk, "StockEntry", "02-14", {"warehouse": EAST, "quantity": "1"}, **WENT)
    assert costs(clerk, more) == ["-16.80"]
    assert is_clean(clerk)


def test_a_cancelled_revaluation_leaves_the_average(server: str) -> None:
    """4 at 10 and nothing else: 1 costs 10, whatever they were said to be worth for a while."""
    clerk = opened(server, "AVERAGE_PERIOD")
    posted(clerk, "StockEntry", "02-01", {"warehouse": EAST, "quantity": "4", "rate": "10"}, **CAME)
    sold = posted(clerk, "StockEntry", "02-13", {"warehouse": EAST, "quantity": "1"}, **WENT)
    dearer = posted(clerk, "StockRevaluation", "02-09", {"warehouse": EAST, "unitCost": "50"})
    assert costs(clerk, sold) == ["-50.00"]
    clerk.made("cancelDocument", "cancellation", document={"id": dearer["id"]})
    assert costs(clerk, sold) == ["-10.00"]
    assert is_clean(clerk)


def test_goods_that_are_moved_back_do_not_cover_their_own_sale(server: str) -> None:
    """1 of the 2 moved came back from the sale: 3 of it wait, for 3 at 8. 5.00 and 24.00."""
    clerk = opened(server, "FIFO", allowNegativeStock=True)
    posted(clerk, "StockEntry", "02-01", {"warehouse": EAST, "quantity": "1", "rate": "5"}, **CAME)
    ana = {"customer": {"code": "Ana"}}
    line = {"warehouse": WEST, "quantity": "4", "rate": "20"}
    sold = posted(clerk, "DeliveryNote", "02-02", line, **ana)
    assert costs(clerk, sold) == ["-20.00"]
    posted(clerk, "SalesReturn", "02-03", {"line": sold["lines"][0], "quantity": "3"})
    there = {"warehouse": WEST, "toWarehouse": EAST, "quantity": "2"}
    posted(clerk, "StockEntry", "02-04", there, **MOVED)
    back = {"warehouse": EAST, "toWarehouse": WEST, "quantity": "2"}
    posted(clerk, "StockEntry", "02-04", back, **MOVED)
    posted(clerk, "StockEntry", "02-05", {"warehouse": WEST, "quantity": "3", "rate": "8"}, **CAME)
    assert costs(clerk, sold) == ["-29.00"]
    assert is_clean(clerk)


def test_an_average_of_which_more_left_than_came_stays_until_it_is_covered(server: str) -> None:
    """3 at 10: the 5 cost 50, also with 1 at 30 more; with 2 at 20 they have 5 of 6 for 100."""
    clerk = opened(server, "AVERAGE_PERIOD", allowNegativeStock=True)

    def came(day: str, quantity: str, rate: str) -> None:
        line = {"warehouse": EAST, "quantity": quantity, "rate": rate}
        posted(clerk, "StockEntry", day, line, **CAME)

    came("02-01", "3", "10")
    sold = posted(clerk, "StockEntry", "02-02", {"warehouse": EAST, "quantity": "5"}, **WENT)
    assert costs(clerk, sold) == ["-50.00"]
    came("02-03", "1", "30")
    assert costs(clerk, sold) == ["-50.00"]
    assert is_clean(clerk)
    assert _told(clerk, sold) == [("COST", "-50.00"), ("AVERAGE", "-50.00")]
    came("02-04", "2", "20")
    assert costs(clerk, sold) == ["-83.33"]
    assert is_clean(clerk)
    assert _told(clerk, sold)[:2] == [("COST", "-83.33"), ("AVERAGE", "-83.33")]


def _told(clerk: Clerk, document: Any) -> list[tuple[str, str]]:
    """Kind and amount of what explains the cost of the document's only movement."""
    query = "query($i: ID!) { document(id: $i) { stockMovements { id } } }"
    (movement,) = clerk.ask(query, i=document["id"])["document"]["stockMovements"]
    told = clerk.ask(
        "query($c: CompanyRef!, $m: ID!) { explainCost(company: $c, movement: $m, depth: 1) {"
        " nodes { kind amount } } }",
        c=clerk.company, m=movement["id"],
    )["explainCost"]  # fmt: skip
    return [(one["kind"], one["amount"]) for one in told["nodes"]]


@pytest.mark.parametrize("method", ["FIFO", "AVERAGE_PERIOD"])
def test_a_revaluation_is_cancelled_after_a_receipt_that_it_had_valued(
    server: str, method: str
) -> None:
    clerk = opened(server, method)
    line = {"warehouse": EAST, "quantity": "10", "rate": "10"}
    posted(clerk, "StockEntry", "02-01", line, **CAME)
    gone = posted(clerk, "StockEntry", "02-02", line, **CAME)
    dearer = {"warehouse": EAST, "unitCost": "25"}
    revalued = posted(clerk, "StockRevaluation", "02-03", dearer)
    for one in (gone, revalued):
        clerk.made("cancelDocument", "cancellation", document={"id": one["id"]})
    assert is_clean(clerk)
    query = "query($company: CompanyRef!) { found: stockBalance(company: $company)"
    query += " { nodes { quantity value } } }"
    found = clerk.ask(query, company=clerk.company)["found"]["nodes"]
    assert found == [{"quantity": "10", "value": "100.00"}]
