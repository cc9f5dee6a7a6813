"""Weights of the ranking fitted on sets of questions, to be used on a set that had no part in them.

Listwise: the weights make the right passages of each question likely among all that its search
compared, p = softmax(X w) (Cao et al. 2007, "Learning to Rank: From Pairwise Approach to
Listwise Approach"). Every set counts the same, however many questions it has. Signals are
divided by how much they vary within a question, weights are never negative, and
`strength` |w|^2 draws them together, so that little depends on any one set. A single best
weighting out of a grid moves by much more when one set is exchanged for another.

What function words count and the strength have no gradient. Choosing them by what does best on
sets left out was tried: with four sets to choose by, the choice is mostly chance. `blend` takes
the mean of the weights under all of them instead, and so chooses nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from index.ranking.fusion import WEIGHTS
from scripts.ranking.signal_table import FORMS, NAMES, SUBJECT, Compared, Ranks

Matrix = NDArray[np.float64]
COUNTS = {"bm25": (0.0, 0.5, 1.0), "question": (0.0, 0.5, 1.0)}
"""What a function word counts in each keyword signal: nothing, half or as much as a subject word."""
STRENGTHS = (0.03, 0.1, 0.3)
ROUNDS, CLOSE = 60, 1e-5
"""Newton steps at most, and the change of all weights at which they end."""


@dataclass(frozen=True)
class Fitted:
    """Weights for the signals; `forms` says what a function word counts in the keyword signals."""

    weights: dict[str, float]
    forms: dict[str, float]

    def ranks(self, compared: Compared) -> Ranks:
        """Places of the right documents of a set."""
        return compared.ranks(_signals(compared, self.forms) @ np.array(list(self.weights.values())))


@dataclass(frozen=True)
class _Table:
    """The rows of a set: `values` [row, signal] about each question's mean, the row where each question starts."""

    values: Matrix
    starts: NDArray[np.int64]
    of: NDArray[np.int64]
    right: Matrix


def blend(sets: Sequence[Compared]) -> Fitted:
    """The mean of the weights under all settings, each brought to length 1 before."""
    total, forms = dict.fromkeys(WEIGHTS, 0.0), dict.fromkeys(COUNTS, 0.0)
    for counts in product(*COUNTS.values()):
        for strength in STRENGTHS:
            made = fit(sets, dict(zip(COUNTS, counts, strict=True)), strength=strength)
            length = max(float(np.linalg.norm(list(made.weights.values()))), 1e-9)
            for name, weight in made.weights.items():
                total[name] += weight / length
            for name, count in made.forms.items():
                forms[name] += count * made.weights[name] / length
    tried = len(STRENGTHS) * len(list(product(*COUNTS.values())))
    shares = {name: form / max(total[name], 1e-9) for name, form in forms.items()}
    return Fitted({name: weight / tried for name, weight in total.items()}, shares)


def fit(sets: Sequence[Compared], forms: Mapping[str, float], *, strength: float) -> Fitted:
    """The weights under which right passages are likeliest, each set counting the same."""
    tables = [_table(each, forms) for each in sets]
    spread = np.sqrt(np.mean([np.mean(table.values**2, axis=0) for table in tables], axis=0)) + 1e-9
    scaled = [_Table(table.values / spread, table.starts, table.of, table.right) for table in tables]
    weights = _minimum(scaled, strength) / spread
    return Fitted(dict(zip(WEIGHTS, weights.tolist(), strict=True)), dict(forms))


def mrr(ranks: Ranks) -> float:
    """Mean reciprocal rank, 0 below the tenth place."""
    return float(np.where(ranks <= 10, 1 / ranks, 0.0).mean())


def _signals(compared: Compared, forms: Mapping[str, float]) -> Matrix:
    columns = []
    for name in WEIGHTS:
        if name in forms:
            subject, form = (compared.values[:, NAMES.index(kind[name])] for kind in (SUBJECT, FORMS))
            columns.append(subject + forms[name] * form)
        else:
            columns.append(compared.values[:, NAMES.index(name)])
    return np.stack(columns, axis=1).astype(np.float64)


def _table(compared: Compared, forms: Mapping[str, float]) -> _Table:
    """Only questions with a right passage among those compared can tell anything."""
    rows = len(compared.values)
    starts = compared.documents[compared.questions]
    counts = np.diff(np.append(starts, rows))
    right = np.repeat(compared.right, np.diff(np.append(compared.documents, rows)))
    kept = np.repeat(np.add.reduceat(right.astype(np.int64), starts) > 0, counts)
    values = _signals(compared, forms)
    values -= np.repeat(np.add.reduceat(values, starts) / counts[:, None], counts, axis=0)
    told = counts[kept[starts]]
    return _Table(
        values[kept], np.cumsum([0, *told[:-1]]), np.repeat(np.arange(len(told)), told), right[kept].astype(np.float64)
    )


def _minimum(tables: Sequence[_Table], strength: float) -> Matrix:
    """Newton's method on the weights that are not held at 0."""
    weights = np.zeros(tables[0].values.shape[1])
    loss, gradient, curvature = _loss(tables, weights, strength)
    for _ in range(ROUNDS):
        free = (weights > 0) | (gradient < 0)
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        share = 1.0
        while True:
            moved = np.maximum(weights - share * step, 0.0)
            now = _loss(tables, moved, strength)
            if now[0] <= loss or share < CLOSE:
                break
            share /= 2
        change = float(np.max(np.abs(moved - weights)))
        weights, (loss, gradient, curvature) = moved, now
        if change < CLOSE:
            break
    return weights


def _loss(tables: Sequence[_Table], weights: Matrix, strength: float) -> tuple[float, Matrix, Matrix]:
    """Loss, gradient and the curvature of its convex part."""
    size = len(weights)
    loss, gradient, curvature = strength * float(weights @ weights), 2 * strength * weights, 2 * strength * np.eye(size)
    for table in tables:
        scores = table.values @ weights
        top = np.maximum.reduceat(scores, table.starts)[table.of]
        likely = np.exp(scores - top)
        whole = np.add.reduceat(likely, table.starts)
        hits = np.add.reduceat(likely * table.right, table.starts)
        share = 1 / (len(tables) * len(whole))
        given = likely / whole[table.of]
        wanted = likely * table.right / hits[table.of]
        means = np.add.reduceat(table.values * given[:, None], table.starts)
        loss += share * float(np.log(whole / hits).sum())
        gradient = gradient + share * ((given - wanted) @ table.values)
        curvature = curvature + share * ((table.values * given[:, None]).T @ table.values - means.T @ means)
    return loss, gradient, curvature
