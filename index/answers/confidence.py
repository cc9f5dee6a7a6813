"""How sure an answer is, and when to say that there is none.

Logistic regressions on `Evidence` decide, each by what it tells apart:

    near = 15.5 nearness + 7.3 fit + 2.8 covered - 16.5
        questions that the texts answer, from questions about anything
    held = 1.1 standing + 4.4 fit + 4 covered - 6.2
        the same, from questions on the subject that the texts do not answer
    chance = 1 / (1 + exp(3.3 - 7 margin - 1.1 agreed - 1.3 covered))
        right first answers, from wrong ones

A question is refused when `near` or `held` is too low. They are two because what tells a question
about water bills from one about football (is any text near it?) hardly tells it from one about
water bills that no text answers (does the nearest text hold all that was asked for?), and a
number for both does the first worse. An answer is `high` from a `chance` of .88 upwards and `low`
when it would be refused by itself. `docs/confidence.md` has the figures.
"""

import math

from index.answers.evidence import Evidence
from index.schemas.search import Confidence

NEAR = {"nearness": 15.5, "fit": 7.3, "covered": 2.8}
NEAR_BASE = -16.5
NEAR_LEAST = -2.0
HELD = {"standing": 1.1, "fit": 4.4, "covered": 4.0}
HELD_BASE = -6.2
HELD_LEAST = -1.5
RIGHT = {"margin": 7.0, "agreed": 1.1, "covered": 1.3}
RIGHT_BASE = -3.3
HIGH_FROM = 0.88
FAR = 20.0
"""What is taken off `held` for a question that is refused as not near: those come last, in their own order."""


def near(evidence: Evidence) -> float:
    """Log odds that this is a question that the texts answer and not one about anything."""
    return _sum(evidence, NEAR) + NEAR_BASE


def held(evidence: Evidence) -> float:
    """Log odds that the texts answer a question on their subject."""
    return _sum(evidence, HELD) + HELD_BASE


def chance(evidence: Evidence) -> float:
    """Probability that the answer is right, 0 to 1."""
    return 1 / (1 + math.exp(-_sum(evidence, RIGHT) - RIGHT_BASE))


def refused(evidence: Evidence) -> bool:
    """Whether nothing found supports an answer."""
    return near(evidence) < NEAR_LEAST or held(evidence) < HELD_LEAST


def support(evidence: Evidence) -> float:
    """One number that puts questions in the order in which they would be refused, lowest first."""
    return held(evidence) if near(evidence) >= NEAR_LEAST else near(evidence) - FAR


def judge(evidence: Evidence) -> Confidence:
    """The confidence in one passage, from its own evidence."""
    if refused(evidence):
        return "low"
    return "high" if chance(evidence) >= HIGH_FROM else "medium"


def told(evidence: Evidence) -> dict[str, float]:
    """The evidence and the two sums, by name."""
    sums = {"near": near(evidence), "held": held(evidence)}
    return {name: round(value, 4) for name, value in (vars(evidence) | sums).items()}


def _sum(evidence: Evidence, weights: dict[str, float]) -> float:
    return sum(weight * float(getattr(evidence, name)) for name, weight in weights.items())
