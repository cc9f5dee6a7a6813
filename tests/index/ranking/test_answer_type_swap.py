"""Passages of one page trade places; pages do not."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages.document import Passage
from index.query.query import ask
from index.ranking.answer_type_swap import TRADE, traded
from index.ranking.ranker import Ranked
from index.segments.document_table import DocumentRow


class Page:
    """Ranked passages of made-up pages, and what stands in them."""

    def __init__(self, *rows: tuple[str, str, float], heading: Sequence[str] = ()) -> None:
        self.read: dict[int, Passage] = {}
        self.ranked: list[Ranked] = []
        for i, (document, text, score) in enumerate(rows):
            under = heading[i] if heading else ""
            self.read[i] = Passage(
                f"{i}", document, "oakton", "passage", "https://x.example", "T", under, text, "", "en"
            )
            self.ranked.append(
                Ranked(i, DocumentRow(document, "", "oakton", "page", 1, ""), f"{i}", score, {"fit": score})
            )

    def trade(self, question: str = "price for the pool") -> list[Ranked]:
        return traded(self.ranked, ask(question), read=lambda each: self.read[each.i])

    def texts(self, question: str = "price for the pool") -> list[str]:
        return [self.read[each.i].text for each in self.trade(question)]


def test_the_passage_with_the_price_comes_before_its_sibling_and_takes_its_score() -> None:
    page = Page(("a", "Lessons run in June.", 1.0), ("b", "Dogs.", 0.9), ("a", "Adults pay $4.", 0.8))
    assert page.texts() == ["Adults pay $4.", "Dogs.", "Lessons run in June."]
    assert [each.score for each in page.trade()] == [1.0, 0.9, 0.8]
    assert abs(page.trade()[0].parts["kind"] - 0.2) < 1e-9


@pytest.mark.parametrize(
    "rows",
    [
        (("a", "Lessons run in June.", 1.0), ("a", "Adults pay $4.", 0.9 - TRADE)),
        (("a", "Lessons run in June.", 1.0), ("b", "Adults pay $4.", 0.9)),
        (("a", "A card is $9.", 1.0), ("a", "Adults pay $4.", 0.9)),
        (("a", "The pool has lessons.", 1.0), ("a", "A banner is $4.", 0.9)),
    ],
    ids=["far behind", "another page", "the first has one", "it lacks a word of the question"],
)
def test_nothing_moves(rows: tuple[tuple[str, str, float], ...]) -> None:
    page = Page(*rows)
    assert page.trade() == page.ranked


def test_nothing_is_read_when_no_kind_is_asked_for() -> None:
    page = Page(("a", "Lessons.", 1.0), ("a", "Adults pay $4.", 0.9))
    page.read.clear()
    assert page.trade("swimming lessons") == page.ranked


def test_a_number_beside_another_name_does_not_pass() -> None:
    front, other = ("a", "The front desk is open.", 1.0), ("a", "555-555-0172", 0.95)
    asked = "police phone number"
    assert Page(front, other, heading=["Police", "Fire"]).texts(asked)[0] == front[1]
    assert Page(front, other, heading=["Police", "Police"]).texts(asked)[0] == other[1]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans(), st.integers(0, 40)), max_size=14))
def test_pages_keep_their_places_and_scores(rows: list[tuple[str, bool, int]]) -> None:
    rows.sort(key=lambda row: -row[2])
    page = Page(*((document, "costs $5" if priced else "none", score / 20) for document, priced, score in rows))
    found = page.trade()
    assert [(each.document_row.key, each.score) for each in found] == [
        (each.document_row.key, each.score) for each in page.ranked
    ]
    assert sorted(each.i for each in found) == list(range(len(rows)))
