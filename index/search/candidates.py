"""What is stored of the candidates of one question, and how much of it they cover."""

from typing import NamedTuple

import numpy as np

from index.answers.evidence import Coverage
from index.arrays import Vectors
from index.embedding.encoder import Encoder
from index.passages.document import Passage
from index.query.query import Query
from index.ranking.features import Features
from index.ranking.ranker import Ranked
from index.segments.passage_cache import CachedPassage
from index.segments.segment import Segment
from index.snapshots.loaded import LoadedSnapshot


class _Place(NamedTuple):
    row: int
    segment: Segment
    position: int


class Candidates:
    """Those that a search found on a loaded snapshot, with their `features`."""

    def __init__(self, loaded: LoadedSnapshot, encoder: Encoder, asked: Query, features: Features) -> None:
        self.features = features
        self._loaded, self._encoder = loaded, encoder
        self._coverage = Coverage(asked, keywords=loaded.keywords)
        self._question = encoder.query_tokens(asked.compared)
        self._shares: dict[int, float] = {}
        self._nearness: dict[int, float] = {}

    def row(self, i: int) -> int:
        """The row of candidate `i`."""
        return self._place(i).row

    def reading(self, i: int) -> CachedPassage:
        """The passage of candidate `i`, read."""
        return self._loaded.passages.of(*self._place(i))

    def covered(self, i: int) -> float:
        """The share of the question that candidate `i` covers."""
        if i not in self._shares:
            self._shares[i] = self._coverage.share(self.reading(i), encoder=self._encoder)
        return self._shares[i]

    def passage(self, ranked: Ranked) -> Passage:
        """The passage of a ranked candidate."""
        return self.reading(ranked.i).passage

    def vector(self, ranked: Ranked) -> Vectors:
        """Its vector."""
        _, segment, position = self._place(ranked.i)
        return np.asarray(segment.vectors[position], np.float32)

    def nearness(self, i: int) -> float:
        """How near its tokens are to those of the question; 0 where the encoder has none."""
        if i not in self._nearness:
            _, segment, position = self._place(i)
            self._nearness[i] = self._question.nearness(segment.token_vectors(position))
        return self._nearness[i]

    def _place(self, i: int) -> _Place:
        found = self.features.found
        return _Place(int(found.rows[i]), self._loaded.reader.segments[found.segment[i]], int(found.position[i]))
