"""Groups of items, and the codes of items and parties by which posting rules find accounts."""

from typing import Any

import pytest
from uuid_utils.compat import uuid7

from tests.api.clerk import Clerk


@pytest.fixture
def clerk(server: str) -> Clerk:
    """A company of its own."""
    made = Clerk(server)
    made.open()
    return made


GROUP = (
    "code name version isActive costingMethod parent { code } stockAccount { code }"
    " adjustmentAccount { code } purchasePriceVarianceAccount { code }"
)


def test_a_group_names_its_accounts_and_stands_in_a_tree(clerk: Clerk) -> None:
    clerk.made("createItemGroup", "itemGroup", code="Goods", stockAccount={"code": "Stores"})
    made = clerk.made(
        "createItemGroup", "itemGroup", GROUP, code="FG", name="Finished goods",
        parent={"code": "Goods"}, costingMethod="MOVING_AVERAGE",
        stockAccount={"code": "Finished Goods"}, adjustmentAccount={"code": "Stock Adjustment"},
        purchasePriceVarianceAccount={"code": "Cost of Goods Sold"},
    )  # fmt: skip
    assert made == {
        "code": "FG", "name": "Finished goods", "version": 1, "isActive": True,
        "costingMethod": "MOVING_AVERAGE", "parent": {"code": "Goods"},
        "stockAccount": {"code": "Finished Goods"},
        "adjustmentAccount": {"code": "Stock Adjustment"},
        "purchasePriceVarianceAccount": {"code": "Cost of Goods Sold"},
    }  # fmt: skip
    assert clerk.listed("itemGroups") == ["FG", "Goods"]
    changed = clerk.made("updateItemGroup", "itemGroup", GROUP, itemGroup={"code": "FG"},
                         name="Goods made", parent=None, stockAccount=None)  # fmt: skip
    assert (changed["name"], changed["parent"], changed["stockAccount"]) == (
        "Goods made", None, None,
    )  # fmt: skip
    assert changed["version"] == 2


def test_a_group_is_found_by_its_id_and_code(clerk: Clerk) -> None:
    one = clerk.made("createItemGroup", "itemGroup", code="FG")["id"]
    found = clerk.ask(
        "query($c: CompanyRef!, $id: ID!) { node(id: $id) { __typename id }"
        ' itemGroup(company: $c, itemGroup: {code: "FG"}) { id } }',
        c=clerk.company, id=one,
    )  # fmt: skip
    assert found == {"node": {"__typename": "ItemGroup", "id": one}, "itemGroup": {"id": one}}


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({}, [("REQUIRED", "code")]),
        ({"code": "Taken"}, [("CODE_TAKEN", "code")]),
        ({"code": "A", "parent": {"code": "nobody"}}, [("NOT_FOUND", "parent")]),
        (
            {
                "code": "A",
                "stockAccount": {"code": "Sales"},
                "adjustmentAccount": {"code": "Stores"},
                "purchasePriceVarianceAccount": {"code": "Direct Expenses"},
            },
            [
                ("WRONG_ACCOUNT_TYPE", "stockAccount"),
                ("WRONG_ACCOUNT_TYPE", "adjustmentAccount"),
                ("IS_GROUP", "purchasePriceVarianceAccount"),
            ],
        ),
    ],
)
def test_a_group_that_does_not_fit_is_not_made(
    clerk: Clerk, given: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    clerk.made("createItemGroup", "itemGroup", code="Taken")
    assert clerk.refused("createItemGroup", "itemGroup", **given) == errors
    assert clerk.listed("itemGroups") == ["Taken"]


def test_a_group_may_not_come_to_stand_below_itself(clerk: Clerk) -> None:
    clerk.made("createItemGroup", "itemGroup", code="A")
    clerk.made("createItemGroup", "itemGroup", code="B", parent={"code": "A"})
    assert clerk.refused("updateItemGroup", "itemGroup", itemGroup={"code": "A"},
                         parent={"code": "B"}) == [("INVALID_PARENT", "parent")]  # fmt: skip


def test_a_group_in_use_is_not_deleted(clerk: Clerk) -> None:
    clerk.made("createItemGroup", "itemGroup", code="A")
    clerk.made("createItemGroup", "itemGroup", code="B", parent={"code": "A"})
    clerk.made("createItem", "item", sku="X", group={"code": "B"})
    for code in ("A", "B"):
        assert clerk.refused("deleteItemGroup", "itemGroup", itemGroup={"code": code}) == [
            ("IN_USE", "itemGroup")
        ]
    clerk.made("updateItem", "item", item={"sku": "X"}, group=None)
    gone = clerk.payload("deleteItemGroup", "itemGroup", company=clerk.company,
                         itemGroup={"code": "B"})  # fmt: skip
    assert gone["errors"] == []
    assert clerk.listed("itemGroups") == ["A"]


def test_an_account_of_a_group_is_in_use(clerk: Clerk) -> None:
    clerk.made("createAccount", "account", code="Depot", type="STOCK",
               parent={"code": "Stock Assets"})  # fmt: skip
    clerk.made("createItemGroup", "itemGroup", code="A", stockAccount={"code": "Depot"})
    assert clerk.refused("deleteAccount", "account", account={"code": "Depot"}) == [
        ("IN_USE", "account")
    ]


def test_a_deactivated_group_takes_no_items(clerk: Clerk) -> None:
    clerk.made("createItemGroup", "itemGroup", code="A")
    clerk.made("deactivateItemGroup", "itemGroup", itemGroup={"code": "A"})
    assert clerk.refused("createItem", "item", sku="X", group={"code": "A"}) == [
        ("INACTIVE", "group")
    ]
    clerk.made("activateItemGroup", "itemGroup", itemGroup={"code": "A"})
    clerk.made("createItem", "item", sku="X", group={"code": "A"})


def test_an_item_takes_over_the_costing_method_of_its_group_or_of_the_nearest_above(
    clerk: Clerk,
) -> None:
    clerk.made("createItemGroup", "itemGroup", code="A", costingMethod="LIFO")
    clerk.made("createItemGroup", "itemGroup", code="B", parent={"code": "A"})
    clerk.made("createItemGroup", "itemGroup", code="C", parent={"code": "B"})
    for sku, more, method in (
        ("1", {"group": {"code": "A"}}, "LIFO"),
        ("2", {"group": {"code": "C"}}, "LIFO"),
        ("3", {"group": {"code": "C"}, "costingMethod": "FIFO"}, "FIFO"),
        ("4", {}, None),
    ):
        item = clerk.made("createItem", "item", "ownCostingMethod", sku=sku, **more)
        assert item == {"ownCostingMethod": method}
    clerk.made("updateItemGroup", "itemGroup", itemGroup={"code": "A"}, costingMethod=None)
    assert clerk.listed("items", "", "ownCostingMethod") == ["LIFO", "LIFO", "FIFO", None]


def test_what_rules_and_costs_need_of_an_item_is_kept(clerk: Clerk) -> None:
    fields = "stockGroup unitCost standardCost overheadRate indirectCostPercent version"
    made = clerk.made("createItem", "item", fields, sku="A", stockGroup=" RAW ", unitCost="4.5",
                      standardCost="5", overheadRate="0.25", indirectCostPercent="8")  # fmt: skip
    assert made == {
        "stockGroup": "RAW", "unitCost": "4.5", "standardCost": "5", "overheadRate": "0.25",
        "indirectCostPercent": "8", "version": 1,
    }  # fmt: skip
    changed = clerk.made("updateItem", "item", fields, item={"sku": "A"}, stockGroup=None,
                         overheadRate=None, indirectCostPercent="9")  # fmt: skip
    assert changed == made | {
        "stockGroup": None, "overheadRate": None, "indirectCostPercent": "9", "version": 2,
    }  # fmt: skip
    assert clerk.refused("updateItem", "item", item={"sku": "A"}, overheadRate="-1",
                         unitCost="-1", stockGroup="") == [
        ("INVALID_VALUE", "stockGroup"), ("INVALID_VALUE", "unitCost"),
        ("INVALID_VALUE", "overheadRate"),
    ]  # fmt: skip


def test_what_rules_need_of_a_party_is_kept(clerk: Clerk) -> None:
    id_ = str(uuid7())
    given = {"id": id_, "code": "ACME", "roles": ["CUSTOMER"], "group": "EXPORT", "area": "EU",
             "salesType": "DE"}  # fmt: skip
    made = clerk.made("createParty", "party", "group area salesType", **given)
    assert made == {"group": "EXPORT", "area": "EU", "salesType": "DE"}
    again = clerk.payload("createParty", "party", company=clerk.company, **given)
    assert again["replayed"] is True
    changed = clerk.made("updateParty", "party", "group area salesType", party={"code": "ACME"},
                         group="NATIONAL", area=None)  # fmt: skip
    assert changed == {"group": "NATIONAL", "area": None, "salesType": "DE"}
    assert clerk.refused("updateParty", "party", party={"code": "ACME"}, area=" ") == [
        ("INVALID_VALUE", "area")
    ]
