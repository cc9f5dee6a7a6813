"""Misspelt words: mended when the texts hold the right one, and left alone otherwise."""

from pathlib import Path

import pytest

from index.embedding.encoder import open_encoder
from index.keywords.bm25_index import KeywordIndex
from index.query.spelling import mend
from tests.index.keywords.test_bm25_index import passage
from tests.index.toy import ToyEncoder
from townclerk.settings import Settings

TEXT = (
    "Garbage and recycling. Renters pay for water at the library. Birth certificates, a swimming pool, a steel casing."
)


@pytest.fixture
def keywords(tmp_path: Path) -> KeywordIndex:
    made = KeywordIndex(tmp_path / "keywords")
    made.change([(1, passage(1, TEXT))], deleted_documents=[])
    return made


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("smallest garbge can?", "smallest garbage can?"),
        ("my WATR bill", "my water bill"),
        ("when is the libray open", "when is the library open"),
        ("recylcing", "recycling"),
        ("birth certficiates", "birth certificates"),
        ("ibrary ecycling rbirth", "library recycling rbirth"),  # the first letter is missing
        ("ilbrary", "library"),  # the first two are swapped
        ("wster", "water"),  # a key beside the right one
        ("wpter", "wpter"),  # the right one is far from this key
        ("girth of a vasing", "girth of a vasing"),  # a wrong first letter would make other words of right ones
        ("casino hours", "casino hours"),  # a word of its own, though one letter from "casing"
        ("dog poop", "dog poop"),
        ("a renter", "a renter"),  # another form of a known word
        ("zxqvwk 12345 (555) 555-0100", "zxqvwk 12345 (555) 555-0100"),
        ("", ""),
    ],
)
def test_mending(keywords: KeywordIndex, settings: Settings, written: str, read: str) -> None:
    assert mend(written, keywords, open_encoder(settings)) == read


class OnePiece(ToyEncoder):
    """Knows some words as one piece, any other as two."""

    def __init__(self, *known: str) -> None:
        super().__init__()
        self.known = known

    def knows(self, word: str) -> bool:
        return word in self.known


def test_a_word_that_the_model_knows_is_not_mended(keywords: KeywordIndex) -> None:
    assert mend("a Garbge can", keywords, OnePiece("garbge")) == "a Garbge can"
    assert mend("a Garbge can", keywords, OnePiece()) == "a garbage can"


def test_a_flood_of_strange_words_is_bounded(keywords: KeywordIndex, settings: Settings) -> None:
    words = ["garbge"] * 300
    mended = mend(" ".join(words), keywords, open_encoder(settings)).split()
    assert mended == ["garbage"] * 4 + words[4:]


def test_words_are_those_of_the_index_that_is_searched(
    tmp_path: Path, keywords: KeywordIndex, settings: Settings
) -> None:
    encoder = open_encoder(settings)
    assert mend("libray garbge lizrad", keywords, encoder) == "library garbage lizrad"
    keywords.change([(2, passage(2, "A lizard."))], deleted_documents=[])
    assert mend("libray garbge lizrad", keywords, encoder) == "library garbage lizard"
    later = KeywordIndex(tmp_path / "later")
    later.change([(1, passage(1, "The liberal library, and a lizard."))], deleted_documents=[])
    assert mend("libray garbge lizrad", later, encoder) == "library garbge lizard"


def test_a_word_of_a_synonym_is_not_mended(keywords: KeywordIndex, settings: Settings) -> None:
    encoder = open_encoder(settings)
    assert mend("garbge day", keywords, encoder) == "garbage day"
    assert mend("garbge day", keywords, encoder, known={"garbg"}) == "garbge day"
