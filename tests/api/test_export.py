"""Exports over HTTP: the rows, filters and names of the queries, in pages that nobody sees."""

import csv
import io
import json
from typing import Any

import pytest

from tests.api.desk import Desk, delivery, goods, receipt


@pytest.fixture(scope="module")
def desk(server: str) -> Desk:
    desk = Desk(server)
    desk.post(receipt("2026-01-10", goods("10", "200")))
    desk.post(delivery("2026-01-12", goods("4", "300")))
    return desk


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


def test_filters_and_columns_have_the_names_of_the_query(desk: Desk) -> None:
    found = rows(desk, "stockLedger", item="RM0001", columns="postingDate,item.sku,quantity")
    assert found == [
        {"postingDate": "2026-01-10", "item.sku": "RM0001", "quantity": "10"},
        {"postingDate": "2026-01-12", "item.sku": "RM0001", "quantity": "-4"},
    ]


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
    ],
)  # fmt: skip
def test_whatever_is_listed_can_be_exported(desk: Desk, report: str) -> None:
    assert rows(desk, report)


def test_more_than_a_page_comes_whole_and_in_order(server: str) -> None:
    desk = Desk(server)
    lines = [{"account": {"code": code}, side: "1"} for code, side in
             (("Bank", "debit"), ("Sales", "credit"))] * 260  # fmt: skip
    for day in ("2026-01-10", "2026-01-11"):
        entry = {"company": desk.company, "postingDate": day, "lines": lines}
        desk.make("submitJournalEntry", "journalEntry", **entry)
    for number in range(505):
        desk.item(f"A{number:04}")
    found = rows(desk, "items", columns="sku")
    assert [row["sku"] for row in found] == [*(f"A{n:04}" for n in range(505)), "RM0001", "SV0001"]


@pytest.mark.parametrize(
    ("path", "params", "status", "says"),
    [
        ("nothing.csv", {}, 404, "lists anything"),
        ("company.csv", {}, 404, "lists anything"),
        ("items.parquet", {}, 404, "csv or jsonl"),
        ("items.csv", {"colour": "red"}, 400, "no filter 'colour'"),
        ("items.csv", {"first": "3"}, 400, "no filter 'first'"),
        ("items.csv", {"columns": "sku,price"}, 400, "no column 'price'"),
        ("items.csv", {"columns": "barcodes"}, 400, "no column 'barcodes'"),
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
