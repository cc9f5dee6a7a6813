"""Tables as lines a person can read aloud: "Dog, spayed or neutered: $15; not altered: $30".

A row starts with what tells it from the others; where no cell does, it reads "Header: cell; Header: cell".
"""

import re
from collections.abc import Callable

from bs4 import Tag

from crawler.extract.common.characters import one_line, words
from crawler.extract.common.dates import MONTH_NAMES
from crawler.extract.common.tree import attr, roles, text_length

_WIDEST = 60  # columns
_TALLEST = 3000  # rows
_LONG_CELL = 400  # characters: prose in cells is layout when the table has no headers
_LONGEST_LABEL = 80  # characters
_MOST_LABELS = 3  # columns
_DAY = re.compile(rf"\b({'|'.join(words(MONTH_NAMES.replace(',', ' ')))})\.?\s+\d|\d[/-]\d{{1,2}}\b", re.I)
_PLAIN_VALUES = words("fee fees cost costs price amount rate charge total phone telephone tel hours open time times")
"""Headers that say no more than the only value of a row does."""
_FIGURES = re.compile(r"\d|@|^(closed|free|none|n/?a|yes|no|noon)\b", re.I)
_CELLS = ["td", "th"]
_NAMES = words("monday tuesday wednesday thursday friday saturday sunday") | words(MONTH_NAMES.replace(",", " "))

CellText = Callable[[Tag], str]
Row = list[Tag | None]


def is_layout(table: Tag) -> bool:
    """True for a table that only places things: one column or row, nested tables, headings or long prose in cells."""
    if roles(table) & {"presentation", "none"} or table.find("table") is not None:
        return True
    if table.find("th") is not None or table.find("caption") is not None:
        return False
    rows = _rows(table)
    if not rows or max(len(row) for row in rows) < 2 or len(rows) < 2:
        return True
    return table.find(["h1", "h2", "h3", "ul", "form"]) is not None or any(
        text_length(c) > _LONG_CELL for row in rows for c in row
    )


def table_lines(table: Tag, cell_text: CellText) -> list[str]:
    """The caption, then one line a row. Cells are as on the page; header and cell are joined by ": "."""
    caption = table.find("caption")
    lines = [one_line(caption.get_text(" "))] if isinstance(caption, Tag) and caption.get_text(strip=True) else []
    grid = _grid(_rows(table))
    texts = _texts(grid, cell_text)
    start, headers = _headers(grid, texts)
    own = [_own_cells(row, cells) for row, cells in zip(grid[start:], texts[start:], strict=True)]
    labels = _label_columns(own, headers)
    names = _mid_sentence(headers)
    if headers and (labels or not any(own)):
        lines.append(", ".join(dict.fromkeys(part for header in headers for part in header.split(", ") if part)))
    for row, cells in zip(grid[start:], own, strict=True):
        line = _line(row, cells, headers, names, labels)
        if line:
            lines.append(line)
    return lines


def _rows(table: Tag) -> list[list[Tag]]:
    own_rows = [tr for tr in table.find_all("tr", limit=_TALLEST) if tr.find_parent("table") is table]
    rows = [[c for c in tr.find_all(_CELLS, recursive=False)] for tr in own_rows]
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
    if parent is not None and parent.find_parent("thead") is not None:
        return True
    return (
        first
        and all(_bold(c) and len(t) <= 60 for c, t in zip(cells, texts, strict=False) if t)
        and len([t for t in texts if t]) > 1
    )


def _bold(cell: Tag) -> bool:
    """All text of the cell is bold."""
    bold = sum(text_length(tag) for tag in cell.find_all(["b", "strong"]) if tag.find_parent(["b", "strong"]) is None)
    return bold > 0 and bold >= text_length(cell)


def _joined(rows: list[list[str]], grid: list[Row]) -> list[str]:
    if not rows:
        return []
    width = max(len(row) for row in grid)
    columns = [[row[i] for row in rows if i < len(row) and row[i]] for i in range(width)]
    # Each header stays as it is on the page: "Fee, Resident: $40", not the words "Fee Resident", which stand nowhere.
    return [", ".join(dict.fromkeys(header.rstrip(":").strip() for header in column)) for column in columns]


def _own_cells(row: Row, texts: list[str]) -> dict[int, str]:
    """Text by column; a cell over several columns stands in its first."""
    found: dict[int, str] = {}
    seen: set[int] = set()
    for column, (cell, text) in enumerate(zip(row, texts, strict=True)):
        if cell is not None and text and id(cell) not in seen:
            seen.add(id(cell))
            found[column] = text
    return found


def _label_columns(rows: list[dict[int, str]], headers: list[str]) -> int:
    """How many columns, from the left, tell each row from the others in words; 0 when none do."""
    full = [row for row in rows if len(row) > 1]
    for count in range(1, min(_MOST_LABELS, len(headers) - 1) + 1):
        labels = [tuple(row.get(column, "") for column in range(count)) for row in full]
        if not all(_names_row(text) for label in labels for text in label):
            return 0
        if labels and len(set(labels)) == len(labels):
            return count
    return 0


def _names_row(text: str) -> bool:
    """Words, not a date: of several columns of dates each needs its header."""
    return (
        len(text) <= _LONGEST_LABEL and bool(re.search(r"[^\W\d_]", text)) and ";" not in text and not _DAY.search(text)
    )


def _line(row: Row, cells: dict[int, str], headers: list[str], names: dict[str, str], labels: int) -> str:
    if not headers:
        return _without_headers(row, cells)
    if not cells or max(cells) < labels:
        return " ".join(cells.values())
    label = ", ".join(text.rstrip(" :") for column, text in cells.items() if column < labels)
    values: list[tuple[str, str]] = []  # name and text
    for column, text in cells.items():
        header = headers[column] if column < len(headers) and sum(c is row[column] for c in row) == 1 else ""
        if column >= labels:
            values.append((names.get(header, header) if label else header, text))
    told = "; ".join(f"{name}: {text}" if name and name != text else text for name, text in values)
    if not label:
        return told
    (name, text), *others = values
    if not others and name.lower() in _PLAIN_VALUES:
        return f"{label}: {text}"
    return f"{label}, {told}" if name and name != text else f"{label}: {told}"


def _without_headers(row: Row, cells: dict[int, str]) -> str:
    """ "Label: value" where the first cell is marked as a label or the rest states figures; else as on the page."""
    if not cells:
        return ""
    first, *rest = cells.values()
    head = row[min(cells)]
    marked = head is not None and (head.name == "th" or _bold(head))
    named = first[-1:].isalnum() or first.endswith(")")
    if not rest or not named or len(first) > _LONGEST_LABEL or not (marked or all(map(_FIGURES.search, rest))):
        return " ".join(cells.values())
    return f"{first}: {'; '.join(rest)}"


def _mid_sentence(headers: list[str]) -> dict[str, str]:
    """Headers as they read behind a comma ("spayed or neutered"); none where one of them is a name or a title in capitals."""
    found: dict[str, str] = {}
    for header in headers:
        parts = header.split(", ")
        if any(words(part) & _NAMES or part[1:] != part[1:].lower() for part in map(_first_small, parts)):
            return {}
        found[header] = ", ".join(map(_first_small, parts))
    return found


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]
