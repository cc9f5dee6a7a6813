"""How well each candidate fits a question, by several measures side by side.

`dense` compares the whole passage, `label` its question or heading, `sentence` its best
single sentence (cosines); `bm25` and `question` are keyword scores over the whole and over
the FAQ question. NaN: the passage has no such part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue, Found
from index.documents import Vectors
from index.rows import cosines, half_cosines
from index.segments import Segment

NAMES = ("dense", "label", "sentence", "bm25", "question")
Hits = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Rows and their scores."""


@dataclass(frozen=True)
class Signals:
    """`values[name][i]` belongs to `found.rows[i]`."""

    found: Found
    values: dict[str, Vectors]

    def at(self, i: int) -> dict[str, float]:
        """The signals that candidate `i` has."""
        return {name: round(float(v[i]), 5) for name, v in self.values.items() if not np.isnan(v[i])}


def gather(
    catalogue: Catalogue, vector: Vectors, *, dense: Sequence[Hits], keyword: Mapping[str, Hits], depth: int
) -> Signals:
    """All signals of every row that any search brought up; no search brought up more than `depth`.

    Cosines are computed for all rows. A row that a keyword search left out gets that search's
    lowest score when it stopped at `depth`, and 0 when it had no more to give.
    """
    brought = [rows for rows, _ in (*dense, *keyword.values())]
    found = catalogue.find(np.unique(np.concatenate(brought)))
    values = {name: np.full(len(found), np.nan, np.float32) for name in ("dense", "label", "sentence")}
    for number in np.unique(found.segment).tolist():
        mine = np.flatnonzero(found.segment == number)
        segment, positions = catalogue.segments[number], found.position[mine]
        values["dense"][mine] = cosines(segment.vectors, positions, vector)
        labels = segment.label_of[positions]
        labelled = labels >= 0
        values["label"][mine[labelled]] = cosines(segment.labels, labels[labelled], vector)
        values["sentence"][mine] = _best_sentence(segment, positions, vector)
    for name, (rows, scores) in keyword.items():
        values[name] = _aligned(found.rows, rows, scores, full=len(rows) >= depth)
    return Signals(found, values)


def _best_sentence(segment: Segment, positions: NDArray[np.int64], vector: Vectors) -> Vectors:
    begins = segment.sentence_of[positions]
    counts = segment.sentence_of[positions + 1] - begins
    firsts = np.cumsum(counts) - counts
    which = np.repeat(begins - firsts, counts) + np.arange(counts.sum())
    best: Vectors = np.maximum.reduceat(half_cosines(segment.sentences, which, vector), firsts)
    return best


def _aligned(wanted: NDArray[np.int64], rows: NDArray[np.int64], scores: NDArray[np.float32], *, full: bool) -> Vectors:
    aligned = np.full(len(wanted), scores.min() if full and len(scores) else 0.0, np.float32)
    if len(rows):
        at = np.searchsorted(wanted, rows)
        known = (at < len(wanted)) & (wanted[np.minimum(at, len(wanted) - 1)] == rows)
        aligned[at[known]] = scores[known]
    return aligned
