"""What the search service takes and gives, as JSON. Light: other processes import this module.

Absent optional fields of an answer are left out, every other field is always there. Times are
ISO 8601 in UTC. `highlights` are [start, end) character offsets into the excerpt.
"""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from townclerk.clock import iso

Confidence = Literal["high", "medium", "low"]
Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]


def _without_zero(value: object) -> object:
    # PostgreSQL stores no zero characters, and nobody types one.
    return value.replace("\0", "") if isinstance(value, str) else value


_CLEAN = BeforeValidator(_without_zero)
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), _CLEAN]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=63), _CLEAN]


Value = TypeVar("Value")
Absent = Annotated[Value | None, Field(exclude_if=lambda value: value is None)]
"""Left out where there is none."""


Number = Annotated[int, Field(ge=1, lt=2**31)]
"""The number of a stored row, in an address."""


Before = Annotated[str, StringConstraints(max_length=2000), _CLEAN]
"""A question that was asked before."""


class Shape(BaseModel):
    """Base of all shapes: values do not change after they are made."""

    model_config = ConfigDict(frozen=True)


class Answer(Shape):
    """One quotation with its link, date and place. `excerpt` stands word for word on the page.

    `id` is what a vote names; it cannot be guessed. `passage` is the passage's own key, the
    same across rebuilds of the index. `pinned`: it stands first because staff say so. `short` is there
    when the excerpt is long for a text message: the part that answers in one (see `index.excerpts`)."""

    id: str
    kind: Literal["faq", "passage"]
    question: Absent[str] = None
    title: str
    heading: str
    excerpt: str
    highlights: list[tuple[int, int]] = []
    short: Absent[str] = None
    short_highlights: Absent[list[tuple[int, int]]] = None
    url: str
    jurisdiction: str
    score: float
    confidence: Confidence
    page_date: Absent[date] = None
    checked_at: Absent[Moment] = None
    passage: str
    pinned: Absent[Literal[True]] = None


class SearchRequest(Shape):
    """A question, the questions before it (oldest first), and where it is asked.

    Without `city` only the federal layer is searched, unless there is just one city.
    With `record` false nothing is stored and the answers cannot be voted on.
    """

    text: Question
    city: Id | None = None
    history: list[Before] = Field(default=[], max_length=10)
    limit: int = Field(default=5, ge=1, le=50)
    channel: Id = "web"
    record: bool = True


class SearchResponse(Shape):
    """The answers, best first. When `refused`, they are only the closest passages: do not show them as answers."""

    answers: list[Answer]
    refused: bool
    city: str | None
    layers: list[str]


class FeedbackRequest(Shape):
    """One vote. `voter` is an opaque name for who votes; a second vote of the same voter replaces the first."""

    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    vote: Literal["up", "down"]
    voter: Annotated[str, StringConstraints(max_length=128), _CLEAN] | None = None
    comment: Annotated[str, StringConstraints(max_length=2000), _CLEAN] | None = None


class VoteCount(Shape):
    """Votes in force."""

    up: int
    down: int


class FeedbackResponse(Shape):
    """Whether the vote was stored, and the votes on this passage in the city where it was asked."""

    recorded: bool
    votes: VoteCount


class RejectedRow(Shape):
    """A row of a CSV file that was not imported. `line` counts from 1, the header included."""

    line: int
    reason: str


class ImportResult(Shape):
    """What an import did: rows per outcome."""

    imported: int
    updated: int
    unchanged: int
    rejected: list[RejectedRow]


class FaqEntry(Shape):
    """One stored FAQ."""

    id: int
    city: str
    question: str
    answer: str
    url: str
    language: str
    valid_from: date | None
    valid_until: date | None
    owner: str
    review_by: date | None
    updated_at: Moment


class AskedQuestion(Shape):
    """A recorded question, personal data masked, with the first answer as it was given."""

    id: str
    asked_at: Moment
    text: str
    city: str | None
    channel: str
    refused: bool
    confidence: Confidence
    answer: str
    title: str
    url: str
    jurisdiction: str
    milliseconds: float
    votes: VoteCount
    pinned: bool = False


class CountedVote(Shape):
    """A vote that moved a candidate: how similar its question is, and what it weighs (0 to 1)."""

    question: str
    vote: Literal["up", "down"]
    similarity: float
    weight: float
    created_at: Moment


class PinShown(Shape):
    """That a pin put a candidate first: its number, and which of its wordings is how similar; `exact`: the very same."""

    id: int
    wording: str
    similarity: float
    exact: bool


class ExplainedCandidate(Shape):
    """Why a candidate stands where it does: every part of its score and each vote that counted."""

    passage: str
    document: str = ""
    kind: Literal["faq", "passage"]
    title: str
    url: str
    jurisdiction: str
    excerpt: str
    score: float
    confidence: Confidence
    parts: dict[str, float]
    vote_adjustment: float
    votes: list[CountedVote]
    pin: PinShown | None = None


class UsedSynonym(Shape):
    """What a question says, what was looked for too, and the numbers of the rules that say so."""

    asked: str
    also: list[str]
    rules: list[int]


class Explanation(Shape):
    """The order of the candidates and what it rests on. `support` is the number that decides about refusal, `evidence`
    what it comes from. `read_as` is the question as it was compared by meaning: mended, joined with earlier ones,
    abbreviations written out."""

    text: str
    city: str | None
    layers: list[str]
    refused: bool
    confidence: Confidence
    support: float = 0.0
    evidence: dict[str, float] = {}
    read_as: str = ""
    synonyms: list[UsedSynonym] = []
    candidates: list[ExplainedCandidate]
    timings_ms: dict[str, float]


class RevokeRequest(Shape):
    """Which votes to undo: all that match every given condition. At least one is needed."""

    since: datetime | None = None
    until: datetime | None = None
    passage: str | None = None
    voter: str | None = None
    city: str | None = None


class RevokeResponse(Shape):
    """How many votes were undone."""

    revoked: int
