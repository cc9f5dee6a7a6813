"""Which questions lean on the ones before, and what is then searched for."""

import pytest

from index.followups import ask, leans

BEFORE = "When is the library open on weekdays?"


@pytest.mark.parametrize(
    "text",
    [
        "and on Saturday?",
        "how much is it?",
        "What about Sundays",
        "Is that free for kids?",
        "where do I send them",
        "what does it cost to park there",
        "how much?",
        "the phone number",
        "do they take credit cards",
        "ok and where",
    ],
)
def test_a_follow_up_is_searched_with_what_was_asked_before(text: str) -> None:
    asked = ask(text, [BEFORE])
    assert "library" in asked.sentence
    assert dict(asked.terms)["librari"] < 1.0
    assert asked.sentence.startswith(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I get a building permit for a deck?",
        "Is there a farmers market in town on Saturday mornings?",
        "Where can residents pay a parking ticket?",
        "Is it legal to burn leaves in the yard?",
        "What events happen downtown this weekend?",
        "what is the airspeed of a swallow?",
        "What's a safe room?",
        "Who is the town clerk?",
    ],
)
def test_a_whole_question_stands_alone(text: str) -> None:
    asked = ask(text, [BEFORE])
    assert asked.sentence == text
    assert "librari" not in dict(asked.terms)


def test_without_history_nothing_is_added() -> None:
    assert leans("how much is it?")
    assert ask("how much is it?").sentence == "how much is it?"
    assert ask("how much is it?", ["", "  "]).sentence == "how much is it?"


def test_later_questions_count_more_than_earlier_ones() -> None:
    weights = dict(ask("and there?", ["Is the museum free?", "When does the pool open?"]).terms)
    assert weights["pool"] > weights["museum"]


def test_long_history_is_bounded() -> None:
    asked = ask("and?", [" ".join(f"w{i}x{j}" for i in range(999)) for j in range(10)])
    assert len(asked.terms) <= 48
    assert len(asked.sentence) < 4000
