"""Phrases with names, gaps, ends, typos and sections that rule others out."""

from townclerk.text.phrases import Phrases

FILE = """
# a comment
TYPOS = kitchen|burning
REAL = turning
ROOM = kitchen|hall

[asks]
^ how do

[loud] unless asks
fire in ROOM
my|our ... ROOM burning $
"""


def test_phrases_are_found_in_order_with_gaps_and_typos() -> None:
    phrases = Phrases(FILE)
    found = [
        "Fire in the HALL!",
        "fire in my kitchen",
        "my old kichen burning",
        "my kitchen is burning",
        "burning my kitchen",
    ]
    assert [phrases.sections(text) for text in found] == [["loud"], [], ["loud"], [], []]


def test_a_section_is_left_out_when_the_other_is_found() -> None:
    assert Phrases(FILE).sections("how do i put out a fire in the kitchen") == ["asks"]


def test_a_real_word_is_no_typo() -> None:
    assert Phrases(FILE).sections("our kitchen turning") == []
    assert Phrases(FILE).sections("our kitchen burnng") == ["loud"]
