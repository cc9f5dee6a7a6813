"""Misspelt words: mended when the texts hold the right one, and left alone otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.embedding.encoder import open_encoder
from index.keywords.bm25_index import KeywordIndex
from index.query.spelling import mend
from tests.index.keywords.test_bm25_index import passage
from tests.index.toy import ToyEncoder
from townclerk.settings import Settings

TEXT = (
    "Garbage and recycling. Renters pay for water at the library. Birth certificates, a swimming pool, a steel casing. "
    "Shovel your sidewalk, or the sidewalk crew comes: a ticket. Broken appliances: phone the center for electronics. "
    "Parking on Mill Race Way by the old millrace; trash pickup day. A branch. Fees."
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
        ("dog feces", "dog feces"),  # no letter of "fees" is doubled or missed
        ("a tickit for the sidwalk", "a ticket for the sidewalk"),  # as it sounds
        ("electronix senter", "electronics center"),
        ("aplience pikup", "appliances pickup"),
        ("park ing by the side walk", "parking by the sidewalk"),  # a space too many
        ("gar bage", "garbage"),
        ("mill race way", "mill race way"),  # said apart more than as one
        ("trashpickup day", "trash pickup day"),  # a space too few
        ("were do i park", "where do i park"),
        ("we were at the library", "we were at the library"),
        ("wen is trash day, and wat time", "when is trash day, and wat time"),
        ("how mutch", "how much"),
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


def test_words_are_mended_in_the_language_of_the_question(keywords: KeywordIndex, settings: Settings) -> None:
    spanish = replace(passage(2, "La basura y el reciclaje"), language="es")
    keywords.change([(2, spanish)], deleted_documents=[])
    encoder = open_encoder(settings)
    assert mend("cuando pasa la basra, cuanto cuesta", keywords, encoder, language="es").endswith(
        "basura, cuanto cuesta"
    )
    assert mend("la basra por garbge", keywords, encoder, language="es") == "la basura por garbge"
    assert mend("the basra and garbge", keywords, encoder) == "the basra and garbage"


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
