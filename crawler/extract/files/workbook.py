"""An Excel file: its sheets as titles and rows, each cell as the program shows it."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from crawler.extract.common.blocks import Piece
from crawler.extract.common.characters import one_line
from crawler.extract.common.rows import Cell
from crawler.extract.files.reading import read_pieces, unreadable
from crawler.extract.files.sheets import MOST_COLUMNS, MOST_ROWS, pieces_of_sheet
from crawler.extracted import Extracted

_MOST_SHEETS = 50


def extract_workbook(body: bytes, url: str, *, title: str = "", dated: date | None = None) -> Extracted:
    """All sheets that are shown; formulas by the values that the program has stored."""
    workbook = load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"][:_MOST_SHEETS]
    pieces: list[Piece] = []
    for sheet in sheets:
        rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1)]
        if len(rows) > MOST_ROWS and any(cell.text for cell in rows[-1]):
            return unreadable(url, f"sheet {sheet.title!r} has over {MOST_ROWS:,} rows: a data set, not a document")
        inside = list(pieces_of_sheet(rows))
        if inside and len(sheets) > 1:
            pieces.append(Piece("heading", sheet.title, level=1))
        pieces += inside
    return read_pieces(pieces, url, title=title, dated=dated)


def _cell(cell: Any) -> Cell:  # openpyxl has no types of its own
    value = cell.value
    if value is None:
        return Cell("")
    return Cell(one_line(shown(value, cell.number_format or "")), bool(cell.font and cell.font.b))


def shown(value: object, number_format: str) -> str:
    """A value as a spreadsheet shows it: amounts, percentages, dates and times by their format."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case int() | float():
            return _number(value, number_format.split(";")[0])
        case datetime() if value.time() != time():
            return f"{_day(value)}, {_hour(value.time())}"
        case date():
            return _day(value)
        case time():
            return _hour(value)
        case timedelta():
            return str(value)
    return str(value)


def _number(value: float, number_format: str) -> str:
    percent = "%" in number_format
    number = value * 100 if percent else value
    places = len(number_format.partition(".")[2]) - len(number_format.partition(".")[2].lstrip("0"))
    if number_format in ("General", "", "@"):
        return f"{value:.12g}"
    text = f"{abs(number):,.{places}f}" if "," in number_format else f"{abs(number):.{places}f}"
    sign = next((sign for sign in "€£$" if sign in number_format), "")
    return f"{'-' if number < 0 else ''}{sign}{text}{'%' if percent else ''}"


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _hour(hour: time) -> str:
    return f"{hour.hour % 12 or 12}:{hour:%M} {'a.m.' if hour.hour < 12 else 'p.m.'}"
