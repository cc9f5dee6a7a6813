"""Tables of a PDF as lines a person can read aloud: "Row label: Head value; Head value"."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extract.pdf.lines import Line, join

_VALUES = (
    ("money", re.compile(r"[-+]?\s?[$€£]|\b(?:free|no (?:charge|fee)|waived|included)\b", re.I)),
    ("time", re.compile(r"\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\b|noon)|\b(?:closed|noon)\b", re.I)),
    ("phone", re.compile(r"(?:\(?\d{3}\)?[ .-]+)?\d{3}[.-]\d{4}")),
    ("mail", re.compile(r"\S+@\S+|https?:|www\.")),
    (
        "date",
        re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.I),
    ),
    ("number", re.compile(r"[-+±]?\d[\d,./]*\s?(?:%|[a-z]{1,7}\.?)?$", re.I)),
    ("none", re.compile(r"[-–—*]+$|n/?a$|none$", re.I)),
    ("address", re.compile(r"\d+\s+(?:\w+\s+)*[A-Z]")),
)
_LONGEST_VALUE = 40
_DESCRIPTION = 1.8
"""How much longer than its label a description is, on average, where nothing else tells a table from two lists."""


@dataclass(frozen=True)
class Cell:
    """One cell. `bold` is true when all of its text is."""

    text: str
    bold: bool = False

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Cell":
        """The lines of a cell as one text, whatever their order."""
        ordered = sorted(lines, key=lambda line: (-round(line.bottom), line.left))
        return cls(join(line.text for line in ordered), bool(ordered) and all(line.bold for line in ordered))


@dataclass
class Table:
    """Cells by rows. `bottom` is the place of its first line, as for a line of text; the numbers are points.

    `spaced`: white space parts the rows of cells that have several lines.
    """

    cells: list[list[Cell]]
    left: float
    right: float
    bottom: float
    size: float = 10.0
    spaced: bool = False
    bottom_edge: float = 0.0

    @property
    def heads(self) -> int:
        """How many rows at the top are heads of the columns."""
        return _heads(self.cells)

    @property
    def filled(self) -> float:
        """The part of the rows that have more than one text."""
        return sum(sum(bool(cell.text) for cell in row) > 1 for row in self.cells) / len(self.cells)

    def has_values(self) -> bool:
        """True when amounts, times, numbers or the like stand beside the labels."""
        return any(cell.text and kind_of_value(cell.text) != "words" for row in self.cells for cell in row[1:])

    def is_read_by_rows(self) -> bool:
        """False for lists and cards beside one another, which only look like a table."""
        kinds = [[kind_of_value(cell.text) if cell.text else "" for cell in row] for row in self.cells]
        body = kinds[1:] if len(kinds) > 2 else kinds
        columns = [list(column) for column in zip(*body, strict=True)]
        if _alike(columns) < _alike(body) - 0.1:
            return False
        if self.heads or self.has_values():
            return True
        labels, *texts = ([row[i] for row in self.cells if row[i].text] for i in range(len(columns)))
        if all(c.bold for c in labels) and not all(c.bold for text in texts for c in text):
            return True
        return _mean_length(labels) * _DESCRIPTION <= max(map(_mean_length, texts))

    def lines(self) -> list[str]:
        """One line a row; a row with one text only is a line by itself."""
        start = self.heads
        heads = [
            " ".join(dict.fromkeys(row[i].text for row in self.cells[:start] if row[i].text))
            for i in range(len(self.cells[0]))
        ]
        lines = [_line(row, heads) for row in self.cells[start:]]
        return [line for line in lines if line] or [" ".join(filter(None, heads))]


def as_table(rows: list[list[Line]], edges: list[float]) -> Table:
    """The table of lines that stand on one level, cut at the edges of its columns."""
    groups = _grouped(rows, edges)
    cells = []
    for group in groups:
        columns: list[list[Line]] = [[] for _ in range(len(edges) + 1)]
        for row in group:
            for line in row:
                columns[sum(line.left >= edge for edge in edges)].append(line)
        cells.append([Cell.of(column) for column in columns])
    every = [line for row in rows for line in row]
    return Table(
        cells,
        min(line.left for line in every),
        max(line.right for line in every),
        rows[0][0].bottom,
        size=rows[0][0].size,
        spaced=2 < len(groups) < len(rows) and _are_spaced(groups),
    )


def _grouped(rows: list[list[Line]], edges: list[float]) -> list[list[list[Line]]]:
    """Rows of lines as rows of the table: what a smaller step parts, or has no label, goes on above it."""
    steps = [_top(a) - _top(b) for a, b in pairwise(rows)]
    least = min((step for step in steps if step > 0), default=0.0)
    parted = bool(steps) and max(steps) > 1.25 * least and least < 1.45 * rows[0][0].size
    groups = [[rows[0]]]
    for step, row in zip(steps, rows[1:], strict=True):
        unlabelled = row[0].left >= edges[0]
        near = step <= (1.12 * least if parted else 1.5 * row[0].size)
        if near and (unlabelled or (parted and _goes_on(groups[-1], row, edges))):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _goes_on(group: list[list[Line]], row: list[Line], edges: list[float]) -> bool:
    """True when a label goes on: what is above it was full, or it begins within a sentence."""
    if len(row) > len(edges) and len(group[0]) > len(edges) and all(kind_of_value(s.text) != "words" for s in row[1:]):
        return False
    label = group[-1][0]
    return row[0].text[:1].islower() or label.right - label.left >= 0.7 * (row[0].right - row[0].left)


def _top(row: list[Line]) -> float:
    return max(line.bottom for line in row)


def _are_spaced(groups: list[list[list[Line]]]) -> bool:
    """True when white space parts the groups, and most begin with a text in several columns."""
    within = [_top(a) - _top(b) for group in groups for a, b in pairwise(group)]
    between = [_top(a[-1]) - _top(b[0]) for a, b in pairwise(groups)]
    return min(between) > 1.1 * max(within) and sum(len(group[0]) > 1 for group in groups) >= 0.8 * len(groups)


def kind_of_value(text: str) -> str:
    """What a cell holds: "money", "time", "phone", "number" and so on, or "words"."""
    if len(text) > _LONGEST_VALUE:
        return "words"
    return next((kind for kind, pattern in _VALUES if pattern.match(text)), "words")


def _mean_length(cells: list[Cell]) -> float:
    return sum(len(cell.text) for cell in cells) / max(len(cells), 1)


def _alike(lists: list[list[str]]) -> float:
    """How much of each list is of one kind, 0 to 1, on average."""
    shares = []
    for kinds in lists:
        present = [kind for kind in kinds if kind]
        if len(present) > 1:
            shares.append(Counter(present).most_common(1)[0][1] / len(present))
    return sum(shares) / len(shares) if shares else 0.0


def _heads(cells: list[list[Cell]]) -> int:
    """How many rows at the top are heads of the columns."""
    if len(cells) < 2 or sum(bool(c.text) for c in cells[0]) < 2:
        return 0
    first, body = cells[0], cells[1:]
    if all(cell.bold for cell in first if cell.text) and not all(c.bold for row in body for c in row if c.text):
        return 1
    values = [[kind_of_value(row[i].text) for row in body if row[i].text] for i in range(1, len(first))]
    of_values = [i for i, kinds in enumerate(values, start=1) if kinds and kinds.count("words") <= 0.4 * len(kinds)]
    return int(bool(of_values) and all(not first[i].text or kind_of_value(first[i].text) == "words" for i in of_values))


def _line(row: list[Cell], heads: list[str]) -> str:
    label, *values = row
    parts = [
        f"{head} {cell.text}" if head else cell.text for head, cell in zip(heads[1:], values, strict=True) if cell.text
    ]
    if not label.text or not parts:
        return label.text or "; ".join(parts)
    return f"{label.text.rstrip(':')}: {'; '.join(parts)}"
