"""Exports as Parquet: the rows of the CSV with exact types, in groups sent as they fill."""

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from arro3.io import read_parquet

from api.exporting import parquet
from tests.api.desk import Desk
from tests.api.test_export import get, rows, traded


@pytest.fixture(scope="module")
def desk(server: str) -> Desk:
    return traded(server)


def table(answer: Any) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The types of a Parquet file's columns, and its rows."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    found: Any = read_parquet(io.BytesIO(answer.content)).read_all()
    names = found.column_names
    columns = [[value.as_py() for value in found.column(name)] for name in names]
    types = {name: str(found.field(name).type).split("<")[-1].strip(">\n") for name in names}
    return types, [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def test_parquet_has_the_rows_of_the_csv_with_exact_types(desk: Desk) -> None:
    columns = (
        "postingDate,document.recordedAt,item.sku,lot.code,quantity,cost,unitCostAfter,isCancelled"
    )
    types, found = table(get(desk, "stockLedger.parquet", columns=columns))
    assert types == {
        "postingDate": "Date32",
        "document.recordedAt": 'Timestamp(µs, "UTC")',
        "item.sku": "Utf8",
        "lot.code": "Utf8",
        "quantity": "Decimal128(38, 12)",
        "cost": "Decimal128(38, 12)",
        "unitCostAfter": "Decimal128(38, 12)",
        "isCancelled": "Boolean",
    }
    as_text = rows(desk, "stockLedger", columns=columns)
    assert len(found) == len(as_text) == 2
    for row, text in zip(found, as_text, strict=True):
        assert row["postingDate"] == date.fromisoformat(text["postingDate"])
        assert row["document.recordedAt"] == datetime.fromisoformat(text["document.recordedAt"])
        assert row["document.recordedAt"].tzinfo is not None
        assert (row["item.sku"], row["lot.code"]) == ("RM0001", None)
        assert {name: row[name] for name in ("quantity", "cost", "unitCostAfter")} == {
            name: Decimal(text[name]) for name in ("quantity", "cost", "unitCostAfter")
        }
        assert (row["isCancelled"], text["isCancelled"]) == (False, "false")


@pytest.mark.parametrize("report", ["trialBalance", "generalLedger", "documents", "items"])
def test_parquet_has_all_that_csv_has(desk: Desk, report: str) -> None:
    _, found = table(get(desk, f"{report}.parquet"))
    as_text = rows(desk, report)
    assert [list(row) for row in found] == [list(row) for row in as_text]
    name = "number" if report == "documents" else "sku" if report == "items" else "account.code"
    assert [row[name] for row in found] == [row[name] for row in as_text]


def test_a_parquet_file_without_rows_has_its_columns(desk: Desk) -> None:
    types, found = table(get(desk, "stockLedger.parquet", asOf="2020-01-01", columns="quantity"))
    assert (types, found) == ({"quantity": "Decimal128(38, 12)"}, [])


async def _pages(*pages: Any) -> AsyncIterator[Any]:
    for page in pages:
        if isinstance(page, Exception):
            raise page
        yield page


async def _parquet(kind: str, *pages: Any) -> Any:
    return await parquet.parquet_file([("a", kind)], _pages(*pages), lambda row, _: row["a"])


@pytest.mark.anyio
async def test_pages_come_together_in_one_file() -> None:
    pages = [[{"a": str(n)} for n in range(first, first + 500)] for first in (0, 500, 1000)]
    file = b"".join([piece async for piece in await _parquet("Decimal", *pages)])
    found: Any = read_parquet(io.BytesIO(file)).read_all()
    assert [value.as_py() for value in found.column("a")] == [Decimal(n) for n in range(1500)]


@pytest.mark.anyio
async def test_a_file_is_sent_while_it_grows() -> None:
    rest_is_wanted = asyncio.Event()

    async def pages() -> AsyncIterator[Any]:
        yield [{"a": str(uuid4())} for _ in range(10_000)]
        await rest_is_wanted.wait()
        yield [{"a": "last"}]

    pieces = await parquet.parquet_file([("a", "String")], pages(), lambda row, _: row["a"])
    begun = await anext(pieces)
    assert begun.startswith(b"PAR1")
    rest_is_wanted.set()
    whole = begun + b"".join([piece async for piece in pieces])
    found: Any = read_parquet(io.BytesIO(whole)).read_all()
    assert (found.num_rows, found.column("a")[10_000].as_py()) == (10_001, "last")


@pytest.mark.anyio
async def test_what_nobody_reads_is_not_written_on() -> None:
    asked = 0

    async def pages() -> AsyncIterator[Any]:
        nonlocal asked
        while True:
            asked += 1
            yield [{"a": str(uuid4())} for _ in range(5_000)]

    pieces = await parquet.parquet_file([("a", "String")], pages(), lambda row, _: row["a"])
    await anext(pieces)
    assert isinstance(pieces, AsyncGenerator)
    await pieces.aclose()  # as a server does when the client is gone
    seen = -1
    while seen != asked:
        seen = asked
        await asyncio.sleep(0.3)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "value"),
    [("Decimal", "1e999"), ("Decimal", "1." + "1" * 13), ("Decimal", "9" * 30), ("Date", "soon")],
)
async def test_what_would_be_lost_or_rounded_breaks_the_export_off(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"decimal places|does not fit"):
        await _parquet(kind, [{"a": None}], [{"a": value}])


@pytest.mark.anyio
async def test_an_error_on_a_later_page_is_the_answer() -> None:
    with pytest.raises(LookupError, match="gone"):
        await _parquet("Decimal", [{"a": "1"}], LookupError("gone"))
