"""How far chance alone may carry a figure: 95 % intervals, and a test between two runs."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Values = NDArray[np.float64]
Interval = tuple[float, float]

RESAMPLES = 2000
"""The ends of an interval then move by about 0.002 from seed to seed."""
_SEED = 20261
_BATCH = 200
"""Resamples at once, to bound the memory for sets of many questions."""


def bootstrap(values: Values) -> list[Interval]:
    """Percentile bootstrap intervals of the mean of each row of `values` [figure, question].

    The same questions are drawn for all rows. The interval of fewer than two questions is their value itself.
    """
    figures, questions = values.shape
    if questions < 2:
        return [(float(row.sum()), float(row.sum())) for row in values] if figures else []
    low, high = stats.bootstrap(
        (values,), np.mean, axis=1, n_resamples=RESAMPLES, batch=_BATCH, method="percentile", rng=_SEED
    ).confidence_interval
    return [(round(float(a), 4), round(float(b), 4)) for a, b in zip(low, high, strict=True)]


def wilson(hits: int, total: int) -> Interval:
    """Wilson's interval of a share, which also holds near 0 and 1; (0, 1) of nothing."""
    if not total:
        return (0.0, 1.0)
    interval = stats.binomtest(hits, total).proportion_ci(method="wilson")
    return (round(float(interval.low), 4), round(float(interval.high), 4))


def mcnemar(better: int, worse: int) -> float:
    """Chance of so uneven a change when neither run is better: McNemar's exact two-sided test."""
    return float(stats.binomtest(better, better + worse).pvalue) if better + worse else 1.0
