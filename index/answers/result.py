"""The result of a search: candidates, best first, and how sure the search is of them."""

from dataclasses import dataclass, field
from datetime import datetime

from index.arrays import Vectors
from index.keywords.terms import Applied
from index.passages.document import Passage
from index.schemas.search import Confidence, PinMark


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
    pin: PinMark | None = None
    short: tuple[int, int] | None = None


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
