"""What workbooks of an import spell: cells as people see them, and refusals that name the cell."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from api.commands.terminal import CommandError
from api.importing.entries import Entry, entries_of
from api.importing.inputs import schema
from api.importing.table import AS_THEY_SAY, Reading
from tests.api.workbooks import header, sheet, workbook


def read(path: Path, how: Reading = AS_THEY_SAY) -> list[Entry]:
    return list(entries_of(path, schema, "DEMO", how))


def inputs(path: Path, how: Reading = AS_THEY_SAY) -> list[Any]:
    found = read(path, how)
    assert [one.refused for one in found] == [None] * len(found)
    return [one.input for one in found]


MIDNIGHT = datetime.combine(date(2026, 2, 1), time())

FORMATS = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy;@"/>'
    '<numFmt numFmtId="165" formatCode="[$-C0A]d&quot; de &quot;mmmm"/>'
    '<numFmt numFmtId="166" formatCode="00000"/>'
    '<numFmt numFmtId="167" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
    '<numFmt numFmtId="168" formatCode="[Red]&quot;days &quot;0.00"/>'
    '<numFmt numFmtId="169" formatCode="h:mm AM/PM"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, *range(164, 170), 10, 46, 11, 49))
    + '</cellXfs><cellStyles><xf numFmtId="14"/></cellStyles>'
)  # fmt: skip
SHORT, DOTTED, WORDS, ZEROS, MOMENT, NAMED, CLOCK, PERCENT, HOURS, POWER, TEXT = range(1, 12)

CELLS: Mapping[str, tuple[str, str]] = {
    "a fraction": ("<c><v>0.1</v></c>", "0.1"),
    "with Excel's 17 digits": ("<c><v>1.1000000000000001</v></c>", "1.1"),
    "computed": ("<c><f>0.1+0.2</f><v>0.30000000000000004</v></c>", "0.3"),
    "small": ("<c><v>1E-7</v></c>", "0.0000001"),
    "a number of an article": ("<c><v>4000000000017</v></c>", "4000000000017"),
    "in powers of ten": (f'<c s="{POWER}"><v>4.000000000017E+12</v></c>', "4000000000017"),
    "15 digits": ("<c><v>123456789012345</v></c>", "123456789012345"),
    "whole": ("<c><v>100.0</v></c>", "100"),
    "below zero": ('<c t="n"><v>-12.50</v></c>', "-12.5"),
    "zero without sign": ("<c><v>-0</v></c>", "0"),
    "text of digits": (f'<c t="s" s="{TEXT}"><v>0</v></c>', "00123"),
    "a number seen with zeros": (f'<c s="{ZEROS}"><v>123</v></c>', "00123"),
    "seen as percent": (f'<c s="{PERCENT}"><v>0.21</v></c>', "21%"),
    "a format that only names days": (f'<c s="{NAMED}"><v>46053</v></c>', "46053"),
    "a day": (f'<c s="{SHORT}"><v>46053</v></c>', "2026-01-31"),
    "a day of Germany": (f'<c s="{DOTTED}"><v>46053</v></c>', "2026-01-31"),
    "a day in words, at noon": (f'<c s="{WORDS}"><v>46053.5</v></c>', "2026-01-31"),
    "midnight": (f'<c s="{MOMENT}"><v>46053</v></c>', "2026-01-31"),
    "a moment": (f'<c s="{MOMENT}"><v>46053.604224537</v></c>', "2026-01-31T14:30:05"),
    "a time": (f'<c s="{CLOCK}"><v>0.43055555555555558</v></c>', "10:20:00"),
    "hours": (f'<c s="{HOURS}"><v>1.5</v></c>', "36:00:00"),
    "a day spelled": ('<c t="d"><v>2026-01-31T00:00:00.000</v></c>', "2026-01-31"),
    "a moment seen as a day": (f'<c t="d" s="{SHORT}"><v>2026-01-31T10:00</v></c>', "2026-01-31"),
    "a time spelled": ('<c t="d"><v>T10:00:00</v></c>', "10:00:00"),
    "rich text": ('<c t="s"><v>1</v></c>', "Oak board"),
    "text by a formula": ('<c t="str"><f>A1&amp;"x"</f><v>a x</v></c>', "a x"),
    "within": ('<c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
               "a b"),
    "a sound": ('<c t="inlineStr"><is><t>課</t><rPh sb="0" eb="1"><t>か</t></rPh></is></c>', "課"),
    "escaped": ('<c t="inlineStr"><is><t>a_x000A_b_x005F_x_xD83D_</t></is></c>', "a\nb_x\ufffd"),
    "true": ('<c t="b"><v>1</v></c>', "true"),
}  # fmt: skip
STRINGS = (
    "<si><t>00123</t></si>"
    "<si><r><rPr><b/></rPr><t>Oak</t></r><r><t xml:space='preserve'> board</t></r></si>"
)


def test_cells_say_what_people_see(tmp_path: Path) -> None:
    rows = "".join(f"<row><c t='str'><v>I</v></c>{cell}</row>" for cell, _ in CELLS.values())
    path = workbook(
        tmp_path / "items.xlsx", header("sku", "name") + rows, strings=STRINGS, styles=FORMATS
    )
    told = dict(zip(CELLS, (one["name"] for one in inputs(path)), strict=True))
    expected = {of: text for of, (_, text) in CELLS.items()}
    assert told == expected


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    rows = header("sku", "name") + f'<row><c><v>1</v></c><c s="{SHORT}"><v>44591</v></c></row>'
    path = workbook(
        tmp_path / "items.xlsx", rows, styles=FORMATS, book='<workbookPr date1904="true"/>'
    )
    assert inputs(path) == [{"sku": "1", "name": "2026-01-31"}]


WRONG = {
    "an error": ('<c t="e"><v>#N/A</v></c>', "is #N/A."),
    "an error of a formula": ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "is #DIV/0!."),
    "a formula": ("<c><f>1+1</f></c>", "has a formula without its result: open the file"),
    "openpyxl's": ("<c><f>1+1</f><v></v></c>", "has a formula without its result: open the file"),
    "a formula of text": ('<c t="str"><f>A1</f></c>', "has a formula without its result"),
    "too many digits": ("<c><v>1234567890123456</v></c>", "is a number of more than 15 digits"),
    "no number": ("<c><v>1_000</v></c>", "is no number: '1_000'."),
    "infinite": ("<c><v>INF</v></c>", "is no number"),
    "no day": (f'<c s="{SHORT}"><v>-3</v></c>', "is no day: -3."),
    "no day there": (f'<c s="{SHORT}"><v>2958466</v></c>', "is no day: 2958466."),
    "an old day": (f'<c s="{SHORT}"><v>60</v></c>', "is a day before March 1900"),
    "no such text": ('<c t="s"><v>7</v></c>', "has a text that the file does not have: '7'."),
}


def test_a_cell_that_says_nothing_certain_is_refused_by_its_name(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{2 * n}"><c><v>{n}</v></c><c r="C{2 * n}" t="str"><f>"a"</f><v/></c>'
        + cell.replace("<c", f'<c r="D{2 * n}"', 1)
        + "</row>"
        for n, (cell, _) in enumerate(WRONG.values(), start=1)
    )
    path = workbook(
        tmp_path / "items.xlsx", header("sku", "uom", "description", "name") + rows, styles=FORMATS
    )
    for entry, (number, (_, said)) in zip(
        read(path), enumerate(WRONG.values(), start=1), strict=True
    ):
        assert entry.refused is not None
        (refusal,) = entry.refused.refusals
        assert (entry.sheet, entry.lines, refusal.path) == ("S1", (2 * number,), ("name",))
        assert f"Cell D{2 * number} {said}" in str(refusal)


def test_a_workbook_that_exports_write_is_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "moving.xlsx", {"default_date_format": "dd/mm/yy"}) as book:
        notes = book.add_worksheet("Read me")
        notes.write(0, 0, "Nothing to import")
        items = book.add_worksheet("Items")
        items.write_row(0, 0, ["sku", "isStockItem", "weight", "units", ""])
        items.write_row(1, 0, ["00123", True, Decimal("0.1"), "Box=12"])
        items.write_row(3, 0, [4000000000017, False, 12.5])
        items.write_blank(9, 3, None, book.add_format({"bold": True}))
        notes_of = book.add_worksheet("Delivery notes 2026")
        notes_of.write_row(0, 0, ["document", "postingDate", "postingTime", "item", "quantity"])
        notes_of.write_row(1, 0, ["D1", date(2026, 1, 31), None, "00123", 0.1])
        notes_of.write(1, 2, time(14, 30), book.add_format({"num_format": "hh:mm"}))
        notes_of.write_row(2, 0, ["D1", None, None, "00123", 2])
        notes_of.write_row(3, 0, ["D2", MIDNIGHT, None, "00123", 2])
    found = read(tmp_path / "moving.xlsx")
    assert [(one.kind, one.sheet, one.lines) for one in found] == [
        ("item", "Items", (2,)), ("item", "Items", (4,)),
        ("deliveryNote", "Delivery notes 2026", (2, 3)),
        ("deliveryNote", "Delivery notes 2026", (4,)),
    ]  # fmt: skip
    assert found[0].input == {
        "sku": "00123", "isStockItem": True, "weight": "0.1",
        "units": [{"uom": "Box", "factor": "12"}],
    }  # fmt: skip
    assert found[1].input == {"sku": "4000000000017", "isStockItem": False, "weight": "12.5"}
    given = dict(found[2].input)
    assert given.pop("id")
    assert given == {
        "postingDate": "2026-01-31", "postingTime": "14:30:00",
        "lines": [{"item": {"sku": "00123"}, "quantity": "0.1"},
                  {"item": {"sku": "00123"}, "quantity": "2"}],
    }  # fmt: skip
    assert found[3].input["postingDate"] == "2026-02-01"


SKUS = [header("sku") + f"<row><c><v>{number}</v></c></row>" for number in range(3)]
CODES = header("code") + "<row><c><v>9</v></c></row>"

CHOSEN = [
    pytest.param("items.xlsx", "", {}, ["item 0"], id="the first"),
    pytest.param("items.xlsx", "", {"state": "hidden"}, ["item 1"], id="the first that is seen"),
    pytest.param("items.xlsx", "", {"sheet": "S3"}, ["item 2"], id="the one named"),
    pytest.param("a.xlsx", "", {"kind": "item"}, ["item 0"], id="of a kind"),
    pytest.param("a.xlsx", "Items,Notes,Items old", {}, ["item 0", "item 2"], id="by their names"),
    pytest.param("items.xlsx", "S1,Items,S3", {}, ["item 0"], id="the file's name comes first"),
    pytest.param("parties.xlsx", "S1,Items,S3", {"sheet": "Items"}, ["item 1"],
                 id="a sheet that is named says more"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "names", "how", "expected"), CHOSEN)
def test_sheets_are_chosen_by_names(
    tmp_path: Path, file: str, names: str, how: dict[str, str], expected: list[str]
) -> None:
    state = how.pop("state", "visible")
    path = workbook(tmp_path / file, *SKUS, names=names, state=state)
    found = read(path, Reading(**how))  # type: ignore[arg-type] - texts all
    assert [f"{one.kind} {one.input['sku']}" for one in found] == expected


SHEET = sheet(SKUS[0])
BLANK = '<row><c r="A1" t="str"><v>sku</v></c><c r="C1" t="str"><v>name</v></c></row>'

UNREADABLE: Mapping[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "no sheet of that name": ((SKUS[0],), {"sheet": "T"}, "has no sheet 'T': 'S1'."),
    "a blank name": ((BLANK,), {}, "sheet 'S1', has no name of column B in its first row; of"),
    "no first row": ((SKUS[0].replace('r="1"', 'r="2"'),), {}, "sheet 'S1', has no names of"),
    "no rows": (("",), {}, "sheet 'S1', has no names of columns in its first row."),
    "an error as a name": (('<row><c t="e"><v>#REF!</v></c></row>',), {}, "Cell A1 is #REF!."),
    "another column": ((header("sku", "colour"),), {}, "sheet 'S1', has a column 'colour', which"),
    "merged cells": ((sheet(SKUS[0], '<mergeCells><mergeCell ref="A2:A4"/></mergeCells>'),), {},
                     "sheet 'S1', has merged cells, A2:A4: split them, and fill each of them."),
    "rows in disorder": ((SKUS[0] + '<row r="1"/>',), {}, "has row 1 after row 2."),
    "cells in disorder": ((SKUS[0] + '<row><c r="B3"/><c r="A3"/></row>',), {}, "has cell A3 out"),
    "too wide": ((SKUS[0] + '<row><c r="XFE3"/></row>',), {}, "has cell XFE3 out of order in row"),
    "broken XML": ((SKUS[0] + "<row>",), {}, "is damaged: xl/worksheets/sheet0.xml: mis"),
    "entities": (
        (SKUS[0],), {"raw_strings": '<!DOCTYPE x [<!ENTITY a "b">]><sst>&a;</sst>', "ask": "s"},
        "has a DOCTYPE, which no .xlsx has: xl/sharedStrings.xml.",
    ),
    "another encoding": ((SHEET.replace("UTF-8", "cp1252"),), {},
                         "has text in 'cp1252', as no .xlsx has: xl/worksheets/sheet0.xml."),
    "a long tag": ((SKUS[0] + f'<row a="{"b" * 3_000_000}"/>',), {},
                   "has a tag of more than 1,048,576 bytes: xl/worksheets/sheet0.xml."),
    "a long text": ((SKUS[0] + f'<row><c t="str"><v>{"b" * 1_100_000}</v></c></row>',), {},
                    "has more than 1,000,000 characters in row 3."),
    "depth": ((SKUS[0] + "<a>" * 100,), {}, "is deeper than 64 levels: xl/worksheets/sheet0.xml."),
    "many names": ((SKUS[0] + "".join(f"<a{n}/>" for n in range(9_000)),), {},
                   "has more than 2,000 names"),
    "many prefixes": ((SKUS[0] + "".join(f'<a xmlns:p{n}="p"/>' for n in range(900)),), {},
                      "has more than 100 prefixes"),
    "much of nothing": ((SKUS[0] + " " * 70_000_000,), {}, "would unpack to 70,0"),
}  # fmt: skip


@pytest.mark.parametrize("of", UNREADABLE)
def test_a_workbook_that_cannot_be_read_is_told(tmp_path: Path, of: str) -> None:
    sheets, how, said = UNREADABLE[of]
    given = {name: how[name] for name in ("raw_strings",) if name in how}
    if how.get("ask"):
        sheets = (header("sku") + '<row><c t="s"><v>0</v></c></row>',)
    path = workbook(tmp_path / "items.xlsx", *sheets, **given)
    with pytest.raises(CommandError) as told:
        read(path, Reading(sheet=how.get("sheet")))
    assert said in str(told.value)
    assert str(path) in str(told.value)


def test_a_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", SKUS[0]).read_bytes()
    with ZipFile(tmp_path / "odd.xlsx", "w", ZIP_BZIP2) as odd:
        odd.writestr("_rels/.rels", "<a/>")
    with ZipFile(tmp_path / "many.xlsx", "w", ZIP_DEFLATED) as many:
        for number in range(15_000):
            many.writestr(f"a part with a name that takes some room, {number}", "")
    middle = len(good) // 2
    files = {
        "text": (b"sku\n1\n", "is no .xlsx file, or damaged."),
        "empty": (b"", "is no .xlsx file, or damaged."),
        "with a password": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is protected by a password, or an"),
        "damaged": (good.replace(b"PK\3\4", b"PK\3\5"), "is damaged: _rels/.rels."),
        "cut off": (good[:middle], "is no .xlsx file, or damaged."),
        "bzip2": ((tmp_path / "odd.xlsx").read_bytes(), "is packed in a way that no .xlsx is"),
        "many parts": ((tmp_path / "many.xlsx").read_bytes(), "is no .xlsx file, or damaged."),
    }  # fmt: skip
    for content, said in files.values():
        path = tmp_path / "items.xlsx"
        path.write_bytes(content)
        with pytest.raises(CommandError) as told:
            read(path)
        assert said in str(told.value)
