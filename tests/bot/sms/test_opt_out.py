"""Carrier words against ordinary messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.opt_out import HELP, START, STOP, Keyword, keyword


@pytest.mark.parametrize("word", sorted(STOP))
def test_stop_words_in_any_dress(word: str) -> None:
    for typed in (word, word.upper(), f"  {word}.  ", f'"{word}"', f"/{word}", f"{word}!!\n"):
        assert keyword(typed) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "please stop texting me", "Stop sending me messages", "don't text me anymore", "Can you stop texting me", "stop texting me please",
        "take me off your list", "remove my number from your list", "no more texts", "opt me out", "STOP STOP", "deje de escribirme",
        "no me envíen más mensajes",
    ],
)  # fmt: skip
def test_stop_in_own_words(text: str) -> None:
    assert keyword(text) is Keyword.STOP_REQUEST


@pytest.mark.parametrize(
    "text",
    [
        "when does the bus STOP here?", "how do I stop my water service", "cancel my recycling service", "stop sign missing", "Where is the bus stop",
        "end of the tax year", "how do I quit the waiting list", "stop work order", "yes", "no", "more", "", "🛑",
        "how do I take my name off the mailing list for the newsletter", "who do I call to stop the noise",
    ],
)  # fmt: skip
def test_questions_are_no_keywords(text: str) -> None:
    assert keyword(text) is Keyword.NONE


def test_start_and_help() -> None:
    assert all(keyword(word.upper()) is Keyword.START for word in START)
    assert all(keyword(f" {word}?") is Keyword.HELP for word in HELP)
    assert keyword("YES") is Keyword.NONE
    assert keyword("YES", suppressed=True) is Keyword.START


@given(st.text(max_size=300), st.booleans())
def test_any_text_has_a_keyword_or_none(text: str, suppressed: bool) -> None:
    assert keyword(text, suppressed=suppressed) in Keyword
