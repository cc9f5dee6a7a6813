"""Tables of a page: their cells, and which of them are headers and labels."""

from collections.abc import Callable

from bs4 import Tag
from bs4.element import PageElement

from crawler.extract.common.characters import one_line
from crawler.extract.common.rows import TableRow, kind_of_value, row_lines
from crawler.extract.common.tree import (
    BLOCKS,
    attr,
    children,
    closest,
    first,
    is_text,
    roles,
    strings,
    tags,
    text_length,
)

_WIDEST = 60  # columns
_TALLEST = 3000  # rows
_LONG_CELL = 400  # characters: prose in cells is layout when the table has no headers
CellText = Callable[[Tag], str]
Row = list[Tag | None]


def part_rows(table: Tag) -> None:
    """A row of cells that hold as many lines each, amounts or hours in one of them, becomes a row for each line."""
    of_breaks = {id(row): row for br in tags(table, "br") if (row := closest(br, "tr")) is not None}
    for row in of_breaks.values():
        cells = children(row, "td", "th")
        lines = [_lines_at_breaks(cell) for cell in cells]
        if len(cells) < 2 or len(set(map(len, lines))) != 1 or len(lines[0]) < 2:
            continue
        kinds = [{kind_of_value(one_line("".join(map(_text, line)))) for line in column} for column in lines]
        if not any(kind in ({"money"}, {"time"}) for kind in kinds[1:]) or kinds[0] != {"words"}:
            continue
        for parts in zip(*lines, strict=True):
            new = Tag(name="tr")
            row.insert_before(new)
            for cell, nodes in zip(cells, parts, strict=True):
                part = Tag(name=cell.name)
                new.append(part)
                part.extend(list(nodes))
        row.decompose()


def _lines_at_breaks(cell: Tag) -> list[list[PageElement]]:
    """What stands between the breaks of a cell; one part where it holds more than lines of text."""
    inner = children(cell)
    if (
        len(inner) == 1
        and inner[0].name in {"p", "div", "font"}
        and not "".join(str(node) for node in cell.contents if is_text(node)).strip()
    ):
        cell = inner[0]
    if any(tag.name in BLOCKS for tag in tags(cell)) or any(br.parent is not cell for br in tags(cell, "br")):
        return [list(cell.contents)]
    parts: list[list[PageElement]] = [[]]
    for node in cell.contents:
        if isinstance(node, Tag) and node.name == "br":
            parts.append([])
        else:
            parts[-1].append(node)
    return [part for part in parts if "".join(map(_text, part)).strip()]


def _text(node: PageElement) -> str:
    return "".join(strings(node)) if isinstance(node, Tag) else str(node) if is_text(node) else ""


def is_layout(table: Tag) -> bool:
    """True for a table that only places things: one column or row, nested tables, headings or long prose in cells."""
    if roles(table) & {"presentation", "none"} or first(table, "table") is not None:
        return True
    if first(table, "th", "caption") is not None:
        return False
    rows = _rows(table)
    if not rows or max(len(row) for row in rows) < 2 or len(rows) < 2:
        return True
    return first(table, "h1", "h2", "h3", "ul", "form") is not None or any(
        text_length(c) > _LONG_CELL for row in rows for c in row
    )


def table_lines(table: Tag, cell_text: CellText) -> list[str]:
    """The caption, the headers, then one line a row. Cells are as on the page."""
    caption = first(table, "caption")
    lines = [one_line(caption.get_text(" "))] if caption is not None and caption.get_text(strip=True) else []
    grid = _grid(_rows(table))
    texts = _texts(grid, cell_text)
    start, headers = _headers(grid, texts)
    return lines + row_lines(
        [_own(row, cells) for row, cells in zip(grid[start:], texts[start:], strict=True)], headers
    )


def _rows(table: Tag) -> list[list[Tag]]:
    own_rows = [tr for tr in tags(table, "tr")[:_TALLEST] if closest(tr, "table") is table]
    rows = [children(tr, "td", "th") for tr in own_rows]
    return [row for row in rows if row]


def _grid(rows: list[list[Tag]]) -> list[Row]:
    """Rows with cells repeated where they span rows or columns."""
    grid: list[Row] = []
    below: dict[int, tuple[int, Tag]] = {}  # column -> rows still covered, cell
    for row in rows:
        line: Row = []
        waiting = list(row)
        while waiting or any(column >= len(line) for column in below):
            if len(line) >= _WIDEST:
                break
            if len(line) in below:
                line.append(below[len(line)][1])
            elif waiting:
                _place(waiting.pop(0), line, below)
            else:
                line.append(None)
        below = {column: (left - 1, cell) for column, (left, cell) in below.items() if left > 1}
        grid.append(line)
    return grid


def _place(cell: Tag, line: Row, below: dict[int, tuple[int, Tag]]) -> None:
    down = _span(cell, "rowspan")
    for _ in range(min(_span(cell, "colspan"), _WIDEST - len(line))):
        if down > 1:
            below[len(line)] = (down, cell)
        line.append(cell)


def _span(cell: Tag, name: str) -> int:
    value = attr(cell, name).strip()
    return min(max(int(value), 1), 100) if value.isascii() and value.isdigit() and len(value) < 5 else 1


def _texts(grid: list[Row], cell_text: CellText) -> list[list[str]]:
    text_by_cell: dict[int, str] = {}
    for row in grid:
        for cell in row:
            if cell is not None and id(cell) not in text_by_cell:
                text_by_cell[id(cell)] = cell_text(cell)
    return [["" if cell is None else text_by_cell[id(cell)] for cell in row] for row in grid]


def _headers(grid: list[Row], texts: list[list[str]]) -> tuple[int, list[str]]:
    """(first data row, header of each column). Two header rows are joined by ": "; no header row gives []."""
    count = 0
    while count < min(len(grid), 3) and _is_header(grid[count], texts[count], first=count == 0):
        count += 1
    # A title across the whole first row is no header of columns; it reads as a line.
    if count and len(set(map(id, grid[0]))) == 1 and len(grid[0]) > 1:
        return (0, []) if count == 1 and not _second_headers(grid, texts) else (0, _joined(texts[1:2], grid))
    return count, _joined(texts[:count], grid)


def _second_headers(grid: list[Row], texts: list[list[str]]) -> bool:
    return len(grid) > 1 and _is_header(grid[1], texts[1], first=True)


def _is_header(row: Row, texts: list[str], *, first: bool) -> bool:
    cells = [cell for cell in row if cell is not None]
    if len(cells) < 2 or not any(texts):
        return False
    if all(c.name == "th" or not t for c, t in zip(cells, texts, strict=False)):
        return True
    parent = cells[0].parent
    if parent is not None and closest(parent, "thead") is not None:
        return True
    return (
        first
        and all(_bold(c) and len(t) <= 60 for c, t in zip(cells, texts, strict=False) if t)
        and len([t for t in texts if t]) > 1
    )


def _bold(cell: Tag) -> bool:
    """All text of the cell is bold."""
    bold = sum(text_length(tag) for tag in tags(cell, "b", "strong") if closest(tag, "b", "strong") is None)
    return bold > 0 and bold >= text_length(cell)


def _joined(rows: list[list[str]], grid: list[Row]) -> list[str]:
    if not rows:
        return []
    width = max(len(row) for row in grid)
    columns = [[row[i] for row in rows if i < len(row) and row[i]] for i in range(width)]
    # Each header stays as it is on the page: "Fee, Resident: $40", not the words "Fee Resident", which stand nowhere.
    return [", ".join(dict.fromkeys(header.rstrip(":").strip() for header in column)) for column in columns]


def _own(row: Row, texts: list[str]) -> TableRow:
    """A row as it is told; a cell over several columns stands in its first."""
    found: dict[int, str] = {}
    seen: set[int] = set()
    for column, (cell, text) in enumerate(zip(row, texts, strict=True)):
        if cell is not None and text and id(cell) not in seen:
            seen.add(id(cell))
            found[column] = text
    head = row[min(found)] if found else None
    spanning = frozenset(column for column in found if sum(cell is row[column] for cell in row) > 1)
    return TableRow(found, spanning, head is not None and (head.name == "th" or _bold(head)))
