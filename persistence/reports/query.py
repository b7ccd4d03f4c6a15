"""Running a report's SQL: templates with optional filters, rows as dataclasses, keyset pages.

A template marks with `/*name*/` where fixed pieces of SQL go; values are always parameters. That
of a list has `/*after*/` among its conditions, `/*order*/` in ORDER BY, and ends with `/*limit*/`.
"""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from operator import itemgetter
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import class_row, tuple_row

from domain.currencies import currency_digits
from domain.money import ZERO, quantum, round_to
from persistence.paging import Page

Row = TypeVar("Row")
Values = Mapping[str, Any]
Amounts = Mapping[str, str]
"""Columns of money (or lists of it), each with the column that names its currency."""


def compose(template: str, **parts: str) -> str:
    """The template with fixed pieces of SQL in their places."""
    for name, sql in parts.items():
        template = template.replace(f"/*{name}*/", sql)
    return template


def conditions(values: Values, given: Mapping[str, str]) -> str:
    """The filters that are given: `{"parameter": "condition"}`, those not None, with `and`."""
    return "".join(f" and {sql}" for name, sql in given.items() if values[name] is not None)


def looked_up(table: str, name: str, id_: str, *, join: str = "cross join") -> str:
    """A join of the row with an id, called `name`, each looked up by its key.

    Its limit keeps it one: a planner that has no statistics yet (after an import, for a minute)
    would compare each row of a sum with each of the table.
    """
    condition = "" if join == "cross join" else " on true"
    return (
        f"{join} lateral (select * from {table} found where found.company_id = %(company)s"  # noqa: S608 - constant names
        f" and found.id = {id_} limit 1) {name}{condition}"
    )


async def fetch_all(
    connection: AsyncConnection, row: type[Row], sql: str, values: Values
) -> list[Row]:
    """All rows; the statement's columns are named as the row's fields."""
    async with connection.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(sql.encode(), values)
        return await cursor.fetchall()


async def fetch_one(connection: AsyncConnection, row: type[Row], sql: str, values: Values) -> Row:
    """The one row of a statement that always has one (an aggregate)."""
    (only,) = await fetch_all(connection, row, sql, values)
    return only


async def fetch_page(
    connection: AsyncConnection, row: type[Row], sql: str, values: Values, page: Page
) -> list[Row]:
    """The rows of a page, and one more if there is one: `page.of` takes it off."""
    return await fetch_all(connection, row, on_page(sql, page), {**values, **page.params})


def on_page(sql: str, page: Page) -> str:
    """A list's template with the conditions, order and length of a page."""
    return compose(
        sql, after=f" and {page.where}", order=page.order_by, limit=f"limit {page.fetch}"
    )


async def fetch_amounts(
    connection: AsyncConnection, row: type[Row], sql: str, values: Values, amounts: Amounts
) -> list[Row]:
    """All rows, where amounts of one statement are in different currencies.

    Columns that the row does not have (currencies) are only there to round the amounts by.
    """
    async with connection.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(sql.encode(), values)
        found = await cursor.fetchall()
        columns = [one.name for one in cursor.description or ()]
    places = {name: place for place, name in enumerate(columns)}
    amounts_in = [
        (places[currency], [places[name] for name, its in amounts.items() if its == currency])
        for currency in dict.fromkeys(amounts.values())
    ]
    names = [one.name for one in fields(row)]  # type: ignore[arg-type] - rows are dataclasses
    kept = itemgetter(*(places[name] for name in names))
    made: list[Row] = []
    for record in found:
        cells = list(record)
        for currency, of_it in amounts_in:
            smallest, nothing = _UNITS[cells[currency]]
            for place in of_it:
                value = cells[place]
                if isinstance(value, list):
                    cells[place] = [round_to(one, -smallest.adjusted()) for one in value]
                    continue
                # Most are stored with the digits of their currency, and need no arithmetic.
                if value is None or value.same_quantum(smallest):
                    continue
                cells[place] = round_to(value, -smallest.adjusted()) if value else nothing
        made.append(row(**dict(zip(names, kept(cells), strict=True))))
    return made


class _Units(dict[str, tuple[Decimal, Decimal]]):
    """The smallest amount of each currency, and nothing in it, with its digits."""

    def __missing__(self, currency: str) -> tuple[Decimal, Decimal]:
        smallest = quantum(currency_digits(currency))
        self[currency] = smallest, smallest * ZERO
        return self[currency]


_UNITS = _Units()
