"""Masters that documents have used: what of them may still change, and what may not."""

from typing import Any

import pytest

from tests.api.clerk import Clerk


@pytest.fixture
def clerk(server: str) -> Clerk:
    """A company that has received goods."""
    made = Clerk(server)
    made.open()
    made.made("createWarehouse", "warehouse", name="Depot", isGroup=True,
              account={"code": "Stores"})  # fmt: skip
    made.made("createWarehouse", "warehouse", name="Bin", parent={"code": "Depot"})
    made.made("createWarehouse", "warehouse", name="Van")
    made.made("createItem", "item", sku="A")
    made.made("createParty", "party", code="ARCU", roles=["SUPPLIER"])
    for warehouse in ("Bin", "Van"):
        _receive(made, warehouse)
    return made


def _receive(clerk: Clerk, warehouse: str) -> Any:
    line = {"item": {"sku": "A"}, "warehouse": {"code": warehouse}, "quantity": "1", "rate": "5"}
    return clerk.payload(
        "submitPurchaseReceipt", "purchaseReceipt", company=clerk.company,
        supplier={"code": "ARCU"}, postingDate="2026-01-10", lines=[line],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("thing", "target"),
    [
        ("account", {"code": "Stock In Hand"}),
        ("account", {"code": "Stock Received But Not Billed"}),
        ("warehouse", {"code": "Van"}),
        ("item", {"sku": "A"}),
        ("party", {"code": "ARCU"}),
    ],
)
def test_what_was_used_cannot_be_deleted(clerk: Clerk, thing: str, target: dict[str, str]) -> None:
    mutation = "delete" + thing[0].upper() + thing[1:]
    assert clerk.refused(mutation, thing, **{thing: target}) == [("IN_USE", thing)]


def test_how_a_used_item_is_costed_stays(clerk: Clerk) -> None:
    for change, path in (
        ({"costingMethod": "MOVING_AVERAGE"}, "costingMethod"),
        ({"isStockItem": False}, "isStockItem"),
    ):
        assert clerk.refused("updateItem", "item", item={"sku": "A"}, **change) == [
            ("IN_USE", path)
        ]
    assert clerk.refused("updateCompany", "company", costingMethod="MOVING_AVERAGE") == [
        ("IN_USE", "costingMethod")
    ]
    clerk.made("updateItem", "item", item={"sku": "A"}, name="Another name", costingMethod=None)


def test_the_stock_account_of_a_warehouse_with_movements_stays(clerk: Clerk) -> None:
    other = {"code": "Finished Goods"}
    for warehouse in ("Depot", "Bin", "Van"):
        assert clerk.refused("updateWarehouse", "warehouse", warehouse={"code": warehouse},
                             account=other) == [("IN_USE", "account")]  # fmt: skip
    assert clerk.refused("updateWarehouse", "warehouse", warehouse={"code": "Bin"},
                         parent=None) == [("IN_USE", "parent")]  # fmt: skip
    assert clerk.refused("updateCompany", "company", defaults={"stockInHand": other}) == [
        ("IN_USE", "defaults.stockInHand")
    ]
    same = clerk.made("updateWarehouse", "warehouse", "accountSource", warehouse={"code": "Van"},
                      account={"code": "Stock In Hand"})  # fmt: skip
    assert same == {"accountSource": "WAREHOUSE"}


def test_what_an_account_with_postings_is_stays(clerk: Clerk) -> None:
    target = {"account": {"code": "Stock Received But Not Billed"}}
    for change, path in (({"isGroup": True}, "isGroup"), ({"currency": "EUR"}, "currency")):
        assert clerk.refused("updateAccount", "account", **target, **change) == [("IN_USE", path)]


def test_what_is_deactivated_is_not_used_again_until_it_is_activated(clerk: Clerk) -> None:
    for thing, target in (("item", {"sku": "A"}), ("warehouse", {"code": "Van"})):
        title = thing[0].upper() + thing[1:]
        clerk.made(f"deactivate{title}", thing, "id", **{thing: target})
        (error,) = _receive(clerk, "Van")["errors"]
        assert (error["code"], error["path"]) == ("INACTIVE", ["lines", "0", thing])
        clerk.made(f"activate{title}", thing, "id", **{thing: target})
        assert _receive(clerk, "Van")["errors"] == []


def test_a_company_with_records_cannot_be_deleted(clerk: Clerk) -> None:
    assert clerk.refused("deleteCompany", "company") == [("IN_USE", "company")]
