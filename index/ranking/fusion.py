"""One order out of several features: a weighted sum on fixed scales.

    fit = .75 dense + .375 label + .375 sentence + .175 (bm25 + question) / s,   s = 2.7 ln(n + 1)

Cosines are used as they are. A BM25 score is divided by a scale that grows with the n
passages of the index as the weight of a rare word does, and not by the best score found:
a question whose words hardly occur then gets little from keywords. A passage without a
question or heading counts as if that fitted like its text.

Function words take part: that a resident asks "how long" and not "who" is told by words which
every text holds, and no other signal sees it. In the question of a FAQ they count fully, in
whole passages a quarter as much as subject words.

Cosines weigh 2 : 1 : 1, and both keyword scores the same, so what is fitted is one number: what keywords count beside
cosines. Fitted without the set that is asked it lies between .15 and .21. Share of questions whose first passage is right
under that fit: Quebec FAQ .734, CovidFAQ .751, Oval vaccine FAQ .750, OR-ShARC rules .734 (docs/ranking.md).
"""

from collections.abc import Mapping

import numpy as np

from index.arrays import Vectors
from index.ranking.features import Features

WEIGHTS = {"dense": 0.75, "label": 0.375, "sentence": 0.375, "bm25": 0.175, "question": 0.175}
KEYWORD = ("bm25", "question")
SCALE = 2.7
FORMS_COUNT = {"bm25": 0.25, "question": 1.0}
"""What a function word counts in each keyword signal, where a subject word counts 1."""


def parts(features: Features, *, passages: int) -> Mapping[str, Vectors]:
    """Each signal on the scale on which it is weighted, by name."""
    if passages not in features.scaled:
        values = features.values
        values = values | {"label": np.where(np.isnan(values["label"]), values["dense"], values["label"])}
        by = scale(passages)
        features.scaled[passages] = {n: values[n] / by if n in KEYWORD else values[n] for n in WEIGHTS}
    return features.scaled[passages]


def scale(passages: int) -> float:
    """What keyword scores are divided by."""
    return SCALE * float(np.log1p(max(passages, 1)))


def fuse(features: Features, *, passages: int) -> Vectors:
    """How well each candidate fits, on a scale that can be compared between questions: about 0 to 2."""
    return total(parts(features, passages=passages))


def total(parts: Mapping[str, Vectors]) -> Vectors:
    """The weighted sum of `parts`."""
    fits = np.zeros(len(parts["dense"]), np.float32)
    for name, values in parts.items():
        fits += WEIGHTS[name] * values
    return fits


def scaled(fits: Vectors) -> Vectors:
    """Shifted and stretched so that the best is 1 and the mean 0: what votes and layers are added to."""
    if not len(fits):
        return fits
    centred = fits - fits.mean()
    best = float(centred.max())
    return centred / best if best > 1e-6 else np.ones_like(fits)
