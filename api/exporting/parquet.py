"""Exports as Parquet: a column's type is that of its field, and every value in it is exact.

Apache Arrow's writer is loaded with the first export, not when the server starts. It asks for rows,
and the pages come when they can: so it runs in a thread of its own, and writes to a file, which is
sent while it grows. In memory is one group of rows; a slow reader holds up neither thread nor
database.
"""

import asyncio
import io
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NoReturn

import orjson

from domain.money import RATE_DIGITS

if TYPE_CHECKING:
    from arro3.core import DataType

MEDIA_TYPE = "application/vnd.apache.parquet"

_GROUP = 5_000  # rows: the writer holds them at once; files of larger groups are not smaller
_CHUNK = 256 * 1024
_HELD_BACK = 8 * 1024  # bytes: what the writer lets go of when it breaks off before the first group
_DECIMAL_DIGITS = 38

Rows = list[dict[str, Any]]


class _Growing:
    """A file that a thread writes to, and that is read while it grows."""

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by whoever reads it
        self._loop = asyncio.get_running_loop()
        self._grown = asyncio.Event()
        self._is_wanted = True

    # -- the writer's side: a file as Apache Arrow's writer takes it

    def write(self, data: bytes) -> int:
        """Append."""
        self.check_wanted()
        self._file.write(data)
        self.tell_reader()
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def seek(self, _offset: int, _whence: int = 0) -> NoReturn:
        """The writer wants to see one, and does not use it."""
        raise io.UnsupportedOperation

    def check_wanted(self) -> None:
        """Stop the writer where nobody reads any more."""
        if not self._is_wanted:
            raise BrokenPipeError

    def tell_reader(self) -> None:
        """There is more, or an end."""
        self._loop.call_soon_threadsafe(self._grown.set)

    # -- the reader's side

    async def grown(self) -> None:
        """Wait until there may be more."""
        await self._grown.wait()
        self._grown.clear()

    def read(self, offset: int) -> bytes:
        """The next piece, if there is one; the writer's place in the file is its own."""
        return os.pread(self._file.fileno(), _CHUNK, offset)

    def size(self) -> int:
        """How far it has grown."""
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """It is not wanted any more."""
        self._is_wanted = False
        self._file.close()


async def parquet_file(
    columns: Sequence[tuple[str, str]],
    pages: AsyncIterator[Rows],
    cell: Callable[[Any, int], Any],
) -> AsyncIterator[bytes]:
    """The file, piece by piece, from the moment on that its first group of rows is there.

    Args:
        columns: the name and the GraphQL type of each.
        pages: the rows.
        cell: a row's value in the column of this number, as GraphQL answers it.

    Raises:
        Exception: what getting the pages raised; before the first piece, or else in its place.
    """
    loop, file = asyncio.get_running_loop(), _Growing()

    def page() -> Rows | None:
        file.check_wanted()
        return asyncio.run_coroutine_threadsafe(_next(pages), loop).result()

    def ended(writing: "asyncio.Future[None]") -> None:
        file.tell_reader()  # only now: before, it would look for more and wait again
        if not writing.cancelled():
            writing.exception()  # seen, also where nobody reads the file to its end

    writing = asyncio.ensure_future(asyncio.to_thread(_write, columns, page, cell, file))
    writing.add_done_callback(ended)
    pieces = _pieces(file, writing)
    first = await anext(pieces)
    return _beginning_with(first, pieces)


async def _pieces(file: _Growing, writing: "asyncio.Future[None]") -> AsyncGenerator[bytes, None]:
    offset = 0
    try:
        while not writing.done() and file.size() <= _HELD_BACK:
            await file.grown()
        while True:
            is_whole = writing.done()
            if is_whole:
                writing.result()  # of a file that has failed, no more is sent
            while piece := file.read(offset):
                offset += len(piece)
                yield piece
            if is_whole:
                return
            await file.grown()
    finally:
        file.close()


async def _beginning_with(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece


async def _next(pages: AsyncIterator[Rows]) -> Rows | None:
    return await anext(pages, None)


def _write(
    columns: Sequence[tuple[str, str]],
    page: Callable[[], Rows | None],
    cell: Callable[[Any, int], Any],
    file: _Growing,
) -> None:
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

    into: Any = file
    try:
        reader = RecordBatchReader.from_batches(schema, batches())
        write_parquet(reader, into, max_row_group_size=_GROUP, compression="zstd(3)")
    except BaseException:
        if faults:
            raise faults[0] from None  # the writer's own tells only its text
        raise


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
