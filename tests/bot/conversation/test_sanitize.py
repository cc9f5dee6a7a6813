"""Hidden characters and assistant commands, for any text."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.sanitize import plain_words, visible

NASTY = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("/ \t\u200b\u202eEXTERNAL:external")), max_size=80)


@given(NASTY)
def test_nothing_rasa_takes_for_a_command_is_left(text: str) -> None:
    words = plain_words(visible(text))
    assert not words.lstrip().startswith("/")
    assert not words.lstrip().upper().startswith("EXTERNAL:")
    assert plain_words(words) == words


@given(NASTY)
def test_no_hidden_character_is_left(text: str) -> None:
    assert not [c for c in visible(text) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")]
    assert visible(visible(text)) == visible(text)


def test_ordinary_text_is_kept() -> None:
    for text in ("When is trash day?", "¿Cuándo pasan por la basura?", "1600 Main St / Apt 2", "ñ é 👍🏽"):
        assert plain_words(visible(text)) == text
