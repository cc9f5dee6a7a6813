"""Asks the questions of a set and keeps the evidence that the engine saw for each.

Every answerable question is also asked with its answers left out ("removed"): a question on the subject that the texts do not answer.
"""

import itertools
import random
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.answers.evidence import Evidence
from index.evaluation.questions import Question
from index.evaluation.runs import Options, Prepared, kept_in, prepared, throw_away
from index.ranking.features import Signals
from index.ranking.fusion import fuse
from index.search.searcher import Engine
from index.segments.reader import Found
from townclerk.demo import evaluate
from townclerk.settings import Settings

KINDS = ("yes", "unanswerable", "removed", "anything")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """The questions of a set: a row of evidence each, what `kind` of question it is, whether the best passage was
    `right`, and which `question` it came from: a number, -1 for one about anything."""

    name: str
    values: Numbers
    kind: NDArray[np.str_]
    right: Numbers
    question: NDArray[np.int64]

    def of(self, *kinds: str) -> NDArray[np.bool_]:
        """Which rows are of these kinds."""
        return np.isin(self.kind, kinds)

    def only(self, rows: NDArray[np.bool_]) -> "Measured":
        """Some of the rows."""
        return Measured(self.name, self.values[rows], self.kind[rows], self.right[rows], self.question[rows])


@dataclass(frozen=True)
class Row:
    """What came of one question."""

    evidence: Evidence
    kind: str
    right: bool = False
    question: int = -1


def of_folder(folder: Path, settings: Settings, *, other: Sequence[str], options: Namespace) -> Measured:
    """Index a set and ask its questions and the others."""
    with kept_in(options.keep / folder.resolve().name, settings) if options.keep else throw_away(settings) as process:
        ready = prepared(process, folder, options=Options(history=True), tell=tell)
        return measure(process.engine, ready, other=other, each=options.each)


def of_demo(settings: Settings, *, other: Sequence[str], each: int) -> Measured:
    """Crawl the demo cities and ask their questions and the others."""
    with evaluate.built(settings) as process:
        ids = evaluate.documents(process)
        asked = [question for name in evaluate.SETS for question in evaluate.questions(process, name)]
        ready = Prepared("demo", len(ids), asked, lambda key: ids[key])
        return measure(process.engine, ready, other=other, each=each)


def measure(engine: Engine, ready: Prepared, *, other: Sequence[str], each: int) -> Measured:
    """Ask questions of a set and the others, whose places are those of one question after the other."""
    rows: list[Row] = []
    asked = random.Random(1).sample(ready.questions, min(each, len(ready.questions)))  # noqa: S311
    for number, question in enumerate(asked):
        rows += answered(engine, ready, question, number=number)
        tell(number + 1, len(asked))
    for done, (text, question) in enumerate(zip(other, itertools.cycle(asked), strict=False), start=1):
        rows.append(Row(Looked(engine, text, (), question.layers).evidence(), "anything"))
        tell(done, len(other))
    return Measured(
        ready.name,
        np.array([astuple(row.evidence) for row in rows], float),
        np.array([row.kind for row in rows]),
        np.array([row.right for row in rows], float),
        np.array([row.question for row in rows]),
    )


def answered(engine: Engine, ready: Prepared, question: Question, *, number: int) -> Iterator[Row]:
    """The evidence for a question, and once more with its answers left out."""
    looked = Looked(engine, question.text, question.history, question.layers)
    if question.label is False:
        yield Row(looked.evidence(), "unanswerable", question=number)
    elif question.grades:
        right = np.array([ready.id_of(key) in question.grades for key in looked.keys])
        first = bool(right[looked.best()]) if len(right) else False
        yield Row(looked.evidence(), "yes", first, number)
        yield Row(looked.evidence(~right), "removed", question=number)


class Looked:
    """The candidates of one question."""

    def __init__(self, engine: Engine, text: str, history: Sequence[str], layers: Sequence[str]) -> None:
        self.retrieval, self.asked, self.catalogue = engine.comparing(text, history, layers)
        vector = self.retrieval.meaning(self.asked)
        self.level = self.retrieval.level(vector, layers)
        self.signals = self.retrieval.compare(self.asked, layers, vector)
        found = self.signals.found
        segments = self.catalogue.segments
        places = zip(found.segment.tolist(), found.position.tolist(), strict=True)
        self.keys = [segments[number].filed(np.array([position]))[0].key for number, position in places]

    def best(self) -> int:
        """The candidate that fits best."""
        return int(np.argmax(fuse(self.signals, passages=len(self.catalogue))))

    def evidence(self, kept: NDArray[np.bool_] | None = None) -> Evidence:
        """What the engine would see if only some candidates were there."""
        signals = self.signals
        if kept is not None and len(kept):
            found = Found(*(getattr(signals.found, each.name)[kept] for each in fields(Found)))
            signals = Signals(found, {name: values[kept] for name, values in signals.values.items()})
        return self.retrieval.evidence(self.asked, signals, self.retrieval.around(self.asked, signals, self.level))


def tell(done: int, total: int) -> None:
    """How far it is, on standard error."""
    if done % 50 == 0 or done == total:
        sys.stderr.write(f"\r{done}/{total} ")
