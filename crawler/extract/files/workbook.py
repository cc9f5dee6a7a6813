"""An Excel file: its sheets as titles and rows, each cell as the program shows it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from crawler.extract.common.blocks import Piece
from crawler.extract.common.characters import one_line
from crawler.extract.common.rows import Cell
from crawler.extract.files.number_formats import shown_number
from crawler.extract.files.reading import read_pieces, unreadable
from crawler.extract.files.sheets import MOST_COLUMNS, MOST_ROWS, pieces_of_sheet
from crawler.extracted import Extracted

_MOST_SHEETS = 50
_LARGE = 1_000_000  # bytes


def extract_workbook(body: bytes, url: str, *, title: str = "", dated: date | None = None) -> Extracted:
    """All sheets that are shown, without hidden rows and columns; formulas by the values that the program has stored.

    A cell that is merged over rows is read in each of them. Of a very large file only the cells are read.
    """
    large = len(body) > _LARGE
    workbook = load_workbook(BytesIO(body), read_only=large, data_only=True, keep_links=False)
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"][:_MOST_SHEETS]
    pieces: list[Piece] = []
    for sheet in sheets:
        bounds = {"max_col": min(sheet.max_column or MOST_COLUMNS, MOST_COLUMNS)}
        bounds["max_row"] = min(sheet.max_row or MOST_ROWS + 1, MOST_ROWS + 1)
        rows = [_row(row) for row in sheet.iter_rows(**bounds)]
        if len(rows) > MOST_ROWS and any(cell.text for cell in rows[-1]):
            return unreadable(url, f"sheet {sheet.title!r} has over {MOST_ROWS:,} rows: a data set, not a document")
        inside = list(pieces_of_sheet(rows if large else _as_shown(sheet, rows)))
        if inside and len(sheets) > 1:
            pieces.append(Piece("heading", sheet.title, level=1))
        pieces += inside
    return read_pieces(pieces, url, title=title, dated=dated)


def _as_shown(sheet: Any, rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows without hidden ones and hidden columns, merged cells repeated in the rows that they cover."""
    for area in sheet.merged_cells.ranges:
        top, left = area.min_row - 1, area.min_col - 1
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top : area.max_row]:
                row[left] = rows[top][left]
            rows[top][left] = replace(rows[top][left], span=area.max_col - left)
    dimensions = sheet.column_dimensions.values()
    hidden = {column for d in dimensions if d.hidden for column in range(d.min or 0, (d.max or 0) + 1)}
    shown_rows = [row for number, row in enumerate(rows, start=1) if not sheet.row_dimensions[number].hidden]
    return [[cell for number, cell in enumerate(row, start=1) if number not in hidden] for row in shown_rows]


def _row(cells: Sequence[Any]) -> list[Cell]:
    """The cells without what is struck out: a struck-out label takes its whole row along."""
    first = next((cell for cell in cells if cell.value is not None), None)
    return [Cell("")] * len(cells) if first is not None and _is_struck(first) else list(map(_cell, cells))


def _cell(cell: Any) -> Cell:  # openpyxl has no types of its own
    value = cell.value
    if value is None:
        return Cell("")
    if _is_struck(cell):
        return Cell("")
    return Cell(one_line(shown(value, cell.number_format or "")), bool(cell.font and cell.font.b))


def _is_struck(cell: Any) -> bool:
    return bool(cell.font and cell.font.strike)


def shown(value: object, number_format: str) -> str:
    """A value as a spreadsheet shows it: amounts, percentages, dates and times by their format."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case int() | float():
            return shown_number(value, number_format)
        case datetime() if value.time() != time():
            return f"{_day(value)}, {_hour(value.time())}"
        case date():
            return _day(value)
        case time():
            return _hour(value)
        case timedelta():
            return str(value)
    return str(value)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _hour(hour: time) -> str:
    return f"{hour.hour % 12 or 12}:{hour:%M} {'a.m.' if hour.hour < 12 else 'p.m.'}"
