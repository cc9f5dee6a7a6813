"""What the engine is given, what it indexes and what it finds: the values at its edge.

A `Document` (a crawled page or one FAQ) goes in, is cut into `Passage`s, and a search
gives back `Candidate`s. `Marker` says up to where the database had been read.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.keywords.terms import Applied

if TYPE_CHECKING:
    from index.segments.reader import Catalogue

Vectors = NDArray[np.float32]
"""Rows of unit-length vectors, or one such vector."""

BlockKind = Literal["text", "list", "table", "faq"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Section:
    """One block of a document in reading order. Lines, list items and table rows end in newlines."""

    kind: BlockKind
    text: str
    heading: tuple[str, ...] = ()
    question: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Document:
    """A page or a FAQ as the engine indexes it. `key` is stable: `page:<id>` or `faq:<id>`.

    `checked_at` does not count as content: a page that was checked again without a
    change is not indexed again.
    """

    key: str
    jurisdiction: str
    kind: Literal["page", "faq"]
    url: str
    title: str
    language: str
    blocks: tuple[Section, ...]
    page_date: date | None = None
    checked_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of everything that makes its passages; equal fingerprints need no new indexing."""
        parts = [self.jurisdiction, self.kind, self.url, self.title, self.language, str(self.page_date)]
        for block in self.blocks:
            parts += [block.kind, *block.heading, "", block.text, block.question, block.anchor]
        return hashed(*parts)


@dataclass(frozen=True)
class Passage:
    """A piece of a document that can be an answer, and what a vote attaches to.

    `key` comes from the content alone (jurisdiction, address, heading, question, text), so
    a vote finds its passage again after the index was rebuilt. `url` carries the fragment
    when the page has one. `heading` is the heading path joined by " > ".
    """

    key: str
    document_key: str
    jurisdiction: str
    kind: Literal["faq", "passage"]
    url: str
    title: str
    heading: str
    text: str
    question: str
    language: str
    page_date: date | None = None


@dataclass(frozen=True)
class Candidate:
    """One found passage with its excerpt and how its score came about.

    `score` is what the order follows: a weighted sum of signals, 1.0 for the best candidate
    before votes and about 0 for the middle of those compared. `parts` names each signal
    (`dense`, `bm25`, `question`, ..., `vote`, `pin`). `highlights` are [start, end) offsets into
    `excerpt`, which occurs word for word in `passage.text`; `short` is that part of it which answers in
    one text message, None when all of it does. `row` is the engine's own number.
    """

    passage: Passage
    score: float
    parts: dict[str, float]
    excerpt: str
    highlights: list[tuple[int, int]]
    confidence: Confidence
    checked_at: datetime | None = None
    row: int = -1
    pin: "PinMark | None" = None
    short: tuple[int, int] | None = None


@dataclass(frozen=True)
class PinMark:
    """That staff pinned a passage for this question: the pin's number, and which of its wordings is how similar.

    `exact`: it is that very wording, but for case and punctuation.
    """

    id: int
    wording: str
    similarity: float
    exact: bool


@dataclass(frozen=True)
class Placed:
    """A pin that a question meets, and the rows of which the best stands first: one passage, or those of a page."""

    mark: PinMark
    rows: Sequence[int]


class Contender(NamedTuple):
    """A passage by its key before it is read, with its score and the two numbers that this came from."""

    key: str
    score: float
    fit: float
    relative: float


Adjust = Callable[[Vectors, Sequence[Contender]], dict[str, float]]
"""Given the query vector and the contenders, best first, how much to add to the score of a passage key."""

Pinned = Callable[[Vectors, "Catalogue"], Sequence[Placed]]
"""Given the query vector and what is served, the pins that come first, in their order."""


@dataclass(frozen=True)
class SearchResult:
    """What a search found, best first. `timings` are milliseconds by stage.

    `support` is the number that decides about refusal, higher is surer; `evidence` what it comes from. When
    `refused`, nothing found supports an answer; the candidates are only the closest. `read_as` is the text that
    was compared by meaning (spelling mended, abbreviations written out), `applied` the synonyms.
    """

    candidates: list[Candidate]
    refused: bool
    confidence: Confidence
    query_vector: Vectors
    timings: dict[str, float] = field(default_factory=dict)
    support: float = 0.0
    read_as: str = ""
    applied: tuple[Applied, ...] = ()
    evidence: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Marker:
    """Up to where the database had been read when a snapshot was published.

    All zero means nothing was read yet (or all snapshots were lost): read everything again.
    `database` tells one database from another, so that a replaced one is read from its start.
    `rolled_back` says to what and when the content was rolled back; empty once all was compared again.
    """

    pages: int = 0
    faqs: int = 0
    database: str = ""
    rolled_back: str = ""


@dataclass(frozen=True)
class EngineStats:
    """What is being served."""

    snapshot: str
    passages: int
    pages: int
    faqs: int
    marker: Marker
    model: str
    dimension: int
    alarms: tuple[str, ...] = ()
    searched_on: str = "cpu"


def hashed(*parts: str) -> str:
    """SHA-256 over parts, each ended by a zero byte so that no two lists of parts collide."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()
