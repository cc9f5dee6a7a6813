"""The part of an excerpt that answers in one text message: whole, word for word, with nothing cut in two."""

import random
import re

import numpy as np
import pytest

from index.answers.excerpt import Sought, excerpt
from index.answers.short_excerpt import clipped
from index.text.answer_types import kinds
from index.text.sentence_roles import SentenceRoles
from index.text.sentences import sentences
from index.text.tokenizer import stems, subject
from tests.index.demo_passages import QUESTIONS, passages, quoted
from tests.index.toy import ToyEncoder
from townclerk.text.gsm import one_message

TOY = ToyEncoder()
# Written here a second time and plainer, so that what the code misses is seen.
NEVER_CUT = re.compile(
    r"\$\d[\d,.]*\d|\d{1,2}(?::\d\d)? [ap]\.m\.|\d{3}-\d{3}-\d{4}|[\w-]+(?:\.[\w-]+)+\.example\S*|\d+ (?:Mill|Court|Harbor|Signal|Lantern|Breakwater|Ferry) "
    r"(?:Street|Road|Plaza)|PO Box \d+|(?:January|March|April|May|June|July|August|October|November|December) \d{1,2}|\d+ percent"
)


def test_every_demo_passage_has_a_short_excerpt_that_is_whole() -> None:
    rng, shortened = random.Random(3), 0
    assert len(passages()) > 200
    for passage, spans in passages():
        for question in QUESTIONS:
            found = quoted(passage.text, spans, question, rng=rng)
            whole = passage.text[slice(*found.whole)]
            if found.short is None:
                assert one_message(whole), whole
                continue
            shortened += 1
            start, end = found.short
            short = passage.text[start:end]
            assert found.whole[0] <= start < end <= found.whole[1]
            assert one_message(short)
            assert short == short.strip()
            held = NEVER_CUT.finditer(passage.text)
            assert not [m.group() for m in held if m.start() < start < m.end() or m.start() < end < m.end()], short
            if all(one_message(passage.text[a:b]) for a, b in spans):
                assert start in {a for a, _ in spans}, short
                assert end in {b for _, b in spans}, short
    assert shortened > 50


def test_the_answering_row_stays_in_the_short_excerpt() -> None:
    rows = [
        f"Permit: {name}; Fee: ${n}5.00; Office: Building counter, second floor"
        for n, name in enumerate(("Deck", "Roof", "Shed", "Pool"), 1)
    ]
    text, spans, at = "\n".join(rows), [], 0
    for row in rows:
        spans.append((at, at + len(row)))
        at += len(row) + 1
    vectors = np.stack([TOY.query(row) for row in rows]).astype(np.float16)
    sought = Sought(TOY.query("shed permit fee"), frozenset(subject("shed permit fee")), ("amount",))
    found = excerpt(SentenceRoles(text, spans), vectors, sought=sought)
    assert found.short is not None
    assert "Shed; Fee: $35.00" in text[slice(*found.short)]
    assert one_message(text[slice(*found.short)])


LONG = (
    "Permits for decks, sheds, fences and roofs are sold at the Building counter on the second floor of City Hall, 200 Mill Street, Alder Falls, 99990, "
    "from 7:30 a.m. to 5:30 p.m. on working days, for a fee of $85 for each permit (half of that for owners over 65), and by phone at (555) 555-0124."
)


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("how much", "for a fee of $85 for each permit"),
        ("what phone number", "(555) 555-0124"),
        ("when is it open", "from 7:30 a.m. to 5:30 p.m."),
        ("where is the counter", "200 Mill Street, Alder Falls, 99990"),
    ],
)
def test_of_one_long_sentence_the_part_that_answers_is_kept_whole(asked: str, held: str) -> None:
    assert sentences(LONG) == [(0, len(LONG))]
    sought = Sought(np.ones(1, np.float32), frozenset(subject(asked)), kinds(asked))
    found = excerpt(SentenceRoles(LONG, [(0, len(LONG))]), np.ones((1, 1), np.float16), sought=sought)
    assert found.short is not None
    assert held in LONG[slice(*found.short)]
    assert one_message(LONG[slice(*found.short)])


def test_letters_outside_the_alphabet_of_text_messages_leave_less_room() -> None:
    text = "El depósito de los niños se devuelve, sin cargo alguno, después del día del festival de música."
    sought = Sought(np.ones(1, np.float32), frozenset())
    found = excerpt(SentenceRoles(text, sentences(text)), np.ones((1, 1), np.float16), sought=sought)
    assert found.short is not None
    assert 20 < found.short[1] - found.short[0] <= 70
    assert one_message(text[slice(*found.short)])


def test_a_clause_that_says_next_to_nothing_is_not_left_alone() -> None:
    text = (
        "As the drought goes on, "
        + "the county asks everyone who has a garden to water it before sunrise " * 3
        + "and no longer."
    )
    found = clipped(text, (0, len(text)), worth=lambda part: float("drought" in part))
    assert found is not None
    assert "the county asks everyone" in text[slice(*found)]


def test_what_cannot_be_shortened_is_not() -> None:
    link = "https://oakton.example/" + "x" * 200
    assert clipped(f"See {link}", (0, len(link) + 4), worth=lambda part: float("https" in part)) is None
    assert clipped("word " * 60, (0, 299), worth=lambda part: float(len(stems(part)))) is not None
