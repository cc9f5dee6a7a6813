"""What is quoted from the demo's pages and FAQs, as text messages: every fact is told or MORE is named, and nothing says the opposite."""

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from actions.replies.reply import Reply
from bot.sms.formatting import Shaped, shape
from index.schemas.search import Answer
from tests.index.demo_passages import QUESTIONS, passages, quoted
from townclerk.text.folding import fold
from townclerk.text.gsm import plain_punctuation
from townclerk.text.segments import fits

GO_ON = "\nReply MORE for the rest."

URL = "https://www.alder-falls.example/services/trash-recycling.html"
FACT = re.compile(r"[$€]?\d[\d,.:/-]*\d|[$€]?\d|\b\w+day\b")
ANSWERS_ITS_QUESTION = re.compile(r"(?:yes|no|not|only)\b", re.IGNORECASE)
TURNS = re.compile(r"\W*(?:and |but )?(?:not|never|except|unless|only|but|without)\b", re.IGNORECASE)


class Texted(NamedTuple):
    """An answer as the web shows it, and as a text message."""

    answer: Answer
    shaped: Shaped

    @property
    def first(self) -> str:
        return self.shaped.parts[0]


@cache
def texted(segments: int) -> list[Texted]:
    """Each passage as it is quoted for five questions, whichever of its sentences is the best."""
    return [
        Texted(answer, shape(Reply(text="From Alder Falls:", answers=(answer,)), segments=segments))
        for answer in answers()
    ]


def answers() -> Iterator[Answer]:
    rng = random.Random(11)
    for n, (passage, spans) in enumerate(passages()):
        for question in QUESTIONS:
            found = quoted(passage.text, spans, question, rng=rng)
            short = passage.text[slice(*found.short)] if found.short else None
            yield Answer(
                id=f"a{n}", kind=passage.kind, question=passage.question or None, title=passage.title, heading=passage.heading,
                excerpt=passage.text[slice(*found.whole)], short=short, url=URL, jurisdiction=passage.jurisdiction, score=1.0,
                confidence=rng.choice(["high", "medium", "low"]), passage=passage.key,
            )  # fmt: skip


@pytest.mark.parametrize("segments", [1, 2])
def test_every_fact_is_in_the_first_text_or_it_says_more(segments: int) -> None:
    whole = 0
    for each in texted(segments):
        assert fits(each.first, segments), each.first
        quote, told = fold(plain_punctuation(each.answer.excerpt)), fold(each.first)
        missing = [fact for fact in FACT.findall(quote) if fact not in told]
        assert not missing or GO_ON in each.first, (missing, each.first)
        rest = fold(each.shaped.rest)
        assert all(word in told or word in rest for word in quote.split()), (quote, told, rest)
        whole += GO_ON not in each.first
    assert whole > 0.3 * len(texted(segments))


def test_most_is_told_in_two_segments() -> None:
    left = [each for each in texted(2) if each.shaped.rest]
    assert len(left) < 0.2 * len(texted(2))
    # What there was room for is there: half of the two segments at least.
    assert all(not fits(each.first, 1) for each in left)


@pytest.mark.parametrize("segments", [1, 2])
def test_no_text_says_the_opposite(segments: int) -> None:
    for each in texted(segments):
        body = each.first.removesuffix(GO_ON).split("\nhttps://")[0].rstrip()
        assert not body.endswith(":"), each.first
        quote = plain_punctuation(each.answer.excerpt)
        if body.endswith(" ..."):
            told = body.removesuffix(" ...").rsplit("... ", 1)[-1][-30:]
            assert not TURNS.match(quote[quote.find(told) + len(told) :]), each.first
        if each.answer.question and ANSWERS_ITS_QUESTION.match(quote) and quote[:25] in each.first:
            assert plain_punctuation(each.answer.question) in each.first, each.first
