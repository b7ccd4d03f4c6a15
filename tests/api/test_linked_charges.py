"""Additional costs of transfers where costs travel along links: they stay with the goods."""

from typing import Any

import pytest

from tests.api.clerk import Clerk

CHECK = "query($c: CompanyRef!) { booksCheck(company: $c) { isClean } }"
MOVED = "stockMovements { warehouse { code } cost }"


def _line(quantity: str, **more: Any) -> dict[str, Any]:
    return {"item": {"sku": "CHAIR"}, "quantity": quantity, **more}


def _posted(clerk: Clerk, kind: str, day: str, **given: Any) -> list[tuple[str, str]]:
    """(warehouse, cost) of what a document moves; it must not be refused."""
    thing = kind[0].lower() + kind[1:]
    payload = clerk.payload(
        f"submit{kind}", thing, MOVED, company=clerk.company, postingDate=day, **given
    )
    assert payload["errors"] == []
    return [(one["warehouse"]["code"], one["cost"]) for one in payload[thing]["stockMovements"]]


@pytest.mark.parametrize(
    ("method", "kind", "of_january", "of_february"),
    [
        ("AVERAGE_PERIOD", "ITEM", "-21.60", "-10.80"),
        ("AVERAGE_PERIOD", "ITEM_WAREHOUSE", "-24.00", "-12.00"),
        ("FIFO", "ITEM", "-24.00", "-12.00"),
    ],
)
def test_what_a_transfer_cost_besides_stays_with_the_goods(
    server: str, method: str, kind: str, of_january: str, of_february: str
) -> None:
    clerk = Clerk(server)
    settings = {"averageCostPeriod": "MONTH", "averageCostCalcType": kind}
    clerk.open(scheme="CONTINENTAL", settings=settings)
    for code in ("EAST", "WEST"):
        clerk.made("createWarehouse", "warehouse", code=code)
    clerk.made("createItem", "item", sku="CHAIR", costingMethod=method)
    clerk.made("createAccount", "account", code="Freight", type="EXPENSE",
               parent={"code": "Direct Expenses"})  # fmt: skip
    east, west = {"code": "EAST"}, {"code": "WEST"}
    _posted(clerk, "StockEntry", "2026-01-02", purpose="MATERIAL_RECEIPT",
            lines=[_line("10", warehouse=east, rate="10")])  # fmt: skip
    moved = _posted(clerk, "StockEntry", "2026-01-03", purpose="MATERIAL_TRANSFER",
                    lines=[_line("4", warehouse=east, toWarehouse=west)],
                    charges=[{"account": {"code": "Freight"}, "amount": "8"}])  # fmt: skip
    assert {place for place, _ in moved} == {"EAST", "WEST"}
    issue = {"purpose": "MATERIAL_ISSUE"}
    assert _posted(clerk, "StockEntry", "2026-01-04", **issue,
                   lines=[_line("2", warehouse=west)]) == [("WEST", of_january)]  # fmt: skip
    assert _posted(clerk, "StockEntry", "2026-02-04", **issue,
                   lines=[_line("1", warehouse=west)]) == [("WEST", of_february)]  # fmt: skip
    assert clerk.ask(CHECK, c=clerk.company)["booksCheck"]["isClean"]


def test_charges_are_spread_over_lines_by_all_the_layers_they_move(server: str) -> None:
    clerk = Clerk(server)
    clerk.open(scheme="CONTINENTAL")
    for code in ("EAST", "WEST"):
        clerk.made("createWarehouse", "warehouse", code=code)
    for sku in ("CHAIR", "TABLE"):
        clerk.made("createItem", "item", sku=sku, costingMethod="FIFO")
    clerk.made("createAccount", "account", code="Freight", type="EXPENSE",
               parent={"code": "Direct Expenses"})  # fmt: skip
    east, west = {"code": "EAST"}, {"code": "WEST"}
    table = {"item": {"sku": "TABLE"}}
    came = [
        _line("1", warehouse=east, rate="10"),
        _line("9", warehouse=east, rate="20"),
        {**_line("10", warehouse=east, rate="10"), **table},
    ]
    _posted(clerk, "StockEntry", "2026-01-02", purpose="MATERIAL_RECEIPT", lines=came)
    # Chairs of two layers are worth 190, tables 100: of 29 they bear 19 and 10.
    lines = [
        _line("10", warehouse=east, toWarehouse=west),
        {**_line("10", warehouse=east, toWarehouse=west), **table},
    ]
    charges = [{"account": {"code": "Freight"}, "amount": "29"}]
    moved = _posted(clerk, "StockEntry", "2026-01-03", purpose="MATERIAL_TRANSFER", lines=lines,
                    charges=charges)  # fmt: skip
    arrived = [cost for place, cost in moved if place == "WEST"]
    assert sorted(arrived) == ["11.90", "110.00", "197.10"]
    assert clerk.ask(CHECK, c=clerk.company)["booksCheck"]["isClean"]
