"""Rows are the tables' own columns, in their order."""

import pytest

from persistence.masters.lists import ORDERINGS
from persistence.masters.rows import TABLES, columns
from persistence.tables import metadata


@pytest.mark.parametrize(("row", "table"), TABLES.items(), ids=TABLES.values())
def test_a_row_has_the_columns_of_its_table(row: type[tuple[object, ...]], table: str) -> None:
    assert set(row._fields) == set(metadata.tables[table].columns.keys())  # type: ignore[attr-defined]


@pytest.mark.parametrize(("row", "ordering"), ORDERINGS.items(), ids=TABLES.values())
def test_a_list_is_ordered_by_columns_it_has(row, ordering) -> None:  # type: ignore[no-untyped-def]
    assert set(ordering.attributes) <= set(row._fields)
    assert len({other.name for other in ORDERINGS.values()}) == len(ORDERINGS)


def test_columns_are_qualified() -> None:
    row = next(row for row, table in TABLES.items() if table == "fiscal_year")
    assert columns(row) == "t.company_id, t.id, t.code, t.start_date, t.end_date"
