"""The chart of accounts and the cost centers: trees that cannot be knotted."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from uuid_utils.compat import uuid7

from tests.api.clerk import Clerk


@pytest.fixture
def clerk(server: str) -> Clerk:
    made = Clerk(server)
    made.open()
    return made


def test_an_account_is_the_last_of_its_group_in_chart_order(clerk: Clerk) -> None:
    account = clerk.made(
        "createAccount", "account", "code name root type isGroup parent { code } version",
        name="Depot", type="STOCK", parent={"code": "Stock Assets"},
    )  # fmt: skip
    assert account == {
        "code": "Depot", "name": "Depot", "root": "ASSET", "type": "STOCK", "isGroup": False,
        "parent": {"code": "Stock Assets"}, "version": 1,
    }  # fmt: skip
    codes = clerk.listed("accounts", "first: 100")
    assert codes[codes.index("Work In Progress") :][:3] == ["Work In Progress", "Depot",
                                                            "Tax Assets"]  # fmt: skip
    assert clerk.listed("accounts", "first: 100", "position") == list(range(1, len(codes) + 1))


def test_an_account_without_parent_stands_at_the_top_of_its_root(clerk: Clerk) -> None:
    clerk.made("createAccount", "account", code="4000", name="Owed", type="PAYABLE")
    codes = clerk.listed("accounts", "first: 100")
    assert codes[codes.index("4000") + 1] == "Equity"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"code": "Stores", "type": "STOCK"}, ("CODE_TAKEN", "code")),
        ({"code": "X"}, ("REQUIRED", "root")),
        ({"type": "STOCK"}, ("REQUIRED", "code")),
        ({"code": "X", "type": "STOCK", "root": "EXPENSE"}, ("INVALID_VALUE", "root")),
        ({"code": "X", "type": "STOCK", "parent": {"code": "Expenses"}},
         ("INVALID_VALUE", "parent")),
        ({"code": "X", "root": "ASSET", "parent": {"code": "Expenses"}},
         ("INVALID_PARENT", "parent")),
        ({"code": "X", "type": "STOCK", "parent": {"code": "Stores"}},
         ("INVALID_PARENT", "parent")),
        ({"code": "X", "type": "STOCK", "parent": {"code": "nobody"}}, ("NOT_FOUND", "parent")),
        ({"code": "", "type": "STOCK"}, ("INVALID_VALUE", "code")),
        ({"code": "a\nb", "type": "STOCK"}, ("INVALID_VALUE", "code")),
        ({"code": "x" * 141, "type": "STOCK"}, ("INVALID_VALUE", "code")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    clerk: Clerk, given: dict[str, object], refusal: tuple[str, str]
) -> None:
    before = clerk.listed("accounts", "first: 100")
    assert refusal in clerk.refused("createAccount", "account", **given)
    assert clerk.listed("accounts", "first: 100") == before


def test_a_text_that_no_database_keeps_is_refused_before_anything_is_run(clerk: Clerk) -> None:
    answer = clerk.answer(
        "mutation($input: CreateAccountInput!) { createAccount(input: $input) { replayed } }",
        input={"company": clerk.company, "code": "a\u0000b", "type": "STOCK"},
    )
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["path"]) == (
        "BAD_USER_INPUT",
        ["code"],
    )


def test_texts_are_trimmed_and_may_be_in_any_script(clerk: Clerk) -> None:
    account = clerk.made("createAccount", "account", "code name", code="  Ñandú ",
                         name="'; drop table account; --", type="STOCK")  # fmt: skip
    assert account == {"code": "Ñandú", "name": "'; drop table account; --"}
    assert clerk.listed("accounts", 'search: "ñANDÚ"') == ["Ñandú"]


def test_a_code_with_its_name_finds_an_account_but_codes_go_first(clerk: Clerk) -> None:
    clerk.made("createAccount", "account", code="1300", name="Stores", type="STOCK")
    query = """query($c: CompanyRef!, $code: String!) {
      account(company: $c, account: {code: $code}) { code } }"""
    found = clerk.ask(query, c=clerk.company, code="1300 Stores")
    assert found == {"account": {"code": "1300"}}
    clerk.made("createAccount", "account", code="1300 Stores", name="Other", type="STOCK")
    found = clerk.ask(query, c=clerk.company, code="1300 Stores")
    assert found == {"account": {"code": "1300 Stores"}}
    assert clerk.ask(query, c=clerk.company, code="1399") == {"account": None}


def test_filters_narrow_the_list(clerk: Clerk) -> None:
    assert clerk.listed("accounts", "type: TAX") == ["VAT", "Service Tax"]
    assert clerk.listed("accounts", "root: EQUITY isGroup: false") == [
        "Opening Balance Equity", "Retained Earnings",
    ]  # fmt: skip
    assert clerk.listed("accounts", 'parent: {code: "Bank and Cash"}') == ["Cash", "Bank"]
    assert clerk.listed("accounts", 'search: "%"') == []
    clerk.made("deactivateAccount", "account", account={"code": "VAT"})
    assert clerk.listed("accounts", "active: false") == ["VAT"]


def test_a_repeated_creation_gives_the_first_result(clerk: Clerk) -> None:
    given = {"id": str(uuid7()), "company": clerk.company, "code": "Depot", "type": "STOCK"}
    first = clerk.payload("createAccount", "account", "id code", **given)
    again = clerk.payload("createAccount", "account", "id code", **given)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["account"] == again["account"]
    other = clerk.payload("createAccount", "account", **{**given, "name": "Another"})
    assert [error["code"] for error in other["errors"]] == ["IDEMPOTENCY_CONFLICT"]


def test_an_account_moves_with_its_subtree(clerk: Clerk) -> None:
    clerk.made("updateAccount", "account", account={"code": "Stock Expenses"},
               parent={"code": "Indirect Expenses"})  # fmt: skip
    codes = clerk.listed("accounts", "first: 100")
    assert codes.index("Round Off") < codes.index("Stock Expenses") < codes.index("Customs Duty")
    assert codes.index("Customs Duty") == len(codes) - 1


def test_a_tree_cannot_be_knotted(clerk: Clerk) -> None:
    for parent in ("Stock Expenses", "Direct Expenses"):
        assert clerk.refused("updateAccount", "account", account={"code": "Direct Expenses"},
                             parent={"code": parent}) == [("INVALID_PARENT", "parent")]  # fmt: skip
    assert clerk.refused("updateAccount", "account", account={"code": "VAT"},
                         parent={"code": "Expenses"}) == [("INVALID_PARENT", "parent")]  # fmt: skip


def test_what_an_account_is_for_stays_once_it_is_referred_to(clerk: Clerk) -> None:
    target = {"account": {"code": "Sales"}}
    refused = clerk.refused("updateAccount", "account", **target, isGroup=True)
    assert refused == [("IN_USE", "isGroup")]
    assert clerk.refused("deleteAccount", "account", **target) == [("IN_USE", "account")]
    assert clerk.refused("deleteAccount", "account", account={"code": "Stock Assets"}) == [
        ("IN_USE", "account")
    ]
    renamed = clerk.made("updateAccount", "account", "code name", **target, code="70",
                         name="Ventas")  # fmt: skip
    assert renamed == {"code": "70", "name": "Ventas"}
    assert clerk.refused("updateAccount", "account", account={"code": "70"}, code="VAT") == [
        ("CODE_TAKEN", "code")
    ]
    assert clerk.refused("updateAccount", "account", account={"code": "70"}, name=None) == [
        ("REQUIRED", "name")
    ]


def test_what_nothing_refers_to_can_be_deleted(clerk: Clerk) -> None:
    account = clerk.made("createAccount", "account", "id", code="X", type="STOCK")
    gone = clerk.payload("deleteAccount", "account", company=clerk.company, account={"code": "X"},
                         expectedVersion=1)  # fmt: skip
    assert (gone["deletedId"], gone["errors"]) == (account["id"], [])
    assert clerk.refused("deleteAccount", "account", account={"code": "X"}) == [
        ("NOT_FOUND", "account")
    ]


def test_no_company_sees_anothers_accounts(clerk: Clerk, server: str) -> None:
    other = Clerk(server)
    other.open()
    theirs = other.made("createAccount", "account", "id", code="Theirs", type="STOCK")
    for account in ({"code": "Theirs"}, {"id": theirs["id"]}):
        assert clerk.refused("deactivateAccount", "account", account=account) == [
            ("NOT_FOUND", "account")
        ]
    query = "query($id: ID!) { node(id: $id) { __typename id ... on Account { code } } }"
    assert clerk.ask(query, id=theirs["id"])["node"] == {
        "__typename": "Account", "id": theirs["id"], "code": "Theirs",
    }  # fmt: skip
    assert clerk.ask(query, id=str(uuid7())) == {"node": None}
    assert clerk.ask(query, id="nonsense") == {"node": None}


def test_cost_centers_are_a_tree_too(clerk: Clerk) -> None:
    clerk.made("createCostCenter", "costCenter", code="Region", isGroup=True)
    north = clerk.made("createCostCenter", "costCenter", "code name parent { code }",
                       name="North", parent={"code": "Region"})  # fmt: skip
    assert north == {"code": "North", "name": "North", "parent": {"code": "Region"}}
    assert clerk.listed("costCenters") == ["Main", "North", "Region"]
    assert clerk.refused("createCostCenter", "costCenter", name="Main") == [("CODE_TAKEN", "code")]
    assert clerk.refused("updateCostCenter", "costCenter", costCenter={"code": "Region"},
                         parent={"code": "Region"}) == [("INVALID_PARENT", "parent")]  # fmt: skip
    assert clerk.refused("deleteCostCenter", "costCenter", costCenter={"code": "Region"}) == [
        ("IN_USE", "costCenter")
    ]
    changed = clerk.made("updateCostCenter", "costCenter", "name version",
                         costCenter={"code": "North"}, name="Norte", parent=None)  # fmt: skip
    assert changed == {"name": "Norte", "version": 2}


def test_two_moves_at_the_same_moment_cannot_knot_a_tree(clerk: Clerk) -> None:
    for name in ("A", "B"):
        clerk.made("createWarehouse", "warehouse", name=name, isGroup=True)

    def move(pair: tuple[str, str]) -> list[str]:
        below, above = pair
        payload = clerk.payload("updateWarehouse", "warehouse", company=clerk.company,
                                warehouse={"code": below}, parent={"code": above})  # fmt: skip
        return [error["code"] for error in payload["errors"]]

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(move, [("A", "B"), ("B", "A")]))
    assert sorted(answers) == [[], ["INVALID_PARENT"]]
