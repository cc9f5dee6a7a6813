"""The seam for search engines: candidates for a question, each with its features.

`SnapshotRetriever` searches the loaded snapshot. Another engine takes its place by giving the same features.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from index.arrays import Vectors
from index.keywords.bm25_index import Field
from index.query.query import Query
from index.ranking.features import Features, Hits, gather, sharpened
from index.ranking.fusion import FORMS_COUNT, fuse
from index.snapshots.loaded import LoadedSnapshot

NEAREST, DEPTH = 40, 60
"""Rows that each search by vectors and each by keywords brings up for comparison.
With 30 or 60 by vectors S@1 and S@5 of five public sets are the same; 40 by keywords cost a thousandth on one."""
FIELDS: dict[str, Field] = {"bm25": "all", "question": "question"}
"""Where each keyword feature looks."""
FRONT, WORDED = 30, 5
"""Candidates whose sentences are compared: those that fit best by all else, and the first of each search by keywords,
as what holds a rare word may be near in no other way. Of 1,527 questions of five public sets none has another first
answer than when all are compared, down to 10; with 30 one has another among its first five.
"""


class Retriever(Protocol):
    """Finds candidates and measures how well each fits."""

    timings: dict[str, float]
    """Milliseconds by stage of the last call."""

    def candidates(
        self, query: Query, vector: Vectors, jurisdictions: Sequence[str], *, also: Sequence[int] = ()
    ) -> Features:
        """The features of the candidates in these jurisdictions, and in no other; the rows `also` are among them.

        `vector` is the unit vector of the query's meaning.
        """
        ...


class SnapshotRetriever:
    """Exact vector search and BM25 on a loaded snapshot."""

    def __init__(self, loaded: LoadedSnapshot, *, front: int = FRONT, worded: int = WORDED) -> None:
        """Sentences are compared of the `front` best candidates and the first `worded` of each keyword search."""
        self._loaded = loaded
        self._front, self._worded = front, worded
        self.timings: dict[str, float] = {}

    def candidates(
        self, query: Query, vector: Vectors, jurisdictions: Sequence[str], *, also: Sequence[int] = ()
    ) -> Features:
        """See `Retriever`."""
        loaded, pinned = self._loaded, np.array(also, np.int64)
        with timed(self.timings, "vector"):
            dense = loaded.nearest(vector, jurisdictions, limit=NEAREST)
        with timed(self.timings, "keyword"):
            keyword = {name: self._by_words(query, jurisdictions, name) for name in FORMS_COUNT}
        with timed(self.timings, "compare"):
            if len(pinned):
                dense.append((pinned, np.empty(0, np.float32)))
            features = gather(loaded.reader, vector, dense=dense, keyword=keyword, depth=DEPTH)
            chosen = np.ones(len(features.found), bool)
            if len(chosen) > self._front:
                fit = fuse(features, passages=len(loaded.reader))
                chosen[np.argpartition(fit, -self._front)[: -self._front]] = False
                for rows in (pinned, *(rows[: self._worded] for rows, _ in keyword.values())):
                    chosen[features.among(rows)] = True
            return sharpened(features, loaded.reader, vector, chosen=np.flatnonzero(chosen))

    def _by_words(self, query: Query, jurisdictions: Sequence[str], name: str) -> Hits:
        """Rows with a keyword feature and its raw value, best first."""
        terms = [*query.wanted, *((form, FORMS_COUNT[name]) for form in query.forms)]
        return self._loaded.keywords.search(terms, jurisdictions, field=FIELDS[name], limit=DEPTH, spoken=query.spoken)


@contextmanager
def timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Note how many milliseconds the block took."""
    started = time.perf_counter()
    yield
    timings[stage] = round((time.perf_counter() - started) * 1000, 3)
