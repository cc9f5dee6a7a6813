"""Passages in a third language stand behind those in the question's language and in English."""

from dataclasses import replace

import pytest

from index.passages.document import Passage
from index.query.query import ask
from index.ranking.ranker import Ranked
from index.ranking.third_languages import GIVES_WAY, read_first
from index.segments.document_table import DocumentRow

BEYOND = GIVES_WAY + 0.01


def order(asked: str, *found: tuple[str, float]) -> list[tuple[str, float]]:
    """The languages of the found passages, and their scores, as they stand for a question in a language."""
    passages = [
        Passage(f"k{i}", f"page:{i}", "oakton", "passage", "https://oakton.example", "", "", "Text.", "", language)
        for i, (language, _) in enumerate(found)
    ]
    ranked = [
        Ranked(i, DocumentRow(f"page:{i}", "", "oakton", "page", 1), f"k{i}", score, {})
        for i, (_, score) in enumerate(found)
    ]
    question = replace(ask("ordures"), language=asked)
    moved = read_first(ranked, question, read=lambda each: passages[each.i])
    return [(passages[each.i].language, each.score) for each in moved]


@pytest.mark.parametrize("own", ["en", "en-US", "fr", "fr-CA"])
def test_a_page_that_can_be_read_stands_before_one_about_as_near(own: str) -> None:
    assert order("fr", ("es", 1.0), (own, 0.8), ("es", 0.7)) == [(own, 1.0), ("es", 0.8), ("es", 0.7)]


def test_one_that_is_much_nearer_stays() -> None:
    found = [("es", 1.0), ("en", 1.0 - BEYOND)]
    assert order("fr", *found) == found


@pytest.mark.parametrize("asked", ["es", ""])
def test_questions_in_its_language_and_in_english_are_left_alone(asked: str) -> None:
    found = [("es", 1.0), ("en", 0.9)]
    assert order(asked, *found) == found
