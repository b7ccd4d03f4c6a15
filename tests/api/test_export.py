"""Exports over HTTP: the rows, filters and names of the queries, in pages that nobody sees."""

import csv
import io
import json
from typing import Any

import pytest
from arro3.io import read_parquet
from graphql import GraphQLObjectType

from api.exporting import export, listing
from api.schema import schema
from persistence.reports.stock_ledger import Balances
from tests.api.desk import Desk, delivery, goods, receipt


def traded(server: str) -> Desk:
    """A desk of a company that bought ten and sold four."""
    desk = Desk(server)
    desk.post(receipt("2026-01-10", goods("10", "200")))
    desk.post(delivery("2026-01-12", goods("4", "300")))
    return desk


@pytest.fixture(scope="module")
def desk(server: str) -> Desk:
    return traded(server)


def get(desk: Desk, path: str, **params: Any) -> Any:
    """The answer to an export."""
    return desk.client.get(f"/export/{path}", params={"company": desk.code, **params})


def rows(desk: Desk, path: str, **params: Any) -> list[dict[str, str]]:
    """The rows of a CSV export."""
    answer = get(desk, f"{path}.csv", **params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_trial_balance_is_that_of_the_query(desk: Desk) -> None:
    found = rows(desk, "trialBalance", asOf="2026-01-11")
    balances = {row["account.code"]: row["closingDebit"] for row in found}
    assert balances["Stores"] == "2000.00"
    assert sorted(found[0]) == [
        "account.code", "closingCredit", "closingDebit", "credit", "debit", "openingCredit",
        "openingDebit",
    ]  # fmt: skip


def test_statements_are_those_of_the_queries(desk: Desk) -> None:
    def amounts(path: str, **params: str) -> dict[str, str]:
        columns = "root,account.code,amount,isGroup"
        found = rows(desk, path, columns=columns, **params)
        return {
            f"{row['root']} {row['account.code']}": row["amount"]
            for row in found
            if row["isGroup"] == "false"
        }

    period = {"from": "2026-01-01", "asOf": "2026-01-31"}
    assert amounts("profitAndLoss", **period) == {"EXPENSE Cost of Goods Sold": "-800.00"}
    assert amounts("balanceSheet", asOf="2026-01-31") == {
        "ASSET Stores": "1200.00", "LIABILITY Stock Received But Not Billed": "2000.00",
    }  # fmt: skip
    assert sorted(rows(desk, "balanceSheet")[0]) == [
        "account.code", "amount", "isGroup", "level", "root",
    ]  # fmt: skip


def test_filters_and_columns_have_the_names_of_the_query(desk: Desk) -> None:
    found = rows(desk, "stockLedger", item="RM0001", columns="postingDate,item.sku,quantity")
    assert found == [
        {"postingDate": "2026-01-10", "item.sku": "RM0001", "quantity": "10"},
        {"postingDate": "2026-01-12", "item.sku": "RM0001", "quantity": "-4"},
    ]


def test_a_filter_of_several_fields_is_given_field_by_field(desk: Desk) -> None:
    def numbers(**given: str | list[str]) -> list[str]:
        filters = {f"filter.{name}": text for name, text in given.items()}
        return [row["number"][:2] for row in rows(desk, "documents", columns="number", **filters)]

    both = numbers(**{"from": "2026-01-10", "to": "2026-01-12"})
    assert both == ["DN", "PR"]
    assert numbers(**{"from": "2026-01-11", "to": "2026-01-12"}) == ["DN"]
    assert numbers(kinds=["DELIVERY_NOTE", "PURCHASE_RECEIPT"], party="ARCU") == ["PR"]
    assert numbers(**{"party.code": "UTAH", "item.sku": "RM0001"}) == ["DN"]


def test_several_plain_values_are_one_column(server: str) -> None:
    desk = Desk(server)
    desk.item("RM0009", barcodes=["4006381333931", "A 1"])
    (item,) = [row for row in rows(desk, "items") if row["sku"] == "RM0009"]
    assert sorted(item["barcodes"].split(";")) == ["4006381333931", "A 1"]
    roles = {row["code"]: row["roles"] for row in rows(desk, "parties")}
    assert (roles["ARCU"], roles["UTAH"]) == ("SUPPLIER", "CUSTOMER")
    lines = get(desk, "items.jsonl", columns="barcodes,sku").text.splitlines()
    (listed,) = [json.loads(line) for line in lines if "RM0009" in line]
    assert sorted(listed["barcodes"]) == ["4006381333931", "A 1"]
    table = read_parquet(io.BytesIO(get(desk, "parties.parquet", columns="code,roles").content))
    assert "CUSTOMER" in str(table.read_all().column("roles").to_pylist())
    assert rows(desk, "items", columns="sku,barcodes.0")[0]["barcodes.0"] == ""


def test_units_are_one_column_as_imports_read_them(server: str) -> None:
    desk = Desk(server)
    units = [{"uom": "Box; big", "factor": "200"}, {"uom": "Half=0", "factor": "0.5"}]
    desk.item("RM0009", units=units, unitBarcodes=[{"uom": "Box; big", "barcode": "4000000000017"}])
    by_sku = {row["sku"]: row for row in rows(desk, "items")}
    told = (by_sku["RM0009"]["units"], by_sku["RM0009"]["unitBarcodes"])
    assert told == (r"Box\; big=200;Half\=0=0.5", r"Box\; big=4000000000017")
    assert (by_sku["RM0001"]["units"], by_sku["RM0001"]["unitBarcodes"]) == ("", "")
    lines = get(desk, "items.jsonl", columns="sku,units").text.splitlines()
    assert {"sku": "RM0009", "units": units} in [json.loads(line) for line in lines]


def test_changes_of_masters_name_the_document(server: str) -> None:
    desk = Desk(server)
    desk.item("RM0009", "FIFO")
    change = {"lines": [{"item": {"sku": "RM0009"}, "costingMethod": "MOVING_AVERAGE"}]}
    made = desk.post(("CostingMethodChange", {"postingDate": "2026-01-10", **change}))
    found = rows(desk, "masterChanges", kind="ITEM", columns="action,document.number,documentId")
    assert found[0] == {
        "action": "CHANGED", "document.number": made["number"], "documentId": made["id"],
    }  # fmt: skip
    assert found[1]["document.number"] == ""


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_whoever_asks_for_the_head_gets_no_rows(
    desk: Desk, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_content", None)  # nothing is made of the rows
    path = f"/export/accounts.{format_}?company={desk.code}"
    answer = desk.client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == export.MEDIA[format_]
    assert "content-length" not in answer.headers
    assert desk.client.head(f"{path}&colour=red").status_code == 400


@pytest.mark.parametrize(
    ("format_", "coding"), [("csv", "gzip"), ("jsonl", "gzip"), ("parquet", None)]
)
def test_text_is_compressed_for_whoever_takes_it(
    desk: Desk, format_: str, coding: str | None
) -> None:
    def asked(accepted: str) -> Any:
        headers = {"accept-encoding": accepted}
        return desk.client.get(
            f"/export/accounts.{format_}", params={"company": desk.code}, headers=headers
        )

    long, short = asked("identity"), asked("gzip")
    assert (long.headers.get("content-encoding"), short.headers.get("content-encoding")) == (
        None, coding,
    )  # fmt: skip
    assert short.content == long.content


def test_json_lines_carry_the_same(desk: Desk) -> None:
    answer = get(desk, "stockBalance.jsonl", columns="item.sku,warehouse.code,quantity,value")
    assert [json.loads(line) for line in answer.text.splitlines()] == [
        {"item.sku": "RM0001", "warehouse.code": "Stores", "quantity": "6", "value": "1200.00"}
    ]


@pytest.mark.parametrize(
    "report",
    [
        "generalLedger", "stockLedger", "stockBalance", "receivedNotBilled", "documents", "items",
        "accounts", "warehouses", "parties", "purchaseReceipts",
        "masterChanges",
    ],
)  # fmt: skip
def test_whatever_is_listed_can_be_exported(desk: Desk, report: str) -> None:
    assert rows(desk, report)


@pytest.mark.parametrize("count", [9, 10])  # with two that are there: in part, and to the brim
def test_more_than_a_page_comes_whole_and_in_order(
    server: str, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(listing, "PAGE_LIMIT", 3)
    desk = Desk(server)
    desk.items([f"A{number}" for number in range(count)])
    found = rows(desk, "items", columns="sku")
    assert [row["sku"] for row in found] == [*(f"A{n}" for n in range(count)), "RM0001", "SV0001"]


@pytest.mark.parametrize(
    ("path", "params", "status", "says"),
    [
        ("nothing.csv", {}, 404, "lists anything"),
        ("company.csv", {}, 404, "lists anything"),
        ("items.xlsx", {}, 404, "csv or jsonl or parquet"),
        ("trialBalance.parquet", {"company": "NOBODY"}, 400, "NOBODY"),
        ("items.csv", {"colour": "red"}, 400, "no filter 'colour'"),
        ("items.csv", {"first": "3"}, 400, "no filter 'first'"),
        ("items.csv", {"after": "3"}, 400, "no filter 'after'"),
        ("changes.csv", {"after": "300"}, 400, "has not come that far"),
        ("documents.csv", {"filter": '{"from": "2026-01-01"}'}, 400, "not given as a whole"),
        ("documents.csv", {"filter.colour": "red"}, 400, "name a field of it (from, to, party"),
        ("documents.csv", {"filter.from.day": "1"}, 400, "no 'filter.from.day'"),
        ("documents.csv", {"filter.to": ["2026-01-01", "2026-01-02"]}, 400, "given twice"),
        ("items.csv", {"company": ["A", "B"]}, 400, "given twice"),
        ("items.csv", {"columns": "sku,price"}, 400, "no column 'price'"),
        ("documents.csv", {"columns": "lines"}, 400, "no column 'lines'"),
        ("items.csv", {"columns": "units.uom"}, 400, "no column 'units.uom'"),
        ("trialBalance.csv", {"asOf": "yesterday"}, 400, "Date"),
        ("trialBalance.csv", {"includeZero": "1"}, 400, "true or false"),
        ("trialBalance.csv", {"company": "NOBODY"}, 400, "NOBODY"),
    ],
)
def test_what_cannot_be_exported_says_so(
    desk: Desk, path: str, params: dict[str, str], status: int, says: str
) -> None:
    answer = get(desk, path, **params)
    assert answer.status_code == status
    assert says in answer.json()["errors"][0]["message"]


def test_whatever_lists_rows_has_them_as_nodes(desk: Desk) -> None:
    both = "rows { ...Row } nodes { ...Row }"
    for query, row in (
        ("trialBalance", "closingDebit"), ("stockVersusLedger", "stockValue"),
        ("partyBalances", "payable"),
    ):  # fmt: skip
        asked = f"{query}(company: $company) {{ {both} }}".replace("...Row", row)
        found = desk.ask(f"query($company: CompanyRef!) {{ {asked} }}")[query]
        assert found["rows"] == found["nodes"], query
        assert found["rows"] or query == "partyBalances"  # which has some under BY_LEVEL alone
    sections = desk.ask(
        "query($company: CompanyRef!) { balanceSheet(company: $company) {"
        " sections { rows { amount } nodes { amount } } } }"
    )["balanceSheet"]["sections"]
    assert all(one["rows"] == one["nodes"] for one in sections)
    lists = [
        one for one in schema._schema.type_map.values()
        if isinstance(one, GraphQLObjectType) and "rows" in one.fields
    ]  # fmt: skip
    assert [one.name for one in lists if "nodes" not in one.fields] == []


@pytest.mark.parametrize(
    "filters",
    [{}, {"includeCancelled": "true"}, {"item": "RM0001"}, {"asOf": "2026-01-20"},
     {"from": "2026-01-14"}, {"sort": "POSTING_DESC"}, {"warehouse": "Finished Goods"}],
)  # fmt: skip
def test_balances_carried_from_page_to_page_are_those_of_one_page(
    desk_with_history: Desk, filters: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = (
        "document.number,item.sku,warehouse.code,quantity,cost,quantityAfter,valueAfter"
        ",unitCostAfter"
    )
    summed = rows(desk_with_history, "stockLedger", columns=columns, **filters)
    monkeypatch.setattr(Balances, "goes_on", lambda *_: False)
    assert rows(desk_with_history, "stockLedger", columns=columns, **filters) == summed
    monkeypatch.undo()
    monkeypatch.setattr(listing, "PAGE_LIMIT", 3)
    assert rows(desk_with_history, "stockLedger", columns=columns, **filters) == summed
    assert len(summed) > 3


def test_the_feed_comes_whole_from_where_the_last_export_ended(
    desk_with_history: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_LIMIT", 3)
    found = rows(desk_with_history, "changes", columns="sequence,document.number")
    assert [row["sequence"] for row in found] == [str(n + 1) for n in range(len(found))]
    assert len(found) == len(rows(desk_with_history, "documents")) > 3
    assert rows(desk_with_history, "changes", columns="sequence", after="14") == [
        {"sequence": row["sequence"]} for row in found[14:]
    ]


@pytest.fixture(scope="module")
def desk_with_history(server: str) -> Desk:
    """Two items in two warehouses, some documents late and some cancelled."""
    desk = Desk(server)
    desk.item("RM0002", "MOVING_AVERAGE")
    there = {"warehouse": {"code": "Finished Goods"}}
    for sku in ("RM0001", "RM0002"):
        desk.post(receipt("2026-01-10", goods("10", "200", sku), goods("7", "30.33", sku, **there)))
        out = desk.post(delivery("2026-01-12", goods("4", "300", sku)))
        desk.post(delivery("2026-01-22", goods("3.5", "300", sku, **there)))
        desk.post(receipt("2026-01-11", goods("3", "180.01", sku)))
        desk.post(delivery("2026-01-15", goods("2", "300", sku), goods("1", "300", sku, **there)))
        desk.cancelled(out)
        desk.post(delivery("2026-01-25", goods("11", "300", sku)))
        desk.post(delivery("2026-01-26", goods("2.5", "300", sku, **there)))
    return desk
