"""Warehouses, items and parties: what documents name."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from uuid_utils.compat import uuid7

from tests.api.clerk import Clerk

ACCOUNT = "code account { code } effectiveAccount { code } accountSource"


@pytest.fixture
def clerk(server: str) -> Clerk:
    made = Clerk(server)
    made.open()
    return made


def test_the_stock_account_is_its_own_then_its_parents_then_the_companys(clerk: Clerk) -> None:
    clerk.made("createWarehouse", "warehouse", name="Depot", isGroup=True,
               account={"code": "Stores"})  # fmt: skip
    clerk.made("createWarehouse", "warehouse", name="Aisle", isGroup=True,
               parent={"code": "Depot"})  # fmt: skip
    clerk.made("createWarehouse", "warehouse", name="Bin 1", parent={"code": "Aisle"})
    clerk.made("createWarehouse", "warehouse", name="Shop", parent={"code": "Depot"},
               account={"code": "Finished Goods"})  # fmt: skip
    clerk.made("createWarehouse", "warehouse", name="Van")
    resolved = {
        warehouse["code"]: (warehouse["effectiveAccount"]["code"], warehouse["accountSource"])
        for warehouse in clerk.listed("warehouses", fields=ACCOUNT)
    }
    assert resolved == {
        "Depot": ("Stores", "WAREHOUSE"),
        "Aisle": ("Stores", "PARENT"),
        "Bin 1": ("Stores", "PARENT"),
        "Shop": ("Finished Goods", "WAREHOUSE"),
        "Van": ("Stock In Hand", "COMPANY_DEFAULT"),
    }
    clerk.made("updateCompany", "company", defaults={"stockInHand": None})
    van = clerk.made("updateWarehouse", "warehouse", ACCOUNT, warehouse={"code": "Van"}, name="V")
    assert (van["effectiveAccount"], van["accountSource"]) == (None, None)
    assert clerk.listed("warehouses", 'parent: {code: "Depot"}') == ["Aisle", "Shop"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": "X", "account": {"code": "Debtors"}}, ("WRONG_ACCOUNT_TYPE", "account")),
        ({"name": "X", "account": {"code": "Stock Assets"}}, ("IS_GROUP", "account")),
        ({"name": "X", "account": {"code": "nobody"}}, ("NOT_FOUND", "account")),
        ({"name": "X", "parent": {"code": "Shop"}}, ("INVALID_PARENT", "parent")),
        ({"name": "Shop"}, ("CODE_TAKEN", "code")),
        ({}, ("REQUIRED", "code")),
    ],
)
def test_warehouses_that_do_not_fit_are_refused(
    clerk: Clerk, given: dict[str, object], refusal: tuple[str, str]
) -> None:
    clerk.made("createWarehouse", "warehouse", name="Shop")
    assert clerk.refused("createWarehouse", "warehouse", **given) == [refusal]


def test_a_warehouse_tree_cannot_be_knotted(clerk: Clerk) -> None:
    clerk.made("createWarehouse", "warehouse", name="A", isGroup=True)
    clerk.made("createWarehouse", "warehouse", name="B", isGroup=True, parent={"code": "A"})
    assert clerk.refused("updateWarehouse", "warehouse", warehouse={"code": "A"},
                         parent={"code": "B"}) == [("INVALID_PARENT", "parent")]  # fmt: skip
    assert clerk.refused("deleteWarehouse", "warehouse", warehouse={"code": "A"}) == [
        ("IN_USE", "warehouse")
    ]


def test_an_item_is_found_by_sku_id_and_barcode(clerk: Clerk) -> None:
    item = clerk.made(
        "createItem", "item",
        "id sku name uom isStockItem costingMethod ownCostingMethod barcodes standardCost weight",
        sku="RM0001", barcodes=["840", "0123", "840"], standardCost="12.50", weight=2,
    )  # fmt: skip
    assert item | {"id": ""} == {
        "id": "", "sku": "RM0001", "name": "RM0001", "uom": "Unit", "isStockItem": True,
        "costingMethod": "FIFO", "ownCostingMethod": None, "barcodes": ["0123", "840"],
        "standardCost": "12.50", "weight": "2",
    }  # fmt: skip
    query = """query($c: CompanyRef!, $i: ItemRef!) { item(company: $c, item: $i) { sku } }"""
    for ref in ({"sku": "RM0001"}, {"id": item["id"]}, {"barcode": "840"}):
        assert clerk.ask(query, c=clerk.company, i=ref) == {"item": {"sku": "RM0001"}}
    assert clerk.ask(query, c=clerk.company, i={"barcode": "999"}) == {"item": None}


def test_all_that_is_wrong_with_an_item_is_said_at_once(clerk: Clerk) -> None:
    assert clerk.refused(
        "createItem", "item", sku=" ", costingMethod="SPECIFIC", standardCost="-1",
        weight="0.1234567890123", barcodes=["a", ""], expenseAccount={"code": "nobody"},
    ) == [
        ("INVALID_VALUE", "sku"), ("NOT_SUPPORTED", "costingMethod"),
        ("NOT_FOUND", "expenseAccount"), ("INVALID_VALUE", "barcodes.1"),
        ("INVALID_VALUE", "standardCost"), ("INVALID_VALUE", "weight"),
    ]  # fmt: skip
    assert clerk.listed("items", fields="sku") == []


def test_skus_and_barcodes_are_unique_in_the_company(clerk: Clerk, server: str) -> None:
    clerk.made("createItem", "item", sku="A", barcodes=["1"])
    assert clerk.refused("createItem", "item", sku="A") == [("CODE_TAKEN", "sku")]
    assert clerk.refused("createItem", "item", sku="B", barcodes=["2", "1"]) == [
        ("CODE_TAKEN", "barcodes.1")
    ]
    assert clerk.listed("items", fields="sku") == ["A"]
    other = Clerk(server)
    other.open()
    other.made("createItem", "item", sku="A", barcodes=["1"])


def test_an_item_changes_only_where_it_was_asked_to(clerk: Clerk) -> None:
    clerk.made("createItemGroup", "itemGroup", code="G")
    clerk.made("createItem", "item", sku="A", name="One", description="x\ny", barcodes=["1", "2"],
               group={"code": "G"})  # fmt: skip
    changed = clerk.made(
        "updateItem", "item", "name description barcodes group { code } costingMethod version",
        item={"sku": "A"}, barcodes=["2", "3"], group=None, costingMethod="MOVING_AVERAGE",
    )  # fmt: skip
    assert changed == {
        "name": "One", "description": "x\ny", "barcodes": ["2", "3"], "group": None,
        "costingMethod": "MOVING_AVERAGE", "version": 2,
    }  # fmt: skip
    same = clerk.made("updateItem", "item", "version", item={"sku": "A"}, barcodes=["3", "2"])
    assert same == {"version": 2}


def test_a_repeated_item_gives_the_first_result(clerk: Clerk) -> None:
    given = {"id": str(uuid7()), "company": clerk.company, "sku": "A", "standardCost": "1.0",
             "barcodes": ["1"]}  # fmt: skip
    assert not clerk.payload("createItem", "item", **given)["replayed"]
    assert clerk.payload("createItem", "item", **given)["replayed"]
    assert clerk.payload("createItem", "item", **{**given, "standardCost": "1"})["replayed"]
    clerk.made("updateItem", "item", item={"sku": "A"}, name="Changed")
    assert clerk.payload("createItem", "item", **given)["replayed"]


def test_the_same_item_at_the_same_moment_is_made_once(clerk: Clerk) -> None:
    given = {"id": str(uuid7()), "company": clerk.company, "sku": "A"}
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(lambda _: clerk.payload("createItem", "item", **given), range(6))
        )
    assert [answer["errors"] for answer in answers] == [[]] * 6
    assert sum(not answer["replayed"] for answer in answers) == 1


def test_items_are_searched_and_filtered(clerk: Clerk) -> None:
    clerk.made("createItemGroup", "itemGroup", code="Raw")
    clerk.made("createItem", "item", sku="RM-1", name="Steel 100%", group={"code": "Raw"},
               barcodes=["8410076472"])  # fmt: skip
    clerk.made("createItem", "item", sku="SV-1", name="Repair", isStockItem=False)
    assert clerk.listed("items", 'search: "steel"', "sku") == ["RM-1"]
    assert clerk.listed("items", 'search: "0%"', "sku") == ["RM-1"]
    assert clerk.listed("items", 'search: "84100"', "sku") == ["RM-1"]
    assert clerk.listed("items", "isStockItem: false", "sku") == ["SV-1"]
    assert clerk.listed("items", 'group: {code: "Raw"}', "sku") == ["RM-1"]


def test_an_item_and_its_barcodes_can_be_deleted_while_unused(clerk: Clerk) -> None:
    clerk.made("createItem", "item", sku="A", barcodes=["1"])
    gone = clerk.payload("deleteItem", "item", company=clerk.company, item={"barcode": "1"})
    assert gone["errors"] == []
    clerk.made("createItem", "item", sku="B", barcodes=["1"])


def test_parties_have_roles_and_accounts_that_fit(clerk: Clerk) -> None:
    party = clerk.made(
        "createParty", "party",
        "code roles taxId receivableAccount { code } payableAccount { code }",
        name="Arcu", roles=["SUPPLIER", "CUSTOMER", "SUPPLIER"], taxId="B12345678",
        payableAccount={"code": "Creditors"},
    )  # fmt: skip
    assert party == {
        "code": "Arcu", "roles": ["CUSTOMER", "SUPPLIER"], "taxId": "B12345678",
        "receivableAccount": None, "payableAccount": {"code": "Creditors"},
    }  # fmt: skip
    assert clerk.refused("createParty", "party", name="X", roles=[],
                         receivableAccount={"code": "Bank"}) == [
        ("REQUIRED", "roles"), ("WRONG_ACCOUNT_TYPE", "receivableAccount"),
    ]  # fmt: skip
    assert clerk.listed("parties", "role: SUPPLIER") == ["Arcu"]
    assert clerk.listed("parties", 'search: "b1234"') == ["Arcu"]
    changed = clerk.made("updateParty", "party", "roles email version", party={"code": "Arcu"},
                         roles=["SUPPLIER"], email="a@example.com", expectedVersion=1)  # fmt: skip
    assert changed == {"roles": ["SUPPLIER"], "email": "a@example.com", "version": 2}
    assert clerk.listed("parties", "role: CUSTOMER") == []
    assert clerk.refused("deleteParty", "party", party={"code": "Arcu"}, expectedVersion=1) == [
        ("VERSION_CONFLICT", "expectedVersion")
    ]
