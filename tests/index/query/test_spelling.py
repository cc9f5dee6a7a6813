"""Misspelt words: mended when the texts hold the right one, and left alone otherwise."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.embedding.encoder import open_encoder
from index.keywords.bm25_index import KeywordIndex
from index.query import spelling
from index.query.spelling import KEPT_SECONDS, Speller, distance
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
    speller, encoder = Speller(), open_encoder(settings)
    assert speller.mend(written, keywords, encoder) == read
    assert speller.mend(written, keywords, encoder) == read, "and so it is the second time"


class OnePiece(ToyEncoder):
    """Knows some words as one piece, any other as two; `looked` are those it was asked for."""

    def __init__(self, id: str, *known: str) -> None:
        super().__init__(id)
        self.known, self.looked = known, list[str]()

    def tokens(self, texts: Sequence[str]) -> list[int]:
        self.looked += texts
        return [1 if text in self.known else 2 for text in texts]


def test_of_a_word_the_model_is_asked_once_and_another_model_anew(
    keywords: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    speller, knowing, other = Speller(), OnePiece("one", "garbge"), OnePiece("other")
    for text in ("garbge", "a Garbge can", "watr"):
        speller.mend(text, keywords, knowing)
    assert knowing.looked == ["garbge", "watr"]
    assert speller.mend("garbge", keywords, knowing) == "garbge"
    assert speller.mend("garbge", keywords, other) == "garbage"
    monkeypatch.setattr(spelling, "COMMON_KEPT", 1)
    for text in ("zebraa", "garbge", "zebraa"):
        speller.mend(text, keywords, knowing)
    assert knowing.looked == ["garbge", "watr", "zebraa", "garbge", "zebraa"]


@pytest.mark.parametrize(
    ("a", "b", "slips"),
    [
        ("water", "water", 0),
        ("watr", "water", 1),
        ("wtaer", "water", 1),
        ("waterr", "water", 1),
        ("wafer", "water", 1),
        ("wtr", "water", 2),
        ("abc", "xyz", 3),
    ],
)
def test_distance(a: str, b: str, slips: int) -> None:
    assert distance(a, b, 2) == slips
    assert distance(b, a, 2) == slips


def test_a_flood_of_strange_words_is_bounded(keywords: KeywordIndex, settings: Settings) -> None:
    words = ["garbge"] * 300
    mended = Speller().mend(" ".join(words), keywords, open_encoder(settings)).split()
    assert mended == ["garbage"] * 4 + words[4:]


def test_words_are_read_again_after_a_while_and_never_mended_to_when_they_are_gone(
    tmp_path: Path, keywords: KeywordIndex, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, speller = open_encoder(settings), Speller()
    assert speller.mend("libray garbge", keywords, encoder) == "library garbage"
    later = KeywordIndex(tmp_path / "later")
    later.change([(1, passage(1, "The librarian of the liberal library, and a lizard."))], deleted_documents=[])
    assert speller.mend("lizrad libray garbge", later, encoder) == "lizrad library garbge"
    speller.renew(later, letters=26)
    assert speller.mend("lizrad", later, encoder) == "lizrad"
    passed = time.monotonic() + KEPT_SECONDS + 1
    monkeypatch.setattr("index.query.spelling.time.monotonic", lambda: passed)
    speller.renew(later, letters=26)
    assert speller.mend("lizrad libray garbge", later, encoder) == "lizard library garbge"


def test_a_word_of_a_synonym_is_not_mended(keywords: KeywordIndex, settings: Settings) -> None:
    encoder = open_encoder(settings)
    assert Speller().mend("garbge day", keywords, encoder) == "garbage day"
    assert Speller().mend("garbge day", keywords, encoder, known={"garbg"}) == "garbge day"
