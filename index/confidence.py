"""How sure an answer is, and when to say that there is none.

A question is refused when nothing found is near it in meaning:

    z = 4.8 dense + 4.4 sentence - 4.3 < -0.3     with the best cosine of each kind found

The numbers come from a logistic regression that tells answerable questions from others, over
five public question sets and the demo cities; the others are questions about anything (CLINC150,
out of scope) and questions of one set asked of another. Each set and class weighs the same.
For a set left out of the fit, an answerable question has the higher z than one about anything
with probability .96 to .998, and than an unanswerable one on the same subject with .8 (Oval,
MT-RAG). The words a question shares with a passage add nothing to this: residents say "fridge"
where the page says "refrigerator", and "opening hours" is everywhere.

At -0.3, answerable questions are refused in 0 to 7 % of cases. Questions about anything are
not refused in 0 to 6 %, many of which are about city matters all the same; in the MT-RAG pool,
whose texts are about anything too, in 27 %. A question on the same subject that the texts do
not answer is often not refused: its answers then mostly are not `high`.

A passage is `high` when its whole fit (see `fusion`) and the share of the question's words it
holds are such that the first passage was right in 80 to 90 % of questions: 4.8 fit + 1.3
coverage - 5.1 >= 2.5. It is `low` when it would be refused by itself.
"""

import numpy as np

from index.documents import Confidence, Passage
from index.followups import Asked
from index.signals import Signals
from index.tongues import same
from index.words import stems

DENSE, SENTENCE, NEAR_BASE = 4.8, 4.4, -4.3
REFUSED_BELOW = -0.3
FIT, COVERAGE, FIT_BASE = 4.8, 1.3, -5.1
HIGH_FROM = 2.5


def nearness(dense: float, sentence: float) -> float:
    """z of the cosines of a passage and of a sentence: log odds that this answers."""
    return DENSE * dense + SENTENCE * sentence + NEAR_BASE


def support(signals: Signals) -> float:
    """How well the nearest among the candidates supports an answer: z, that of cosines of 0 when there is none."""
    if not len(signals.found):
        return NEAR_BASE
    values = signals.values
    return nearness(float(np.max(values["dense"])), float(np.max(values["sentence"])))


def refused(signals: Signals) -> bool:
    """Whether nothing among the candidates supports an answer."""
    return support(signals) < REFUSED_BELOW


def judge(parts: dict[str, float]) -> Confidence:
    """The confidence in one passage; `parts` holds its signals, `fit` and `coverage`."""
    if nearness(parts["dense"], parts["sentence"]) < REFUSED_BELOW:
        return "low"
    return "high" if FIT * parts["fit"] + COVERAGE * parts["coverage"] + FIT_BASE >= HIGH_FROM else "medium"


def coverage(asked: Asked, passage: Passage) -> float:
    """Share of the question's subject words that the passage, its title or headings hold, or another word for them."""
    if not asked.own:
        return 0.0
    whole = f"{passage.title} {passage.heading} {passage.question} {passage.text}"
    held = set(stems(whole)) | set(same(whole, passage.language, asked.spoken).values())
    for concept in asked.concepts:
        if any(held.issuperset(other.stems) for other in concept.others):
            held |= {stem for stem, _ in concept.own}
    return sum(word in held for word in asked.own) / len(asked.own)
