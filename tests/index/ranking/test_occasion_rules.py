"""The rule of a holiday comes before the weekly rule, within its subject."""

from collections.abc import Sequence
from datetime import date

import pytest

from index.passages.document import Passage
from index.query.occasions import at
from index.query.query import ask
from index.ranking.occasion_rules import excepted
from index.ranking.ranker import Ranked
from index.segments.document_table import DocumentRow

WEEKLY = ("faq:1", "/trash", "When is my trash picked up?", "Every Monday.", "")
HOLIDAY = ("page:1", "/trash#holidays", "", "There is no collection on Christmas Day.", "")
IN_GENERAL = ("page:1", "/trash", "", "When a holiday falls on a weekday, carts are emptied on Saturday.", "")
ELSEWHERE = ("page:2", "/collection", "", "On Christmas trash is collected a day later.", "")
OFFICES = ("page:3", "/contact", "", "Offices are closed on Labor Day and Christmas Day.", "")
PARADE = ("page:4", "/parade", "", "The Christmas parade starts at noon.", "")
LONG_AGO = ("page:5", "/trash", "", "Trash of Christmas Day 2018 is collected on Wednesday.", "2018-12-20")
HALL = ("page:6", "/hall", "", "City Hall is open Monday to Thursday.", "")
POOL = ("page:7", "/pool", "", "The pool is open from 9 to 5.", "")
SEASON = ("page:7", "/pool", "", "It is open from June 13 to September 7.", "")
CLOSINGS = ("page:8", "/news/holidays", "Holiday closings", "The pool is open on Saturday, January 2.", "")
Row = tuple[str, str, str, str, str]


def front(question: str, rows: Sequence[Row]) -> tuple[str, list[float]]:
    """The text that comes to stand in front, and all scores in order."""
    passages = [
        Passage(f"{i}", document, "oakton", "passage", f"https://oakton.example{url}", "", "", text, asked, "en")
        for i, (document, url, asked, text, _) in enumerate(rows)
    ]
    ranked = [
        Ranked(i, DocumentRow(row[0], "", "oakton", "page", 1, "", row[4]), f"{i}", 1 - i / 10, {})
        for i, row in enumerate(rows)
    ]
    asked = at(ask(question), date(2026, 11, 20))
    found = excepted(ranked, asked, read=lambda each: passages[each.i])
    return passages[found[0].i].text, [each.score for each in found]


@pytest.mark.parametrize(
    ("question", "rows", "best"),
    [
        ("trash on christmas", (WEEKLY, PARADE, HOLIDAY), HOLIDAY),
        ("trash on xmas", (WEEKLY, PARADE, IN_GENERAL), IN_GENERAL),
        ("trash on xmas", (WEEKLY, IN_GENERAL, ELSEWHERE), ELSEWHERE),
        ("trash on xmas", (WEEKLY, PARADE, LONG_AGO), WEEKLY),
        ("is city hall open on labor day", (HALL, PARADE, OFFICES), OFFICES),
        ("is the pool open on labor day", (POOL, OFFICES, SEASON), SEASON),
        ("is the pool open on christmas", (POOL, OFFICES), POOL),
        ("is the pool open in may", (POOL, OFFICES, SEASON), SEASON),
        ("is the pool open in december", (POOL, OFFICES), POOL),
        ("is the pool open", (POOL, SEASON), POOL),
        ("is the pool open on saturday", (CLOSINGS, POOL, SEASON), POOL),
        ("is the pool open on christmas", (CLOSINGS, POOL), CLOSINGS),
    ],
)
def test_what_names_the_occasion_stands_first(question: str, rows: Sequence[Row], best: Row) -> None:
    text, scores = front(question, rows)
    assert text == best[3]
    assert scores == [1 - i / 10 for i in range(len(rows))]


def test_nothing_found_stays_nothing() -> None:
    assert excepted([], at(ask("xmas"), date(2026, 11, 20)), read=lambda _: pytest.fail("read")) == []
