"""The demo company: opened once, whatever happens on the way, and every example runs on it."""

import asyncio
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
from graphql import OperationDefinitionNode, parse, visit
from graphql.language import FieldNode, Visitor

from api.commands.demo import open_demo_company
from api.demo import company as demo
from api.demo import tutorial as demo_tutorial
from api.demo.company import DemoError, open_demo
from api.schema import schema
from api.serving.page import examples
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from persistence.operator_error import OperatorError
from persistence.posting.post import Poster
from tests import wire
from tests.servers import new_database, running_server

NUMBERS = [
    "PR-2026-00001", "PI-2026-00001", "DN-2026-00001", "SI-2026-00001", "SE-2026-00001",
    "SE-2026-00002", "SE-2026-00003", "PAY-2026-00001", "PR-2026-00002", "PR-2026-00003",
    "SE-2026-00004", "PI-2026-00002", "PAY-2026-00002",
]  # fmt: skip
TRIAL_BALANCE = {
    "Stores": "6756.00",
    "Work In Progress": "2200.00",
    "VAT": "100.00",
    "Bank": "750.00",
    "Creditors": "-1348.00",
    "Stock Received But Not Billed": "-147.00",
    "Service Tax": "-150.00",
    "Sales": "-1500.00",
    "Cost of Goods Sold": "2250.00",
    "Stock Adjustment": "-8761.00",
    "Customs Duty": "-150.00",
}


TUTORIAL_BALANCES = {
    "300": Decimal("112.50"),
    "400": Decimal("-210.00"),
    "430": Decimal("240.00"),
    "600": Decimal("210.00"),
    "610": Decimal("-112.50"),
    "700": Decimal("-240.00"),
}
"""Result 142.50, stock 112.50, assets 352.50, suppliers 210."""


class StoppedError(Exception):
    """Somebody pulled the plug."""


def silent(_text: str) -> None:
    """Nobody looks at the progress."""


async def contents(database: Database) -> dict[str, Any]:
    """What is in the books: documents, turnover of accounts, bins, and how often masters exist."""
    async with database.transaction(demo.COMPANY_ID) as connection:

        async def rows(sql: str) -> list[Any]:
            return await (await connection.execute(sql.encode())).fetchall()

        return {
            "documents": await rows("select seq, id, number, body_hash from document order by seq"),
            "accounts": await rows(
                "select a.code, sum(l.amount) from journal_line l join account a"
                " on a.company_id = l.company_id and a.id = l.account_id group by 1 order by 1"
            ),
            "bins": await rows(
                "select item_id, warehouse_id, quantity, value from bin order by 1, 2"
            ),
            "masters": await rows(
                "select (select count(*) from account), (select count(*) from item),"
                " (select count(*) from warehouse), (select count(*) from party)"
            ),
        }


async def balances(database: Database, company: UUID) -> dict[str, Decimal]:
    """Account -> balance, those of zero left out."""
    async with database.transaction(company) as connection:
        cursor = await connection.execute(
            "select a.code, sum(l.amount) from journal_line l join account a"
            " on a.company_id = l.company_id and a.id = l.account_id"
            " group by 1 having sum(l.amount) <> 0 order by 1"
        )
        return dict(await cursor.fetchall())


# -- opening ----------------------------------------------------------------------------------


async def test_opening_it_posts_the_worked_example_once(database: Database) -> None:
    stages: list[str] = []
    await open_demo(database, stages.append)
    first = await contents(database)
    await open_demo(database, stages.append)
    assert await contents(database) == first
    assert [row[2] for row in first["documents"]] == NUMBERS
    assert dict(row for row in first["accounts"] if row[1]) == {
        code: Decimal(amount) for code, amount in TRIAL_BALANCE.items()
    }
    assert stages == [
        "Posting the worked example in company DEMO",
        "Posting the tutorial in company TUTORIAL",
    ]
    assert await balances(database, demo_tutorial.COMPANY_ID) == TUTORIAL_BALANCES


@pytest.mark.parametrize("room", ["masters", "documents"])
async def test_an_interrupted_opening_is_taken_up_where_it_stopped(
    database: Database, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    whole = {"masters": 10, "documents": len(NUMBERS)}[room]
    for allowed in range(whole):
        with monkeypatch.context() as patch:
            _stop_after(patch, room, allowed)
            with pytest.raises(StoppedError):
                await open_demo(database, silent)
    await open_demo(database, silent)
    assert [row[2] for row in (await contents(database))["documents"]] == NUMBERS


def _stop_after(patch: pytest.MonkeyPatch, room: str, allowed: int) -> None:
    """Let only so many masters or documents through, and then fail."""
    left = iter(range(allowed))

    def guarded(call: Any) -> Any:
        async def guard(*arguments: Any) -> Any:
            if next(left, None) is None:
                raise StoppedError
            return await call(*arguments)

        return guard

    if room == "documents":
        patch.setattr(Poster, "submit", guarded(Poster.submit))
    else:
        for module in (demo.companies, demo.warehouses, demo.items, demo.parties):
            patch.setattr(module, "create", guarded(module.create))


async def test_two_openings_at_once_make_one_company(database: Database) -> None:
    await asyncio.gather(open_demo(database, silent), open_demo(database, silent))
    assert [row[2] for row in (await contents(database))["documents"]] == NUMBERS


def test_what_people_did_to_it_is_left_alone(database_url: str) -> None:
    open_demo_company(database_url, silent)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "update company set code = 'MINE', is_active = false where code = 'DEMO'"
        )
        connection.execute("update item set sku = 'MY-' || sku")
    open_demo_company(database_url, silent)
    with psycopg.connect(database_url) as connection:
        codes = connection.execute("select code from company order by code").fetchall()
    assert codes == [("MINE",), ("TUTORIAL",)]


async def test_another_company_of_that_code_is_one_clear_line(database: Database) -> None:
    await open_demo(database, silent)
    async with database.transaction(demo.COMPANY_ID) as connection:
        await connection.execute("update company set code = 'OTHER' where code = 'DEMO'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "COMPANY_ID", demo._id(900))
        patch.setattr(demo, "CODE", "OTHER")
        with pytest.raises(DemoError, match=r"already .*OTHER.*--no-demo") as error:
            await open_demo(database, silent)
    assert isinstance(error.value, OperatorError)
    assert "\n" not in str(error.value)


# -- examples ---------------------------------------------------------------------------------

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "graphql").glob("*.graphql"))


@pytest.fixture(scope="module")
def demo_servers(postgres: EmbeddedPostgres) -> Iterator[dict[str, str]]:
    """Two servers over the demo company: one for each order of the examples."""
    with new_database(postgres) as one, new_database(postgres) as two:
        open_demo_company(one, silent)
        open_demo_company(two, silent)
        with running_server(one) as first, running_server(two) as second:
            yield {"in order": first, "backwards": second}


TUTORIAL = """
query($asOf: Date!, $company: CompanyRef! = {code: "TUTORIAL"}) {
  profitAndLoss(company: $company, asOf: $asOf) {
    income expenses result resultLabel sections { label rows { account { code } amount isGroup } } }
  balanceSheet(company: $company, asOf: $asOf) { assets liabilities equity result }
  stockBalance(company: $company, asOf: $asOf) { nodes { item { sku } quantity value unitCost } }
  generalLedger(company: $company, asOf: $asOf, first: 100) {
    nodes { account { code } because { kind } } }
  whatIf(company: $company, asOf: $asOf, items: [{sku: "FIFO"}, {sku: "MEDIO"}],
         methods: [FIFO, LIFO, AVERAGE_PERIOD]) {
    item { sku } sales outcomes { method quantity value costOfSales result } }
}
"""
UNSOLD = ("8", "105.00", "13.125")
MEDIO_LEFT = ("4", "52.50", "13.125")
FIFO_LEFT = ("4", "60.00", "15")
# Day, (income, expenses, result), accounts of it, (assets, liabilities, equity), stock.
BY_DAY = [
    ("2016-07-01", ("0.00", "0.00", "0.00"), {"600": "-210.00", "610": "210.00"},
     ("210.00", "210.00", "0.00"), {"FIFO": UNSOLD, "MEDIO": UNSOLD}),
    ("2016-07-05", ("120.00", "-52.50", "67.50"),
     {"600": "-210.00", "610": "157.50", "700": "120.00"},
     ("277.50", "210.00", "67.50"), {"FIFO": UNSOLD, "MEDIO": MEDIO_LEFT}),
    ("2016-07-06", ("240.00", "-97.50", "142.50"),
     {"600": "-210.00", "610": "112.50", "700": "240.00"},
     ("352.50", "210.00", "142.50"), {"FIFO": FIFO_LEFT, "MEDIO": MEDIO_LEFT}),
]  # fmt: skip
# What 8 bought for 105 and 4 sold for 120 come to: value, cost of sales, result.
COMPARED = {
    "FIFO": ("60.00", "45.00", "75.00"),
    "LIFO": ("45.00", "60.00", "60.00"),
    "AVERAGE_PERIOD": ("52.50", "52.50", "67.50"),
}


@pytest.mark.parametrize(("day", "result", "accounts", "sheet", "stock"), BY_DAY)
def test_the_tutorial_comes_to_its_figures_day_by_day(
    demo_servers: dict[str, str],
    day: str,
    result: tuple[str, ...],
    accounts: dict[str, str],
    sheet: tuple[str, ...],
    stock: dict[str, tuple[str, ...]],
) -> None:
    books = _tutorial(demo_servers["in order"], day)
    profit, balance = books["profitAndLoss"], books["balanceSheet"]
    assert (profit["income"], profit["expenses"], profit["result"]) == result
    assert {
        row["account"]["code"]: row["amount"]
        for section in profit["sections"]
        for row in section["rows"]
        if not row["isGroup"]
    } == accounts
    assert (balance["assets"], balance["liabilities"], balance["equity"]) == sheet
    assert balance["result"] == result[-1], "no account holds the result yet"
    assert {
        row["item"]["sku"]: (row["quantity"], row["value"], row["unitCost"])
        for row in books["stockBalance"]["nodes"]
    } == stock


def test_the_tutorial_tells_purchases_from_stock_and_method_from_method(
    demo_servers: dict[str, str],
) -> None:
    books = _tutorial(demo_servers["in order"], "2016-07-06")
    profit = books["profitAndLoss"]
    assert (profit["resultLabel"], profit["sections"][0]["label"]) == (
        "Resultado del periodo",
        "Ingresos",
    )
    sources: dict[str, set[str]] = {}
    for row in books["generalLedger"]["nodes"]:
        sources.setdefault(row["because"]["kind"], set()).add(row["account"]["code"])
    assert sources == {
        "PURCHASE_INVOICE": {"600", "400"},
        "SALES_INVOICE": {"430", "700"},
        "INVENTORY_POSTING": {"300", "610"},
    }
    for one in books["whatIf"]:
        assert one["sales"] == "120.00"
        assert {
            outcome["method"]: (outcome["value"], outcome["costOfSales"], outcome["result"])
            for outcome in one["outcomes"]
        } == COMPARED
        assert {outcome["quantity"] for outcome in one["outcomes"]} == {"4"}


def _tutorial(base: str, day: str) -> Any:
    body = {"query": TUTORIAL, "variables": {"asOf": day}}
    answer = httpx2.post(f"{base}/graphql", json=body, headers={"accept-language": "es"}).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


@pytest.mark.parametrize("order", ["in order", "backwards"])
def test_every_example_runs_without_preparation(demo_servers: dict[str, str], order: str) -> None:
    files = EXAMPLES if order == "in order" else EXAMPLES[::-1]
    with wire.client(demo_servers[order], timeout=60) as client:
        for file in files:
            for answer in _run(client, file):
                assert "errors" not in answer, (file.name, answer["errors"])
                assert _refusals(answer["data"]) == [], file.name
        query = '{ booksCheck(company: {code: "DEMO"}) { isClean } }'
        answer = client.post("/graphql", json={"query": query}).json()
        assert answer["data"] == {"booksCheck": {"isClean": True}}


def _run(client: httpx2.Client, file: Path) -> Iterator[Any]:
    """The answers to a file's operations, one after the other."""
    query = file.read_text(encoding="utf-8")
    variables = file.with_suffix(".json")
    given = json.loads(variables.read_text(encoding="utf-8")) if variables.exists() else {}
    for operation in _operations(query):
        assert operation.name is not None, file.name
        body = {"query": query, "operationName": operation.name.value, "variables": given}
        yield client.post("/graphql", json=body).json()


def _operations(query: str) -> list[OperationDefinitionNode]:
    return [one for one in parse(query).definitions if isinstance(one, OperationDefinitionNode)]


def _refusals(value: Any) -> list[Any]:
    """Every `errors` anywhere in the data of an answer that has something in it."""
    if isinstance(value, list):
        return [found for one in value for found in _refusals(one)]
    if not isinstance(value, dict):
        return []
    own = [value["errors"]] if value.get("errors") else []
    return own + [found for one in value.values() for found in _refusals(one)]


def test_there_is_an_example_for_every_root_field() -> None:
    shown: set[str] = set()

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_rest: object) -> None:
            shown.add(node.name.value)

    for file in EXAMPLES:
        visit(parse(file.read_text(encoding="utf-8")), Fields())
    core = schema._schema
    assert core.query_type
    assert core.mutation_type
    assert {*core.query_type.fields, *core.mutation_type.fields} - shown == set()


def test_examples_are_titled_and_numbered_without_gaps() -> None:
    names = [file.name for file in EXAMPLES]
    assert [name[:2] for name in names] == [f"{n:02}" for n in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d\d-[a-z-]+\.graphql", name) for name in names)
    for one in examples():
        assert one["query"].startswith(f"# {one['title']}\n")
        assert 10 <= len(one["title"]) <= 100
