"""Users, service accounts, keys and roles over GraphQL."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from api.settings import Settings
from tests.api.desk import Desk, goods, receipt
from tests.api.staff import Staff, codes
from tests.invariants import assert_all_books_are_clean
from tests.servers import new_database, running_server

ERRORS = "errors { code path message }"
CREATE_KEY = f"""
mutation($input: CreateApiKeyInput!) {{
  createApiKey(input: $input) {{
    secret apiKey {{ prefix principalName scopes expiresAt revokedAt createdBy }} {ERRORS} }}
}}
"""
GRANT = f"""
mutation($input: GrantRoleInput!) {{
  grantRole(input: $input) {{ roleGrant {{ principalName role warehouses grantedBy }} {ERRORS} }}
}}
"""
REVOKE = f"""
mutation($input: RevokeRoleInput!) {{
  revokeRole(input: $input) {{ roleGrant {{ role }} {ERRORS} }} }}
"""
ACCESS_CHANGES = """query($principal: String) {
  accessChanges(principal: $principal, sort: RECORDED_ASC) { nodes { action companyCode role
    warehouses keyPrefix scopes isOperator recordedBy } } }"""


@pytest.fixture(scope="module")
def staff(postgres: Any) -> Iterator[Staff]:
    with new_database(postgres) as url, running_server(url, Settings(auth="required")) as base:
        people = Staff(base, url)
        people.add("root", operator=True)
        yield people
        asyncio.run(assert_all_books_are_clean(url))


@pytest.fixture(scope="module")
def operator(staff: Staff) -> Desk:
    desk = Desk(staff.base, token=staff.key("root"))
    desk.post(receipt("2026-01-05", goods("10", "100")))
    return desk


def _made(desk: Desk, mutation: str, **given: Any) -> Any:
    name = mutation[0].upper() + mutation[1:]
    query = (f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{"
             " principal { name kind isActive isOperator hasSubject }"
             f" {ERRORS} }} }}")  # fmt: skip
    return desk.answer(query, input=given)


def test_an_operator_lets_a_program_in_and_out(staff: Staff, operator: Desk) -> None:
    made = _made(operator, "createServiceAccount", name="shop")["data"]["createServiceAccount"]
    assert made == {
        "principal": {
            "name": "shop", "kind": "SERVICE", "isActive": True, "isOperator": False,
            "hasSubject": False,
        },
        "errors": [],
    }  # fmt: skip
    data = operator.ask(
        CREATE_KEY, input={"principal": "shop", "scopes": ["STOCK_READ", "STOCK_POST"]}
    )["createApiKey"]
    assert data["errors"] == []
    assert data["apiKey"]["scopes"] == ["STOCK_READ", "STOCK_POST"]
    assert data["apiKey"]["createdBy"] == "root"
    granted = operator.ask(
        GRANT, input={"company": operator.company, "principal": "shop", "role": "ACCOUNTANT"}
    )["grantRole"]
    assert granted["roleGrant"] == {
        "principalName": "shop", "role": "ACCOUNTANT", "warehouses": None, "grantedBy": "root",
    }  # fmt: skip
    shop = staff.desk(operator.code, data["secret"])
    me = "{ me { name isOperator access { company { code } permissions limited } } }"
    assert shop.ask(me)["me"] == {
        "name": "shop", "isOperator": False,
        "access": [
            {"company": {"code": operator.code}, "permissions": ["STOCK_POST", "STOCK_READ"],
             "limited": []},
        ],
    }  # fmt: skip
    keys = '{ apiKeys(principal: "shop") { prefix revokedAt lastUsedAt } }'
    (key,) = operator.ask(keys)["apiKeys"]
    assert key["prefix"] == data["secret"].split("_")[1]
    assert key["lastUsedAt"] is not None
    revoke = f"""mutation($prefix: String!) {{
      revokeApiKey(input: {{prefix: $prefix}}) {{ apiKeys {{ revokedAt }} {ERRORS} }} }}"""
    all_of = revoke.replace("prefix: $prefix", "principal: $prefix")
    for query, which in ((revoke, key["prefix"]), (revoke, key["prefix"]), (all_of, "shop")):
        revoked = operator.ask(query, prefix=which)["revokeApiKey"]
        assert [one["revokedAt"] is not None for one in revoked["apiKeys"]] == [True]
        assert revoked["errors"] == []
    nothing = dict.fromkeys(("companyCode", "role", "keyPrefix", "scopes", "isOperator"))
    common = {"recordedBy": "root", "warehouses": None, **nothing}
    prefix, scopes = key["prefix"], ["STOCK_READ", "STOCK_POST"]
    assert operator.ask(ACCESS_CHANGES, principal="shop")["accessChanges"]["nodes"] == [
        {**common, "action": "PRINCIPAL_ADDED", "isOperator": False},
        {**common, "action": "KEY_CREATED", "keyPrefix": prefix, "scopes": scopes},
        {**common, "action": "ROLE_GRANTED", "role": "ACCOUNTANT", "companyCode": operator.code},
        {**common, "action": "KEY_REVOKED", "keyPrefix": prefix},
    ]


def test_an_auditor_reads_who_changed_what_and_a_limited_role_does_not(
    staff: Staff, operator: Desk
) -> None:
    auditor = staff.at(operator.code, "audit", "VIEWER")
    keeper = staff.at(operator.code, "keep", "WAREHOUSE", "Stores")
    whole = staff.at(operator.code, "store", "WAREHOUSE")
    query = """query($company: CompanyRef) { accessChanges(company: $company, principal: "keep") {
      nodes { action role warehouses companyCode recordedBy } } }"""
    given = {"action": "ROLE_GRANTED", "role": "WAREHOUSE", "warehouses": ["Stores"],
             "companyCode": operator.code, "recordedBy": "test"}  # fmt: skip
    assert auditor.ask(query, company=auditor.company)["accessChanges"]["nodes"] == [given]
    masters = "query($company: CompanyRef!) { masterChanges(company: $company) { nodes { id } } }"
    assert auditor.ask(masters, company=auditor.company)["masterChanges"]["nodes"]
    assert codes(auditor.answer(query, company=None)) == [
        "FORBIDDEN"
    ]  # keys and users are the operators'
    for limited in (keeper, whole):
        for refused in (query, masters):
            assert codes(limited.answer(refused, company=limited.company)) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"name": "Olga Smith"}, "INVALID_VALUE", ["name"]),
        ({"name": ""}, "INVALID_VALUE", ["name"]),
        ({"name": "x" * 65}, "INVALID_VALUE", ["name"]),
        ({"name": "root"}, "CODE_TAKEN", ["name"]),
    ],
)
def test_a_user_needs_a_handle_of_their_own(
    operator: Desk, given: dict[str, Any], code: str, path: list[str]
) -> None:
    answer = _made(operator, "createUser", **given)["data"]["createUser"]
    assert answer["principal"] is None
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [(code, path)]


def test_a_subject_is_one_users(operator: Desk) -> None:
    first = _made(operator, "createUser", name="sub-one", subject="abc")["data"]["createUser"]
    assert first["principal"]["hasSubject"]
    answer = _made(operator, "createUser", name="sub-two", subject="abc")
    assert answer["data"]["createUser"]["errors"][0]["path"] == ["subject"]


def test_what_is_not_there_is_not_found(operator: Desk) -> None:
    company = operator.company
    for query, name, given, path in (
        (CREATE_KEY, "createApiKey", {"principal": "nobody"}, ["principal"]),
        (GRANT, "grantRole", {"company": company, "principal": "nobody", "role": "VIEWER"},
         ["principal"]),
        (GRANT, "grantRole", {"company": company, "principal": "root", "role": "WAREHOUSE",
         "warehouses": [{"code": "Stores"}, {"code": "Nowhere"}]}, ["warehouses", "1"]),
        (REVOKE, "revokeRole", {"company": {"code": "NONE"}, "principal": "root",
         "role": "VIEWER"}, ["company"]),
    ):  # fmt: skip
        errors = operator.answer(query, input=given)["data"][name]["errors"]
        assert [(error["code"], error["path"]) for error in errors] == [("NOT_FOUND", path)]


def test_only_a_warehouse_role_is_limited(operator: Desk) -> None:
    for given in (
        {"role": "VIEWER", "warehouses": [{"code": "Stores"}]},
        {"role": "WAREHOUSE", "warehouses": []},
    ):
        whole = {"company": operator.company, "principal": "root", **given}
        errors = operator.answer(GRANT, input=whole)["data"]["grantRole"]["errors"]
        assert [(one["code"], one["path"]) for one in errors] == [("INVALID_VALUE", ["warehouses"])]


def test_a_key_does_not_begin_over(operator: Desk) -> None:
    given = {"principal": "root", "expiresAt": "2020-01-01T00:00:00Z"}
    (error,) = operator.answer(CREATE_KEY, input=given)["data"]["createApiKey"]["errors"]
    assert (error["code"], error["path"]) == ("INVALID_VALUE", ["expiresAt"])


def test_an_administrator_grants_roles_in_their_company_and_no_keys(
    staff: Staff, operator: Desk
) -> None:
    other = Desk(staff.base, token=operator.token)
    admin = staff.at(operator.code, "admin", "ADMIN")
    staff.add("clerk")
    given = {"principal": "clerk", "role": "WAREHOUSE", "warehouses": [{"code": "Stores"}]}
    granted = admin.ask(GRANT, input={"company": admin.company, **given})["grantRole"]
    assert granted["roleGrant"]["warehouses"] == ["Stores"]
    assert codes(admin.answer(GRANT, input={"company": other.company, **given}), "grantRole") == [
        "FORBIDDEN"
    ]
    assert codes(admin.answer(CREATE_KEY, input={"principal": "root"}), "createApiKey") == [
        "FORBIDDEN"
    ]
    assert codes(_made(admin, "createUser", name="x", isOperator=True), "createUser") == [
        "FORBIDDEN"
    ]
    assert codes(admin.answer("{ principals { name } }")) == ["FORBIDDEN"]
    listed = "query($company: CompanyRef!) { roleGrants(company: $company) { principalName role } }"
    grants = {(one["principalName"], one["role"]) for one in admin.ask(listed)["roleGrants"]}
    assert {("admin", "ADMIN"), ("clerk", "WAREHOUSE")} <= grants
    for _ in range(2):
        gone = {"company": admin.company, "principal": "clerk", "role": "WAREHOUSE"}
        assert admin.ask(REVOKE, input=gone)["revokeRole"] == {"roleGrant": None, "errors": []}
    clerk = staff.desk(operator.code, staff.key("clerk"))
    assert clerk.ask("{ me { access { permissions } } companies { nodes { code } } }") == {
        "me": {"access": []}, "companies": {"nodes": []},
    }  # fmt: skip


def test_a_warehouse_that_a_role_is_limited_to_stays(staff: Staff, operator: Desk) -> None:
    operator.make("createWarehouse", "warehouse", company=operator.company, code="Shed")
    staff.at(operator.code, "shed", "WAREHOUSE", "Shed")
    query = """mutation($input: WarehouseTargetInput!) {
      deleteWarehouse(input: $input) { deletedId errors { code } } }"""
    target = {"company": operator.company, "warehouse": {"code": "Shed"}}
    assert codes(operator.answer(query, input=target), "deleteWarehouse") == ["IN_USE"]


def test_who_is_disabled_is_out(staff: Staff, operator: Desk) -> None:
    staff.add("gone")
    desk = staff.desk(operator.code, staff.key("gone"))
    for mutation, active in (("disablePrincipal", False), ("enablePrincipal", True)):
        query = f"""mutation {{ done: {mutation}(input: {{name: "gone"}}) {{
          principal {{ isActive }} {ERRORS} }} }}"""
        done = operator.ask(query)["done"]
        assert done == {"principal": {"isActive": active}, "errors": []}
        if not active:
            assert codes(desk.answer("{ me { name } }")) == ["UNAUTHENTICATED"]
