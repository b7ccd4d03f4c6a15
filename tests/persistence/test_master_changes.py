"""Changes of masters are logged in the API's words, with who made them, and as asked for shown."""

import inspect
import re
from typing import Any

import psycopg
import pytest
from graphql import GraphQLObjectType, get_named_type
from sqlmodel import SQLModel

from api.auth.principal import Principal
from api.context import Context, Services
from api.schema import schema
from api.types.core import core_of
from domain.master_changes import MasterKind
from persistence.database import Database
from persistence.masters.states import KINDS, PARTS, logged_columns, state_of
from persistence.tables import goods, masters, metadata
from tests.logged import assert_log_tells_masters

LISTED = """query($company: CompanyRef!, $kind: MasterKind, $record: UUID, $field: String,
    $by: String, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  masterChanges(company: $company, kind: $kind, record: $record, field: $field, by: $by,
    recordedFrom: $from, recordedTo: $to, first: $first, after: $after) {
    nodes { kind action code version recordId recordedAt recordedBy summary
      fields { field before after beforeId afterId isWithheld } }
    pageInfo { endCursor hasNextPage } } }"""
ACME = {"code": "ACME"}


class Office:
    """Company ACME, and people who change its masters."""

    def __init__(self, database: Database) -> None:
        self._services = Services(database)

    async def ask(self, query: str, who: str = "ann", **variables: Any) -> Any:
        context = Context.of(self._services)
        context.principal = Principal(who, is_operator=True)
        result: Any = await schema.execute(query, variables, context)
        assert result.errors is None, result.errors
        return result.data

    async def do(self, what: str, who: str = "ann", **given: Any) -> None:
        verb, *words = re.findall("[A-Z]?[a-z]+", what)
        of_one = verb in {"activate", "deactivate", "delete"}
        kind = (
            "".join(words) + "TargetInput!" if of_one else f"{verb.title()}{''.join(words)}Input!"
        )
        query = (
            f"mutation($input: {kind}) {{ done: {what}(input: $input) {{ errors {{ code }} }} }}"
        )
        if what != "createCompany":
            given["company"] = ACME
        assert await self.ask(query, who, input=given) == {"done": {"errors": []}}

    async def listed(self, **wanted: Any) -> list[Any]:
        page = await self.ask(LISTED, company=ACME, **wanted)
        return page["masterChanges"]["nodes"]

    async def told(self, **wanted: Any) -> list[tuple[str, ...]]:
        """The changes in the order in which they were made, in short."""
        return [
            (one["recordedBy"], one["action"], one["code"], one["version"], one["summary"])
            for one in reversed(await self.listed(**wanted))
        ]


@pytest.fixture
async def office(database: Database) -> Office:
    made = Office(database)
    await made.do("createCompany", code="ACME", name="Acme", currency="EUR")
    return made


# -- that nothing is forgotten ----------------------------------------------------------------


def test_every_table_of_masters_is_logged() -> None:
    declared = {
        one.__tablename__
        for module in (goods, masters)
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, SQLModel) and one.__module__ == module.__name__
    }
    assert declared | {"webhook"} == {*KINDS, *PARTS}


NOT_IN_THE_API = {
    ("COMPANY", "inventoryClosedThrough"),
    ("COMPANY", "schemeFrom"),
    ("POSTING_RULE", "table"),  # an argument there
    ("LOT", "isActive"),
}


@pytest.mark.parametrize("table", KINDS)
def test_fields_are_called_as_in_the_api(table: str) -> None:
    kind = KINDS[table].value
    columns = metadata.tables[table].columns
    row = {name: {} if name == "settings" else None for name in columns.keys()}  # noqa: SIM118
    type_ = core_of(schema).type_map["".join(one.title() for one in kind.split("_"))]
    unknown = {
        (kind, name)
        for name in state_of(table, row).fields
        if not _is_field(type_, name.split("."))
    }
    assert unknown <= NOT_IN_THE_API
    assert logged_columns(table)


def _is_field(type_: Any, path: list[str]) -> bool:
    if not path:
        return True
    field = type_.fields.get(path[0]) if isinstance(type_, GraphQLObjectType) else None
    return field is not None and _is_field(get_named_type(field.type), path[1:])


# -- what is told -----------------------------------------------------------------------------


async def test_an_items_life(office: Office, database_url: str) -> None:
    item: dict[str, Any] = {"item": {"sku": "CHAIR"}}
    await office.do("createItemGroup", code="FG")
    await office.do("createItem", sku="CHAIR", barcodes=["1", "2"])
    await office.do(
        "updateItem", "bea", **item, group={"code": "FG"}, barcodes=["3"],
        costingMethod="MOVING_AVERAGE", units=[{"uom": "Box", "factor": "12"}],
        unitBarcodes=[{"uom": "Box", "barcode": "2"}], allowNegativeStock=True,
    )  # fmt: skip
    await office.do("updateItem", "bea", **item, costingMethod="MOVING_AVERAGE")
    await office.do("deactivateItem", **item)
    await office.do("deleteItem", "cid", **item)
    began = "isActive: true; isStockItem: true; name: CHAIR; sku: CHAIR; uom: Unit"
    assert await office.told(kind="ITEM") == [
        ("ann", "CREATED", "CHAIR", 1, f"barcodes.1: 1; barcodes.2: 2; {began}"),
        ("bea", "CHANGED", "CHAIR", 2,
         ("allowNegativeStock: true; barcodes.1: 1 ->; barcodes.2: 2 ->; barcodes.3: 3;"
         " costingMethod: MOVING_AVERAGE; group: FG; unitBarcodes.2: Box; units.Box: 12")),
        ("ann", "DEACTIVATED", "CHAIR", 3, "isActive: true -> false"),
        ("cid", "DELETED", "CHAIR", 3,
         ("allowNegativeStock: true ->; barcodes.3: 3 ->;"
         " costingMethod: MOVING_AVERAGE ->; group: FG ->; isActive: false ->;"
         " isStockItem: true ->; name: CHAIR ->; sku: CHAIR ->; unitBarcodes.2: Box ->;"
         " units.Box: 12 ->; uom: Unit ->")),
    ]  # fmt: skip
    (group,) = await office.listed(kind="ITEM_GROUP")
    (joined,) = await office.listed(field="group", by="bea")
    (field,) = [one for one in joined["fields"] if one["field"] == "group"]
    assert field == {
        "field": "group", "before": None, "after": "FG", "beforeId": None,
        "afterId": group["recordId"], "isWithheld": False,
    }  # fmt: skip
    assert_log_tells_masters(database_url)


async def test_a_companys_switches_defaults_and_closed_days(
    office: Office, database_url: str
) -> None:
    await office.do(
        "updateCompany",
        settings={"allowNegativeStock": True},
        defaults={"stockInHand": {"code": "Stores"}, "bank": {"code": "Later"}},
    )
    await office.do("createAccount", "bea", code="Later", type="BANK", root="ASSET")
    await office.do("closePeriod", through="2026-01-31")
    assert (await office.told(kind="COMPANY"))[1:] == [
        ("ann", "CHANGED", "ACME", 2,
         ("defaults.bank: Bank ->; defaults.stockInHand: Stock In Hand -> Stores;"
         " pendingDefaults.bank: Later;"
         " settings.allowNegativeStock: false -> true")),
        ("bea", "CHANGED", "ACME", 2, "defaults.bank: Later; pendingDefaults.bank: Later ->"),
        ("ann", "CHANGED", "ACME", 3, "frozenThrough: 2026-01-31"),
    ]  # fmt: skip
    assert_log_tells_masters(database_url)


async def test_a_rule_that_asks_for_the_same_is_the_same_rule(
    office: Office, database_url: str
) -> None:
    def rule(group: str | None, account: str) -> dict[str, Any]:
        accounts = [{"role": "STOCK_IN_HAND", "account": {"code": account}}]
        return {"stockGroup": group, "accounts": accounts}

    for who, *rules in (
        ("ann", rule("A", "Stores"), rule("B", "Stores")),
        ("bea", rule("C", "Stores"), rule("A", "Stores"), rule("B", "Finished Goods")),
        ("cid", rule("B", "Finished Goods"), rule("A", "Stores")),
    ):
        await office.do("setPostingRules", who, table="STOCK_POSTING", rules=rules)
    made = "accounts.STOCK_IN_HAND: {}; position: {}; stockGroup: {}; table: STOCK_POSTING".format
    told = await office.told(kind="POSTING_RULE")
    assert sorted(told[:2]) == [
        ("ann", "CREATED", "STOCK_POSTING 1", None, made("Stores", 1, "A")),
        ("ann", "CREATED", "STOCK_POSTING 2", None, made("Stores", 2, "B")),
    ]
    assert sorted(told[2:4]) == [
        ("bea", "CHANGED", "STOCK_POSTING 3", None,
         "accounts.STOCK_IN_HAND: Stores -> Finished Goods"),
        ("bea", "CREATED", "STOCK_POSTING 1", None, made("Stores", 1, "C")),
    ]  # fmt: skip
    assert sorted(told[4:]) == [
        ("cid", "CHANGED", "STOCK_POSTING 1", None, "position: 3 -> 1"),
        ("cid", "DELETED", "STOCK_POSTING 1", None,
         ("accounts.STOCK_IN_HAND: Stores ->; position: 1 ->; stockGroup: C ->;"
         " table: STOCK_POSTING ->")),
    ]  # fmt: skip
    assert_log_tells_masters(database_url)


async def test_of_parties_no_personal_value_is_kept(office: Office, database_url: str) -> None:
    personal = {"name": "Ann Smith", "taxId": "DE-1234", "email": "ann@smith.example"}
    await office.do("createParty", code="SMITH", roles=["CUSTOMER"], **personal)
    await office.do("updateParty", party={"code": "SMITH"}, code="JONES", email=None, group="VIP")
    began = ("code", "email", "name", "taxId")
    assert await office.told(kind="PARTY") == [
        ("ann", "CREATED", "JONES", 1,
         "; ".join(f"{one}: withheld" for one in began[:2])
         + "; isActive: true; name: withheld; roles: CUSTOMER; taxId: withheld"),
        ("ann", "CHANGED", "JONES", 2, "code: withheld; email: withheld; group: VIP"),
    ]  # fmt: skip
    with psycopg.connect(database_url) as owner:
        kept = str(owner.execute("select to_jsonb(c) from master_change c").fetchall())
    assert [one for one in ("SMITH", "JONES", *personal.values()) if one in kept] == []
    await office.do("deleteParty", party={"code": "JONES"})
    assert {one["code"] for one in await office.listed(kind="PARTY")} == {None}


async def test_of_webhooks_neither_address_nor_secret_is_kept(
    office: Office, database_url: str
) -> None:
    address = "https://hooks.example/in?token=abc"
    await office.do("createWebhook", url=address, kinds=["SALES_INVOICE"])
    (made,) = await office.listed(kind="WEBHOOK")
    await office.do("updateWebhook", "bea", webhook=made["recordId"], url=f"{address}d",
                    kinds=None, state="PAUSED")  # fmt: skip
    assert await office.told(kind="WEBHOOK") == [
        ("ann", "CREATED", None, 1, "kinds: SALES_INVOICE; state: ACTIVE; url: withheld"),
        ("bea", "CHANGED", None, 2,
         "kinds: SALES_INVOICE ->; state: ACTIVE -> PAUSED; url: withheld"),
    ]  # fmt: skip
    with psycopg.connect(database_url) as owner:
        kept = owner.execute("select fields::text from master_change where kind = 'WEBHOOK'")
        assert not any("token" in row[0] or "secret" in row[0] for row in kept.fetchall())
    assert_log_tells_masters(database_url)


async def test_a_company_that_is_deleted_leaves_its_log(office: Office, database_url: str) -> None:
    await office.do("deleteCompany", "bea")
    with psycopg.connect(database_url) as owner:
        last = owner.execute(
            "select kind, action, code, recorded_by from master_change"
            " order by recorded_at desc, id desc limit 1"
        ).fetchone()
    assert last == ("COMPANY", "DELETED", "ACME", "bea")


async def test_the_log_is_read_page_by_page_and_as_filtered(office: Office) -> None:
    whole = await office.listed(first=500)
    pages: list[Any] = []
    after = None
    while True:
        page = (await office.ask(LISTED, company=ACME, first=30, after=after))["masterChanges"]
        pages += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == whole
    assert len(whole) > 30
    (center,) = await office.listed(kind="COST_CENTER")
    at = center["recordedAt"]
    assert await office.listed(record=center["recordId"]) == [center]
    assert center in await office.listed(**{"from": at, "to": at})
    for wanted in ({"by": "nobody"}, {"field": "nothing"}, {"kind": "LOT"},
                   {"record": center["recordId"], "kind": "ITEM"}):  # fmt: skip
        assert await office.listed(**wanted) == []


async def test_a_refused_change_leaves_no_trace(office: Office) -> None:
    before = await office.listed(first=500)
    query = """mutation($input: CreateAccountInput!) {
      createAccount(input: $input) { errors { code } } }"""
    given = {"company": ACME, "code": "Stores", "type": "STOCK", "root": "ASSET"}
    answer = await office.ask(query, input=given)
    assert answer["createAccount"]["errors"] == [{"code": "CODE_TAKEN"}]
    assert await office.listed(first=500) == before


def test_each_kind_has_a_table() -> None:
    assert set(KINDS.values()) == set(MasterKind)
