"""Vectors kept on disk: what was embedded once is not embedded again, and damage costs only time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.embedding.cache import EmbeddingCache
from index.embedding.late_chunks import Parts, PassageVectors
from tests.index.toy import ToyEncoder, mark, open_engine, page
from townclerk import clock

TEXTS = [f"Street {i} is swept on Monday." for i in range(20)]
LARGE = 10**9


def test_known_texts_are_not_embedded_again(tmp_path: Path) -> None:
    first = EmbeddingCache(ToyEncoder(), tmp_path, limit=LARGE).passages(TEXTS)
    encoder = ToyEncoder()
    again = EmbeddingCache(encoder, tmp_path, limit=LARGE).passages([*TEXTS, "A new text."])
    assert encoder.encoded == ["A new text."]
    assert np.array_equal(again[:-1], first)
    assert np.abs(first - ToyEncoder().passages(TEXTS)).max() < 1e-3


def test_parts_are_remembered_with_their_text(tmp_path: Path) -> None:
    parts = [[(0, 8), (9, len(text))] for text in TEXTS]
    first = EmbeddingCache(ToyEncoder(), tmp_path, limit=LARGE, batch=6).with_parts(TEXTS, parts, "en")
    for again, direct in zip(first, ToyEncoder().with_parts(TEXTS, parts, "en"), strict=True):
        np.testing.assert_allclose(again.vectors, direct.vectors, atol=1e-3)
        np.testing.assert_array_equal(again.tokens, direct.tokens)
    encoder = ToyEncoder()
    cache = EmbeddingCache(encoder, tmp_path, limit=LARGE)
    for again, before in zip(cache.with_parts(TEXTS, parts, "en"), first, strict=True):
        np.testing.assert_array_equal(again.vectors, before.vectors)
        np.testing.assert_array_equal(again.tokens, before.tokens)
    assert encoder.encoded == []
    cache.with_parts(TEXTS, [[(0, 3)], *parts[1:]], "en")
    assert encoder.encoded == TEXTS[:1], "it is cut elsewhere now"


def test_what_was_embedded_before_a_crash_is_kept(tmp_path: Path) -> None:
    class Dying(ToyEncoder):
        def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
            if len(self.encoded) >= 10:
                raise MemoryError
            return super().with_parts(texts, parts, language)

    with pytest.raises(MemoryError):
        EmbeddingCache(Dying(), tmp_path, limit=LARGE, batch=5).passages(TEXTS)
    encoder = ToyEncoder()
    EmbeddingCache(encoder, tmp_path, limit=LARGE).passages(TEXTS)
    assert encoder.encoded == TEXTS[10:]


def test_another_model_shares_nothing(tmp_path: Path) -> None:
    EmbeddingCache(ToyEncoder(), tmp_path, limit=LARGE).passages(TEXTS)
    other = ToyEncoder("other")
    EmbeddingCache(other, tmp_path, limit=LARGE).passages(TEXTS)
    assert other.encoded == TEXTS


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_damaged_cache_is_thrown_away(tmp_path: Path, content: bytes) -> None:
    EmbeddingCache(ToyEncoder(), tmp_path, limit=LARGE).passages(TEXTS)
    next((tmp_path / "embeddings").glob("*.db")).write_bytes(content)
    for expected in (TEXTS, []):
        encoder = ToyEncoder()
        assert len(EmbeddingCache(encoder, tmp_path, limit=LARGE).passages(TEXTS)) == len(TEXTS)
        if content:
            EmbeddingCache(encoder, tmp_path, limit=LARGE).passages(TEXTS)
        assert encoder.encoded == expected


def test_a_flipped_bit_costs_that_text_only(tmp_path: Path) -> None:
    cache = EmbeddingCache(ToyEncoder(), tmp_path, limit=LARGE)
    first = cache.passages(TEXTS)
    path = next((tmp_path / "embeddings").glob("*.db"))
    data = bytearray(path.read_bytes())
    spoilt = first[7].astype(np.float16).tobytes()
    at = data.find(spoilt)
    assert at > 0
    data[at + 3] ^= 4
    path.write_bytes(data)
    encoder = ToyEncoder()
    assert np.array_equal(EmbeddingCache(encoder, tmp_path, limit=LARGE).passages(TEXTS), first)
    assert encoder.encoded == [TEXTS[7]]


def test_a_full_cache_forgets_what_was_not_used_for_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, texts in ((1, TEXTS[:8]), (2, TEXTS[8:16]), (3, TEXTS[:4])):
        monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 11, day, tzinfo=UTC))
        EmbeddingCache(ToyEncoder(), tmp_path, limit=LARGE).passages(texts)
    file = tmp_path / "embeddings" / "toy.db"
    assert EmbeddingCache(ToyEncoder(), tmp_path, limit=LARGE).prune(limit=file.stat().st_size * 3 // 4) == 4
    encoder = ToyEncoder()
    EmbeddingCache(encoder, tmp_path, limit=LARGE).passages(TEXTS[:16])
    assert encoder.encoded == TEXTS[4:8]


def test_a_bound_holds_while_writing(tmp_path: Path) -> None:
    cache = EmbeddingCache(ToyEncoder(), tmp_path, limit=40_000, batch=10)
    cache.passages([f"Street {i} is swept on Monday." for i in range(200)])
    assert (tmp_path / "embeddings" / "toy.db").stat().st_size <= 40_000
    assert 10 < cache.prune(limit=0) < 80


def test_no_cache_when_none_is_wanted(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    cache = EmbeddingCache(encoder, tmp_path, limit=0)
    cache.passages(TEXTS)
    cache.passages(TEXTS)
    assert len(encoder.encoded) == 2 * len(TEXTS)
    assert not (tmp_path / "embeddings").exists()


def test_a_lost_index_is_made_again_without_embedding(tmp_path: Path) -> None:
    pages = [page(i, text) for i, text in enumerate(TEXTS)]
    engine = open_engine(tmp_path)
    engine.apply(pages, marker=mark(1))
    engine.close()
    (tmp_path / "index").rename(tmp_path / "lost")
    encoder = ToyEncoder()
    again = open_engine(tmp_path, encoder=encoder)
    again.apply(pages, marker=mark(1))
    assert again.stats().pages == len(TEXTS)
    assert encoder.encoded == []
    again.close()
