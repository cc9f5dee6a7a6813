"""How far chance alone may carry a figure: 95 % intervals and tests between two runs.

Means over questions: percentile bootstrap (Efron & Tibshirani 1993, chapter 13), questions drawn
with replacement. Shares: Wilson's interval, which also holds near 0 and 1. Two runs on the same
questions: the bootstrap of the differences, and McNemar's exact test where a question is either
right or wrong.
"""

import math

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Interval = tuple[float, float]

TIMES = 2000
"""Draws. The ends of an interval then move by about 0.002 from seed to seed."""
_SEED = 20261
_PART = 200
"""Draws at once, to bound the memory for sets of many questions."""
_Z = 1.959964


def bootstrap(values: Values) -> list[Interval]:
    """Intervals of the means of each row of `values` [figure, question]; the same draws serve all rows."""
    figures, questions = values.shape
    if not questions:
        return [(0.0, 0.0)] * figures
    dice = np.random.default_rng(_SEED)
    means = np.empty((figures, TIMES))
    for start in range(0, TIMES, _PART):
        drawn = dice.integers(0, questions, size=(_PART, questions))
        means[:, start : start + _PART] = values[:, drawn].mean(axis=2)
    low, high = np.percentile(means, (2.5, 97.5), axis=1)
    return [(round(float(a), 4), round(float(b), 4)) for a, b in zip(low, high, strict=True)]


def wilson(hits: int, total: int) -> Interval:
    """Interval of a share (Wilson 1927); (0, 1) of nothing."""
    if not total:
        return (0.0, 1.0)
    share, z2 = hits / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return (round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4))


def mcnemar(better: int, worse: int) -> float:
    """Chance of so uneven a change when neither run is better: the exact two-sided test (McNemar 1947)."""
    changed, fewer = better + worse, min(better, worse)
    tail = sum(math.comb(changed, k) for k in range(fewer + 1))
    return float(min(1.0, 2 * tail / 2**changed))
