"""A message that is the name of a page, of a part of it or of a FAQ, or of which a sentence holds all."""

from collections.abc import Sequence

import pytest

from index.answers.topics import is_told
from index.passages.document import Passage
from index.query.query import ask
from index.text.sentence_roles import SentenceRoles
from index.text.sentences import lines

JOBS = Passage("1", "page:1", "oakton", "passage", "", "Jobs with the city", "Summer jobs > Lifeguards", "", "", "en")
COUCH = Passage("2", "faq:2", "oakton", "faq", "", "", "", "", "How do I get rid of a couch or mattress?", "en")


FEES = Passage(
    "3", "page:3", "oakton", "passage", "", "Fees", "", "Food truck license: $310\nTent permit: $40", "", "en"
)


def told(text: str, passage: Passage, history: Sequence[str] = ()) -> bool:
    return is_told(ask(text, history), passage, SentenceRoles(passage.text, lines(passage.text)))


@pytest.mark.parametrize(
    ("text", "passage", "named"),
    [
        ("jobs", JOBS, True),
        ("city jobs", JOBS, True),
        ("lifeguard jobs", JOBS, True),
        ("mattress", COUCH, True),
        ("mattress pickup", COUCH, True),
        ("mattress store", COUCH, False),
        ("summer", JOBS, False),
        ("hours", JOBS, False),
        ("are there jobs", JOBS, False),
        ("couch mattress jobs", COUCH, False),
    ],
)
def test_a_name_says_enough(text: str, passage: Passage, named: bool) -> None:
    assert told(text, passage) == named


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("food truck license", True),
        ("how much is a food truck license", True),
        ("food truck license phone number", False),
        ("tent license", False),
        ("license", False),
    ],
    ids=["all words", "and the price", "no number there", "words of two rows", "one word"],
)
def test_a_sentence_that_holds_every_word_says_enough(text: str, enough: bool) -> None:
    assert told(text, FEES) == enough


def test_the_words_of_a_follow_up_are_too_few() -> None:
    assert not told("and a food truck license?", FEES, ["how much is a tent permit"])
