"""How sure an answer is, and when to say that there is none.

    z = 4.8 fit + 1.3 coverage - 5.1;   refused below 0, `high` from 2.5, between them `medium`

`fit` is the weighted sum of all signals (see `fusion`), on a scale that can be compared
between questions; `coverage` is the share of the question's subject words that the passage
holds. The numbers come from a logistic regression that tells answerable questions of five
public sets (3,445) from their unanswerable ones (141) and from 250 questions about other
things asked of each set (CLINC150, out of scope), every set and class weighing the same.
With the set left out that is measured, an answerable question stands above one about
other things with probability .96 to .999, and above an unanswerable one on the same
subject (Oval, MT-RAG) with .77 and .85.

At 0, 1 to 10 % of answerable questions are refused, and those mostly where the first
passage is wrong anyway; 1 to 10 % of questions about other things are not. From 2.5 the
first passage is right in 80 to 90 %. A question on the same subject that the texts do not
answer is often not refused (Oval: 70 %): it then gets `medium` in most cases.
"""

from index.documents import Confidence, Passage
from index.followups import Asked
from index.words import stems

FIT, COVERAGE, BASE = 4.8, 1.3, -5.1
REFUSED_BELOW = 0.0
HIGH_FROM = 2.5


def evidence(fit: float, coverage: float) -> float:
    """z of one passage: the log odds that it answers."""
    return FIT * fit + COVERAGE * coverage + BASE


def judge(z: float) -> Confidence:
    """The confidence in one passage."""
    if z < REFUSED_BELOW:
        return "low"
    return "high" if z >= HIGH_FROM else "medium"


def coverage(asked: Asked, passage: Passage) -> float:
    """Share of the question's subject words that the passage, its title or headings hold."""
    if not asked.own:
        return 0.0
    held = set(stems(f"{passage.title} {passage.heading} {passage.question} {passage.text}"))
    return sum(word in held for word in asked.own) / len(asked.own)
