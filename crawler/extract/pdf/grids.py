"""Tables that are drawn: the rules of a page, and the grids they make."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_THIN = 2.5  # points: a filled rectangle of less is a rule
_SHORTEST = 6.0  # points
_TOUCH = 3.0  # points between rules that meet
_NARROW = 7.0  # points: what is between rules nearer than this is a border
_MOST = 800  # rules on a page; a drawing has more, and no table
_MOST_SHAPES = 5000


@dataclass(frozen=True)
class Rule:
    """A straight line along an axis. `at` is its place on the other axis; all numbers are points."""

    upright: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Grid:
    """The cells of one drawn table: edges of its columns left to right and of its rows from the top down."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    rules: tuple[Rule, ...]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """(row, column) of the cell at a place, the first one of cells that no rule parts; None outside."""
        if not (self.columns[0] <= x <= self.columns[-1] and self.rows[-1] <= y <= self.rows[0]):
            return None
        column = sum(x >= edge for edge in self.columns[1:-1])
        row = sum(y <= edge for edge in self.rows[1:-1])
        while column and not self._parted(True, self.columns[column], y):
            column -= 1
        while row and not self._parted(False, self.rows[row], x):
            row -= 1
        return row, column

    def from_above(self, row: int, column: int) -> tuple[int, int]:
        """The cell that reaches down into a place, its first row; the place itself where none does."""
        x = (self.columns[column] + self.columns[column + 1]) / 2
        y = (self.rows[row] + self.rows[row + 1]) / 2
        first = self.cell(x, y)
        return first if first is not None and first[1] == column else (row, column)

    def span(self, row: int, column: int) -> int:
        """How many columns a cell covers."""
        y = (self.rows[row] + self.rows[row + 1]) / 2
        inner = range(column + 1, len(self.columns) - 1)
        return next(
            (i - column for i in inner if self._parted(True, self.columns[i], y)), len(self.columns) - 1 - column
        )

    def _parted(self, upright: bool, at: float, across: float) -> bool:
        return any(
            rule.upright == upright and abs(rule.at - at) <= _TOUCH and rule.start - 1 <= across <= rule.end + 1
            for rule in self.rules
        )


def rules_of(page: pdfium.PdfPage, turn: int = 0) -> list[Rule]:
    """The rules that are drawn on a page whose text is turned by `turn` degrees, as they lie when it is upright."""
    rules: list[Rule] = []
    for count, shape in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)):
        rules.extend(_rules_of_path(shape))
        if len(rules) > _MOST or count > _MOST_SHAPES:
            return []
    return [_turned(rule, turn) for rule in rules]


def _turned(rule: Rule, turn: int) -> Rule:
    start, end, at = rule.start, rule.end, rule.at
    if turn == 180:
        return Rule(rule.upright, -at, -end, -start)
    if turn == 90:  # x becomes -y, y becomes x
        return Rule(False, -at, start, end) if rule.upright else Rule(True, at, -end, -start)
    if turn == 270:
        return Rule(False, at, -end, -start) if rule.upright else Rule(True, -at, start, end)
    return rule


def grids_of(rules: list[Rule]) -> list[Grid]:
    """Grids of at least two columns and two rows, or three rows and one column, made by rules that meet."""
    groups: list[list[Rule]] = []
    for rule in rules:
        met = [group for group in groups if any(_meet(rule, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in met)]
        groups.append([rule, *(other for group in met for other in group)])
    return [grid for grid in map(_grid, groups) if grid is not None]


def _grid(group: list[Rule]) -> Grid | None:
    columns = _places(rule.at for rule in group if rule.upright)
    sides = len(columns)
    rows = _places(rule.at for rule in group if not rule.upright)
    if not rows or not columns:
        return None
    # A table may be open at its sides, or lack rules between its rows.
    flat = [rule for rule in group if not rule.upright]
    columns = _places([*columns, min(r.start for r in flat), max(r.end for r in flat)])
    tall = [rule for rule in group if rule.upright]
    rows = _places([*rows, min(r.start for r in tall), max(r.end for r in tall)])
    if len(rows) < 3 or (len(columns) < 3 and (len(rows) < 4 or sides < 2)):
        return None
    return Grid(tuple(columns), tuple(reversed(rows)), tuple(group))


def _places(values: Iterator[float] | list[float]) -> list[float]:
    """Places in order, those of one border once."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NARROW:
            places.append(value)
    return places


def _meet(rule: Rule, other: Rule) -> bool:
    if rule.upright == other.upright:
        return (
            abs(rule.at - other.at) <= _TOUCH and rule.start <= other.end + _TOUCH and other.start <= rule.end + _TOUCH
        )
    return (
        rule.start - _TOUCH <= other.at <= rule.end + _TOUCH and other.start - _TOUCH <= rule.at <= other.end + _TOUCH
    )


def _rules_of_path(shape: pdfium.PdfObject) -> Iterator[Rule]:
    left, bottom, right, top = shape.get_bounds()
    if right - left <= _THIN or top - bottom <= _THIN:
        yield from _rule((left, bottom), (right, top))
        return
    points: list[tuple[float, float]] = []
    matrix = shape.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(raw.FPDFPath_CountSegments(shape.raw), _MOST)):
        segment = raw.FPDFPath_GetPathSegment(shape.raw, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if kind == raw.FPDF_SEGMENT_LINETO and points:
            yield from _rule(points[-1], point)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            points = []
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _rule(point, points[0])


def _rule(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Rule]:
    (x, y), (other_x, other_y) = start, end
    wide, high = abs(other_x - x), abs(other_y - y)
    if wide <= _THIN < _SHORTEST <= high:
        yield Rule(True, (x + other_x) / 2, min(y, other_y), max(y, other_y))
    elif high <= _THIN < _SHORTEST <= wide:
        yield Rule(False, (y + other_y) / 2, min(x, other_x), max(x, other_x))
