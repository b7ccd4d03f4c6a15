"""Setting posting rules, and asking which account they lead to."""

from typing import Any

import pytest

from tests.api.clerk import Clerk

RULES = """postingRules { position stockGroup warehouse { code } partyGroup itemGroup { code } area
  salesType accounts { role account { code } } }"""


@pytest.fixture
def clerk(server: str) -> Clerk:
    """A company with what rules may ask for."""
    return _furnished(Clerk(server))


def _furnished(made: Clerk, **more: Any) -> Clerk:
    made.open(**more)
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


def test_rules_are_replaced_in_the_version_that_was_seen(clerk: Clerk) -> None:
    query = """mutation($input: SetPostingRulesInput!) { done: setPostingRules(input: $input) {
      company { version } errors { code path ... on VersionConflict { current record {
        ... on Company { version postingRules(table: SALES) { area } } } } } } }"""
    (seen,) = clerk.ask(
        "query($c: CompanyRef!) { all: company(company: $c) { version } }", c=clerk.company
    ).values()
    given = {"company": clerk.company, "table": "SALES", "expectedVersion": seen["version"]}

    def put(area: str, version: int) -> Any:
        rules = [{"area": area, "accounts": [_account("INCOME", "Sales")]}]
        return clerk.ask(query, input={**given, "rules": rules, "expectedVersion": version})["done"]

    first, now = seen["version"], seen["version"] + 1
    assert put("EU", first) == {"company": {"version": now}, "errors": []}
    assert put("US", first)["errors"] == [
        {"code": "VERSION_CONFLICT", "path": ["expectedVersion"], "current": now,
         "record": {"version": now, "postingRules": [{"area": "EU"}]}},
    ]  # fmt: skip
    assert put("EU", now)["company"] == {"version": now}  # nothing has changed
    assert put("US", now)["company"] == {"version": now + 1}


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


@pytest.mark.parametrize("scheme", ["CONTINENTAL", "BY_LEVEL"])
def test_rules_are_looked_up_as_the_scheme_says(server: str, scheme: str) -> None:
    clerk = _furnished(Clerk(server), scheme=scheme)
    _set(clerk, "STOCK_POSTING",
         {"stockGroup": "RAW", "accounts": [_account("STOCK_IN_HAND", "Finished Goods")]},
         {"stockGroup": "RESALE", "accounts": [_account("STOCK_IN_HAND", "Stores")]})  # fmt: skip
    _set(clerk, "SALES",
         {"accounts": [_account("INCOME", "Sales")]},
         {"itemGroup": {"code": "FG"}, "accounts": [_account("INCOME", "Round Off")]},
         {"area": "US", "accounts": [_account("INCOME", "Sales")]})  # fmt: skip
    if scheme == "CONTINENTAL":
        assert _explained(clerk, "STOCK_IN_HAND") == (
            "Stores", "RULE", "STOCK_POSTING", None, 2, [(1, "OTHER_STOCK_GROUP")],
        )  # fmt: skip
        assert _explained(clerk, "INCOME")[:3] == ("Sales", "COMPANY_DEFAULT", "GENERAL_POSTING")
        return
    assert _explained(clerk, "INCOME") == (
        "Round Off", "RULE", "SALES", 5, 2, [(1, "LESS_SPECIFIC"), (3, "OTHER_AREA")],
    )  # fmt: skip
    assert _explained(clerk, "COST_OF_GOODS_SOLD") == (
        None, "NO_RULE", "COST_OF_SALES", None, None, [],
    )  # fmt: skip


ENTRIES = "journalLines(merged: true) { account { code } debit credit }"


def _posted(clerk: Clerk, kind: str, **given: Any) -> dict[str, str]:
    """A document's ledger lines by account, debit positive; it must not be refused."""
    thing = kind[0].lower() + kind[1:]
    payload = clerk.payload(f"submit{kind}", thing, ENTRIES, company=clerk.company, **given)
    assert payload["errors"] == []
    return {
        line["account"]["code"]: line["debit"] if line["credit"] == "0.00" else f"-{line['credit']}"
        for line in payload[thing]["journalLines"]
    }


def _line(quantity: str, rate: str | None = None) -> dict[str, Any]:
    line = {"item": {"sku": "CHAIR"}, "quantity": quantity, "warehouse": {"code": "EAST"}}
    return {**line, "rate": rate} if rate else line


def test_documents_post_where_the_rules_say(server: str) -> None:
    clerk = _furnished(Clerk(server), scheme="CONTINENTAL")
    clerk.made("createParty", "party", code="MILL", roles=["SUPPLIER"], group="NATIONAL")
    for code in ("Purchases made here", "Cost of exports", "Loss", "Applied"):
        clerk.made("createAccount", "account", code=code, type="EXPENSE",
                   parent={"code": "Direct Expenses"})  # fmt: skip
    _set(clerk, "STOCK_POSTING", {"stockGroup": "RESALE", "warehouse": {"code": "EAST"},
                                  "accounts": [_account("STOCK_IN_HAND", "Stores")]})  # fmt: skip
    _set(
        clerk, "GENERAL_POSTING",
        {"partyGroup": "NATIONAL", "accounts": [_account("PURCHASES", "Purchases made here"),
                                                _account("DIRECT_COST_APPLIED", "Applied")]},
        {"partyGroup": "EXPORT", "itemGroup": {"code": "FG"},
         "accounts": [_account("COST_OF_GOODS_SOLD", "Cost of exports")]},
        {"itemGroup": {"code": "FG"}, "accounts": [_account("STOCK_ADJUSTMENT", "Loss")]},
    )  # fmt: skip
    assert _posted(clerk, "PurchaseInvoice", supplier={"code": "MILL"}, postingDate="2026-01-02",
                   lines=[_line("10", "40")]) == {
        "Purchases made here": "400.00", "Creditors": "-400.00",
        "Stores": "400.00", "Applied": "-400.00",
    }  # fmt: skip
    assert _posted(clerk, "SalesInvoice", customer={"code": "ACME"}, postingDate="2026-01-03",
                   lines=[_line("3", "95")]) == {
        "Debtors": "285.00", "Sales": "-285.00", "Cost of exports": "120.00", "Stores": "-120.00",
    }  # fmt: skip
    assert _posted(clerk, "StockEntry", purpose="MATERIAL_ISSUE", postingDate="2026-01-04",
                   lines=[_line("1")]) == {"Loss": "40.00", "Stores": "-40.00"}  # fmt: skip
    assert _posted(clerk, "StockReconciliation", postingDate="2026-01-05",
                   lines=[_line("5")]) == {"Loss": "40.00", "Stores": "-40.00"}  # fmt: skip
    for role, account in (("STOCK_IN_HAND", "Stores"), ("COST_OF_GOODS_SOLD", "Cost of exports"),
                          ("STOCK_ADJUSTMENT", "Loss")):  # fmt: skip
        assert _explained(clerk, role)[:2] == (account, "RULE")
    check = "query($c: CompanyRef!) { booksCheck(company: $c) { isClean } }"
    assert clerk.ask(check, c=clerk.company)["booksCheck"]["isClean"]


def test_goods_in_stock_do_not_come_to_another_account_by_rules(server: str) -> None:
    clerk = _furnished(Clerk(server), scheme="CONTINENTAL")
    _posted(clerk, "StockEntry", purpose="MATERIAL_RECEIPT", postingDate="2026-01-04",
            lines=[_line("2", "40")])  # fmt: skip
    other = {"accounts": [_account("STOCK_IN_HAND", "Stores")]}
    refused = _set(clerk, "STOCK_POSTING", {"stockGroup": "RESALE", **other})
    assert refused["postingRules"] is None
    assert refused["errors"] == [{"code": "IN_USE", "path": ["rules"]}]
    assert _kept(clerk, "STOCK_POSTING") == []
    assert _set(clerk, "STOCK_POSTING", {"stockGroup": "RAW", **other})["errors"] == []
    assert clerk.refused("updateItem", "item", item={"sku": "CHAIR"}, stockGroup="RAW") == [
        ("IN_USE", "stockGroup")
    ]
