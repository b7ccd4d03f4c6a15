"""Empty tables to be filled in: their columns are those that imports read, and all of them."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from api.commands.import_template import write_templates
from api.commands.terminal import CommandError
from api.importing.columns import DOCUMENT, columns_of, element_of
from api.importing.entries import entries_of, input_types
from api.importing.inputs import schema
from api.importing.kinds import MASTERS, OPENING_STOCK
from api.importing.table import Table
from api.importing.templates import headings

TYPES = input_types(schema)


@pytest.mark.parametrize("kind", TYPES)
def test_every_field_has_a_column_that_fills_it(kind: str) -> None:
    titles = [one.title for one in headings(kind, TYPES)]
    assert len(titles) == len(set(titles))
    table = Table("", "", None, titles, iter(()))
    filled = {
        (column.of_list, column.name) for column in columns_of(table, titles, kind, TYPES, "DEMO")
    }
    expected = {("", name) for name in TYPES[kind].fields if name not in {"company", "id"}}
    for name in TYPES[kind].fields:
        element = element_of(TYPES[kind], name) if kind not in MASTERS else None
        if element is not None:
            expected = expected - {("", name)} | {(name, one) for one in element.fields}
    assert filled - {("", "id")} == expected
    assert kind in MASTERS or titles[0] in {DOCUMENT, "id"}


def test_columns_are_spelled_as_tables_spell_them() -> None:
    titles = {one.title: one for one in headings("payment", TYPES)}
    assert titles["allocations.invoice.document"].scalar == "String"
    assert titles["type"].choices == ("RECEIVE", "PAY")
    assert titles["postingDate"].scalar == "Date"
    assert titles["amount"].says.startswith("Required. ")
    of_items = {one.title: one for one in headings("item", TYPES)}
    assert of_items["units"].says.endswith("Spelled uom=factor;uom=factor.")
    stock = [one.title for one in headings(OPENING_STOCK, TYPES)]
    assert "purpose" not in stock
    assert stock[:2] == [DOCUMENT, "postingDate"]


def test_files_are_written_once_and_read_as_empty(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("moving.xlsx", "items.csv", "payments.xlsx")]
    write_templates(files, [])
    for path in files:
        assert list(entries_of(path, schema, "DEMO")) == []
    assert files[1].read_text("utf-8-sig").startswith("sku,name,description,uom,")
    with ZipFile(files[0]) as book:
        sheets = book.read("xl/workbook.xml").decode()
        assert all(f'name="{name}"' in sheets for name in ("Accounts", "Parties", "Opening stock"))
        assert "Its stock keeping unit" in book.read("xl/comments7.xml").decode()
    with pytest.raises(CommandError, match="is there already"):
        write_templates(files[:1], [])


@pytest.mark.parametrize(
    ("names", "kinds", "said"),
    [
        ([], [], "Name the files to write"),
        (["stuff.csv"], [], "does not say what its rows are"),
        (["stuff.csv"], ["item", "party"], "can hold one kind: an .xlsx holds several"),
        (["stuff.xlsx"], ["nonsense"], "There is no kind 'nonsense'"),
        (["items.ods"], [], "should end in .csv or .xlsx"),
    ],
)
def test_a_template_of_nothing_is_refused(
    tmp_path: Path, names: list[str], kinds: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        write_templates([tmp_path / name for name in names], kinds)
    assert list(tmp_path.iterdir()) == []
