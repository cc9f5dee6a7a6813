"""How well each candidate fits a question, by several measures side by side.

`dense` compares the whole passage, `label` its question or heading, `sentence` its best
single sentence (cosines; of the candidates in front, of others that of the whole); `bm25` and `question` are keyword scores over the whole and over
the FAQ question. NaN: the passage has no such part.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.segments.reader import Found, SegmentReader
from index.segments.segment import Segment

NAMES = ("dense", "label", "sentence", "bm25", "question")
Hits = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Rows and their scores."""


@dataclass(frozen=True)
class Features:
    """`values[name][i]` belongs to `found.rows[i]`."""

    found: Found
    values: dict[str, Vectors]
    scaled: dict[int, Mapping[str, Vectors]] = field(default_factory=dict, repr=False, compare=False)
    """What `fusion.parts` made of them already, by the number of passages."""

    def among(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of those of `rows` that are candidates; these are in ascending order of their rows."""
        at = np.searchsorted(self.found.rows, rows)
        found: NDArray[np.int64] = at[self.found.rows[np.minimum(at, len(self.found) - 1)] == rows]
        return found

    def at(self, i: int) -> dict[str, float]:
        """The features that candidate `i` has."""
        told = {name: values.item(i) for name, values in self.values.items()}
        return {name: round(value, 5) for name, value in told.items() if value == value}  # NaN equals nothing


def gather(
    reader: SegmentReader, vector: Vectors, *, dense: Sequence[Hits], keyword: Mapping[str, Hits], depth: int
) -> Features:
    """All features but those of sentences of every row that any search brought up, `depth` of each by keywords at most.

    Cosines are computed for all rows; that of the whole passage stands for its sentences until these are
    compared (see `sharpened`). A row that a keyword search left out gets that search's lowest score when it
    stopped at `depth`, and 0 when it had no more to give.
    """
    brought = [rows for rows, _ in (*dense, *keyword.values())]
    found = reader.find(np.unique(np.concatenate(brought)))
    whole, label = np.empty(len(found), np.float32), np.full(len(found), np.nan, np.float32)
    for segment, mine, positions in _by_segment(reader, found, np.arange(len(found))):
        whole[mine] = segment.vectors[positions] @ vector
        labels = segment.label_of[positions]
        labelled = labels >= 0
        label[mine[labelled]] = segment.labels[labels[labelled]] @ vector
    values = {"dense": whole, "label": label, "sentence": whole}
    for name, (rows, scores) in keyword.items():
        values[name] = _aligned(found.rows, rows, scores, full=len(rows) >= depth)
    return Features(found, values)


def sharpened(features: Features, reader: SegmentReader, vector: Vectors, *, chosen: NDArray[np.int64]) -> Features:
    """The same with the sentences compared of the `chosen` candidates."""
    best = features.values["sentence"].copy()
    for segment, mine, positions in _by_segment(reader, features.found, chosen):
        best[mine] = _best_sentence(segment, positions, vector)
    return Features(features.found, features.values | {"sentence": best})


def _by_segment(
    reader: SegmentReader, found: Found, chosen: NDArray[np.int64]
) -> Iterator[tuple[Segment, NDArray[np.int64], NDArray[np.int64]]]:
    """The chosen rows of each segment, and their positions in it."""
    numbers = found.segment[chosen]
    for number in sorted(set(numbers.tolist())):
        mine = chosen[numbers == number]
        yield reader.segments[number], mine, found.position[mine]


def _best_sentence(segment: Segment, positions: NDArray[np.int64], vector: Vectors) -> Vectors:
    begins = segment.sentence_of[positions]
    counts = segment.sentence_of[positions + 1] - begins
    firsts = np.cumsum(counts) - counts
    which = np.repeat(begins - firsts, counts) + np.arange(counts.sum())
    cosines = segment.sentences[which].astype(np.float32) @ vector
    best: Vectors = np.maximum.reduceat(cosines, firsts)
    return best


def _aligned(wanted: NDArray[np.int64], rows: NDArray[np.int64], scores: NDArray[np.float32], *, full: bool) -> Vectors:
    aligned = np.full(len(wanted), scores.min() if full and len(scores) else 0.0, np.float32)
    if len(rows):
        at = np.searchsorted(wanted, rows)
        known = (at < len(wanted)) & (wanted[np.minimum(at, len(wanted) - 1)] == rows)
        aligned[at[known]] = scores[known]
    return aligned
