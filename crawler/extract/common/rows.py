"""Rows of a table as lines a person can read aloud: "Dog, spayed or neutered: $15; not altered: $30".

A row starts with what tells it from the others; where no cell does, it reads "Header: cell; Header: cell".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extract.common.characters import words
from crawler.extract.common.dates import MONTH_NAMES

_LONGEST_LABEL = 80  # characters
_MOST_LABELS = 3  # columns
_MEASURE = r"(?!\s*(?:[\"”″]|-?(?:in|inch|inches|ft|foot|feet|mile|miles|cup|acre|hour|page)\b))"
_DAY = re.compile(rf"\b({'|'.join(words(MONTH_NAMES.replace(',', ' ')))})\.?\s+\d|\d[/-]\d{{1,2}}\b{_MEASURE}", re.I)
_PLAIN_VALUES = words("fee fees cost costs price amount rate charge total phone telephone tel hours open time times")
"""Headers that say no more than the only value of a row does."""
_FIGURES = re.compile(r"\d|@|^(closed|free|none|n/?a|yes|no|noon)\b", re.I)
_NAMES = words("monday tuesday wednesday thursday friday saturday sunday") | words(MONTH_NAMES.replace(",", " "))
_VALUES = (
    ("money", re.compile(r"[-+]?\s?[$€£]|\d+\s?¢|\b(?:free|no (?:charge|fee)|waived|included)\b", re.I)),
    ("time", re.compile(r"\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\b|noon)|\b(?:closed|noon)\b", re.I)),
    ("phone", re.compile(r"(?:\(?\d{3}\)?[ .-]+)?\d{3}[.-]\d{4}")),
    ("mail", re.compile(r"\S+@\S+|https?:|www\.")),
    ("date", re.compile(rf"(?:{'|'.join(_NAMES)}|mon|tues?|wed|thur?s?|fri|sat|sun)\b|\d{{1,2}}/\d", re.I)),
    ("number", re.compile(r"[-+±]?\d[\d,./]*\s?(?:%|[a-z]{1,7}\.?)?$", re.I)),
    ("none", re.compile(r"[-–—*]+$|n/?a$|none$", re.I)),
    ("address", re.compile(r"\d+\s+(?:\w+\s+)*[A-Z]")),
)
_LONGEST_VALUE = 40


@dataclass(frozen=True)
class Cell:
    """One cell. `bold` is true when all of its text is; `span` counts the columns it covers."""

    text: str
    bold: bool = False
    span: int = 1


@dataclass(frozen=True)
class TableRow:
    """Texts by column, without the empty ones. Cells that span columns stand in their first.

    `marked`: the first cell is shown to be the label of the others.
    """

    cells: dict[int, str]
    spanning: frozenset[int] = frozenset()
    marked: bool = False


Cells = Sequence[Sequence[Cell]]


def kind_of_value(text: str) -> str:
    """What a cell holds: "money", "time", "phone", "number" and so on, or "words"."""
    if len(text) > _LONGEST_VALUE:
        return "words"
    return next((kind for kind, pattern in _VALUES if pattern.match(text)), "words")


def head_rows(cells: Cells) -> int:
    """How many rows at the top (0 to 2) are heads of the columns: in bold, or words above values."""
    if len(cells) < 2:
        return 0
    spanned = any(cell.span > 1 for cell in cells[0]) and len(cells) > 2
    if sum(bool(c.text) for c in cells[0]) < (1 if spanned and not cells[0][0].text else 2):
        return 0
    return next((count for count in ((2, 1) if spanned else (1,)) if _are_heads(cells[:count], cells[count:])), 0)


def _are_heads(heads: Cells, body: Cells) -> bool:
    told = [cell for row in heads for cell in row if cell.text]
    if all(cell.bold for cell in told) and not all(c.bold for row in body for c in row if c.text):
        return True
    values = [[kind_of_value(row[i].text) for row in body if row[i].text] for i in range(1, len(heads[0]))]
    of_values = [i for i, kinds in enumerate(values, start=1) if kinds and kinds.count("words") <= 0.4 * len(kinds)]
    above = [row[i].text for row in heads for i in of_values if row[i].text]
    return bool(of_values) and all(kind_of_value(text) == "words" for text in above)


def lines_of_cells(cells: Cells, *, labelled: bool = False) -> list[str]:
    """The lines of a table that names its heads by their look only. `labelled`: each first cell is a label."""
    heads = head_rows(cells)
    columns = zip(*map(_spread, cells[:heads]), strict=True) if heads else ()
    names = [", ".join(dict.fromkeys(filter(None, column))) for column in columns]
    rows = [
        TableRow({i: c.text for i, c in enumerate(row) if c.text}, marked=labelled or row[0].bold)
        for row in cells[heads:]
    ]
    return row_lines(rows, names)


def _spread(row: Sequence[Cell]) -> list[str]:
    """The texts of a row, in each column they cover."""
    texts = [cell.text for cell in row]
    for column, cell in enumerate(row):
        texts[column : column + cell.span] = [cell.text or texts[column]] * len(texts[column : column + cell.span])
    return texts


def row_lines(rows: Sequence[TableRow], headers: list[str]) -> list[str]:
    """The headers of the columns, when the rows do not repeat all of them, then one line a row."""
    own = [row.cells for row in rows]
    labels = _label_columns(own, headers)
    names = _mid_sentence(headers)
    lines = [_line(row, headers, names, labels) for row in rows]
    if headers and (labels or not any(own)):
        lines.insert(0, ", ".join(dict.fromkeys(part for header in headers for part in header.split(", ") if part)))
    return [line for line in lines if line]


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


def _line(row: TableRow, headers: list[str], names: dict[str, str], labels: int) -> str:
    cells = row.cells
    if not headers:
        return _without_headers(row)
    if not cells or max(cells) < labels:
        return " ".join(cells.values())
    label = ", ".join(text.rstrip(" :") for column, text in cells.items() if column < labels)
    values: list[tuple[str, str]] = []  # name and text
    for column, text in cells.items():
        header = headers[column] if column < len(headers) and column not in row.spanning else ""
        if column >= labels:
            values.append((names.get(header, header) if label else header, text))
    told = "; ".join(f"{name}: {text}" if name and name != text else text for name, text in values)
    if not label:
        return told
    (name, text), *others = values
    if not others and name.lower() in _PLAIN_VALUES:
        return f"{label}: {text}"
    return f"{label}, {told}" if name and name != text else f"{label}: {told}"


def _without_headers(row: TableRow) -> str:
    """ "Label: value" where the first cell is marked as a label or the rest states figures; else as on the page."""
    if not row.cells:
        return ""
    first, *rest = row.cells.values()
    named = first[-1:].isalnum() or first.endswith(")")
    if not rest or not named or len(first) > _LONGEST_LABEL or not (row.marked or all(map(_FIGURES.search, rest))):
        return " ".join(row.cells.values())
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
