"""What speaks for an answer being among the texts: a question seen from several sides.

`margin` is how far a passage's fit is above that of those which are usual for the question, the fifth
to the twentieth. `agreed` is the share of four features whose own first comes from the same document.

`covered` is the share of the question's subject words whose meaning the best passage holds,
weighted by how rare each is. A word is held when the passage has one of its forms, or a synonym
that staff keep; in part when it has a word of like meaning (`meanings`), from a cosine of 0
upwards, wholly from .5. A number is held only as it is, and holds no word: all numbers look alike.
Words of a passage in another language than the question's cannot be looked for: it covers TYPICAL or more. A word that only
says what type of answer is asked for ("how much", "hours") does not count in a passage that holds one.

`nearness` is how near the tokens of the question are to those of the passages in front. Between two languages, and where the encoder
has no tokens, it is what it usually is for that cosine.

Cosines and fits are divided by the spread of the encoder, so that they mean the same with every one; and between two
languages they count ACROSS as much.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.arrays import Vectors
from index.embedding.encoder import Encoder
from index.keywords.bm25_index import KeywordIndex
from index.passages.document import Passage
from index.query.query import Query
from index.ranking.features import Features
from index.ranking.fusion import parts, total
from index.segments.passage_cache import CachedPassage
from index.segments.reader import SegmentReader
from index.segments.sample import Baseline
from index.text.answer_types import KIND_WORDS, holds
from index.text.languages import foreign, same
from index.text.tokenizer import distinct_subjects, stem

ALIKE = 0.5
"""The cosine of two words from which one stands for the other."""
AGREEING = ("dense", "label", "sentence", "bm25")
"""The features that may agree; FAQ questions are not everywhere."""
TYPICAL = 0.75
"""What a passage covers of a question that it answers, where that cannot be told: a little less than the median, .85."""
ACROSS = 1.3
"""The median best cosine of 286 questions in French with FAQs in English is .38, of 350 in English with the same .47; what is
asked about anything has .20 and .24. Fits have .64 and 1.03, .35 and .43, as no words are shared."""
NO_COSINE = 0.3
"""The nearness of 2,300 questions, with an answer and without, was 1.02 times the best cosine more than this."""
MARGIN_FROM, MARGIN_TO, USUAL_FIT = 4, 20, 0.6
"""The candidates whose fit is usual for a question; where fewer are found, the others are taken to fit as they do on average."""


@dataclass(frozen=True)
class Evidence:
    """The best cosine of a passage; the best nearness of its tokens; how far it stands out among all (see `sample`); the fit of
    the best passage (see `fusion`), its margin, which features agreed on it, and how much of the question it covers, 0 to 1."""

    dense: float
    nearness: float
    standing: float
    fit: float
    margin: float
    agreed: float
    covered: float


NOTHING = Evidence(0.0, 0.0, -5.0, 0.0, 0.0, 0.0, 0.0)
"""When no passage is there."""


@dataclass(frozen=True)
class Surroundings:
    """What each candidate of one question is judged against: the usual cosine and fit, and the document that each
    signal puts first. `best` is the candidate that fits best, `top` its fit; `spread` is the encoder's."""

    asked: Query
    level: Baseline
    best: int
    top: float
    fit: float
    firsts: tuple[str, ...]
    spread: float

    def evidence(self, values: Mapping[str, float], passage: Passage, *, covered: float) -> Evidence:
        """The evidence for a passage; `values` holds its fit, cosine and nearness."""
        one_language = self.asked.language == foreign(passage.language)
        spread = self.spread / (1 if one_language else ACROSS)
        dense = values["dense"] / spread
        return Evidence(
            dense,
            (one_language and values["nearness"]) or NO_COSINE + dense,
            self.level.standing(values["dense"]),
            values["fit"] / spread,
            (values["fit"] - self.fit) / spread,
            self.firsts.count(passage.document_key) / len(AGREEING),
            covered,
        )


def surroundings(
    asked: Query, features: Features, level: Baseline, reader: SegmentReader, *, spread: float
) -> Surroundings:
    """What the candidates of a question have in common; there must be any."""
    scaled, found = parts(features, passages=len(reader)), features.found
    tops = [int(values.argmax()) for values in map(scaled.__getitem__, AGREEING) if values.max() > 0]
    keys = {
        top: reader.segments[found.segment[top]].document_row(found.position[top : top + 1])[0].key for top in {*tops}
    }
    fits = total(scaled)
    best = int(fits.argmax())
    shared = np.sort(fits)[::-1][MARGIN_FROM:MARGIN_TO]
    missing = MARGIN_TO - MARGIN_FROM - len(shared)
    usual = (float(shared.sum()) + missing * USUAL_FIT * spread) / (MARGIN_TO - MARGIN_FROM)
    firsts = tuple(keys[top] for top in tops)
    return Surroundings(asked, level, best, float(fits[best]), usual, firsts, spread)


class Coverage:
    """How much of one question passages cover."""

    def __init__(self, asked: Query, *, keywords: KeywordIndex) -> None:
        self._asked = asked
        self._stems = list(map(stem, asked.words))
        self._rarity = np.array(list(map(keywords.idf, self._stems)), np.float32)

    def share(self, reading: CachedPassage, *, encoder: Encoder) -> float:
        """Share of the question's subject words whose meaning a passage holds, 0 to 1.

        Words of like meaning do not count in a question that is not in English: to the model, words of another language
        are all alike.
        """
        asked, stems = self._asked, set(reading.subjects)
        if not self._stems or not stems:
            return 0.0
        if asked.spoken:
            stems.update(same(" ".join(reading.words), reading.passage.language, asked.spoken).values())
        for concept in asked.concepts:
            if any(stems.issuperset(other.stems) for other in concept.others):
                stems |= {own for own, _ in concept.own}
        held = [float(each in stems) for each in self._stems]
        counts = self._rarity * self._counted(reading.passage.text)
        missing = [i for i, word in enumerate(asked.words) if not held[i] and not _number(word)]
        if missing and not asked.language:
            there = [word for word in distinct_subjects(reading.words) if not _number(word)]
            words = encoder.words([asked.words[i] for i in missing]), encoder.words(there)
            for i, alike in zip(missing, _alike(*words).tolist(), strict=True):
                held[i] = alike
        share = float(counts @ np.array(held)) / float(counts.sum()) if counts.any() else 1.0
        return share if asked.language == foreign(reading.passage.language) else max(share, TYPICAL)

    def _counted(self, text: str) -> Vectors:
        """0 for the words that only say what type of answer is asked for, where the text holds one; else 1."""
        told = " ".join(KIND_WORDS[kind] for kind in self._asked.kinds if holds(text, (kind,))).split()
        return np.array([word not in told for word in self._asked.words], np.float32)


def _number(word: str) -> bool:
    return not word.isalpha() and any(map(str.isdigit, word))


def _alike(own: Vectors, there: Vectors) -> Vectors:
    alike: Vectors = np.clip(np.max(own @ there.T, axis=1, initial=0.0) / ALIKE, 0.0, 1.0)
    return alike
