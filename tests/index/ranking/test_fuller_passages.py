"""A passage that holds more of what was asked comes before one that holds less of the same."""

from collections.abc import Sequence

import pytest

from index.passages.document import Passage
from index.query.query import ask
from index.ranking.answer_type_swap import TRADE
from index.ranking.fuller_passages import OF_THE_SORT, fuller
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
    ranked = [
        Ranked(i, DocumentRow(key, "", "oakton", "page", 1, ""), f"{i}", 1 - i * behind, {})
        for i, (key, _) in enumerate(rows)
    ]
    found = fuller(ranked, ask(question), read=lambda each: passages[each.i])
    assert [each.score for each in found] == [each.score for each in ranked]
    return passages[found[0].i].text


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


def test_what_is_far_behind_stays_there() -> None:
    assert front("phone number of city hall", (HALL, PHONES), behind=TRADE + 0.1) == HALL[1]
    assert front("fee for a deck permit", (PARKING, DECK), behind=TRADE + 0.1) == DECK[1]
    assert front("fee for a deck permit", (PARKING, DECK), behind=OF_THE_SORT + 0.1) == PARKING[1]
    assert fuller([], ask("pool"), read=lambda _: pytest.fail("read")) == []
