"""Bands of a page: runs of rows, from the top down, that leave the same gutters free."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from crawler.extract.pdf.lines import Line
from crawler.extract.pdf.tables import Table

_GUTTER = 0.8  # of the font size: the least width of white space between columns

Item = Line | Table
Row = list[Item]
Span = tuple[float, float]


@dataclass
class Band:
    """Rows from the top down, each from left to right, and the white space between their columns, in points."""

    rows: list[Row]
    gutters: list[Span]


def rows_of(items: list[Item]) -> list[Row]:
    """Items beside one another; lines of columns that are not quite level go together too."""
    rows: list[Row] = []
    for item in sorted(items, key=lambda i: (-i.bottom, i.left)):
        row = rows[-1] if rows else None
        if row and row[0].bottom - item.bottom <= 0.6 * item.size and all(_apart(item, other) for other in row):
            row.append(item)
        else:
            rows.append([item])
    return [sorted(row, key=lambda i: i.left) for row in rows]


def _apart(item: Item, other: Item) -> bool:
    return item.left >= other.right or item.right <= other.left


def bands_of(rows: list[Row]) -> Iterator[Band]:
    """Runs of rows that leave common gutters free."""
    band = Band([], [])
    for number, row in enumerate(rows):
        own = _gaps(row)
        if band.gutters:
            kept = _free(band.gutters, row)
            crosses = len(kept) < len(band.gutters) and (not kept or len(row) == 1 or _all_lines_long(row))
            if not crosses and not _leaves(band, row, rows[number + 1 :]):
                band.gutters = [*kept, *_new(own, kept, band.rows)]
                band.rows.append(row)
                continue
            yield band
            band = Band([row], own)
        elif own:
            before = _pull_back(band, own)
            if band.rows:
                yield band
            band = Band([*before, row], _after_pull(own, before))
        else:
            band.rows.append(row)
    if band.rows:
        yield band


def _all_lines_long(row: Row) -> bool:
    return all(isinstance(item, Line) and len(item.text.split()) >= 5 for item in row)


def _gaps(row: Row) -> list[Span]:
    return [(a.right, b.left) for a, b in pairwise(row) if b.left - a.right >= _GUTTER * min(a.size, b.size)]


def _free(gutters: list[Span], row: Row) -> list[Span]:
    """The parts of gutters that a row leaves free, where enough is left."""
    free: list[Span] = []
    least = _GUTTER * min(item.size for item in row)
    for left, right in gutters:
        spans = [(left, right)]
        for item in row:
            spans = (
                [
                    part
                    for a, b in spans
                    for part in ((a, min(b, item.left)), (max(a, item.right), b))
                    if part[1] - part[0] > 0
                ]
                if item.left < spans[-1][1] and item.right > spans[0][0]
                else spans
            )
            if not spans:
                break
        widest = max(spans, key=lambda s: s[1] - s[0], default=(0.0, 0.0))
        if widest[1] - widest[0] >= least:
            free.append(widest)
    return free


def _new(own: list[Span], kept: list[Span], above: list[Row]) -> list[Span]:
    """Gaps of a row that are no gutters yet, and were free in all rows above it."""
    found = [gap for gap in own if not any(gap[0] < right and left < gap[1] for left, right in kept)]
    for row in above if found else ():
        found = _free(found, row)
    return found


def _after_pull(gutters: list[Span], rows: list[Row]) -> list[Span]:
    for row in rows:
        gutters = _free(gutters, row)
    return gutters


def _pull_back(band: Band, gutters: list[Span]) -> list[Row]:
    """Rows at the end of a band without columns that belong to the columns that begin: those up to the
    topmost one that stands to the right of a gutter."""
    count = 0
    for back, row in enumerate(reversed(band.rows), start=1):
        if len(_free(gutters, row)) < len(gutters):
            break
        gutters = _free(gutters, row)
        if row[0].left >= min(right for _, right in gutters) - 1:
            count = back
    pulled = band.rows[len(band.rows) - count :] if count else []
    del band.rows[len(band.rows) - count :]
    return pulled


def _leaves(band: Band, row: Row, after: list[Row]) -> bool:
    """True for a line on the left, below a gap, from where on nothing more stands in the columns."""
    if len(row) > 1 or row[0].left >= band.gutters[0][1] - 1:
        return False
    gap = band.rows[-1][0].bottom - row[0].bottom
    steps = sorted(a[0].bottom - b[0].bottom for a, b in pairwise(band.rows))
    usual = steps[len(steps) // 2] if steps else 1.6 * row[0].size
    if gap <= 1.5 * usual:
        return False
    following = next((r for r in after if len(_free(band.gutters, r)) < len(band.gutters) or len(r) > 1), None)
    if following is None:  # the columns may end at different heights
        return gap > 3 * usual
    return len(following) == 1 or gap > 2.2 * usual
