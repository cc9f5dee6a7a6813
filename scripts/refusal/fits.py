"""Logistic regressions on evidence, and how well what they say tells kinds of questions apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from index.answers.evidence import Evidence
from scripts.refusal.asking import Measured, Numbers

NAMES = tuple(field.name for field in fields(Evidence))
WEIGHT = 300
"""Every set and kind weighs as much as so many questions."""
DRAWS = 500
FOLDS, REPEATS = 5, 20


@dataclass(frozen=True)
class Aim:
    """What is to be told apart, from which parts of the evidence: right first answers from others, or answerable questions
    from others. Of every set each kind weighs what `kinds` says."""

    parts: tuple[str, ...]
    kinds: Mapping[str, float]
    right: bool = False


NEAR = Aim(("dense", "usual", "fit", "covered"), {"yes": 1.0, "anything": 1.0})
HELD = Aim(("sentence", "standing", "fit", "covered", "length"), {"yes": 1.0, "removed": 0.67, "unanswerable": 0.33})
RIGHT = Aim(("standing", "margin", "agreed", "covered"), {"yes": 1.0, "unanswerable": 1.0}, right=True)
ALL = (NEAR, HELD, RIGHT)
FIVE = (
    replace(NEAR, parts=("dense", "fit", "covered")),
    replace(HELD, parts=("sentence", "standing", "fit", "covered")),
    replace(RIGHT, parts=("standing", "fit", "covered")),
)
"""The same without what a question is usually near to, its margin, the agreement of the signals and its length."""


@dataclass(frozen=True)
class Fit:
    """Log odds of a row: `weights` of the parts named, then the base."""

    parts: tuple[str, ...]
    weights: Numbers

    def __call__(self, values: Numbers) -> Numbers:
        made: Numbers = chosen(values, self.parts) @ self.weights[:-1] + self.weights[-1]
        return made

    def __str__(self) -> str:
        terms = [f"{weight:+.2f} {name}" for name, weight in zip(self.parts, self.weights, strict=False)]
        return " ".join([*terms, f"{self.weights[-1]:+.2f}"])


def fitted(measured: Sequence[Measured], aim: Aim) -> Fit:
    """Logistic regression by Newton's method on standardised parts, with a weak ridge on all but the base."""
    x, y, w = [], [], []
    for one in measured:
        for kind, weight in aim.kinds.items():
            rows = one.of(kind)
            if rows.any():
                x.append(chosen(one.values[rows], aim.parts))
                y.append(one.right[rows] if aim.right else np.full(rows.sum(), float(kind == "yes")))
                w.append(np.full(rows.sum(), weight * WEIGHT / rows.sum()))
    values, goal, weights = np.concatenate(x), np.concatenate(y), np.concatenate(w)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scaled = np.c_[(values - mean) / spread, np.ones(len(values))]
    ridge, found = np.diag([1.0] * len(aim.parts) + [0.0]), np.zeros(len(aim.parts) + 1)
    for _ in range(15):
        p = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (weights * (goal - p)) - ridge @ found
        found = found + np.linalg.solve((scaled * (weights * p * (1 - p))[:, None]).T @ scaled + ridge, slope)
    told = found[:-1] / spread
    return Fit(aim.parts, np.append(told, found[-1] - told @ mean))


def chosen(values: Numbers, parts: Sequence[str]) -> Numbers:
    """The columns of these parts."""
    return values[:, [NAMES.index(part) for part in parts]]


def left_out(measured: Sequence[Measured], one: Measured, aim: Aim) -> Numbers:
    """What a fit over the other sets says of each row."""
    return fitted([other for other in measured if other is not one], aim)(one.values)


def cross_validated(measured: Sequence[Measured], one: Measured, aim: Aim) -> Numbers:
    """What fits over the other sets and four fifths of this one's questions say of each row of the last fifth: the mean
    over several ways to part them. No question is judged by a fit that saw it, or saw it with its answers removed."""
    draw, others = np.random.default_rng(1), [other for other in measured if other is not one]
    told = np.zeros(len(one.values))
    for _ in range(REPEATS):
        # One more fold number than questions: -1, about anything, is the last and in no fold.
        fold = np.append(draw.permutation(int(one.question.max()) + 1) % FOLDS, -1)[one.question]
        for number in range(FOLDS):
            fit = fitted([*others, one.only(fold != number)], aim)
            told[fold == number] += fit(one.values[fold == number]) / REPEATS
    return told


def in_force(one: Measured, measure: Callable[[Evidence], float]) -> Numbers:
    """What the engine says as it is."""
    return np.array([measure(Evidence(*row)) for row in one.values])


def area(yes: Numbers, no: Numbers) -> float:
    """How often one of `yes` is above one of `no`; a tie counts half."""
    no = np.sort(no)
    below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
    return float(below.mean() / (2 * len(no)))


def with_interval(yes: Numbers, no: Numbers) -> str:
    """The area with its bootstrap 95 % interval."""
    draw = np.random.default_rng(1)
    drawn = [area(draw.choice(yes, len(yes)), draw.choice(no, len(no))) for _ in range(DRAWS)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{area(yes, no):.3f} [{low:.3f}, {high:.3f}]"


def sure(log_odds: Numbers) -> Numbers:
    """Probabilities."""
    made: NDArray[np.float64] = 1 / (1 + np.exp(-log_odds))
    return made
