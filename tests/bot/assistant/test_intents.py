"""Is a question told apart from the few words that steer the talk? Floors on texts no example holds."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.bot.assistant.conftest import Model, Parsed
from tests.conftest import CHECKOUT

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

QUESTIONS_TO_SEARCH = 0.98
"""A question that does not reach search gets no answer at all."""
STEERING_RIGHT = 0.93
"""Yes, no, more, help and the rest. A miss is searched for, which is only unhelpful."""

HELD_OUT = Path(__file__).parent / "held_out.tsv"
REQUIRED = Path(__file__).parent / "required.tsv"
"""What residents type most; most of it stands among the examples, so it says nothing of accuracy."""


LONG = [
    "a" * 1000 + " " + "b" * 999,
    "trash " + "yes " * 497,
    "trash " + "yes " * 400 + "water",
    "!" * 2000,
    "! " * 1000,
    "y " * 1000,
    "5" * 2000,
    "\U0001f44d" * 2000,
]
PLAIN = ("when is the trash picked up on my street " * 50)[:2000]


def rows(file: Path) -> list[list[str]]:
    """The routes that texts should take, each with its text."""
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def made(model: Model) -> dict[str, Parsed]:
    """What Rasa makes of each text here: it takes longer to start than to read them all."""
    short = [text for file in (HELD_OUT, REQUIRED) for _, text in rows(file)]
    return {one.text: one for one in model.parse([*short, PLAIN, *LONG])}


@pytest.fixture
def parsed(made: dict[str, Parsed]) -> list[tuple[str, Parsed]]:
    """Each held-out text: the route it should take, and what Rasa made of it."""
    return [(wanted, made[text]) for wanted, text in rows(HELD_OUT)]


def test_questions_reach_search(parsed: list[tuple[str, Parsed]]) -> None:
    asked = [one for wanted, one in parsed if wanted == "search"]
    lost = [one for one in asked if one.route != "search"]
    assert len(asked) >= 70
    assert 1 - len(lost) / len(asked) >= QUESTIONS_TO_SEARCH, lost


def test_steering_words_are_understood(parsed: list[tuple[str, Parsed]]) -> None:
    steering = [(wanted, one) for wanted, one in parsed if wanted != "search"]
    missed = [(wanted, one.text, one.intent) for wanted, one in steering if one.route != wanted]
    assert 1 - len(missed) / len(steering) >= STEERING_RIGHT, missed


def test_no_intent_is_left_behind(parsed: list[tuple[str, Parsed]]) -> None:
    right = defaultdict(list)
    for wanted, one in parsed:
        right[wanted].append(one.route == wanted)
    assert {wanted: sum(hits) / len(hits) for wanted, hits in right.items() if sum(hits) / len(hits) < 0.8} == {}


def test_a_vote_is_never_read_as_its_opposite(parsed: list[tuple[str, Parsed]]) -> None:
    opposite = {"vote_up": "vote_down", "vote_down": "vote_up"}
    assert [one for wanted, one in parsed if one.intent == opposite.get(wanted)] == []


def test_the_commonest_words_are_never_misread(made: dict[str, Parsed]) -> None:
    assert [(wanted, made[text]) for wanted, text in rows(REQUIRED) if made[text].route != wanted] == []


def test_no_held_out_text_is_an_example() -> None:
    lines = (CHECKOUT / "bot" / "assistant" / "data" / "nlu.yml").read_text(encoding="utf-8").splitlines()
    examples = {_bare(line.removeprefix("      - ")) for line in lines}
    assert [text for _, text in rows(HELD_OUT) if _bare(text) in examples] == []


def _bare(text: str) -> str:
    return text.lower().rstrip("?!. ")


def test_a_long_message_takes_no_longer_than_reading_it(made: dict[str, Parsed]) -> None:
    assert [made[text] for text in LONG if made[text].seconds > 5 * made[PLAIN].seconds] == []
