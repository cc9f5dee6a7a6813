"""Carrier words against ordinary messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.opt_out import HELP, START, STOP, Keyword, keyword
from bot.sms.reactions import is_reaction


@pytest.mark.parametrize("word", sorted(STOP))
def test_stop_words_in_any_dress(word: str) -> None:
    for typed in (word, word.upper(), f"  {word}.  ", f'"{word}"', f"/{word}", f"{word}!!\n"):
        assert keyword(typed) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "please stop texting me", "Stop sending me messages", "don't text me anymore", "Can you stop texting me", "stop texting me please",
        "take me off your list", "remove my number from your list", "no more texts", "opt me out", "STOP STOP", "deje de escribirme",
        "no me envíen más mensajes", "please stop", "Stop, thanks", "stop it", "I'd like to unsubscribe", "cancel pls", "opt out", "stop all", "ALTO",
        "parar!", "cancelar", "unsubscribe me from this list", "take me off this", "STOP MESSAGING ME!!!", "leave me alone and do not text me again",
        "quiero darme de baja", "ya no quiero recibir mensajes", "déjenme en paz", "i dont want these texts anymore", "lose my number", "unsubscribe please",
        "just stop", "basta", "please remove me from the list", "stop spamming me", "no más mensajes por favor",
    ],
)  # fmt: skip
def test_stop_in_own_words(text: str) -> None:
    assert keyword(text) is Keyword.STOP_REQUEST


@pytest.mark.parametrize(
    "text",
    [
        "when does the bus STOP here?", "how do I stop my water service", "cancel my recycling service", "stop sign missing", "Where is the bus stop",
        "end of the tax year", "how do I quit the waiting list", "stop work order", "yes", "no", "more", "", "🛑",
        "cancel my trash pickup", "can i quit my class", "i want to cancel my reservation", "when must the noise stop", "bus stop near the pool", "stop sign down",
        "end of leaf season", "how do i cancel", "can you stop my water service", "dont want to be on the jury list", "is there a stop there",
        "where do I unsubscribe from the newsletter", "alto voltaje cerca de mi casa", "no quiero pagar la multa", "baja presion de agua",
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


@pytest.mark.parametrize(
    "text",
    [
        'Liked "We collect trash"', "Emphasized “Pay online”", "Loved an image", "Laughed at “Hi”", "Disliked “No”", "Questioned “Fee”", "Reacted 😂 to “Hi”",
        "👍 to “The pool opens”", "Le gustó “La basura”", "Le encantó una imagen", "Se rió de “Hola”", "Removed a heart from “Hi”", "Enfatizó “Pague”",
        "Reaccionó con 👍 a “Hola”",
    ],
)  # fmt: skip
def test_reactions(text: str) -> None:
    assert is_reaction(text)


@pytest.mark.parametrize(
    "text",
    [
        "Liked the new park, who runs it?",
        "loved it",
        "I questioned a fee",
        "le gusta a mi perro el parque",
        "how do i like a page",
        "👍",
        "to who",
    ],
)
def test_words_that_are_no_reactions(text: str) -> None:
    assert not is_reaction(text)
