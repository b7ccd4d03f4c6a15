"""Running a report's SQL: templates with optional filters, rows as dataclasses, keyset pages.

A template marks with `/*name*/` where fixed pieces of SQL go; values are always parameters. That
of a list has `/*after*/` among its conditions, `/*order*/` in ORDER BY, and ends with `/*limit*/`.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from domain.money import currency_digits, round_to
from persistence.paging import Page

Row = TypeVar("Row")
Values = Mapping[str, Any]
Amounts = Mapping[str, str]
"""Columns of money, each with the column that names its currency."""


def compose(template: str, **parts: str) -> str:
    """The template with fixed pieces of SQL in their places."""
    for name, sql in parts.items():
        template = template.replace(f"/*{name}*/", sql)
    return template


def conditions(values: Values, given: Mapping[str, str]) -> str:
    """The filters that are given: `{"parameter": "condition"}`, those not None, with `and`."""
    return "".join(f" and {sql}" for name, sql in given.items() if values[name] is not None)


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
    composed = compose(
        sql, after=f" and {page.where}", order=page.order_by, limit=f"limit {page.fetch}"
    )
    return await fetch_all(connection, row, composed, {**values, **page.params})


async def fetch_amounts(
    connection: AsyncConnection, row: type[Row], sql: str, values: Values, amounts: Amounts
) -> list[Row]:
    """All rows, where amounts of one statement are in different currencies.

    Columns that the row does not have (currencies) are only there to round the amounts by.
    """
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql.encode(), values)
        found = await cursor.fetchall()
    kept = [one.name for one in fields(row)]  # type: ignore[arg-type] - rows are dataclasses
    for columns in found:
        for name, currency in amounts.items():
            if columns[name] is not None:
                columns[name] = round_to(columns[name], currency_digits(columns[currency]))
    return [row(**{name: columns[name] for name in kept}) for columns in found]
