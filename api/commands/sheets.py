"""Tables for people: on the terminal, and as CSV, Excel or PDF files for the auditor."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.commands.terminal import CommandError, check_folder, why_not

Cell: TypeAlias = str | int | Decimal
"""Text, a line number, or an amount; amounts keep their decimal places."""

_WIDTH_WITHOUT_TERMINAL = 160
_WIDEST_COLUMN = 60
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TAB = 31  # characters, says Excel
_EXCEL_DIGITS = 15
_PDF_FONT = "Helvetica"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; `totals` stands under the rows, `note` says what it is when it has none.

    With `on_terminal` False it is only for files.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    totals: tuple[Cell, ...] = ()
    note: str = ""
    on_terminal: bool = True

    @property
    def all_rows(self) -> list[tuple[Cell, ...]]:
        """The rows, and their totals if there are any."""
        return [*self.rows, self.totals] if self.totals and self.rows else list(self.rows)


def print_sheets(sheets: Sequence[Sheet]) -> None:
    """Print the tables on standard output."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    for sheet in sheets:
        if not sheet.on_terminal:
            continue
        console.print(Text(sheet.title, style="bold"))
        if sheet.rows:
            console.print(_rich_table(sheet))
        else:
            console.print(f"  {sheet.note}", markup=False)
        console.print()


def _rich_table(sheet: Sheet) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_header=any(sheet.columns),
        show_footer=bool(sheet.totals),
    )
    for index, name in enumerate(sheet.columns):
        footer = _text(sheet.totals[index]) if sheet.totals else ""
        justify = "right" if _is_number_column(sheet, index) else "left"
        table.add_column(name, footer=Text(footer), justify=justify, overflow="fold")
    for row in sheet.rows:
        table.add_row(*(Text(_text(cell)) for cell in row))
    return table


def _is_number_column(sheet: Sheet, index: int) -> bool:
    return any(isinstance(row[index], Decimal) for row in sheet.rows)


def _text(cell: Cell) -> str:
    return f"{cell:,f}" if isinstance(cell, Decimal) else str(cell)


# -- files --------------------------------------------------------------------------------------


def save_sheets(path: Path, heading: str, sheets: Sequence[Sheet]) -> None:
    """Write the tables to a file; its ending says which kind.

    Raises:
        CommandError: there is no such kind, or the file cannot be written.
    """
    writer = _writer_of(path)
    try:
        writer(path, heading, sheets)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {why_not(error)}.") from error


def check_file(path: Path) -> None:
    """See that a file of this kind can be saved there, before anything is done.

    Raises:
        CommandError: there is no such kind of file, or no such folder.
    """
    _writer_of(path)
    check_folder(path)


def _writer_of(path: Path) -> "Writer":
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        endings = ", ".join(_WRITERS)
        raise CommandError(f"{path} cannot be saved: its name should end in one of {endings}.")
    return writer


def _save_csv(path: Path, heading: str, sheets: Sequence[Sheet]) -> None:
    """One table after the other, each under its title; the mark tells spreadsheets the encoding."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([heading])
        for sheet in sheets:
            writer.writerows([[], [sheet.title], sheet.columns])
            writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.all_rows)


def _csv_cell(cell: Cell) -> str:
    """Plain numbers; text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _save_excel(path: Path, heading: str, sheets: Sequence[Sheet]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": heading})

        @cache
        def look(number_format: str, *, bold: bool) -> Any:
            return workbook.add_format({"num_format": number_format, "bold": bold})

        for sheet in sheets:
            page = workbook.add_worksheet(sheet.title[:_LONGEST_TAB])
            page.write_row(0, 0, sheet.columns, look("General", bold=True))
            page.freeze_panes(1, 0)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            page.repeat_rows(0)
            page.set_header(f"&L{heading.replace('&', '&&')}&R&A")
            rows = sheet.all_rows
            for number, row in enumerate(rows, start=1):
                bold = bool(sheet.totals) and number == len(rows)
                for column, cell in enumerate(row):
                    if _fits_excel(cell):
                        style = look(_excel_format(cell), bold=bold)
                        # `write` takes a Decimal as it is; a float would miss some cents.
                        page.write(number, column, cell, style)
                    else:
                        page.write_string(number, column, _text(cell), look("@", bold=bold))
            for column in range(len(sheet.columns)):
                page.set_column(column, column, _width(sheet, column))


def _fits_excel(cell: Cell) -> bool:
    """Whether it is a number that Excel shows exactly: it keeps fifteen digits; others are text."""
    return not isinstance(cell, str) and len(Decimal(cell).as_tuple().digits) <= _EXCEL_DIGITS


def _excel_format(cell: Cell) -> str:
    if not isinstance(cell, Decimal):
        return "0"
    exponent = cell.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + ("." + "0" * digits if digits else "")


def _width(sheet: Sheet, column: int) -> int:
    texts = [sheet.columns[column], *(_text(row[column]) for row in sheet.all_rows)]
    return min(_WIDEST_COLUMN, max(len(text) for text in texts) + 2)


def _save_pdf(path: Path, heading: str, sheets: Sequence[Sheet]) -> None:
    from fpdf import FPDF

    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_title(heading)
    pdf.add_page()
    pdf.set_font(_PDF_FONT, style="B", size=14)
    pdf.multi_cell(0, 8, _latin(heading), new_x="LMARGIN", new_y="NEXT")
    for sheet in sheets:
        pdf.ln(4)
        pdf.set_font(_PDF_FONT, style="B", size=11)
        pdf.cell(0, 7, _latin(sheet.title), new_x="LMARGIN", new_y="NEXT")
        pdf.set_font(_PDF_FONT, size=8)
        if not sheet.rows:
            pdf.cell(0, 6, _latin(sheet.note), new_x="LMARGIN", new_y="NEXT")
            continue
        aligns = tuple(
            "RIGHT" if _is_number_column(sheet, index) else "LEFT"
            for index in range(len(sheet.columns))
        )
        widths = tuple(_width(sheet, index) for index in range(len(sheet.columns)))
        with pdf.table(text_align=aligns, col_widths=widths, line_height=5) as table:
            for row in [sheet.columns, *sheet.all_rows]:
                line = table.row()
                for cell in row:
                    line.cell(_latin(_text(cell)))
    pdf.output(str(path))


def _latin(text: str) -> str:
    """What the fonts that every PDF reader has can show; anything else becomes a question mark."""
    return text.encode("latin-1", "replace").decode("latin-1")


Writer: TypeAlias = Callable[[Path, str, Sequence[Sheet]], None]

_WRITERS: Mapping[str, Writer] = {".csv": _save_csv, ".xlsx": _save_excel, ".pdf": _save_pdf}
