"""Every order of every list pages through all rows exactly once, forwards and backwards.

The schema is walked: a list without `sort`, or without rows here, fails. Many rows have equal keys.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from api.schema import schema
from api.settings import Settings
from tests.api.clerk import Clerk
from tests.api.desk import Desk, bill, charge, delivery, goods, receipt
from tests.servers import new_database, running_server

QUERY: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment] - there is one
LISTS = sorted(name for name, field in QUERY.fields.items() if "before" in field.args)
PAGE = 2
NEAR = "http://127.0.0.1:9/"


class Filled:
    """A company with at least three rows in each list; LINKED has open movements."""

    def __init__(self, base: str, url: str) -> None:
        self.desk = Desk(base)
        self.linked = Clerk(base)
        self._masters()
        self._documents()
        self._open_movements()
        self.webhook = self._webhooks(url)

    def _masters(self) -> None:
        desk, company = self.desk, self.desk.company
        desk.make("updateCompany", "company", company=company,
                  settings={"allowNegativeStock": True})  # fmt: skip
        desk.make("createWarehouse", "warehouse", company=company, code="Road", name="Same",
                  account={"code": "Work In Progress"}, isTransit=True)  # fmt: skip
        for n in range(5):
            name = "Same" if n else "Other"
            for kind in ("ItemGroup", "CostCenter"):
                thing = kind[0].lower() + kind[1:]
                desk.make(f"create{kind}", thing, company=company, code=f"X{n}", name=name)
            desk.make("createTax", "tax", company=company, code=f"X{n}", name=name, rate="0")
            desk.make("createPaymentTerm", "paymentTerm", company=company, code=f"X{n}", name=name)
            desk.make("createItem", "item", company=company, sku=f"X{n}", name=name,
                      costingMethod="FIFO")  # fmt: skip
            desk.make("createParty", "party", company=company, code=f"X{n}", name=name,
                      roles=["SUPPLIER", "CUSTOMER"])  # fmt: skip
            desk.make("createWarehouse", "warehouse", company=company, code=f"X{n}", name=name,
                      account={"code": "Stores"})  # fmt: skip
            desk.make("closePeriod", "company", company=company, through=f"202{n}-12-31")
            desk.make("createServiceAccount", "principal", name=f"x{n}")
            desk.make("grantRole", "roleGrant", "role", company=company, principal=f"x{n}",
                      role="VIEWER")  # fmt: skip
            desk.make("openFiscalYear", "fiscalYear", company=company, date=f"203{n}-01-01")

    def _documents(self) -> None:
        desk, party, vat = self.desk, {"supplier": {"code": "X1"}}, [charge("VAT", "1")]

        def item(n: int) -> Any:
            return goods("2", "10", f"X{n}")

        desk.item("B", "BATCH")
        road = {"toWarehouse": {"code": "Road"}}
        sent = [goods("1", None, "B", batch=f"L{n}", **road) for n in range(4)]
        owed = [
            {"account": {"code": account}, "party": {"code": f"X{n}"}, side: "5"}
            for n in range(4)
            for account, side in (("Debtors", "debit"), ("Creditors", "credit"))
        ]
        lots = [
            goods("1", "5", "B", batch=f"L{n}", **({"expiryDate": "2026-09-01"} if n % 2 else {}))
            for n in range(5)
        ]
        for paper in (
            receipt("2026-01-10", item(1), item(2), item(0), shipment="S1"),
            receipt("2026-01-10", item(1), item(3), shipment="S2", **party),
            receipt("2026-01-09", *lots, shipment="S3"),
            bill("2026-01-11", item(1), item(2)),
            *(bill("2026-01-11", item(1), item(3), charges=vat, **party) for _ in range(3)),
            delivery("2026-01-12", item(1), goods("1", "9", "X2")),
            delivery("2026-01-12", item(1), customer={"code": "X2"}),
            *(delivery("2026-01-13", goods("7", "9", f"X{n}")) for n in (2, 3, 4)),
            ("StockEntry", {"postingDate": "2026-01-14", "purpose": "SEND_TO_TRANSIT",
                            "lines": sent}),
            ("JournalEntry", {"postingDate": "2026-01-15", "lines": owed}),
            receipt("2026-01-16", goods("1", "5", "X1")),
        ):  # fmt: skip
            desk.post(paper)

    def _open_movements(self) -> None:
        Clerk(self.desk.base).open()
        self.linked.open(scheme="CONTINENTAL")
        self.linked.made("createWarehouse", "warehouse", code="EAST")
        self.linked.made("createItem", "item", sku="CHAIR", costingMethod="FIFO")
        for _ in range(4):
            line = goods("1", "10", "CHAIR", warehouse={"code": "EAST"})
            self.linked.made("submitStockEntry", "stockEntry", postingDate="2026-01-02",
                             purpose="MATERIAL_RECEIPT", lines=[line])  # fmt: skip

    def _webhooks(self, url: str) -> str:
        """Made last, so that nothing is sent; deliveries as if some had been."""
        desk = self.desk
        ids = [
            desk.make("createWebhook", "webhook", company=desk.company, url=f"{NEAR}{n}")["id"]
            for n in range(4)
        ]
        for n in range(4):
            given = {"postingDate": "2026-02-01", "customer": {"code": f"X{n}"}, "lines": []}
            document = {"deliveryNote": {"company": desk.company, **given}}
            desk.make("saveDraft", "draft", company=desk.company, document=document)
        with psycopg.connect(url) as owner:
            owner.execute(
                "insert into webhook_delivery (company_id, id, webhook_id, seq, state)"
                " select company_id, gen_random_uuid(), id, n, 'DELIVERED'"
                " from webhook, generate_series(1, 5) n where id = %s",
                (ids[0],),
            )
        return ids[0]

    def arguments(self, name: str) -> str:
        """What a list needs to be told."""
        code = self.linked.code if name == "openMovements" else self.desk.code
        given = {"company": f'{{code: "{code}"}}', "webhook": f'"{self.webhook}"'}
        return "".join(f"{key}: {given[key]}, " for key in given if key in QUERY.fields[name].args)


@pytest.fixture(scope="module")
def filled(postgres: Any) -> Iterator[Filled]:
    settings = Settings(webhook_private_targets=True)
    with new_database(postgres) as url, running_server(url, settings) as base:
        yield Filled(base, url)


def _row(name: str) -> Any:
    return get_named_type(get_named_type(QUERY.fields[name].type).fields["nodes"].type)


def _is_kind(name: str) -> bool:
    """Whether a list has documents of one kind: all of them are made by the same function."""
    return "Document" in {one.name for one in getattr(_row(name), "interfaces", ())}


ORDERED = [name for name in LISTS if not _is_kind(name)] + ["purchaseReceipts"]


def test_every_list_has_an_order_that_may_be_chosen() -> None:
    assert [name for name in LISTS if "sort" not in QUERY.fields[name].args] == []


class Lists:
    """One list in all its orders, each under an alias.

    Where a page begins is a variable: one text, read once, asks for page after page.
    """

    def __init__(self, filled: Filled, name: str) -> None:
        self._filled, self._name = filled, name
        self.orders = list(get_named_type(QUERY.fields[name].args["sort"].type).values)
        plain = (
            field
            for field, one in _row(name).fields.items()
            if is_leaf_type(get_named_type(one.type))
            and not any(is_required_argument(argument) for argument in one.args.values())
        )
        page = "hasNextPage hasPreviousPage startCursor endCursor"
        fields = f"__typename {' '.join(plain)}"
        type_ = get_named_type(QUERY.fields[name].type).name
        self._page = (
            f"fragment Page on {type_}"
            f" {{ nodes {{ {fields} }} edges {{ cursor }} pageInfo {{ {page} }} }}"
        )

    def pages(
        self, count: str, size: int, from_: str, cursors: dict[str, str | None]
    ) -> dict[str, Any]:
        """A page of each order that is named, `count` (first or last) rows `from_` a cursor on."""
        given = self._filled.arguments(self._name)
        declared = ", ".join(f"${order}: String" for order in cursors)
        fields = " ".join(
            f"{order}: {self._name}({given}sort: {order}, {count}: $size, {from_}: ${order})"
            " { ...Page }"
            for order in cursors
        )
        query = f"query($size: Int!, {declared}) {{ {fields} }} {self._page}"
        return self._filled.desk.ask(query, size=size, **cursors)

    def whole(self) -> dict[str, Any]:
        return self.pages("first", 500, "after", dict.fromkeys(self.orders))

    def walked(self, *, forwards: bool) -> dict[str, list[str]]:
        """The cursors of all orders, page by page, as the list has them from top to bottom."""
        count, from_, more, end = (
            ("first", "after", "hasNextPage", "endCursor")
            if forwards
            else ("last", "before", "hasPreviousPage", "startCursor")
        )
        found: dict[str, list[str]] = {order: [] for order in self.orders}
        asked: dict[str, str | None] = dict.fromkeys(self.orders)
        while asked:
            for order, page in self.pages(count, PAGE, from_, asked).items():
                cursors = [edge["cursor"] for edge in page["edges"]]
                found[order] = found[order] + cursors if forwards else cursors + found[order]
                if page["pageInfo"][more]:
                    assert len(cursors) == PAGE
                    asked[order] = page["pageInfo"][end]
                else:
                    del asked[order]
        return found

    def first(self, order: str, size: int) -> Any:
        """The first page of one order."""
        return self.pages("first", size, "after", {order: None})[order]


def _keys(page: Any) -> list[Any]:
    """The keys of the rows, without the order's name."""
    return [
        json.loads(base64.urlsafe_b64decode(edge["cursor"] + "=="))[1:] for edge in page["edges"]
    ]


def _rows(page: Any) -> list[str]:
    return sorted(json.dumps(node, sort_keys=True) for node in page["nodes"])


@pytest.mark.parametrize("name", ORDERED)
def test_every_order_pages_through_all_rows_exactly_once(name: str, filled: Filled) -> None:
    lists = Lists(filled, name)
    whole = lists.whole()
    rows = _rows(whole[lists.orders[0]])
    assert len(rows) > PAGE, "too few rows here"
    cursors = {order: [edge["cursor"] for edge in page["edges"]] for order, page in whole.items()}
    assert lists.walked(forwards=True) == cursors
    assert lists.walked(forwards=False) == cursors
    for order, page in whole.items():
        assert len(set(cursors[order])) == len(rows)
        assert _rows(page) == rows
        if order.endswith("_ASC"):
            assert _keys(whole[order.replace("_ASC", "_DESC")]) == _keys(page)[::-1]


def test_a_cursor_of_another_order_is_refused(filled: Filled) -> None:
    page = Lists(filled, "items").first("SKU_ASC", 1)
    cursor = page["pageInfo"]["endCursor"]
    query = "query($company: CompanyRef!, $c: String) { items(company: $company, sort: NAME_ASC,"
    answer = filled.desk.answer(f"{query} after: $c) {{ nodes {{ sku }} }} }}", c=cursor)
    assert answer["errors"][0]["extensions"]["params"] == {"reason": "invalid_cursor"}


@pytest.mark.parametrize(
    ("name", "order", "field", "first", "last"),
    [
        ("items", "NAME_ASC", "sku", "B", "SV0001"),
        ("items", "NAME_DESC", "sku", "SV0001", "B"),
        ("accounts", "CODE_ASC", "code", "Assets", "Write Off"),
        ("stockBalance", "QUANTITY_ASC", "quantity", "-7", "4"),
        ("lots", "EXPIRY_DATE_ASC", "code", "L1", "L4"),
        ("fiscalYears", "START_DATE_DESC", "code", "2034", "2026"),
    ],
)
def test_the_orders_are_what_they_say(
    filled: Filled, name: str, order: str, field: str, first: str, last: str
) -> None:
    nodes = Lists(filled, name).first(order, 500)["nodes"]
    assert (nodes[0][field], nodes[-1][field]) == (first, last)
