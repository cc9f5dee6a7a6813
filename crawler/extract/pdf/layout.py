"""The reading order of a page: bands from the top down, columns inside them, tables by their rows.

A band is a run of lines that leave the same gutters free. Whether its parts are columns of text
or a table is told by what stands in them: see `_use_of`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from crawler.extract.common.rows import Cell, kind_of_value
from crawler.extract.pdf.bands import Band, Item, Row, Span, bands_of, rows_of
from crawler.extract.pdf.grids import Grid
from crawler.extract.pdf.lines import BULLET, Line, joined_line
from crawler.extract.pdf.tables import Table, as_table, cell_of, centered_table

_DEEPEST = 6
_LONG_CELL = 400  # characters: a grid with more in a cell places text and is no table
_LONG_ROW = 200  # the same where there is one column


def arranged(segments: Sequence[Line], grids: Sequence[Grid]) -> list[Item]:
    """Lines and tables of one page in the order they are read."""
    left = list(segments)
    tables: list[Item] = []
    for grid in grids:
        inside = [(grid.cell((s.left + s.right) / 2, s.bottom + 0.3 * s.size), s) for s in left]
        table = _table_of([(cell, s) for cell, s in inside if cell is not None], grid)
        if table is not None:
            tables.append(table)
            left = [s for cell, s in inside if cell is None]
    return _arrange([*left, *tables], 0)


def _table_of(inside: list[tuple[tuple[int, int], Line]], grid: Grid) -> Table | None:
    """The cells of a drawn table; None when the rules only frame or place text."""
    lines: dict[tuple[int, int], list[Line]] = {}
    for place, segment in inside:
        lines.setdefault(place, []).append(segment)
    rows = sorted({row for row, _ in lines})
    columns = sorted({column for _, column in lines})
    if len(rows) < (2 if len(columns) > 1 else 3):
        return None
    if len(columns) == 1 and any(_are_beside(part) for part in lines.values()):
        return None  # rows with a background, and the columns only aligned
    cells = [
        [_drawn_cell(lines.get(grid.from_above(row, c), []), grid, (row, c), columns) for c in columns] for row in rows
    ]
    longest = _LONG_CELL if len(columns) > 1 else _LONG_ROW
    if any(len(cell.text) > longest for row in cells for cell in row):
        return None
    most = sum(bool(cell.text) for row in cells for cell in row) if len(columns) > 1 else len(inside)
    if most < 1.5 * len(rows):
        return None
    return Table(cells, grid.columns[0], grid.columns[-1], grid.rows[0], bottom_edge=grid.rows[-1])


def _are_beside(part: list[Line]) -> bool:
    return any(abs(a.bottom - b.bottom) < 1 for a, b in pairwise(sorted(part, key=lambda line: line.bottom)))


def _drawn_cell(lines: list[Line], grid: Grid, place: tuple[int, int], columns: list[int]) -> Cell:
    row, column = place
    covered = range(column, column + grid.span(row, column))
    return cell_of(lines, sum(c in covered for c in columns) if lines else 1)


def _arrange(items: list[Item], depth: int) -> list[Item]:
    done: list[Item] = []
    for band in bands_of(rows_of(items)):
        parts = _columns(band) if band.gutters and depth < _DEEPEST else []
        use = _use_of(band, parts) if len(parts) > 1 else "lines"
        if isinstance(use, Table):
            done.append(use)
        elif use == "columns":
            for part in _flows(parts, band.gutters):
                done.extend(_arrange(part, depth + 1))
        else:
            done.extend(_limited([item for row in band.rows for item in _as_one_line(row)]))
    return done


def _columns(band: Band) -> list[list[Item]]:
    """The items between the gutters of a band."""
    edges = [(left + right) / 2 for left, right in sorted(band.gutters)]
    parts: list[list[Item]] = [[] for _ in range(len(edges) + 1)]
    for row in band.rows:
        for item in row:
            parts[sum(item.left >= edge for edge in edges)].append(item)
    return [part for part in parts if part]


def _use_of(band: Band, parts: list[list[Item]]) -> "Table | Literal['columns', 'lines']":
    """What a band is: a table, columns of text, or lines with wide gaps in them.

    Columns of text hold long lines that go on below. In a table what stands in a column is of
    one kind, while cards beside one another are alike by rows.
    """
    rows = [[item for item in row if isinstance(item, Line)] for row in band.rows]
    if sum(map(len, rows)) < sum(map(len, band.rows)):
        return "columns"
    level = [row for row in rows if len(row) > 1 and _is_level(row)]
    flows = sum(_is_flow(part) for part in parts)
    edges = [(left + right) / 2 for left, right in sorted(band.gutters)]
    if len(level) < 0.8 * sum(len(row) > 1 for row in rows) or (flows > 1 and len(rows) < 3):
        return (centered_table(rows, edges) if flows < 2 else None) or "columns"
    table = as_table(rows, edges)
    if (flows > 1 and not (table.spaced and table.heads)) or any(_has_headings(part) for part in parts[1:]):
        return "columns"
    words_only = not table.has_values()
    if words_only and _has_headings(parts[0]):
        return "columns"
    if len(level) < 2 or table.filled < 0.6:
        return "columns" if flows > 1 or (flows and words_only and len(level) > 1) else "lines"
    return table if table.is_read_by_rows() else "columns"


def _is_level(row: list[Line]) -> bool:
    return max(s.bottom for s in row) - min(s.bottom for s in row) <= 0.25 * row[0].size


def _is_flow(part: list[Item]) -> bool:
    """True for text that goes on from line to line, or a list with bullets."""
    lines = [item for item in part if isinstance(item, Line)]
    if len(lines) < 2:
        return False
    wide = max(line.right for line in lines) - min(line.left for line in lines)
    long = sum(_is_prose(line) and line.right - line.left >= 0.6 * wide for line in lines)
    return max(long, sum(bool(BULLET.match(line.text)) for line in lines)) >= max(2, 0.4 * len(lines))


def _is_prose(line: Line) -> bool:
    return len(line.text.split()) >= 4 and kind_of_value(line.text) == "words"


def _has_headings(part: list[Item]) -> bool:
    """True for a column with lines in bold above others again and again: a text under headings."""
    bold = [item.bold for item in part if isinstance(item, Line)]
    return sum(after and not before for before, after in pairwise(bold)) > 1


def _flows(parts: list[list[Item]], gutters: list[Span]) -> list[list[Item]]:
    """Columns of text, each with what belongs to it: a gutter inside a column is none between columns."""
    flowing = [number for number, part in enumerate(parts) if _is_flow(part)]
    if len(flowing) < 2 or len(parts) != len(gutters) + 1:
        return parts
    widths = [right - left for left, right in sorted(gutters)]
    cuts = [max(range(a, b), key=lambda g: widths[g]) + 1 for a, b in pairwise(flowing)]
    edges = [0, *cuts, len(parts)]
    return [[item for part in parts[a:b] for item in part] for a, b in pairwise(edges)]


def _limited(items: list[Item]) -> Iterator[Item]:
    """Lines with the right end of those that begin where they do."""
    ends: dict[int, float] = {}
    for item in items:
        column = round(item.left / 20)
        ends[column] = max(ends.get(column, item.right), item.right)
    for item in items:
        column = round(item.left / 20)
        limit = max(ends[near] for near in (column - 1, column, column + 1) if near in ends)
        yield replace(item, limit=limit) if isinstance(item, Line) else item


def _as_one_line(row: Row) -> list[Item]:
    lines = [item for item in row if isinstance(item, Line)]
    if not lines:
        return row
    return [joined_line(lines), *(item for item in row if not isinstance(item, Line))]
