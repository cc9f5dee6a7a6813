"""A small encoder that needs no model, for tests of what surrounds it, and documents to index.

It hashes stems into 256 buckets, so texts that share words are near each other.
"""

import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from crawler.page import Block
from index.answers.result import SearchResult
from index.arrays import Vectors
from index.embedding.language_centers import SPREAD
from index.embedding.late_chunks import Parts, PassageVectors
from index.embedding.token_vectors import NOTHING_ASKED, WIDTH, QuestionTokens, Tokens
from index.indexing.publisher import Publisher
from index.passages.document import Document
from index.query.query import Query
from index.ranking.candidate import Adjust
from index.search.searcher import Searcher
from index.segments.reader import SegmentReader
from index.snapshots.marker import Marker
from index.text.tokenizer import stems
from townclerk import clock
from townclerk.settings import Settings

DIMENSION = 256


class ToyEncoder:
    """Vectors from word counts. `encoded` lists every passage text it was asked for."""

    def __init__(self, id: str = "toy") -> None:
        self.id = id
        self.dimension = DIMENSION
        self.window = 64
        self.spread = SPREAD
        self.encoded: list[str] = []

    def passages(self, texts: Sequence[str], language: str = "en") -> Vectors:
        self.encoded += texts
        return np.stack([self.query(text) for text in texts]) if texts else np.empty((0, DIMENSION), np.float32)

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        own = [[text, *(text[a:b] for a, b in of)] for text, of in zip(texts, parts, strict=True)]
        self.encoded += texts
        return [PassageVectors(np.stack(list(map(self.query, each))), _tokens(each[0])) for each in own]

    def query(self, text: str) -> Vectors:
        vector = np.full(DIMENSION, 1e-3, np.float32)
        for stem in stems(text):
            vector[zlib.crc32(stem.encode()) % DIMENSION] += 1
        return (vector / np.linalg.norm(vector)).astype(np.float32)

    def query_tokens(self, text: str) -> QuestionTokens:
        return NOTHING_ASKED

    def words(self, words: Sequence[str]) -> Vectors:
        return np.stack([self.query(word) for word in words]) if words else np.empty((0, DIMENSION), np.float32)

    def knows(self, word: str) -> bool:
        return True

    def tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(stems(text)) for text in texts]


def _tokens(text: str) -> Tokens:
    return np.full((len(text.split()), WIDTH), len(text) % 100, np.int8)


def open_encoder(_settings: Settings) -> ToyEncoder:
    """Stands for the function of that name, in this process and in one that it starts."""
    return ToyEncoder()


class LocalIndex(Publisher):
    """A publisher, and a searcher of what it publishes; `conftest.close_indexes` closes each after its test."""

    opened: ClassVar[list["LocalIndex"]] = []

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        LocalIndex.opened.append(self)

    @cached_property
    def searcher(self) -> Searcher:
        return Searcher(lambda: self.loaded, self.encoder)

    @property
    def reader(self) -> SegmentReader:
        return self.loaded.reader

    def search(
        self,
        text: str,
        *,
        jurisdictions: Sequence[str],
        history: Sequence[str] = (),
        limit: int = 5,
        adjust: Adjust | None = None,
    ) -> SearchResult:
        return self.searcher.search(text, jurisdictions=jurisdictions, history=history, limit=limit, adjust=adjust)

    def read(self, text: str, *, places: Sequence[str] = ("oakton",)) -> Query:
        keywords = self.loaded.keywords
        day = clock.now().date()
        return self.searcher.questions.parse(text, (), places, day=day, keywords=keywords, encoder=self.encoder)


def open_engine(home: Path, *, encoder: ToyEncoder | None = None, kept: int = 3) -> LocalIndex:
    """The index of a state directory, with the toy encoder, built in this process."""
    return LocalIndex.open(
        Settings.model_validate({"home": home, "snapshots_kept": kept}), encoder=encoder or ToyEncoder()
    )


def page(number: int, text: str, *, jurisdiction: str = "oakton", title: str = "", url: str = "") -> Document:
    """A page of one paragraph."""
    address = url or f"https://{jurisdiction}.example/{number}"
    return Document(f"page:{number}", jurisdiction, "page", address, title, "en", (Block("text", (), text),))


def faq(number: int, question: str, answer: str, *, jurisdiction: str = "oakton") -> Document:
    """A FAQ."""
    blocks = (Block("faq", (), answer, question=question),)
    return Document(f"faq:{number}", jurisdiction, "faq", f"https://{jurisdiction}.example/faq", question, "en", blocks)


def mark(pages: int) -> Marker:
    """A marker at a page revision."""
    return Marker(pages=pages, database="d")
