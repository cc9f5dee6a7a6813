"""How much more a text is like written examples than like counter-examples.

Naive Bayes over the words, pairs of words, and three to five letters in a row of each text, each counted once: the
log-odds of all that is known, over the square root of their number, so that long texts do not win by length.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from townclerk.text.folding import plain_words

SMOOTHING = 0.1
"""Added to each count."""


class Likeness:
    """Made from the texts of each label, and the texts `against` all labels."""

    def __init__(self, examples: Mapping[str, Sequence[str]], against: Sequence[str]) -> None:
        self._counts = {label: _count(texts) for label, texts in examples.items()}
        self._sizes = {label: len(texts) for label, texts in examples.items()}
        self._of_all, self._others = sum(self._counts.values(), Counter[str]()), _count(against)
        self._all, self._against = sum(self._sizes.values()), len(against)

    def score(self, text: str) -> float:
        """Above 0 when it is more like the examples; about 6 and more is sure."""
        known = [part for part in _parts(text) if part in self._of_all or part in self._others]
        odds = (_log(self._of_all[p], self._all) - _log(self._others[p], self._against) for p in known)
        return sum(odds) / math.sqrt(len(known)) if known else 0.0

    def nearest(self, text: str) -> str:
        """The label whose examples the text is most like."""
        parts = _parts(text)
        return max(self._counts, key=lambda label: self._fit(label, parts))

    def _fit(self, label: str, parts: Iterable[str]) -> float:
        counts, size = self._counts[label], self._sizes[label]
        return sum(
            _log(counts[part], size) - _log(self._of_all[part] - counts[part], self._all - size) for part in parts
        )


def _log(count: int, size: int) -> float:
    return math.log((count + SMOOTHING) / (size + 2 * SMOOTHING))


def _count(texts: Sequence[str]) -> Counter[str]:
    return Counter(part for text in texts for part in _parts(text))


def _parts(text: str) -> set[str]:
    words = ["^", *plain_words(text).split(), "$"]
    parts = set(words) | {f"{one}_{two}" for one, two in pairwise(words)}
    padded = [f" {word} " for word in words]
    return parts | {w[i : i + n] for w in padded for n in (3, 4, 5) for i in range(len(w) - n + 1)}
