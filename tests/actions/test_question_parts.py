"""Two questions in one message: told apart, searched each, and answered in one reply."""

import pytest

from actions.question_parts import parts
from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex, answer


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("what does a ferry ticket cost and when does the last one leave", 2),
        ("Is the skate park open? And who do I call about a fallen tree?", 2),
        ("ferry timetable? also do you sell stamps?", 2),
        ("Hello, two questions: where is the clerk's office, and how do I get a passport?", 2),
        ("fire permit cost and can we camp on the beach", 2),
        ("museum opening times and also ferry fares", 2),
        ("how do i renew a passport, what does it cost", 2),
        ("who picks up dead animals and who about broken benches", 2),
        ("is the rink open? does it rent skates? is there parking?", 3),
    ],
)
def test_questions_that_stand_by_themselves_are_told_apart(text: str, asked: int) -> None:
    assert len(parts(text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "when and where do i vote",
        "how and when do I pay",
        "trash and recycling day",
        "can i put paper and cardboard together",
        "what can i see and do downtown",
        "Hello? Is anyone there?",
        "can you help me? i need a passport",
        "I got a ticket. how do I pay it?",
        "in winter, can i park on the street",
        "if I rent, do I pay for water",
        "what is open on labor day and the day after",
        "can i get out of it and do it later",
        "do you take mattresses and also couches",
        "who can help me with rent and utilities?",
        "is it true? I heard the rink is closed",
        "",
        "???",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert parts(text) == [text]


FEE, HOURS = "what is the fee", "when is the rink open"
BOTH = f"{FEE} and {HOURS}"


def test_both_are_answered_in_one_reply(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {FEE: [answer(1), answer(2)], HOURS: [answer(7, jurisdiction="tamarack-county"), answer(2)]}
    said = talk.search(BOTH)
    assert (said["type"], said["text"]) == ("answers", "You asked two things. From Alder Falls and Tamarack County:")
    assert [one["id"] for one in said["answers"]] == ["answer-1", "answer-7"]
    assert [choice["label"] for choice in said["choices"]] == ["More"]
    assert [(s["text"], s["history"]) for s in index.searches] == [(FEE, []), (HOURS, [])]
    assert talk.state["history"] == [BOTH]
    assert [one["id"] for one in talk.run("action_more", "MORE")["answers"]] == ["answer-2"]


def test_yes_or_no_to_two_answers_is_no_vote(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {FEE: [answer(1)], HOURS: [answer(7)]}
    for word in ("up", "down"):
        talk.search(BOTH)
        talk.run(f"action_vote_{word}")
    assert index.votes == []


def test_what_has_one_answer_gets_one(talk: Talk, index: FakeIndex) -> None:
    assert len(talk.search(BOTH)["answers"]) == 1  # both find the same
    index.by_text = {HOURS: []}
    assert len(talk.search(BOTH)["answers"]) == 1  # nothing of its own for one of them, which is said
    index.by_text = {FEE: [], HOURS: []}
    talk.search(BOTH)
    assert index.searches[-1]["text"] == BOTH
