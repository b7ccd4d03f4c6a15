"""Setting posting rules, and asking which account they lead to."""

from typing import Any

import psycopg
import pytest

from tests.api.clerk import Clerk

RULES = """postingRules { position stockGroup warehouse { code } partyGroup itemGroup { code } area
  salesType accounts { role account { code } } }"""


@pytest.fixture
def clerk(server: str) -> Clerk:
    """A company with what rules may ask for."""
    return _furnished(Clerk(server))


def _furnished(made: Clerk) -> Clerk:
    made.open()
    for code in ("EAST", "WEST"):
        made.made("createWarehouse", "warehouse", code=code)
    made.made("createItemGroup", "itemGroup", code="FG")
    made.made("createItem", "item", sku="CHAIR", stockGroup="RESALE", group={"code": "FG"})
    made.made("createParty", "party", code="ACME", roles=["CUSTOMER"], group="EXPORT", area="EU",
              salesType="DE")  # fmt: skip
    return made


def _account(role: str, code: str) -> dict[str, Any]:
    return {"role": role, "account": {"code": code}}


def _set(clerk: Clerk, table: str, *rules: dict[str, Any]) -> Any:
    query = f"""mutation($input: SetPostingRulesInput!) {{ done: setPostingRules(input: $input) {{
      {RULES} company {{ code }} errors {{ code path }} }} }}"""
    given = {"company": clerk.company, "table": table, "rules": list(rules)}
    return clerk.ask(query, input=given)["done"]


def _kept(clerk: Clerk, table: str) -> list[int]:
    query = """query($c: CompanyRef!, $t: RuleTable!) {
      postingRules(company: $c, table: $t) { position } }"""
    return [one["position"] for one in clerk.ask(query, c=clerk.company, t=table)["postingRules"]]


def test_a_table_is_replaced_as_a_whole_in_order(clerk: Clerk) -> None:
    stores = _account("STOCK_IN_HAND", "Stores")
    first = _set(
        clerk, "STOCK_POSTING",
        {"stockGroup": "RESALE", "warehouse": {"code": "EAST"},
         "accounts": [stores, _account("STOCK_INTERIM", "VAT")]},
        {"stockGroup": "RESALE", "warehouse": {"code": "*"}, "accounts": [stores]},
        {"stockGroup": "*", "accounts": [_account("STOCK_IN_HAND", "Finished Goods")]},
    )  # fmt: skip
    assert first["errors"] == []
    assert first["company"] == {"code": clerk.code}
    nothing = {"partyGroup": None, "itemGroup": None, "area": None, "salesType": None}
    assert first["postingRules"] == [
        {"position": 1, "stockGroup": "RESALE", "warehouse": {"code": "EAST"}, **nothing,
         "accounts": [{"role": "STOCK_IN_HAND", "account": {"code": "Stores"}},
                      {"role": "STOCK_INTERIM", "account": {"code": "VAT"}}]},
        {"position": 2, "stockGroup": "RESALE", "warehouse": None, **nothing,
         "accounts": [{"role": "STOCK_IN_HAND", "account": {"code": "Stores"}}]},
        {"position": 3, "stockGroup": None, "warehouse": None, **nothing,
         "accounts": [{"role": "STOCK_IN_HAND", "account": {"code": "Finished Goods"}}]},
    ]  # fmt: skip
    _set(clerk, "SALES", {"area": "EU", "itemGroup": {"code": "FG"}, "salesType": "DE",
                          "accounts": [_account("INCOME", "Sales")]})  # fmt: skip
    assert len(_set(clerk, "STOCK_POSTING", {"accounts": [stores]})["postingRules"]) == 1
    assert (_kept(clerk, "STOCK_POSTING"), _kept(clerk, "SALES")) == ([1], [1])
    assert _set(clerk, "SALES")["postingRules"] == []


def test_all_that_does_not_fit_is_said_and_the_old_rules_stay(clerk: Clerk) -> None:
    old = {"itemGroup": {"code": "FG"}, "accounts": [_account("COST_OF_GOODS_SOLD", "Sales")]}
    assert _set(clerk, "COST_OF_SALES", old, {"accounts": old["accounts"]})["errors"] == []
    refused = _set(
        clerk, "COST_OF_SALES",
        {"stockGroup": "RESALE", "accounts": []},
        {"itemGroup": {"code": "nothing"}, "area": " ", "accounts": [
            _account("INCOME", "Sales"), _account("COST_OF_GOODS_SOLD", "Stores"),
            _account("COST_OF_GOODS_SOLD", "Direct Income")]},
        {"accounts": []},
    )  # fmt: skip
    assert refused["postingRules"] is None
    assert [(error["code"], ".".join(error["path"])) for error in refused["errors"]] == [
        ("INVALID_VALUE", "rules.0.stockGroup"), ("REQUIRED", "rules.0.accounts"),
        ("NOT_FOUND", "rules.1.itemGroup"), ("INVALID_VALUE", "rules.1.area"),
        ("INVALID_VALUE", "rules.1.accounts.0.role"),
        ("WRONG_ACCOUNT_TYPE", "rules.1.accounts.1.account"),
        ("INVALID_VALUE", "rules.1.accounts.2.role"),
        ("REQUIRED", "rules.2.accounts"), ("INVALID_VALUE", "rules.2"),
    ]  # fmt: skip
    assert _kept(clerk, "COST_OF_SALES") == [1, 2]


def test_what_a_rule_names_is_in_use(clerk: Clerk) -> None:
    clerk.made("createItemGroup", "itemGroup", code="RM")
    clerk.made("createAccount", "account", code="Depot", type="STOCK",
               parent={"code": "Stock Assets"})  # fmt: skip
    _set(clerk, "STOCK_POSTING", {"warehouse": {"code": "WEST"},
                                  "accounts": [_account("STOCK_IN_HAND", "Depot")]})  # fmt: skip
    _set(clerk, "SALES", {"itemGroup": {"code": "RM"}, "accounts": [_account("INCOME", "Sales")]})
    for thing, code in (("warehouse", "WEST"), ("itemGroup", "RM"), ("account", "Depot")):
        title = thing[0].upper() + thing[1:]
        assert clerk.refused(f"delete{title}", thing, **{thing: {"code": code}}) == [
            ("IN_USE", thing)
        ]


EXPLAIN = """query($c: CompanyRef!, $role: AccountRole!, $w: WarehouseRef, $p: PartyRef) {
  explainAccount(company: $c, role: $role, item: {sku: "CHAIR"}, warehouse: $w, party: $p) {
    account { code } source table step rule { position }
    rulesBeaten { rule { position } because } } }"""


def _explained(clerk: Clerk, role: str, **more: Any) -> tuple[Any, ...]:
    variables = {"role": role, "w": {"code": "EAST"}, "p": {"code": "ACME"}} | more
    found = clerk.ask(EXPLAIN, c=clerk.company, **variables)["explainAccount"]
    rule = found["rule"]["position"] if found["rule"] else None
    beaten = [(one["rule"]["position"], one["because"]) for one in found["rulesBeaten"]]
    account = found["account"]["code"] if found["account"] else None
    return account, found["source"], found["table"], found["step"], rule, beaten


def test_an_account_is_explained_where_rules_do_not_count(clerk: Clerk) -> None:
    _set(clerk, "STOCK_POSTING", {"accounts": [_account("STOCK_IN_HAND", "Stores")]})
    assert _explained(clerk, "STOCK_IN_HAND") == (
        "Stock In Hand", "COMPANY_DEFAULT", None, None, None, [],
    )  # fmt: skip
    clerk.made("updateWarehouse", "warehouse", warehouse={"code": "EAST"},
               account={"code": "Finished Goods"})  # fmt: skip
    assert _explained(clerk, "STOCK_IN_HAND")[:2] == ("Finished Goods", "WAREHOUSE")
    clerk.made("updateCompany", "company", defaults={"freight": None})
    assert _explained(clerk, "FREIGHT")[:2] == (None, "MISSING")
    answer = clerk.answer(EXPLAIN, c=clerk.company, role="INCOME", w={"code": "NORTH"})
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert answer["errors"][0]["extensions"]["path"] == ["warehouse"]


def test_rules_are_looked_up_as_the_scheme_says(fresh_server: str, database_url: str) -> None:
    clerk = _furnished(Clerk(fresh_server))
    _set(clerk, "STOCK_POSTING",
         {"stockGroup": "RAW", "accounts": [_account("STOCK_IN_HAND", "Finished Goods")]},
         {"stockGroup": "RESALE", "accounts": [_account("STOCK_IN_HAND", "Stores")]})  # fmt: skip
    _set(clerk, "SALES",
         {"accounts": [_account("INCOME", "Sales")]},
         {"itemGroup": {"code": "FG"}, "accounts": [_account("INCOME", "Round Off")]},
         {"area": "US", "accounts": [_account("INCOME", "Sales")]})  # fmt: skip
    _scheme(database_url, clerk, "CONTINENTAL")
    assert _explained(clerk, "STOCK_IN_HAND") == (
        "Stores", "RULE", "STOCK_POSTING", None, 2, [(1, "OTHER_STOCK_GROUP")],
    )  # fmt: skip
    _scheme(database_url, clerk, "BY_LEVEL")
    assert _explained(clerk, "INCOME") == (
        "Round Off", "RULE", "SALES", 5, 2, [(1, "LESS_SPECIFIC"), (3, "OTHER_AREA")],
    )  # fmt: skip
    assert _explained(clerk, "COST_OF_GOODS_SOLD") == (
        None, "NO_RULE", "COST_OF_SALES", None, None, [],
    )  # fmt: skip


def _scheme(database_url: str, clerk: Clerk, scheme: str) -> None:
    with psycopg.connect(database_url) as owner:
        owner.execute("update company set scheme = %s where code = %s", (scheme, clerk.code))
