"""Excerpts: the sentence, row or item that answers, word for word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.excerpts import LENGTH, excerpt, highlights
from index.sentences import Span, lines, sentences
from index.words import subject
from tests.index.toy import ToyEncoder

TOY = ToyEncoder()


def quote(text: str, question: str, *, rows: bool = False) -> str:
    spans = lines(text) if rows else sentences(text)
    vectors = np.stack([TOY.query(text[a:b]) for a, b in spans]).astype(np.float16)
    start, end = excerpt(text, spans, vectors, question=(TOY.query(question), frozenset(subject(question))))
    return text[start:end]


LIBRARY = (
    "The library was founded in 1902. Its first director was Ann Lee. It has three floors. "
    "Late fees are $0.25 a day. The fee for a lost card is $2.00. Wear a mask. The garden is behind the house."
)


def test_the_answering_sentence_is_found_and_others_are_left_out() -> None:
    found = quote(LIBRARY, "how much are the late fees a day")
    assert found.startswith("Late fees are $0.25 a day.")
    assert "1902" not in found
    assert "garden" not in found


def test_a_table_row_is_whole_and_wins_over_the_caption() -> None:
    table = "Library hours\nDay: Monday; Hours: 9 a.m. – 5 p.m.\nDay: Saturday; Hours: 10 a.m. – 2 p.m.\nDay: Sunday; Hours: closed"
    found = quote(table, "library hours saturday", rows=True).splitlines()
    assert "Day: Saturday; Hours: 10 a.m. – 2 p.m." in found
    assert found != ["Library hours"]


def test_a_heading_alone_is_no_excerpt() -> None:
    assert "behind" in quote(
        "Open daily from noon to five.\nVisitor parking\nThe lot is behind the hall.", "visitor parking"
    )


def test_a_lead_in_comes_with_its_list() -> None:
    text = "To get a dog license bring:\nproof of rabies shot\nphoto identification\n$12 in cash"
    assert quote(text, "what to bring to get a dog license", rows=True) == text


def test_one_long_sentence_is_not_cut() -> None:
    long = "The permit office " + "and the clerk " * 60 + "answer questions."
    assert quote(f"Dogs bark. {long}", "who answers permit questions") == long


def test_highlights_are_whole_words_by_stem() -> None:
    found = "Dogs need licences; hotdogs do not."
    assert [found[a:b] for a, b in highlights(found, frozenset(subject("dog licence")))] == ["Dogs", "licences"]


@given(
    st.lists(
        st.sampled_from(["Pay $5.00 at 9 a.m. daily.", "Dogs bark.", "Is it free?", "x " * 90 + "end."]),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["dogs", "pay at 9", ""]),
)
@settings(deadline=None)
def test_an_excerpt_is_whole_sentences_within_its_length(parts: list[str], question: str) -> None:
    text = " ".join(parts)
    spans: list[Span] = sentences(text)
    found = quote(text, question)
    assert found in text
    assert any(found == text[a[0] : b[1]] for a in spans for b in spans)
    assert len(found) <= LENGTH or found in [text[a:b] for a, b in spans]


@pytest.mark.parametrize("text", ["", "words without any span"])
def test_no_spans_means_everything(text: str) -> None:
    assert excerpt(text, [], np.empty((0, 4), np.float16), question=(np.zeros(4, np.float32), frozenset())) == (
        0,
        len(text),
    )
