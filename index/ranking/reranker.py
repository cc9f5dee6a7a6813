"""The first passages, read: those come forward that say what each word of the question means, and what it asks for.

One vector for a whole passage tells what it is about and blurs whether it says what was asked. So the passages in front
are compared once more, by

- late interaction (ColBERT, Khattab and Zaharia 2020, arXiv 2004.12832): each token of the question with the token of the
  passage that is nearest to it in meaning; the mean of these cosines;
- the share of the question's subject words that they cover (see `index.answers.evidence`);
- whether they hold the kind of thing that was asked for: a price, a time, a place.

FAQs keep their order among themselves, as each is read as the first of them: their questions were compared already, and the
words of their answers tell less (docs/ranking.md).
"""

from collections.abc import Callable, Mapping, Sequence

from index.passages.document import Passage
from index.query.query import Query
from index.ranking.ranker import Ranked
from index.text.answer_types import holds

READ = 8
"""Passages read: one that holds the answer is among them for 289 of 315 questions, among twelve for 294, among sixteen for 297."""
WEIGHTS = {"tokens": 3.0, "words": 1.0, "kind": 0.4}
"""What each counts beside a score, of which the mean over all candidates is 0 and the best 1."""


class Reranker:
    """Reads passages for one question; `passage`, `nearness` (of the tokens) and `covered` tell what is known of a candidate."""

    def __init__(
        self,
        asked: Query,
        *,
        passage: Callable[[Ranked], Passage],
        nearness: Callable[[int], float],
        covered: Callable[[int], float],
    ) -> None:
        self._asked, self._passage, self._nearness, self._covered = asked, passage, nearness, covered

    def ordered(self, ranked: Sequence[Ranked], *, also: Callable[[Ranked], bool] = lambda _: False) -> list[Ranked]:
        """The new order. Those in front are read and the ones `also` to be; any other counts as the worst of them does."""
        if not ranked:
            return []
        front = [each for place, each in enumerate(ranked) if place < READ or also(each)]
        faqs = [each for each in front if self._passage(each).kind == "faq"]
        read = {each.i: self._read(faqs[0] if each in faqs else each) for each in front}
        best, worst = ({name: most(one[name] for one in read.values()) for name in WEIGHTS} for most in (max, min))
        moved = [self._moved(each, read.get(each.i, worst), best) for each in ranked]
        return sorted(moved, key=lambda each: -each.score)

    def _moved(self, ranked: Ranked, own: Mapping[str, float], best: Mapping[str, float]) -> Ranked:
        for name, weight in WEIGHTS.items():
            ranked = ranked.moved_to(ranked.score + weight * (own[name] - best[name]), name)
        return ranked

    def _read(self, ranked: Ranked) -> dict[str, float]:
        kinds = self._asked.kinds
        return {
            "tokens": self._nearness(ranked.i),
            "words": self._covered(ranked.i),
            "kind": float(bool(kinds) and holds(self._passage(ranked).text, kinds)),
        }
