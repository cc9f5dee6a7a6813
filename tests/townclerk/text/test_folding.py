"""Texts are compared without case, accents and signs."""

import pytest

from townclerk.text.folding import fold, plain_words


@pytest.mark.parametrize(
    ("text", "folded"), [("Café Ñandú", "cafe nandu"), ("ﬁre", "fire"), ("Łódź", "łodz"), ("", "")]
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [("I can’t  breathe!!", "i cant breathe"), ("¿Dónde está?", "donde esta"), ("9-1-1", "9 1 1"), ("...", "")],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain_words(text) == words
