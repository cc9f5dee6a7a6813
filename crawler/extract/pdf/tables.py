"""Tables of a PDF: cells of lines that stand on one level, and what tells a table from lists beside one another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extract.common.rows import Cell, head_rows, kind_of_value, lines_of_cells
from crawler.extract.pdf.lines import Line, join

_DESCRIPTION = 1.8
"""How much longer than its label a description is, on average, where nothing else tells a table from two lists."""


def cell_of(lines: Sequence[Line], span: int = 1) -> Cell:
    """The lines of a cell as one text, whatever their order."""
    ordered = sorted(lines, key=lambda line: (-round(line.bottom), line.left))
    return Cell(join(line.text for line in ordered), bool(ordered) and all(line.bold for line in ordered), span)


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
        return head_rows(self.cells)

    @property
    def filled(self) -> float:
        """The part of the rows that have more than one text."""
        return sum(sum(bool(cell.text) for cell in row) > 1 for row in self.cells) / len(self.cells)

    def continues(self, before: "Table") -> None:
        """Takes the heads of the table at the end of the page before, when it has as many columns and this has none."""
        if before.heads and not self.heads and len(before.cells[0]) == len(self.cells[0]):
            self.cells = [*before.cells[: before.heads], *self.cells]

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
        """One line a row."""
        return lines_of_cells(self.cells, labelled=True)


def centered_table(rows: list[list[Line]], edges: list[float]) -> Table | None:
    """The table of labels on several lines whose values stand at their middle; None when there are no such values."""
    lines = [line for row in rows for line in row]
    labels = [line for line in lines if line.left < edges[0]]
    values = [line for line in lines if line.left >= edges[0]]
    levels = sorted({round(line.bottom): line.bottom for line in values}.values(), reverse=True)
    of_words = sum(kind_of_value(line.text) == "words" for line in values)
    if len(levels) < 2 or len(labels) <= len(levels) or of_words > len(edges) + 0.2 * len(values):
        return None
    groups: list[list[list[Line]]] = [[] for _ in levels]
    for line in lines:
        nearest = min(range(len(levels)), key=lambda i: abs(levels[i] - line.bottom))
        groups[nearest].append([line])
    return _table(groups, edges) if all(groups) else None


def as_table(rows: list[list[Line]], edges: list[float]) -> Table:
    """The table of lines that stand on one level, cut at the edges of its columns."""
    groups = _grouped(rows, edges)
    table = _table(groups, edges)
    table.spaced = 2 < len(groups) < len(rows) and _are_spaced(groups)
    return table


def _table(groups: list[list[list[Line]]], edges: list[float]) -> Table:
    cells = []
    for group in groups:
        columns: list[list[Line]] = [[] for _ in range(len(edges) + 1)]
        for line in (line for row in group for line in row):
            columns[sum(line.left >= edge for edge in edges)].append(line)
        cells.append([cell_of(column) for column in columns])
    every = [line for group in groups for row in group for line in row]
    left, right = min(line.left for line in every), max(line.right for line in every)
    return Table(cells, left, right, max(line.bottom for line in every), size=every[0].size)


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
