"""Opening and changing companies."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from tests.api.clerk import Clerk

DEFAULTS = "defaults { stockInHand { code } income { code } bank { code } costCenter { code } }"


@pytest.fixture
def clerk(server: str) -> Clerk:
    return Clerk(server)


def test_the_examples_of_the_contract_run_as_they_stand(clerk: Clerk) -> None:
    answer = clerk.ask(
        """mutation($code: String!) {
          createCompany(input: { code: $code, name: "Acme", currency: "USD",
            chart: PERPETUAL_EN, scheme: PERPETUAL, defaults: { stockInHand: {code: "Stores"} } })
          { company { id code currency scheme } errors { code message path } replayed } }""",
        code=clerk.code,
    )["createCompany"]
    assert answer["company"] | {"id": ""} == {
        "id": "", "code": clerk.code, "currency": "USD", "scheme": "PERPETUAL",
    }  # fmt: skip
    assert (answer["errors"], answer["replayed"]) == ([], False)
    answer = clerk.ask(
        """mutation($c: CompanyRef!) {
          createAccount(input: { company: $c, code: "Depot", name: "Depot", type: STOCK,
            root: ASSET, parent: {code: "Stock Assets"}, isGroup: false })
          { account { id code } errors { code } }
          createWarehouse(input: { company: $c, code: "Stores", name: "Stores",
            account: {code: "Stores"}, parent: null })
          { warehouse { code effectiveAccount { code } accountSource } errors { code } }
          createItem(input: { company: $c, sku: "RM0001", name: "...", costingMethod: FIFO,
            isStockItem: true, barcodes: ["..."], standardCost: null })
          { item { sku } errors { code } }
          createParty(input: { company: $c, code: "ARCU", name: "Arcu Vel Quam Fabricators",
            roles: [SUPPLIER] }) { party { code } errors { code } } }""",
        c=clerk.company,
    )
    assert [payload["errors"] for payload in answer.values()] == [[], [], [], []]
    assert answer["createWarehouse"]["warehouse"] == {
        "code": "Stores", "effectiveAccount": {"code": "Stores"}, "accountSource": "WAREHOUSE",
    }  # fmt: skip


def test_a_company_begins_with_its_chart_roles_and_cost_center_main(clerk: Clerk) -> None:
    company = clerk.open(f"flow costingMethod postsStockFrom {DEFAULTS}")["company"]
    assert company == {
        "flow": "REPLAY", "costingMethod": "FIFO", "postsStockFrom": None,
        "defaults": {
            "stockInHand": {"code": "Stock In Hand"}, "income": {"code": "Sales"},
            "bank": {"code": "Bank"}, "costCenter": {"code": "Main"},
        },
    }  # fmt: skip
    assert clerk.listed("costCenters") == ["Main"]
    assert clerk.listed("accounts", "first: 4") == ["Assets", "Debtors", "Stock Assets",
                                                    "Stock In Hand"]  # fmt: skip


def test_chart_none_keeps_defaults_until_their_accounts_are_made(clerk: Clerk) -> None:
    company = clerk.open(
        f"chart scheme pendingDefaults {{ role code }} {DEFAULTS}",
        chart="NONE", scheme="PERIODIC",
        defaults={"income": {"code": "Sales"}, "bank": {"code": "1300"},
                  "costCenter": {"code": "Main"}},
    )["company"]  # fmt: skip
    assert company["pendingDefaults"] == [
        {"role": "bank", "code": "1300"}, {"role": "income", "code": "Sales"},
    ]  # fmt: skip
    assert company["defaults"]["costCenter"] == {"code": "Main"}
    assert clerk.refused("createAccount", "account", code="Sales", type="STOCK") == [
        ("WRONG_ACCOUNT_TYPE", "type")
    ]
    clerk.made("createAccount", "account", code="Sales", type="INCOME")
    clerk.made("createAccount", "account", code="1300", name="Savings", type="BANK")
    query = f"query($c: CompanyRef!) {{ company(company: $c) {{ {DEFAULTS}"
    company = clerk.ask(query + " pendingDefaults { role } } }", c=clerk.company)["company"]
    assert company["pendingDefaults"] == []
    assert company["defaults"]["income"] == {"code": "Sales"}
    assert company["defaults"]["bank"] == {"code": "1300"}


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_made(clerk: Clerk) -> None:
    payload = clerk.open(
        code=" ",
        name="x" * 301,
        costingMethod="SPECIFIC",
        fiscalYearStartMonth=13,
    )
    assert payload["company"] is None
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        ("NOT_SUPPORTED", ["costingMethod"]),
        ("INVALID_VALUE", ["fiscalYearStartMonth"]), ("INVALID_VALUE", ["code"]),
        ("INVALID_VALUE", ["name"]),
    ]  # fmt: skip
    assert clerk.ask("query($c: CompanyRef!) { company(company: $c) { id } }", c=clerk.company) == {
        "company": None
    }


@pytest.mark.parametrize(
    ("role", "account", "code"),
    [
        ("stockInHand", {"code": "Debtors"}, "WRONG_ACCOUNT_TYPE"),
        ("income", {"code": "Direct Income"}, "IS_GROUP"),
        ("income", {"id": "nonsense"}, "NOT_FOUND"),
    ],
)
def test_defaults_that_do_not_fit_are_refused(
    clerk: Clerk, role: str, account: dict[str, str], code: str
) -> None:
    payload = clerk.open(defaults={role: account})
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        (code, ["defaults", role])
    ]


def test_a_repeated_opening_gives_the_first_result(clerk: Clerk) -> None:
    id_ = str(uuid7())
    first, again = clerk.open(id=id_), clerk.open(id=id_)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["company"] == again["company"] == {"id": id_}
    other = clerk.open(id=id_, name="Other")
    assert [error["code"] for error in other["errors"]] == ["IDEMPOTENCY_CONFLICT"]
    taken = clerk.open()
    assert [(error["code"], error["path"]) for error in taken["errors"]] == [
        ("CODE_TAKEN", ["code"])
    ]


def test_the_same_opening_at_the_same_moment_makes_one_company(clerk: Clerk) -> None:
    id_ = str(uuid7())
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: clerk.open(id=id_), range(6)))
    assert [answer["errors"] for answer in answers] == [[]] * 6
    assert sum(not answer["replayed"] for answer in answers) == 1


def test_a_company_is_changed_in_the_version_one_has_seen(clerk: Clerk) -> None:
    clerk.open()
    changed = clerk.made(
        "updateCompany", "company",
        "name version frozenThrough settings { requireCostCenter overBillingTolerance } "
        + DEFAULTS,
        expectedVersion=1, name="New", frozenThrough="2025-12-31", defaultCostCenter=None,
        settings={"requireCostCenter": True, "overBillingTolerance": "2.5"},
        defaults={"bank": {"code": "Cash"}, "stockInHand": None},
    )  # fmt: skip
    assert changed == {
        "name": "New", "version": 2, "frozenThrough": "2025-12-31",
        "settings": {"requireCostCenter": True, "overBillingTolerance": "2.5"},
        "defaults": {"stockInHand": None, "income": {"code": "Sales"}, "bank": {"code": "Cash"},
                     "costCenter": None},
    }  # fmt: skip
    assert clerk.refused("updateCompany", "company", expectedVersion=1, name="Late") == [
        ("VERSION_CONFLICT", "expectedVersion")
    ]
    kept = clerk.made("updateCompany", "company", "name version settings { requireCostCenter }",
                      settings={"allowNegativeStock": True}, frozenThrough=None)  # fmt: skip
    assert kept == {"name": "New", "version": 3, "settings": {"requireCostCenter": True}}


def test_a_company_may_be_deactivated_and_activated(clerk: Clerk) -> None:
    clerk.open()
    assert clerk.made("deactivateCompany", "company", "isActive") == {"isActive": False}
    assert clerk.made("activateCompany", "company", "isActive") == {"isActive": True}


def test_fiscal_years_follow_the_companys_first_month(clerk: Clerk) -> None:
    clerk.open(fiscalYearStartMonth=4)
    fields = "code startDate endDate"
    year = clerk.made("openFiscalYear", "fiscalYear", fields, date="2026-03-31")
    assert year == {"code": "2025-26", "startDate": "2025-04-01", "endDate": "2026-03-31"}
    again = clerk.payload("openFiscalYear", "fiscalYear", company=clerk.company, date="2025-04-01")
    assert again["replayed"] is True
    assert clerk.listed("fiscalYears") == ["2025-26"]


def test_lists_are_keyset_pages_of_one_company(clerk: Clerk) -> None:
    clerk.open()
    query = """query($c: CompanyRef!, $after: String, $before: String, $first: Int, $last: Int) {
      accounts(company: $c, after: $after, before: $before, first: $first, last: $last) {
        nodes { position } edges { cursor node { position } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    seen: list[int] = []
    after = None
    while True:
        page = clerk.ask(query, c=clerk.company, first=10, after=after)["accounts"]
        seen += [node["position"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == list(range(1, 39))
    back = clerk.ask(query, c=clerk.company, last=3, before=after)["accounts"]
    assert [node["position"] for node in back["nodes"]] == [35, 36, 37]
    assert back["edges"][0]["cursor"] == back["pageInfo"]["startCursor"]
    answer = clerk.answer(query, c=clerk.company, after="nonsense")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_VALUE"
    assert answer["errors"][0]["extensions"]["path"] == ["after"]


def test_a_company_that_is_not_there_is_a_top_level_error(clerk: Clerk) -> None:
    answer = clerk.answer('{ items(company: {code: "nobody"}) { nodes { id } } }')
    extensions = answer["errors"][0]["extensions"]
    assert (extensions["code"], extensions["path"]) == ("NOT_FOUND", ["company"])
    assert extensions["params"] == {"kind": "company", "reference": "nobody"}


def test_a_company_without_records_can_be_deleted_and_its_code_used_again(clerk: Clerk) -> None:
    company = clerk.open("id")["company"]
    clerk.made("createItem", "item", sku="A", barcodes=["1"])
    clerk.made("createWarehouse", "warehouse", name="Shop")
    gone = clerk.payload("deleteCompany", "company", company=clerk.company)
    assert (gone["deletedId"], gone["errors"]) == (company["id"], [])
    assert clerk.open()["errors"] == []


def test_a_switch_is_refused_while_an_account_that_it_needs_is_missing(clerk: Clerk) -> None:
    """Or else the next receipt would be; nor is such an account taken from under a switch."""
    clerk.open(scheme="CONTINENTAL")
    none = {"stockInterim": None, "accrualInterim": None}
    clerk.made("updateCompany", "company", defaults=none)
    expect: dict[str, Any] = {"settings": {"expectedCostPosting": True}}
    path = "settings.expectedCostPosting"
    lacking = [("DEFAULT_ACCOUNT_MISSING", path)]
    assert clerk.refused("updateCompany", "company", **expect) == lacking * 2
    interim = {"stockInterim": {"code": "Stock At Expected Cost"}}
    assert clerk.refused("updateCompany", "company", **expect, defaults=interim) == lacking
    accounts = [{"role": "ACCRUAL_INTERIM", "account": {"code": "Stock Received But Not Billed"}}]
    rules = [{"accounts": accounts}]
    clerk.made(
        "setPostingRules", "postingRules", "__typename", table="GENERAL_POSTING", rules=rules
    )
    clerk.made("updateCompany", "company", **expect, defaults=interim)  # one from a rule
    for role, switch in (("stockInterim", path), ("servicesReceivedNotBilled", None)):
        cleared: dict[str, Any] = {"defaults": {role: None}}
        refused = [("DEFAULT_ACCOUNT_MISSING", switch)] if switch else []
        payload = clerk.payload("updateCompany", "company", company=clerk.company, **cleared)
        assert [(one["code"], ".".join(one["path"])) for one in payload["errors"]] == refused
    services: dict[str, Any] = {"settings": {"provisionalForNonStock": True}}
    missing = [("DEFAULT_ACCOUNT_MISSING", "settings.provisionalForNonStock")]
    assert clerk.refused("updateCompany", "company", **services) == missing


def test_a_company_without_a_chart_may_begin_with_any_switch(clerk: Clerk) -> None:
    """Its accounts are made afterwards, and what it lacked then is no reason to refuse others."""
    on: dict[str, Any] = {"expectedCostPosting": True, "provisionalForNonStock": True}
    assert clerk.open(chart="NONE", scheme="CONTINENTAL", settings=on)["errors"] == []
    clerk.made("updateCompany", "company", name="Renamed")
