"""Rows of a table as lines a person can read aloud: "Row label: Head value; Head value"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_VALUES = (
    ("money", re.compile(r"[-+]?\s?[$€£]|\b(?:free|no (?:charge|fee)|waived|included)\b", re.I)),
    ("time", re.compile(r"\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\b|noon)|\b(?:closed|noon)\b", re.I)),
    ("phone", re.compile(r"(?:\(?\d{3}\)?[ .-]+)?\d{3}[.-]\d{4}")),
    ("mail", re.compile(r"\S+@\S+|https?:|www\.")),
    (
        "date",
        re.compile(
            r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\d{1,2}/\d", re.I
        ),
    ),
    ("number", re.compile(r"[-+±]?\d[\d,./]*\s?(?:%|[a-z]{1,7}\.?)?$", re.I)),
    ("none", re.compile(r"[-–—*]+$|n/?a$|none$", re.I)),
    ("address", re.compile(r"\d+\s+(?:\w+\s+)*[A-Z]")),
)
_LONGEST_VALUE = 40


@dataclass(frozen=True)
class Cell:
    """One cell. `bold` is true when all of its text is."""

    text: str
    bold: bool = False


Cells = Sequence[Sequence[Cell]]


def kind_of_value(text: str) -> str:
    """What a cell holds: "money", "time", "phone", "number" and so on, or "words"."""
    if len(text) > _LONGEST_VALUE:
        return "words"
    return next((kind for kind, pattern in _VALUES if pattern.match(text)), "words")


def head_rows(cells: Cells) -> int:
    """How many rows at the top (0 or 1) are heads of the columns: in bold, or words above values."""
    if len(cells) < 2 or sum(bool(c.text) for c in cells[0]) < 2:
        return 0
    first, body = cells[0], cells[1:]
    if all(cell.bold for cell in first if cell.text) and not all(c.bold for row in body for c in row if c.text):
        return 1
    values = [[kind_of_value(row[i].text) for row in body if row[i].text] for i in range(1, len(first))]
    of_values = [i for i, kinds in enumerate(values, start=1) if kinds and kinds.count("words") <= 0.4 * len(kinds)]
    return int(bool(of_values) and all(not first[i].text or kind_of_value(first[i].text) == "words" for i in of_values))


def table_lines(cells: Cells, heads: int) -> list[str]:
    """One line a row; a row with one text only is a line by itself. All rows have the same length."""
    names = [" ".join(dict.fromkeys(row[i].text for row in cells[:heads] if row[i].text)) for i in range(len(cells[0]))]
    lines = [_line([cell.text for cell in row], names) for row in cells[heads:]]
    return [line for line in lines if line] or [" ".join(filter(None, names))]


def _line(row: list[str], heads: list[str]) -> str:
    label, *values = row
    named = zip(heads[1:], values, strict=True)
    parts = [f"{head} {value}" if head and head != value else value for head, value in named if value]
    if not label or not parts:
        return label or "; ".join(parts)
    return f"{label.rstrip(':')}: {'; '.join(parts)}"
