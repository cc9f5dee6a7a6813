"""A passage that holds more of what was asked comes before one that holds less of the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from index.passages.document import Passage
from index.query.query import Query, ask
from index.ranking.answer_type_swap import TRADE
from index.ranking.fuller_passages import OF_THE_SORT, TITLED, fuller
from index.ranking.ranker import Ranked
from index.segments.document_table import DocumentRow

PARKING = ("a", "A residential parking permit is $30 a year.")
DECK = ("b", "Deck permit: $85")
HALL = ("c", "City Hall is open Monday to Thursday.")
PHONES = ("d", "City Hall: 555-555-0100")
METERS = ("e", "The base charge of a meter test is $45.")
INCHES = ("e", "A 2 inch meter has a base charge of $74.10.")
LESSONS = ("f", "Swim lessons run in June.")
PRICED = ("g", "Swim lessons, $38 a session")
SWIM = ("h", "A swim is $6.")


def front(question: str, rows: Sequence[tuple[str, str]], *, behind: float = 0.1) -> str:
    passages = [
        Passage(f"{i}", key, "oakton", "passage", "", "", "", text, "", "en") for i, (key, text) in enumerate(rows)
    ]
    return first(ask(question), passages, behind=behind).text


def first(asked: Query, passages: Sequence[Passage], *, behind: float = 0.1) -> Passage:
    ranked = [
        Ranked(i, DocumentRow(each.document_key, "", "oakton", "page", 1, ""), f"{i}", 1 - i * behind, {})
        for i, each in enumerate(passages)
    ]
    found = fuller(ranked, asked, read=lambda each: passages[each.i])
    assert [each.score for each in found] == [each.score for each in ranked]
    return passages[found[0].i]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("fee for a deck permit", (PARKING, DECK)),
        ("phone number of city hall", (HALL, PHONES)),
        ("base charge for a 2 inch meter", (METERS, INCHES)),
        ("swim lesson cost", (LESSONS, SWIM, PRICED)),
    ],
    ids=["the sort", "the kind, on another page", "another word, on the same page", "the kind and all words"],
)
def test_the_fuller_passage_comes_to_the_front(question: str, rows: Sequence[tuple[str, str]]) -> None:
    assert front(question, rows) == rows[-1][1]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("fee for a parking permit", (PARKING, DECK)),
        ("hours of city hall", (HALL, PHONES)),
        ("swim lesson cost", (LESSONS, SWIM)),
        ("city hall meter test", (METERS, PHONES)),
    ],
    ids=["it holds all", "no more of the kind", "it lacks a word", "another page with other words"],
)
def test_nothing_moves(question: str, rows: Sequence[tuple[str, str]]) -> None:
    assert front(question, rows) == rows[0][1]


CLOSINGS = Passage(
    "1", "a", "oakton", "passage", "", "Closings", "Holidays", "The library is open on Saturday, May 2.", "", "en"
)
LIBRARY = Passage("2", "b", "oakton", "passage", "", "Oak Library", "Hours", "Saturday: 9 a.m. to 2 p.m.", "", "en")
OTHERS = Passage("3", "b", "oakton", "passage", "", "Summer camp", "Spring week", "Camp is $90.", "", "en")
SUMMER = Passage("4", "b", "oakton", "passage", "", "Summer camp", "Summer weeks", "Camp is $145.", "", "en")


def test_the_page_about_it_comes_before_one_that_names_it() -> None:
    asked = ask("is the library open on saturday")
    assert first(asked, (CLOSINGS, LIBRARY)) == LIBRARY
    assert first(asked, (CLOSINGS, replace(LIBRARY, page_date=date(2024, 1, 1)))) == CLOSINGS
    assert first(asked, (CLOSINGS, LIBRARY), behind=TITLED + 0.1) == CLOSINGS
    assert first(replace(asked, leans=True), (CLOSINGS, LIBRARY)) == CLOSINGS


def test_of_one_page_the_part_that_is_named_comes_first() -> None:
    assert first(ask("how much is summer camp"), (OTHERS, SUMMER)) == SUMMER
    assert first(ask("how much is camp"), (OTHERS, SUMMER)) == OTHERS


def test_what_is_far_behind_stays_there() -> None:
    assert front("phone number of city hall", (HALL, PHONES), behind=TRADE + 0.1) == HALL[1]
    assert front("fee for a deck permit", (PARKING, DECK), behind=TRADE + 0.1) == DECK[1]
    assert front("fee for a deck permit", (PARKING, DECK), behind=OF_THE_SORT + 0.1) == PARKING[1]
    assert fuller([], ask("pool"), read=lambda _: pytest.fail("read")) == []
