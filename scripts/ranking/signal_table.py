"""What a search compares, kept as numbers for all questions of a set, so that other weights are tried in a moment.

The signals are the engine's own, on the scale on which it weighs them (see `fusion`); nothing is
computed a second time here but the sum. Votes, layers, freshness and the leaving out of near
copies come after that sum and take no part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from index.evaluation.questions import Progress, Question
from index.evaluation.runs import Prepared
from index.passages.document import Vectors
from index.query.query import Asked
from index.ranking.fusion import FORMS_COUNT, WEIGHTS, parts, scale
from index.search.pipeline import Retrieval
from index.search.searcher import Engine

Ranks = NDArray[np.float64]
"""Per question the place of its first right document, from 1; infinite when no search brought one up."""
SUBJECT = {name: f"{name} subject" for name in FORMS_COUNT}
"""Keyword scores of the subject words alone."""
FORMS = {name: f"{name} forms" for name in FORMS_COUNT}
"""Keyword scores of the function words alone, each counting 1."""
NAMES = (*WEIGHTS, *SUBJECT.values(), *FORMS.values())
EVERY = 100_000
"""Rows that a keyword search may bring up here: more than a set has."""
RRF = 60
"""The usual constant of reciprocal-rank fusion (Cormack, Clarke & Buettcher 2009)."""


@dataclass(frozen=True)
class Compared:
    """One set: rows are passages, question by question and document by document.

    `values` is [row, signal] in the order of `NAMES`. `documents` holds the first row of each
    document of each question, `questions` the first document of each question.
    """

    name: str
    values: Vectors
    documents: NDArray[np.int64]
    questions: NDArray[np.int64]
    right: NDArray[np.bool_]

    def weighted(self, weights: Mapping[str, float]) -> Ranks:
        """Places under a weighted sum; a signal that is not named counts nothing."""
        return self.ranks(self.values @ np.array([weights.get(name, 0.0) for name in NAMES], np.float32))

    def reciprocal(self, *names: str) -> Ranks:
        """Places under reciprocal-rank fusion of some signals."""
        total = np.zeros(len(self.values))
        ends = [*self.documents[self.questions[1:]], len(self.values)]
        for start, end in zip(self.documents[self.questions], ends, strict=True):
            for name in names:
                order = np.argsort(-self.values[start:end, NAMES.index(name)], kind="stable")
                total[start + order] += 1 / (RRF + 1 + np.arange(end - start))
        return self.ranks(total)

    def ranks(self, scores: NDArray[np.floating]) -> Ranks:
        """Places under any scores of the rows. Of a document's passages the best counts."""
        best = np.maximum.reduceat(scores, self.documents)
        counts = np.diff(np.append(self.questions, len(best)))
        top = np.repeat(np.maximum.reduceat(np.where(self.right, best, -np.inf), self.questions), counts)
        numbers = np.arange(len(best))
        # Equal scores stand in the order of the index, as in a search.
        found = np.where(self.right & (best == top), numbers, len(best))
        first = np.repeat(np.minimum.reduceat(found, self.questions), counts)
        ahead = (best > top) | ((best == top) & (numbers < first))
        places = 1.0 + np.add.reduceat(ahead.astype(np.int64), self.questions)
        return np.where(np.isinf(top[self.questions]), np.inf, places)


def collect(engine: Engine, prepared: Prepared, *, tell: Progress) -> Compared:
    """All signals of all judged questions."""
    judged = [question for question in prepared.questions if question.grades]
    values: list[Vectors] = []
    documents: list[int] = []
    questions: list[int] = []
    right: list[bool] = []
    rows = 0
    for done, question in enumerate(judged, start=1):
        table, owners = _asked(engine, question)
        questions.append(len(documents))
        for key, group in groupby(owners):
            documents.append(rows)
            right.append(prepared.id_of(key) in question.grades)
            rows += len(list(group))
        values.append(table)
        tell(done, len(judged))
    return Compared(
        prepared.name, np.concatenate(values), np.array(documents), np.array(questions), np.array(right, np.bool_)
    )


def _asked(engine: Engine, question: Question) -> tuple[Vectors, list[str]]:
    """The signals of one question's candidates, and the document of each. Rows are in the order of the
    index, where those of one document stand together.
    """
    retrieval, asked, catalogue = engine.comparing(question.text, question.history, question.layers)
    signals = retrieval.compare(asked, question.layers, retrieval.meaning(asked), front=EVERY)
    found, passages = signals.found, len(catalogue)
    told = {**parts(signals, passages=passages)}
    for names, some in ((SUBJECT, replace(asked, forms=())), (FORMS, replace(asked, terms=(), concepts=()))):
        for signal, name in names.items():
            counts = FORMS_COUNT[signal] if names is FORMS else 1.0
            told[name] = _worded(retrieval, some, question, found.rows, signal) / (scale(passages) * counts)
    table = np.stack([told[name] for name in NAMES], axis=1).astype(np.float32)
    owners = [
        catalogue.segments[number].filed(np.array([position]))[0].key
        for number, position in zip(found.segment.tolist(), found.position.tolist(), strict=True)
    ]
    return table, owners


def _worded(retrieval: Retrieval, asked: Asked, question: Question, rows: NDArray[np.int64], signal: str) -> Vectors:
    """One keyword signal of these rows, however many others score more."""
    known, scores = retrieval.worded(asked, question.layers, signal, limit=EVERY)
    found = dict(zip(known.tolist(), scores.tolist(), strict=True))
    return np.array([found.get(row, 0.0) for row in rows.tolist()], np.float32)
