"""Vectors of single words, from the real model."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.answers.evidence import Coverage
from index.embedding.encoder import OnnxEncoder, open_encoder
from index.embedding.token_vectors import NO_TOKENS
from index.embedding.word_vectors import FILE, WordVectors
from index.keywords.bm25_index import KeywordIndex
from index.query.query import ask
from index.segments.document_table import DocumentRow
from index.segments.passage_cache import CachedPassage
from index.segments.segment import Entry, Segment, write
from tests.index.keywords.test_bm25_index import passage
from townclerk.errors import Broken
from townclerk.settings import Settings


@pytest.fixture
def encoder(settings: Settings) -> OnnxEncoder:
    return open_encoder(settings)


def near(encoder: OnnxEncoder, one: str, other: str) -> float:
    first, second = encoder.words([one, other])
    return float(first @ second)


def test_words_of_like_meaning_are_near_and_others_are_not(encoder: OnnxEncoder) -> None:
    assert near(encoder, "fridge", "refrigerator") > 0.7
    assert near(encoder, "trash", "garbage") > 0.5
    assert near(encoder, "trash", "library") < 0.3


def test_a_word_has_the_same_vector_whatever_is_asked_beside_it(encoder: OnnxEncoder) -> None:
    alone = encoder.words(["recycling"])[0]
    beside = encoder.words(["permit", "recycling", "zoning", "recycling"])
    assert np.array_equal(alone, beside[1])
    assert np.array_equal(alone, beside[3])
    assert np.linalg.norm(beside, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_odd_words_have_vectors_too(encoder: OnnxEncoder) -> None:
    found = encoder.words(["", "zzxqvw", "🙂", "añadir", "x" * 2000])
    assert np.isfinite(found).all()
    assert not found[0].any()
    assert encoder.words([]).shape == (0, found.shape[1])


def test_a_full_cache_of_many_threads_gives_the_same_vectors(encoder: OnnxEncoder, settings: Settings) -> None:
    folder = settings.home / "models" / encoder.id
    small = WordVectors(folder, cached=5)
    words = [f"{first}{second}" for first in ("trash", "water", "tax") for second in ("bin", "day", "bill", "office")]
    with ThreadPoolExecutor(8) as pool:
        for vectors in pool.map(small.of, [words] * 64):
            assert np.array_equal(vectors, encoder.words(words))


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\x93NUMPY broken")
    with pytest.raises(Broken, match="made again at the next start"):
        WordVectors(tmp_path)


def test_a_passage_covers_what_it_says_in_other_words(encoder: OnnxEncoder, tmp_path: Path) -> None:
    keywords = KeywordIndex(tmp_path / "keywords")
    said = passage(1, "Call Public Works to pick up a refrigerator. Pickup costs $15.")
    keywords.change([(1, said)], deleted_documents=[])

    document_row = DocumentRow(said.document_key, "", said.jurisdiction, "page", 1)
    entry = Entry(1, said, (), "", np.zeros(4, np.float32), None, np.zeros((0, 4), np.float16), NO_TOKENS)
    write(tmp_path / "segment", [(document_row, [entry])], dimension=4)
    reading = CachedPassage(Segment(tmp_path / "segment"), 0)

    def share(text: str) -> float:
        return Coverage(ask(text), keywords=keywords).share(reading, encoder=encoder)

    assert share("what does refrigerator pickup cost") == pytest.approx(1.0)
    assert share("what does fridge pickup cost") > 0.8
    assert share("library card renewal") < 0.5
    assert share("") == 0.0
