"""Rows of a sheet as pieces: tables between blank rows, with the titles that stand above them."""

from collections.abc import Iterable, Iterator

from crawler.extract.common.blocks import Piece
from crawler.extract.common.rows import Cell, lines_of_cells

MOST_ROWS = 3000
"""A sheet with more is a data set and no document."""
MOST_COLUMNS = 60
_LONGEST_TITLE = 120  # characters


def pieces_of_sheet(rows: Iterable[list[Cell]]) -> Iterator[Piece]:
    """Titles, notes and tables of one sheet. Columns that are empty all the way are left out."""
    part: list[list[Cell]] = []
    for row in [*rows, []]:
        if any(cell.text for cell in row):
            part.append(row[:MOST_COLUMNS])
        elif part:
            yield from _pieces(part)
            part = []


def _pieces(part: list[list[Cell]]) -> Iterator[Piece]:
    """Single texts at the top are titles or notes of the table below them, those at its end are notes."""
    wide = [sum(bool(cell.text) for cell in row) > 1 for row in part]
    first = wide.index(True) if any(wide) else len(part)
    last = len(wide) - wide[::-1].index(True) if any(wide) else len(part)
    for row in part[:first]:
        text = next(cell.text for cell in row if cell.text)
        yield (
            Piece("heading", text, level=2)
            if first < len(part) and len(text) <= _LONGEST_TITLE
            else Piece("text", text)
        )
    if first < last:
        cells = _filled(part[first:last])
        yield Piece("table", "\n".join(lines_of_cells(cells)))
    for row in part[last:] if first < len(part) else ():
        yield Piece("text", next(cell.text for cell in row if cell.text))


def _filled(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows of one length, without columns that hold nothing."""
    width = max(map(len, rows))
    even = [[*row, *[Cell("")] * (width - len(row))] for row in rows]
    used = [i for i in range(width) if any(row[i].text for row in even)]
    return [[row[i] for i in used] for row in even]
