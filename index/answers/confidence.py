"""How sure an answer is, and when to say that there is none.

Logistic regressions on `Evidence` decide, each by what it tells apart:

    near = 10.98 dense + 13.78 usual + 4.35 fit + 1.82 covered - 11.04
        questions that the texts answer, from questions about anything
    held = 2.34 sentence + .58 standing + 2.12 fit + .18 covered - .65 length - 2.65
        the same, from questions on the subject that the texts do not answer
    chance = 1 / (1 + exp(4.47 - .20 standing - 3.77 margin - 1.44 agreed - 2.64 covered))
        right first answers, from wrong ones

A question of more words finds more of them in any text, so `held` asks more of it.
A question is refused when `near` or `held` is too low. They are two because what tells a question
about water bills from one about football (is any text near it?) hardly tells it from one about
water bills that no text answers (does the nearest text hold all that was asked for?), and a
number for both does the first worse. An answer is `high` from a `chance` of .8 upwards and `low`
when it would be refused by itself. `docs/confidence.md` has the figures.
"""

import math

from index.answers.evidence import Evidence
from index.schemas.search import Confidence

NEAR = {"dense": 10.98, "usual": 13.78, "fit": 4.35, "covered": 1.82}
NEAR_BASE = -11.04
NEAR_LEAST = -1.3
HELD = {"sentence": 2.34, "standing": 0.58, "fit": 2.12, "covered": 0.18, "length": -0.65}
HELD_BASE = -2.65
HELD_LEAST = -1.5
RIGHT = {"standing": 0.20, "margin": 3.77, "agreed": 1.44, "covered": 2.64}
RIGHT_BASE = -4.47
HIGH_FROM = 0.8
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
