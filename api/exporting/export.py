"""Exports: anything that a query lists, as CSV, JSON lines or Parquet, in flat memory.

`GET /export/<field>.<csv|jsonl|parquet>?company=...` asks the very query of that name: the same
filters by the same names, the same columns, the same permissions, one page in memory at a time.
"""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.context import Context, Services
from api.executing.top_level import error_of
from api.exporting import parquet
from api.exporting.listing import ROWS, ExportRefused, Listing, variables_of
from api.exporting.text_values import FIELDS, SEVERAL, quoted
from api.messages import negotiate
from api.serving.answers import JSON, response_of
from api.serving.consistency import answered, position_named
from domain.errors import Refused, RequestMalformed
from persistence.reports.stock_ledger import Balances

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": parquet.MEDIA_TYPE,
}
"""The formats, with their media types."""

_COLUMNS = "columns"

Rows = list[dict[str, Any]]


def exporting(schema: Any) -> Callable[[Request], Any]:
    """The endpoint `/export/{name}.{format}` over a schema."""

    async def export(request: Request) -> Response:
        try:
            return await _answer(schema, request)
        except ExportRefused as refused:
            language = negotiate(request.headers.get("accept-language", ""))
            wrong = error_of(RequestMalformed(problem=refused.reason), language)
            return _refusal([wrong], refused.status)
        except Refused as refused:
            language = negotiate(request.headers.get("accept-language", ""))
            return _refusal([error_of(refused.refusals[0], language)], _STATUSES["TRY_AGAIN"])

    return export


async def _answer(schema: Any, request: Request) -> Response:
    name, format_ = request.path_params["name"], request.path_params["format"]
    if format_ not in MEDIA:
        raise ExportRefused(404, f"Exports are {' or '.join(MEDIA)}, not {format_!r}.")
    listing = Listing.of(schema, name)
    given = request.query_params.multi_items()
    wanted = next((text for key, text in given if key == _COLUMNS), None)
    variables = variables_of(listing, [one for one in given if one[0] != _COLUMNS])
    columns = listing.columns(wanted, variables)
    pages = _pages(schema, request, listing, listing.query(columns, variables), variables)
    try:
        first = await anext(pages)
        if request.method == "HEAD":
            await pages.aclose()
            content: Any = iter(())
        else:
            content = await _content(format_, listing, columns, _all(first, pages))
    except _Failed as failed:
        code = failed.errors[0].get("extensions", {}).get("code")
        return _refusal(failed.errors, _STATUSES.get(code, 400))
    headers = {"content-disposition": f'attachment; filename="{name}.{format_}"'}
    return StreamingResponse(content, media_type=MEDIA[format_], headers=headers)


async def _content(
    format_: str, listing: Listing, columns: Sequence[Sequence[str]], pages: AsyncIterator[Rows]
) -> Any:
    """The rows in a format, to be sent piece by piece."""
    if format_ == "csv":
        return _csv(columns, pages)
    if format_ == "jsonl":
        return _jsonl(columns, pages)
    typed = [(".".join(path), listing.type_of(path)) for path in columns]

    def cell(row: Any, number: int) -> Any:
        return _in_one(_cell(row, columns[number]))

    return await parquet.parquet_file(typed, pages, cell)


_STATUSES = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "INTERNAL_ERROR": 500, "TRY_AGAIN": 503}


class _Failed(Exception):  # noqa: N818 - control flow inside this module
    def __init__(self, errors: list[Any]) -> None:
        super().__init__(str(errors))
        self.errors = errors


async def _pages(
    schema: Any, request: Request, listing: Listing, query: str, variables: Mapping[str, Any]
) -> AsyncGenerator[Rows, None]:
    """The rows of one page after the other; a page that fails breaks the stream off."""
    language = negotiate(request.headers.get("accept-language", ""))
    services: Services = request.app.state.services
    position = await _position(request, services)
    paged = dict(variables)
    balances = Balances()
    while True:
        context = Context.of(services, language, request)
        context.balances = balances
        context.authorization = request.headers.get("authorization")
        await context.identify()
        run = partial(schema.execute, query, variable_values=paged, context_value=context)
        result: Any = await answered(context, position, run)
        if result.errors:
            raise _Failed([error.formatted for error in result.errors])
        found = result.data["listing"]
        yield found[ROWS]
        paged["after"] = listing.pages.next_after(found) if listing.pages else None
        if paged["after"] is None:
            return


async def _position(request: Request, services: Services) -> int | None:
    """What replicas must have replayed for the pages to tell of one moment: all there is now.

    Raises:
        ExportRefused: the request names a position that is none.
    """
    try:
        named = position_named(request.headers, None)
    except ValueError as error:
        raise ExportRefused(400, f"The consistencyToken cannot be used: {error}.") from error
    if services.replicas is None or (named is None and not services.replicas_answer_all):
        return None
    return await services.database.written_position()


def _refusal(errors: list[Any], status: int) -> Response:
    return response_of({"errors": errors}, status, JSON)


async def _csv(columns: Sequence[Sequence[str]], pages: AsyncIterator[Rows]) -> AsyncIterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(".".join(path) for path in columns)
    async for rows in pages:
        writer.writerows([_text(_cell(row, path)) for path in columns] for row in rows)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _text(value: Any) -> Any:
    """A value as CSV has it: what is so or not, as in JSON and in filters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    value = _in_one(value)
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


def _in_one(value: Any) -> Any:
    """Several values in one cell, as import reads them."""
    return SEVERAL.join(map(_element, value)) if isinstance(value, list) else value


def _element(value: Any) -> str:
    if isinstance(value, dict):
        return FIELDS.join(quoted(str(one), SEVERAL, FIELDS) for one in value.values())
    return quoted(str(value), SEVERAL)


async def _jsonl(
    columns: Sequence[Sequence[str]], pages: AsyncIterator[Rows]
) -> AsyncIterator[bytes]:
    names = [".".join(path) for path in columns]
    async for rows in pages:
        yield b"".join(
            orjson.dumps(
                dict(zip(names, (_cell(row, path) for path in columns), strict=True)),
                option=orjson.OPT_APPEND_NEWLINE,
            )
            for row in rows
        )


async def _all(first: Rows, rest: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    yield first
    async for rows in rest:
        yield rows


def _cell(row: Any, path: Sequence[str]) -> Any:
    for step in path:
        if row is None:
            return None
        if isinstance(row, list):
            row = row[int(step)] if int(step) < len(row) else None
        else:
            row = row[step]
    return row
