"""Retrieval metrics over ranked document ids, as trec_eval defines them.

`grades` maps relevant document ids to a grade above 0. All values lie in 0..1.
"""

import math
from collections.abc import Mapping, Sequence

from sklearn.metrics import roc_auc_score


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
    """Share of the relevant documents that is among the first `at`."""
    return sum(id in grades for id in ranked[:at]) / len(grades)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative one, ties counted half; None when a side is empty."""
    if not positive or not negative:
        return None
    labels = [1] * len(positive) + [0] * len(negative)
    return float(roc_auc_score(labels, [*positive, *negative]))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0
