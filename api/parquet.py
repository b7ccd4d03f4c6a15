"""Exports as Parquet: a column's type is that of its field, and every value in it is exact.

Apache Arrow's writer is loaded with the first export, not when the server starts. It asks for rows,
and the pages come when they can: so it runs in a thread of its own, and writes to a file that is
sent when it is whole. In memory are one group of rows and, until it is large, the file.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

import orjson

from domain.money import RATE_DIGITS

if TYPE_CHECKING:
    from arro3.core import DataType

MEDIA_TYPE = "application/vnd.apache.parquet"

_GROUP = 5_000  # rows: the writer holds them at once; files of larger groups are not smaller
_IN_MEMORY = 1 * 1024 * 1024
_CHUNK = 256 * 1024
_DECIMAL_DIGITS = 38

Rows = list[dict[str, Any]]


async def parquet_file(
    columns: Sequence[tuple[str, str]],
    pages: AsyncIterator[Rows],
    cell: Callable[[Any, int], Any],
) -> IO[bytes]:
    """All rows in a file, to be read from its beginning.

    Args:
        columns: the name and the GraphQL type of each.
        pages: the rows.
        cell: a row's value in the column of this number, as GraphQL answers it.

    Raises:
        Exception: what getting the pages raised; there is no file then.
    """
    loop = asyncio.get_running_loop()

    def page() -> Rows | None:
        return asyncio.run_coroutine_threadsafe(_next(pages), loop).result()

    return await asyncio.to_thread(_written, columns, page, cell)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The file, piece by piece; it is closed then."""
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


async def _next(pages: AsyncIterator[Rows]) -> Rows | None:
    return await anext(pages, None)


def _written(
    columns: Sequence[tuple[str, str]],
    page: Callable[[], Rows | None],
    cell: Callable[[Any, int], Any],
) -> IO[bytes]:
    from arro3.core import Field, RecordBatch, RecordBatchReader, Schema  # noqa: PLC0415 - as above
    from arro3.io import write_parquet  # noqa: PLC0415 - as above

    types = [_type(kind) for _, kind in columns]
    fields = [Field(name, type_) for (name, _), type_ in zip(columns, types, strict=True)]
    schema = Schema(fields)

    faults: list[Exception] = []

    def batches() -> Iterator[RecordBatch]:
        try:
            while (rows := page()) is not None:
                arrays = [
                    _array([cell(row, number) for row in rows], type_)
                    for number, type_ in enumerate(types)
                ]
                yield RecordBatch.from_arrays(arrays, schema=schema)
        except Exception as fault:
            faults.append(fault)
            raise

    file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed on
    try:
        reader = RecordBatchReader.from_batches(schema, batches())
        write_parquet(reader, file, max_row_group_size=_GROUP, compression="zstd(3)")
        file.seek(0)
    except BaseException:
        file.close()
        if faults:
            raise faults[0] from None  # the writer's own tells only its text
        raise
    return file


def _type(kind: str) -> "DataType":
    """The column type of a scalar. Decimals have the most places that anything has here."""
    from arro3.core import DataType  # noqa: PLC0415 - as above

    return {
        "Boolean": DataType.bool(),
        "Int": DataType.int64(),
        "Decimal": DataType.decimal128(_DECIMAL_DIGITS, RATE_DIGITS),
        "Date": DataType.date32(),
        "Time": DataType.time64("us"),
        "DateTime": DataType.timestamp("us", tz="UTC"),
    }.get(kind, DataType.utf8())


def _array(values: list[Any], type_: "DataType") -> Any:
    """The values as a column: numbers, dates and times are read from their text.

    Raises:
        ValueError: a value does not fit; it would be lost or rounded.
    """
    from arro3.core import Array, DataType  # noqa: PLC0415 - as above

    if DataType.is_boolean(type_) or DataType.is_integer(type_):
        return Array(values, type=type_)
    texts = [_text(value) for value in values]
    if DataType.is_decimal(type_):
        finest = max((len(text.partition(".")[2]) for text in texts if text), default=0)
        if finest > RATE_DIGITS:
            raise ValueError(f"a number has {finest} decimal places")
    column = Array(texts, type=DataType.utf8()).cast(type_)
    if column.null_count != texts.count(None):
        raise ValueError("a value does not fit its column")
    return column


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
