"""Rows are the tables' own columns, in their order."""

import pytest

from persistence.masters.lists import ORDERS
from persistence.masters.rows import TABLES, columns
from persistence.tables import metadata


@pytest.mark.parametrize(("row", "table"), TABLES.items(), ids=TABLES.values())
def test_a_row_has_the_columns_of_its_table(row: type[tuple[object, ...]], table: str) -> None:
    assert set(row._fields) == set(metadata.tables[table].columns.keys())  # type: ignore[attr-defined]


@pytest.mark.parametrize(("row", "orders"), ORDERS.items(), ids=TABLES.values())
def test_a_list_is_ordered_by_columns_it_has(row, orders) -> None:  # type: ignore[no-untyped-def]
    assert all(set(one.attributes) <= set(row._fields) for one in orders.values())


def test_every_order_of_every_list_has_cursors_of_its_own() -> None:
    names = [one.name for orders in ORDERS.values() for one in orders.values()]
    assert len(set(names)) == len(names)


def test_columns_are_qualified() -> None:
    row = next(row for row, table in TABLES.items() if table == "fiscal_year")
    assert columns(row) == "t.company_id, t.id, t.code, t.start_date, t.end_date"
