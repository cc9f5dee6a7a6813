"""Passages that say what was asked come before those that are only about it."""

from collections.abc import Collection, Sequence

import numpy as np
import pytest

from index.embedding.token_vectors import NO_TOKENS, NOTHING_ASKED, WIDTH, QuestionTokens, Tokens
from index.passages.document import Passage
from index.query.query import ask
from index.ranking.ranker import Ranked
from index.ranking.reranker import READ, WEIGHTS, Reranker
from index.segments.document_table import DocumentRow

MEANINGS = {"permit": 0, "deck": 1, "parking": 2, "terrace": 1}
"""The axis along which a word lies: a deck is a terrace."""
ABOUT = ["A permit for parking is needed.", "Terrace: a permit is needed."]


def tokens(text: str) -> Tokens:
    axes = [MEANINGS[word] for word in text.lower().strip(".").replace(":", "").split() if word in MEANINGS]
    return (127 * np.eye(WIDTH)[axes]).astype(np.int8) if axes else NO_TOKENS


def asked_tokens(**weights: float) -> QuestionTokens:
    axes = [MEANINGS[word] for word in weights]
    return QuestionTokens(np.eye(WIDTH, dtype=np.float32)[axes], np.array([*weights.values()], np.float32))


def order(
    question: str,
    texts: Sequence[str],
    *,
    asked: QuestionTokens = NOTHING_ASKED,
    covered: Sequence[float] = (),
    behind: float = 0.1,
    also: Sequence[int] = (),
    faqs: Collection[int] = (),
) -> list[Ranked]:
    """The passages of these texts after reading, of which each scored so much less than the one before."""
    ranked = [
        Ranked(i, DocumentRow(f"page:{i}", "", "oakton", "page", 1), f"{i}", 1 - i * behind, {})
        for i in range(len(texts))
    ]
    passages = [
        Passage(f"{i}", f"page:{i}", "oakton", "faq" if i in faqs else "passage", "", "", "", text, "", "en")
        for i, text in enumerate(texts)
    ]
    reranker = Reranker(
        ask(question),
        passage=lambda each: passages[each.i],
        nearness=lambda i: asked.nearness(tokens(texts[i])),
        covered=lambda i: covered[i] if covered else 1.0,
    )
    return reranker.ordered(ranked, also=lambda each: each.i in also)


def test_the_passage_whose_tokens_mean_each_of_the_questions_comes_first() -> None:
    found = order("deck permit", ABOUT, asked=asked_tokens(permit=0.4, deck=0.6))
    assert [each.i for each in found] == [1, 0]
    assert found[1].parts == pytest.approx({"tokens": -0.6 * WEIGHTS["tokens"]}), "it has nothing of the deck"
    assert found[1].score == pytest.approx(1 - 0.6 * WEIGHTS["tokens"])
    assert [each.i for each in order("permit", ABOUT, asked=asked_tokens(permit=1.0))] == [0, 1], "both say all of it"


def test_the_passage_that_covers_more_of_the_words_comes_first() -> None:
    found = order("deck permit", ABOUT, covered=(0.5, 0.8))
    assert [each.i for each in found] == [1, 0]
    assert found[1].parts == pytest.approx({"words": -0.3 * WEIGHTS["words"]})


@pytest.mark.parametrize(
    ("question", "there"),
    [
        ("how much is a permit", "It is $30 a year."),
        ("when is the hall open", "Open 9 a.m. to 5 p.m."),
        ("phone number of the hall", "Call 555-555-0100."),
        ("cuanto cuesta el permiso", "Cuesta $30 al año."),
    ],
)
def test_the_passage_that_holds_the_kind_of_thing_asked_for_comes_first(question: str, there: str) -> None:
    found = order(question, ["It is made at the counter.", there])
    assert [each.i for each in found] == [1, 0]
    assert found[1].parts == {"kind": pytest.approx(-WEIGHTS["kind"])}
    assert [each.i for each in order("made where", ["It is made at the counter.", there])] == [0, 1]


def test_what_lies_far_behind_stays_there() -> None:
    assert [each.i for each in order("how much is it", ["At the counter.", "It is $30."], behind=0.5)] == [0, 1]


def test_only_the_first_are_read_and_the_others_stay_behind_them() -> None:
    texts = [*["At the counter."] * READ, "It is $30.", "At the desk."]
    found = order("how much is it", texts, behind=0.01)
    assert [each.i for each in found] == [*range(READ + 2)]
    pinned = order("how much is it", texts, behind=0.01, also=[READ])
    assert [each.i for each in pinned] == [READ, *range(READ), READ + 1]
    mixed = order("how much is it", ["It is $30.", *["At the counter."] * READ], behind=0.01)
    assert mixed[-1].parts == mixed[-2].parts != {}, "what is not read counts as the worst of what is"


def test_faqs_keep_their_order_and_are_read_as_the_first_of_them() -> None:
    texts = ["At the counter.", "It is $30.", "It is $40."]
    assert [each.i for each in order("how much is it", texts, faqs=[0, 1, 2])] == [0, 1, 2]
    assert [each.i for each in order("how much is it", texts, faqs=[0, 1])] == [2, 0, 1]
    assert [each.i for each in order("how much is it", texts, faqs=[1, 2])] == [1, 2, 0]


def test_nothing_found_is_nothing_to_read() -> None:
    assert order("pool", []) == []
