"""What speaks for an answer being among the texts: a question seen from five sides.

`covered` is the share of the question's subject words whose meaning the best passage holds,
weighted by how rare each is. A word is held when the passage has one of its forms, or a synonym
that staff keep; in part when it has a word of like meaning (`meanings`), from a cosine of 0
upwards, wholly from .5. A number is held only as it is: all numbers look alike.
"""

from dataclasses import dataclass

import numpy as np

from index.documents import Passage, Vectors
from index.encoder import Encoder
from index.followups import Asked
from index.keywords import KeywordIndex
from index.signals import Signals
from index.tongues import same
from index.words import stem, subject_words

ALIKE = 0.5
"""The cosine of two words from which one stands for the other."""


@dataclass(frozen=True)
class Evidence:
    """The best cosine of a passage and of a sentence; how far the first stands out among all (see `background`);
    the fit of the best passage (see `fusion`), and how much of the question it covers, 0 to 1."""

    dense: float
    sentence: float
    standing: float
    fit: float
    covered: float


NOTHING = Evidence(0.0, 0.0, -5.0, 0.0, 0.0)
"""When no passage is there."""


def nearest(signals: Signals) -> tuple[float, float]:
    """The best cosine of a passage and of a sentence among the candidates."""
    return float(np.max(signals.values["dense"])), float(np.max(signals.values["sentence"]))


def covered(asked: Asked, passage: Passage, *, encoder: Encoder | None, keywords: KeywordIndex) -> float:
    """Share of the question's subject words whose meaning a passage holds, 0 to 1.

    Without an `encoder` words of like meaning do not count, which is quicker and never more.
    """
    text = f"{passage.title} {passage.heading} {passage.question} {passage.text}"
    own, there = list(asked.words), subject_words(text)
    if not own or not there:
        return 0.0
    stems = {stem(word) for word in there} | set(same(text, passage.language, asked.spoken).values())
    for concept in asked.concepts:
        if any(stems.issuperset(other.stems) for other in concept.others):
            stems |= {own for own, _ in concept.own}
    held = np.array([stem(word) in stems for word in own])
    alike = np.zeros(len(own), np.float32)
    if encoder and not held.all():
        alike = _alike(encoder.words(own), encoder.words(there))
        alike[[any(map(str.isdigit, word)) for word in own]] = 0.0
    rarity = np.array([keywords.idf(stem(word)) for word in own])
    return float(np.where(held, 1.0, alike) @ rarity / max(float(rarity.sum()), 1e-9))


def _alike(own: Vectors, there: Vectors) -> Vectors:
    alike: Vectors = np.clip(np.max(own @ there.T, axis=1) / ALIKE, 0.0, 1.0)
    return alike
