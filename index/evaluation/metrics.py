"""Retrieval metrics over ranked document ids, as trec_eval defines them.

`grades` maps relevant document ids to a grade above 0. All values lie in 0..1.
"""

import math
from collections.abc import Mapping, Sequence


def success(ranked: Sequence[str], grades: Mapping[str, int], *, at: int) -> float:
    """1 when a relevant document is among the first `at`."""
    return float(any(id in grades for id in ranked[:at]))


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int], *, at: int) -> float:
    """1 / rank of the first relevant document, 0 when it is below `at`."""
    return next((1 / rank for rank, id in enumerate(ranked[:at], start=1) if id in grades), 0.0)


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], *, at: int) -> float:
    """Discounted gain over the best possible one; the gain is the grade itself."""
    gained = sum(grades.get(id, 0) / math.log2(rank + 1) for rank, id in enumerate(ranked[:at], start=1))
    best = sorted(grades.values(), reverse=True)[:at]
    return gained / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(best, start=1))


def recall(ranked: Sequence[str], grades: Mapping[str, int], *, at: int) -> float:
    """Part of the relevant documents that is among the first `at`."""
    return sum(id in grades for id in ranked[:at]) / len(grades)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative one, ties counted half; None when a side is empty."""
    if not positive or not negative:
        return None
    ordered = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    total, below, start = 0.0, 0, 0
    while start < len(ordered):
        stop = start
        while stop < len(ordered) and ordered[stop][0] == ordered[start][0]:
            stop += 1
        tied = [is_positive for _, is_positive in ordered[start:stop]]
        negatives = len(tied) - sum(tied)
        total += sum(tied) * (below + negatives / 2)
        below += negatives
        start = stop
    return total / (len(positive) * len(negative))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0
