"""Short replies after an answer: what asks on, what is an aside, and what steers."""

from pathlib import Path

import pytest

from actions.understanding.short_replies import STEERING, step_for_reply
from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex

FILES = ("short_replies.tsv", "short_replies_held_apart.tsv")
"""The words were made from the first; the second was written before it was looked at."""
ROWS = [
    line.split("\t")
    for file in FILES
    for line in (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()
]
"""What a text is, and the text. "on": it asks on, whatever step it was taken for."""


def test_what_asks_on_is_searched_for_and_no_vote_whatever_it_was_taken_for() -> None:
    taken = {text: [step_for_reply(text, step) for step in STEERING] for kind, text in ROWS if kind == "on"}
    votes = [text for text, steps in taken.items() if {"vote_up", "vote_down"} & set(steps)]
    assert votes == []
    assert [text for text, steps in taken.items() if set(steps[:2]) != {"search"}] == []


def test_what_steers_is_left_as_it_is() -> None:
    steering = [(kind, text) for kind, text in ROWS if kind in STEERING]
    wrong = [text for kind, text in steering if step_for_reply(text, kind) != kind]
    assert len(steering) >= 40
    assert len(wrong) <= 0.05 * len(steering), wrong


@pytest.mark.parametrize("text", [text for kind, text in ROWS if kind == "aside"])
def test_asides_are_answered_without_a_quotation_and_without_a_vote(talk: Talk, index: FakeIndex, text: str) -> None:
    talk.search("what is the fee?")
    for action in ("action_vote_up", "action_vote_down", "action_search", "action_greet"):
        said = talk.run(action, text)
        assert (said["type"], said.get("answers", [])) == ("text", [])
    assert (len(index.searches), index.votes) == (1, [])


def test_a_question_taken_for_a_vote_is_searched_for(talk: Talk, index: FakeIndex) -> None:
    talk.search("what is the fee?")
    assert talk.run("action_vote_down", "no, for my cat")["type"] == "answers"
    assert [asked["text"] for asked in index.searches] == ["what is the fee?", "no, for my cat"]
    assert index.votes == []
