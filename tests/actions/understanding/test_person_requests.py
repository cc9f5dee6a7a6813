"""Who asks for a person, and what only sounds so."""

from pathlib import Path

import pytest

from actions.understanding.person_requests import asks_for_person, only_sounds_so
from tests.actions.conftest import Talk

TUNED, HELD = (
    [line.split("\t") for line in (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()]
    for file in ("person_requests.tsv", "person_requests_held_apart.tsv")
)
"""The patterns were made with the first; the second was written before them and not used for them."""


@pytest.mark.parametrize("rows", [TUNED, HELD], ids=["tuned", "held"])
def test_who_asks_for_a_person_is_told_from_who_asks_about_one(rows: list[list[str]]) -> None:
    wrong = [text for kind, text in rows if asks_for_person(text) != (kind == "person")]
    assert len(rows) == 30
    assert len(wrong) <= 0.05 * len(rows), wrong


def test_a_question_about_people_is_searched_for_whatever_it_was_taken_for(talk: Talk) -> None:
    assert talk.run("action_talk_to_person", "who is the person in charge of permits?")["type"] == "answers"
    assert talk.run("action_talk_to_person", "agent")["type"] == "text"


def test_no_request_for_a_person_only_sounds_so() -> None:
    assert [text for kind, text in TUNED + HELD if kind == "person" and only_sounds_so(text)] == []
