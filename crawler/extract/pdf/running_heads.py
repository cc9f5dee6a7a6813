"""Lines that a document repeats at the top and bottom of its pages, and page numbers."""

import re
from collections import Counter
from collections.abc import Hashable

from crawler.extract.common.characters import key
from crawler.extract.pdf.lines import Line

_EDGE = 0.09  # part of the height in use that may hold a running header or footer
_TWICE = 2  # lines of one page that are alike but for their numbers; more are rows of a table or list
_PAGE_NUMBER = re.compile(r"^(page\s*)?[-–—|]?\s*(\d{1,4}|[ivxl]{1,6})\s*(of|/|de)?\s*\d{0,4}\s*[-–—|]?$", re.I)
_FACT = re.compile(r"\d{3}[)\s.-]{1,2}\d{3}[.-]\d{4}|\S@\S|[$€£]\d|\d:\d\d|\d[/, ]+(?:19|20)\d\d\b")


def without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without page numbers and without the lines that most pages repeat at their top and bottom.

    Where a repeated line stands first it stays when it says something: a phone number, a date, an amount. In a
    document of two pages any does, for it may be a heading.
    """
    edges = _Edges(pages)
    return [edges.inside(page) for page in pages]


class _Edges:
    def __init__(self, pages: list[list[Line]]) -> None:
        heights = [line.bottom for page in pages for line in page]
        lowest, highest = min(heights, default=0.0), max(heights, default=0.0)
        margin = _EDGE * (highest - lowest)
        self._low, self._high = lowest + margin, highest - margin
        seen: Counter[Hashable] = Counter()
        for page in pages:
            seen.update({mark for line in page if self._is_at_edge(line) for mark in _marks(line)})
        shapes = [Counter(mark for line in page for mark in _marks(line)[:1]) for page in pages]
        series = {mark for page in shapes for mark, count in page.items() if count > _TWICE}
        often = max(3, len(pages) // 2)
        self._repeated = {
            m
            for m, count in seen.items()
            if count >= (often if isinstance(m, str) else max(2, often - 1))
            and (m[0] if isinstance(m, tuple) else m) not in series
        }
        self._said: set[str] = set()
        self._few = len(pages) < 3

    def inside(self, page: list[Line]) -> list[Line]:
        """The lines of one page that do not run through the document."""
        by_level: dict[int, list[Line]] = {}
        for line in page:
            by_level.setdefault(round(line.bottom / 2), []).append(line)
        inside = [line for line in page if not self._runs(line, by_level[round(line.bottom / 2)], page)]
        self._said.update(line.text for line in inside)
        return inside

    def _runs(self, line: Line, beside: list[Line], page: list[Line]) -> bool:
        """True when all that stands on this level is repeated or a page number: a number may stand in a table."""
        if not all(self._is_at_edge(x) and self._is_running(x) for x in beside):
            return False
        if len(beside) > 1 and line.bottom >= self._high and _heads_a_table(beside, page):
            return False
        says_something = self._few or (_FACT.search(line.text) and sum(map(str.isalpha, line.text)) > 2)
        return bool(_PAGE_NUMBER.match(line.text)) or line.text in self._said or not says_something

    def _is_at_edge(self, line: Line) -> bool:
        return line.bottom >= self._high or line.bottom <= self._low

    def _is_running(self, line: Line) -> bool:
        return bool(_PAGE_NUMBER.match(line.text)) or any(mark in self._repeated for mark in _marks(line))


def _heads_a_table(row: list[Line], page: list[Line]) -> bool:
    """True for heads of columns, which are repeated too: a row of the table follows close below."""
    if any(_PAGE_NUMBER.match(line.text) for line in row):
        return False
    below = max((line.bottom for line in page if line.bottom < row[0].bottom - 2), default=0.0)
    return row[0].bottom - below <= 2 * row[0].size


def _marks(line: Line) -> list[Hashable]:
    """What makes a line the same on another page: its words, and these at the very same place."""
    shape = re.sub(r"\d+", "0", key(line.text))
    return [shape, (shape, round(line.size), round(line.left / 4), round(line.bottom / 4))] if shape else []
