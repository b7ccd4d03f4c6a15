"""Workbooks of hand-written XML, as this and that spreadsheet writes them, and as none does."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def workbook(path: Path, *sheets: str, strings: str = "", styles: str = "", **how: str) -> Path:
    """A workbook.

    Args:
        path: where.
        sheets: what is in each sheet: rows, or a whole part if it begins with `<?xml`. Their names
            are S1, S2 and so on, or those of `how["names"]`, separated by commas.
        strings: its shared strings.
        styles: the number formats and styles of cells.
        how: `book` is said in its workbook part; `state` of its first sheet; `names`; `raw_strings`
            is the whole part of the shared strings.
    """
    names = (how.get("names") or ",".join(f"S{n + 1}" for n in range(len(sheets)))).split(",")
    related = [(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(len(sheets))]
    related += [("rs", "sharedStrings", "/xl/sharedStrings.xml"), ("rt", "styles", "styles.xml")]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n + 1}" r:id="r{n}"'
        f' state="{how.get("state", "visible") if n == 0 else "visible"}"/>'
        for n, name in enumerate(names)
    )
    parts = {
        "_rels/.rels": _relations([("r1", "officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": _relations(related),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
        f"{how.get('book', '')}<sheets>{listed}</sheets></workbook>",
        "xl/sharedStrings.xml": how.get("raw_strings", f'<sst xmlns="{_MAIN}">{strings}</sst>'),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>',
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
        for number, rows in enumerate(sheets):
            part = rows if rows.startswith("<?xml") else sheet(rows)
            file.writestr(f"xl/worksheets/sheet{number}.xml", part)
    return path


def sheet(rows: str, after: str = "") -> str:
    """The part of a sheet."""
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def header(*names: str) -> str:
    """The first row, of texts within the sheet."""
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in names)
    return f'<row r="1">{cells}</row>'


def _relations(found: list[tuple[str, str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{id_}" Type="{_DOCUMENT}/{type_}" Target="{target}"/>'
        for id_, type_, target in found
    )
    return f'{_HEAD}<Relationships xmlns="{_RELS}">{each}</Relationships>'
