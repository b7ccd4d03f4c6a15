"""Where the cost of what is sold goes: to the account of the line, its item, group or company."""

from typing import Any

import pytest

from tests.api.correcting import given_back
from tests.api.desk import (
    COGS,
    Desk,
    adjustments,
    delivery,
    entries,
    goods,
    is_clean,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)

OF_LINE, OF_ITEM, OF_GROUP, OF_ROOT = "Cost by line", "Cost by item", "Cost by group", "Cost, root"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Goods whose costs go to four accounts, ten of each in stock at 10."""
    for code in (OF_LINE, OF_ITEM, OF_GROUP, OF_ROOT):
        desk.make("createAccount", "account", company=desk.company, code=code, type="COGS")
    desk.make("createAccount", "account", company=desk.company, code="Chairs", type="INCOME")
    for code, above, more in (
        ("Wood", None, {"costOfGoodsSoldAccount": OF_ROOT, "incomeAccount": "Chairs"}),
        ("Chairs", {"code": "Wood"}, {"costOfGoodsSoldAccount": OF_GROUP}),
        ("Tables", {"code": "Wood"}, {}),
    ):
        accounts: Any = {name: {"code": account} for name, account in more.items()}
        desk.make("createItemGroup", "itemGroup", company=desk.company, code=code, parent=above,
                  **accounts)  # fmt: skip
    desk.item("CHAIR", group={"code": "Chairs"})
    desk.item("TABLE", group={"code": "Tables"})
    desk.item("STOOL", group={"code": "Chairs"}, costOfGoodsSoldAccount={"code": OF_ITEM})
    desk.post(receipt("2026-01-10", *(goods("10", "10", sku) for sku in SKUS)))
    return desk


SKUS = ("RM0001", "TABLE", "CHAIR", "STOOL")


def one_of_each(**more: Any) -> list[Any]:
    return [goods("1", "50", sku, **more) for sku in SKUS]


def test_the_nearest_account_takes_the_cost(shop: Desk) -> None:
    note = shown_and_kept(shop, delivery("2026-01-11", *one_of_each()))
    nearest = {COGS: "10.00", OF_ROOT: "10.00", OF_GROUP: "10.00", OF_ITEM: "10.00"}
    assert entries(note) == {**nearest, "Stores": "-40.00"}
    named = delivery("2026-01-11", *one_of_each(costOfGoodsSoldAccount={"code": OF_LINE}))
    assert entries(shop.post(named)) == {OF_LINE: "40.00", "Stores": "-40.00"}
    bill = shop.post(sale("2026-01-12", *one_of_each(), updateStock=True))
    assert entries(bill) == {
        **nearest, "Stores": "-40.00", "Debtors": "200.00", "Sales": "-50.00", "Chairs": "-150.00",
    }  # fmt: skip
    assert is_clean(shop)


def test_what_comes_later_goes_where_the_cost_stands(shop: Desk) -> None:
    line = goods("4", "50", "STOOL")
    note = shop.post(delivery("2026-01-12", line))
    named = shop.post(
        delivery("2026-01-12", goods("4", "50", "STOOL", costOfGoodsSoldAccount={"code": OF_LINE}))
    )
    shop.make("updateItem", "item", company=shop.company, item={"sku": "STOOL"},
              costOfGoodsSoldAccount=None)  # fmt: skip
    dearer = shop.post(receipt("2026-01-09", goods("6", "20", "STOOL")))
    assert adjustments(dearer) == {
        note["number"]: {OF_ITEM: "40.00", "Stores": "-40.00"},
        named["number"]: {OF_LINE: "20.00", "Stores": "-20.00"},
    }
    back = shop.post(given_back("SalesReturn", "2026-01-13", named, "2"))
    assert entries(back) == {"Stores": "30.00", OF_LINE: "-30.00"}
    assert entries(shop.post(delivery("2026-01-14", line))) == {
        OF_GROUP: "40.00",
        "Stores": "-40.00",
    }
    before = shop.balances()
    shop.cancelled(shop.post(delivery("2026-01-14", *one_of_each())))
    assert shop.balances() == before
    assert is_clean(shop)


def test_goods_of_no_known_delivery_are_taken_off_the_account_that_is_named(shop: Desk) -> None:
    def back(**more: Any) -> Any:
        line = {**goods("1", "10", "CHAIR"), **more}
        return "SalesReturn", {
            "customer": {"code": "UTAH"}, "postingDate": "2026-01-13", "lines": [line],
        }  # fmt: skip

    assert entries(shop.post(back())) == {"Stores": "10.00", OF_GROUP: "-10.00"}
    named = {"costOfGoodsSoldAccount": {"code": OF_LINE}}
    assert entries(shop.post(back(**named))) == {"Stores": "10.00", OF_LINE: "-10.00"}
    note = shop.post(delivery("2026-01-12", goods("1", "50", "CHAIR")))
    given = {"line": {"id": note["lines"][0]["id"]}, "quantity": "1", **named}
    paper = "SalesReturn", {"postingDate": "2026-01-13", "lines": [given]}
    assert refusals(shop, paper) == [("INVALID_VALUE", "lines.0.costOfGoodsSoldAccount")]
    assert is_clean(shop)


def test_what_is_trued_up_goes_to_its_own_account_where_the_company_has_one(shop: Desk) -> None:
    shop.make("updateItem", "item", company=shop.company, item={"sku": "STOOL"},
              allowNegativeStock=True)  # fmt: skip
    short = shop.post(delivery("2026-01-11", goods("12", "50", "STOOL")))
    assert entries(short) == {OF_ITEM: "120.00", "Stores": "-120.00"}
    shop.post(receipt("2026-01-12", goods("1", "13", "STOOL")))
    assert shop.balances()[OF_ITEM] == "123.00"
    shop.make("createAccount", "account", company=shop.company, code="Trued up", type="COGS")
    shop.make("updateCompany", "company", company=shop.company,
              defaults={"negativeStockAdjustment": {"code": "Trued up"}})  # fmt: skip
    shop.post(receipt("2026-01-13", goods("1", "14", "STOOL")))
    assert (shop.balances()[OF_ITEM], shop.balances()["Trued up"]) == ("123.00", "4.00")
    assert is_clean(shop)


def test_accounts_that_can_not_take_a_cost_are_refused(shop: Desk) -> None:
    def of(account: str) -> Any:
        return {"costOfGoodsSoldAccount": {"code": account}}

    for account, code in (("Stores", "STOCK_ACCOUNT_NOT_ALLOWED"), ("Nowhere", "NOT_FOUND")):
        line = goods("1", "50", "CHAIR", **of(account))
        path = "lines.0.costOfGoodsSoldAccount"
        assert refusals(shop, delivery("2026-01-11", line)) == [(code, path)]
    bill = sale("2026-01-11", goods("1", "50", "CHAIR", **of(OF_LINE)))
    assert refusals(shop, bill) == [("INVALID_VALUE", "lines.0.costOfGoodsSoldAccount")]
    for mutation, one in (("updateItem", {"item": {"sku": "CHAIR"}}),
                          ("updateItemGroup", {"itemGroup": {"code": "Wood"}})):  # fmt: skip
        declared = f"$i: {mutation[0].upper()}{mutation[1:]}Input!"
        done = shop.ask(
            f"mutation({declared}) {{ done: {mutation}(input: $i) {{ errors {{ code path }} }} }}",
            i={"company": shop.company, **one, **of("Stores")},
        )["done"]
        assert done["errors"] == [
            {"code": "WRONG_ACCOUNT_TYPE", "path": ["costOfGoodsSoldAccount"]}
        ]
