"""Texts that were embedded before are not embedded again, whatever became of the index.

    embeddings/<model>.db     SQLite: SHA-256 of language, text and part of it (16 bytes), vector (fp16), its checksum, day of last use

Embedding is what a first build spends its time on. Vectors are kept as soon as they are made,
a slice at a time, so a crash costs at most one slice; a lost index folder, a roll back or a
rebuild cost none. It is only a cache: when it is damaged or too large, it is thrown away or
trimmed by oldest use. Vectors are rounded to fp16 before their first use too (a cosine changes
by about 1e-5), so the same text has the same vector whether it was kept or not.
"""

import hashlib
import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.arrays import Vectors
from index.embedding.encoder import Encoder
from index.embedding.gpu import gpu_model, on_gpu
from index.embedding.late_chunks import Parts, PassageVectors
from index.embedding.token_vectors import WIDTH, QuestionTokens
from townclerk import clock

if TYPE_CHECKING:
    from townclerk.settings import Settings

log = logging.getLogger(__name__)
BATCH = 128
TRIMMED = 0.8
"""Share of the allowed size that trimming leaves, so that it is not done at every write."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, crc INTEGER NOT NULL, day INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS by_day ON vectors (day);
"""


class EmbeddingCache:
    """An encoder of passages that remembers on disk. Questions go straight to the encoder."""

    def __init__(self, encoder: Encoder, home: Path, *, limit: int, batch: int = BATCH) -> None:
        """`limit` is in bytes on disk, 0 for no cache; `batch` texts are embedded between two writes."""
        self._encoder = encoder
        self.id, self.dimension, self.window, self.spread = (
            encoder.id,
            encoder.dimension,
            encoder.window,
            encoder.spread,
        )
        self._path = home / "embeddings" / f"{encoder.id}.db"
        self._limit, self._batch = limit, batch
        self._width = 2 * encoder.dimension

    def query(self, text: str) -> Vectors:
        """Not remembered here."""
        return self._encoder.query(text)

    def query_tokens(self, text: str) -> QuestionTokens:
        """Not remembered here either."""
        return self._encoder.query_tokens(text)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """As the encoder counts them."""
        return self._encoder.tokens(texts)

    def words(self, words: Sequence[str]) -> Vectors:
        """As the encoder gives them."""
        return self._encoder.words(words)

    def knows(self, word: str) -> bool:
        """As the encoder does."""
        return self._encoder.knows(word)

    def passages(self, texts: Sequence[str], language: str = "en") -> Vectors:
        """One row each; only texts that were never seen are embedded."""
        found = self.with_parts(texts, [()] * len(texts), language)
        return np.concatenate([each.vectors for each in found]) if found else np.empty((0, self.dimension), np.float32)

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        """As the encoder gives them; a text is embedded when the vector of it or of any of its parts is not known."""
        vectors: list[PassageVectors] = []
        for first in range(0, len(texts), self._batch):
            batch = slice(first, first + self._batch)
            vectors += self._embed(texts[batch], parts[batch], language)
        return vectors

    def prune(self, *, limit: int | None = None) -> int:
        """Forget what was not used for longest, down to `limit` bytes; gives how many vectors."""
        gone = 0
        with self._open() as cache:
            if cache is not None:
                gone = self._trim(cache, self._limit if limit is None else limit)
        return gone

    def forget(self) -> int:
        """Forget all, also of other models; gives how many vectors of this one."""
        gone = self.prune(limit=0)
        for path in self._path.parent.glob("*.db*"):
            path.unlink()
        return gone

    def _embed(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        keys = [_keys(language, text, own) for text, own in zip(texts, parts, strict=True)]
        known: dict[bytes, bytes] = {}
        with self._open() as cache:
            if cache is not None:
                known = self._known(cache, list(chain(*keys)))
        missing = [i for i, own in enumerate(keys) if not known.keys() >= {*own}]
        if missing:
            found = self._encoder.with_parts([texts[i] for i in missing], [parts[i] for i in missing], language)
            fresh = {key: row for i, each in zip(missing, found, strict=True) for key, row in _rows(keys[i], each)}
            known |= fresh
            with self._open() as cache:
                if cache is not None:
                    self._store(cache, fresh)
        return [self._read([known[key] for key in own]) for own in keys]

    def _read(self, rows: Sequence[bytes]) -> PassageVectors:
        vectors = np.frombuffer(b"".join(row[: self._width] for row in rows), np.float16).reshape(-1, self.dimension)
        tokens = np.frombuffer(rows[0][self._width :], np.int8).reshape(-1, WIDTH)
        return PassageVectors(vectors.astype(np.float32), tokens)

    def _known(self, cache: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        marks = ",".join("?" * len(keys))
        rows = cache.execute(f"SELECT key, vector, crc, day FROM vectors WHERE key IN ({marks})", keys).fetchall()  # noqa: S608
        known = {
            key: vector for key, vector, crc, _ in rows if len(vector) >= self._width and zlib.crc32(vector) == crc
        }
        today = _today()
        cache.executemany(
            "UPDATE vectors SET day = ? WHERE key = ?", [(today, row[0]) for row in rows if row[3] < today]
        )
        return known

    def _store(self, cache: sqlite3.Connection, vectors: dict[bytes, bytes]) -> None:
        today = _today()
        rows = [(key, vector, zlib.crc32(vector), today) for key, vector in vectors.items()]
        cache.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)
        self._trim(cache, self._limit, aim=TRIMMED)

    def _trim(self, cache: sqlite3.Connection, limit: int, *, aim: float = 1.0) -> int:
        size = cache.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
        if size <= limit:
            return 0
        # The largest rowid would count deleted rows too; COUNT reads the small index by day.
        count = cache.execute("SELECT COUNT(*) FROM vectors").fetchone()[0]
        over = count - int(count * aim * limit / size)
        cache.execute(
            "DELETE FROM vectors WHERE rowid IN (SELECT rowid FROM vectors ORDER BY day, rowid LIMIT ?)", (over,)
        )
        cache.commit()
        cache.execute("VACUUM")
        return int(over)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The cache in one transaction, which is rolled back on an error; None when it cannot be used."""
        if not self._limit:
            yield None
            return
        cache = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            cache = sqlite3.connect(self._path, timeout=10)
            cache.executescript("PRAGMA synchronous = NORMAL;" + _SCHEMA)
        except (OSError, sqlite3.Error) as error:
            self._discard(error)
            yield None
            return
        try:
            with cache:
                yield cache
        except sqlite3.Error as error:
            self._discard(error)
        finally:
            cache.close()

    def _discard(self, error: Exception) -> None:
        log.warning("the cache of embeddings %s cannot be used (%s); texts are embedded again", self._path, error)
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            for name in (self._path.name, f"{self._path.name}-journal"):
                self._path.with_name(name).unlink(missing_ok=True)


def remembering(encoder: Encoder, settings: "Settings") -> EmbeddingCache:
    """The encoder with the cache of this installation."""
    return EmbeddingCache(encoder, settings.home, limit=_limit(settings))


def opening_remembering(opener: Callable[[], Encoder], settings: "Settings") -> Callable[[], EmbeddingCache]:
    """Opens the same in another process, on a GPU where one is seen. Settings stay here, as importing them takes long."""
    return partial(_opened, opener, gpu_model(settings), settings.home, _limit(settings))


def _opened(opener: Callable[[], Encoder], gpu: Path | None, home: Path, limit: int) -> EmbeddingCache:
    return EmbeddingCache(on_gpu(opener(), gpu), home, limit=limit)


def _limit(settings: "Settings") -> int:
    return settings.embeddings_kept_mb * 1_000_000


def _keys(language: str, text: str, parts: Parts) -> list[bytes]:
    """Of the vector of a text, and of each part of it."""
    whole = hashlib.sha256(f"{WIDTH} numbers a token\n{language}\n{text}".encode())
    keys = [whole]
    for start, stop in parts:
        keys.append(whole.copy())
        keys[-1].update(f"\n{start}-{stop}".encode())
    return [key.digest()[:16] for key in keys]


def _rows(keys: Sequence[bytes], found: PassageVectors) -> Iterator[tuple[bytes, bytes]]:
    """What is stored of a text and of its parts; the tokens are with the text."""
    whole, *parts = (vector.tobytes() for vector in found.vectors.astype(np.float16))
    yield from zip(keys, [whole + found.tokens.tobytes(), *parts], strict=True)


def _today() -> int:
    return clock.now().date().toordinal()
