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
        "And the late fee?",
        "but what if I lost the receipt",
        "or by mail?",
        "how about children under five",
        "What is the fee?",
        "When is the deadline?",
        "Is the fee waived?",
        "When is the office open?",
        "Where is the form available?",
        "Are the fees refundable?",
        "What are the requirements?",
        "Can I pay online?",
        "Do I need an appointment?",
        "Do I need to be a resident?",
        "How do I apply?",
        "How long does it take?",
        "Where can I park?",
        "Who do I call?",
        "Can I renew that by phone?",
        "Is there a limit on those?",
        "Does she work on Fridays?",
        "what happens if they refuse",
        "anything else I should bring?",
        "Thanks. When do you close?",
        "for seniors?",
        "Why?",
        "is another form needed",
        "and if the cart is broken?",
        "Can the same permit cover a second shed?",
        "what was the penalty",
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
        "When is the museum open?",
        "Where is the town hall?",
        "Is the museum free?",
        "Does the pool have showers?",
        "When does the market open?",
        "When will the ferry run?",
        "Why are the sirens ringing?",
        "How often does the bus run?",
        "Is a fence permit required?",
        "Are the beaches closed?",
        "Can a neighbor cut my tree branches?",
        "How much does a marriage license cost?",
        "Where can I drop off old paint?",
        "When are property taxes due?",
        "How do I register to vote in the county?",
        "What day is trash collected on Elm Street?",
        "Can I have chickens in my back yard?",
        "Who do I call about a broken street light?",
        "How do I report a pothole downtown?",
        "What are the noise rules for construction?",
        "Do I need a permit to replace my roof?",
        "Is there a curfew for teenagers on weekends?",
        "How can I contest a speeding ticket?",
        "Where do I get a copy of a birth certificate?",
        "How do I start water service at a new address?",
        "What recreation classes are offered for toddlers?",
        "Was the parade cancelled?",
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
