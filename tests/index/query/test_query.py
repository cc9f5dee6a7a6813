"""Which questions lean on the ones before, and what is then searched for."""

import pytest

from index.query import turns
from index.query.query import ask

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
    assert asked.sentence.startswith(turns.read(text).text)


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
        "where is town hall",
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


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("thanks. where do i pay a parking ticket?", "where do i pay a parking ticket?"),
        ("never mind, is the museum open Sunday?", "is the museum open Sunday?"),
        ("Thank you so much! ok, is the ferry bridge open", "is the ferry bridge open"),
        ("different topic. where can I get sandbags", "where can I get sandbags"),
        ("Forget that. What does sailing camp cost?", "What does sailing camp cost?"),
        ("I have another question: recycling?", "recycling?"),
        ("and where do I report a pothole", "and where do I report a pothole"),
        ("great, and when is the farmers market", "and when is the farmers market"),
        ("so what time is quiet hours", "what time is quiet hours"),
    ],
)
def test_a_new_subject_is_searched_by_itself_and_without_the_words_around_it(text: str, searched: str) -> None:
    asked = ask(text, [BEFORE])
    assert (asked.sentence, asked.alone) == (searched, "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no I meant recycling", "recycling"),
        ("i meant the pool", "the pool"),
        ("sorry, a building permit for a deck", "a building permit for a deck"),
        ("no, the planning board", "the planning board"),
        ("never mind, what about the pool?", "what about the pool?"),
    ],
)
def test_a_correction_goes_on_with_what_was_asked(text: str, meant: str) -> None:
    asked = ask(text, [BEFORE])
    assert (asked.sentence, asked.alone) == (f"{meant} {BEFORE}", meant)
    assert dict(asked.terms)["librari"] < 1.0


def test_what_was_not_meant_is_left_out() -> None:
    asked = ask("not the ticket, the permit", ["how do I pay my parking ticket"])
    assert set(dict(asked.terms)) == {"permit", "pay", "park"}
    assert "ticket" not in asked.sentence
    assert "permit" in dict(ask("not a permit, a permit renewal", ["how much is a permit"]).terms)


def test_courtesy_alone_is_no_question_about_something_new() -> None:
    for text in ("thanks", "never mind", "no", "ok!", "sorry, i meant"):
        assert ask(text, [BEFORE]).own


def test_a_follow_up_leans_on_no_more_than_its_own_subject() -> None:
    asked = ask("and Saturday?", ["how do I pay my water bill", "is the library open on Sunday", "thanks! until when?"])
    assert "library" in asked.sentence
    assert "water" not in asked.sentence
    assert "thanks" not in asked.sentence


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("for the whole weekend, we live out of town", True),
        ("what happens to the fee if it rains on that day", True),
        ("where do people send the application", True),
        ("for a bonfire on the beach do we need a permit", False),
        ("what is the fee for camping at the lake", False),
        ("how do I get a fishing permit and what is the deadline", False),
    ],
)
def test_a_condition_and_a_part_lean_on_what_they_are_of(text: str, leans: bool) -> None:
    assert turns.read(text).leans is leans


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("jobs", True),
        ("parking", True),
        ("building permits?", True),
        ("saturday", False),
        ("open monday?", False),
        ("seniors", False),
        ("how much", False),
        ("late fee", False),
        ("for a cat?", False),
    ],
)
def test_a_subject_by_itself_is_told_from_what_is_wanted_of_one(text: str, bare: bool) -> None:
    assert turns.read(text).is_bare is bare


def test_the_own_meaning_of_a_follow_up_counts_when_it_has_one() -> None:
    assert ask("for seniors?", [BEFORE]).alone == "for seniors?"
    assert ask("and how much is it?", [BEFORE]).alone == ""


def test_without_history_nothing_is_added() -> None:
    assert turns.read("how much is it?").leans
    assert ask("how much is it?").sentence == "how much is it?"
    assert ask("how much is it?", ["", "  "]).sentence == "how much is it?"


def test_later_questions_count_more_than_earlier_ones() -> None:
    weights = dict(ask("and there?", ["Is the museum free?", "And is it near the pool?"]).terms)
    assert 1 > weights["pool"] > weights["museum"] > 0


def test_long_history_is_bounded() -> None:
    asked = ask("and?", [" ".join(f"w{i}x{j}" for i in range(999)) for j in range(10)])
    assert len(asked.terms) <= 48
    assert len(asked.sentence) < 4000
