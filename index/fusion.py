"""One order out of several signals: reciprocal-rank fusion."""

import numpy as np

from index.documents import Vectors
from index.signals import Signals

K = 60


def fuse(signals: Signals) -> Vectors:
    """A score for each candidate: 1 for the best, 0 for the middle of them."""
    total = np.zeros(len(signals.found), np.float32)
    for name in ("dense", "bm25"):
        total += _reciprocal_ranks(signals.values[name])
    return scaled(total)


def scaled(total: Vectors) -> Vectors:
    """Shift and stretch so that the mean is 0 and the best is 1."""
    centred = total - total.mean()
    best = float(centred.max())
    return centred / best if best > 0 else np.ones_like(total)


def _reciprocal_ranks(values: Vectors) -> Vectors:
    ranks = np.empty(len(values), np.float32)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return np.where(values != 0, 1 / (K + ranks), 0).astype(np.float32)
