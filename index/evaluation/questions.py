"""Questions with known answers being asked, whoever answers them.

`Asker` is the seam: a throw-away index, the index of this installation, or its running service.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

DEPTH = 50
"""Passages asked for, so that ten documents remain when several passages belong to one."""
USUAL = 5
"""Answers of the search that is timed, as residents cause it."""

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


@dataclass(frozen=True)
class Question:
    """One question and what is known of its answer.

    `layers` are the jurisdictions to search, nearest first; `allowed` those an answer may come
    from (empty: unknown). `grades` maps documents that answer to a grade above 0. `label` says
    whether there is an answer at all, None when nobody said. Documents in `without` do not
    count as answers. `wanted` holds texts of which the first excerpt should contain one.
    """

    id: str
    text: str
    layers: tuple[str, ...]
    history: tuple[str, ...] = ()
    city: str = ""
    allowed: frozenset[str] = frozenset()
    grades: Mapping[str, int] = field(default_factory=dict)
    label: bool | None = None
    without: frozenset[str] = frozenset()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One candidate: its document, and what a resident would see of it."""

    document: str
    jurisdiction: str
    title: str
    excerpt: str
    confidence: str


@dataclass(frozen=True)
class HitList:
    """What a search gave. `support` is the number that decides about refusal; `stages` are milliseconds."""

    hits: tuple[Hit, ...]
    refused: bool
    support: float
    stages: Mapping[str, float]


class Asker(Protocol):
    """Answers a question with at most `limit` candidates."""

    def __call__(self, question: Question, *, limit: int) -> HitList: ...


@dataclass(frozen=True)
class Outcome:
    """What came of one question. `ranked` holds documents, best first, each once."""

    question: Question
    ranked: tuple[str, ...]
    first: Hit | None
    refused: bool
    support: float
    milliseconds: float
    stages: Mapping[str, float]

    @property
    def rank(self) -> int:
        """Of the first right document, from 1; 0 when none was found."""
        hits = (at for at, id in enumerate(self.ranked, start=1) if id in self.question.grades)
        return next(hits, 0)

    @property
    def right(self) -> bool | None:
        """Whether the first answer is right; None when nobody said what is."""
        if self.question.label is False:
            return False
        return self.rank == 1 if self.question.grades else None

    @property
    def wrong_city(self) -> bool | None:
        """Whether the first answer is another city's; None when the question's city is unknown."""
        if not self.question.allowed:
            return None
        return self.first is not None and self.first.jurisdiction not in self.question.allowed

    @property
    def holds(self) -> bool | None:
        """Whether the first excerpt contains a wanted text; None when none is wanted."""
        if not self.question.wanted:
            return None
        shown = squeezed(self.first.excerpt) if self.first else ""
        return any(squeezed(text) in shown for text in self.question.wanted)


def ask_all(asker: Asker, questions: Sequence[Question], tell: Progress) -> Iterator[Outcome]:
    """Ask one after the other, after one that is not counted."""
    if questions:
        asker(questions[0], limit=USUAL)
    for done, question in enumerate(questions, start=1):
        yield _asked(asker, question)
        tell(done, len(questions))


def _asked(asker: Asker, question: Question) -> Outcome:
    started = time.perf_counter()
    usual = asker(question, limit=USUAL)
    milliseconds = (time.perf_counter() - started) * 1000
    deep = asker(question, limit=DEPTH)
    counted = [hit for hit in deep.hits if hit.document not in question.without]
    return Outcome(
        question=question,
        ranked=tuple(dict.fromkeys(hit.document for hit in counted)),
        first=counted[0] if counted else None,
        refused=usual.refused or not counted,
        support=usual.support,
        milliseconds=milliseconds,
        stages=usual.stages,
    )


def squeezed(text: str) -> str:
    """With single blanks and without case, to compare what is worded alike."""
    return " ".join(text.lower().split())
