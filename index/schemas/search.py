"""Searches and their answers, as JSON. Light: other processes import this module.

Absent optional fields of an answer are left out, every other field is always there. `highlights` are
[start, end) character offsets into the excerpt.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from index.schemas.base import Absent, Before, Id, Moment, Question, Shape

Confidence = Literal["high", "medium", "low"]


class Answer(Shape):
    """One quotation with its link, date and place. `excerpt` stands word for word on the page.

    `id` is what a vote names; it cannot be guessed. `passage` is the passage's own key, the
    same across rebuilds of the index. `pinned`: it stands first because staff say so. `short` is there
    when the excerpt is long for a text message: the part that answers in one (see `index.excerpts`). `lang`: the page's language, as a tag."""

    id: str
    kind: Literal["faq", "passage"]
    question: Absent[str] = None
    title: str
    heading: str
    excerpt: str
    highlights: list[tuple[int, int]] = Field(default=[])
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
    lang: Absent[str] = None


class ShownPassage(Shape):
    """An answer that was shown before in the same conversation: `passage`, `url` and `excerpt` of the `Answer`."""

    passage: Annotated[str, StringConstraints(max_length=64)]
    url: Annotated[str, StringConstraints(max_length=2000)] = ""
    excerpt: Annotated[str, StringConstraints(max_length=10_000)] = ""


class SearchRequest(Shape):
    """A question, the questions before it and the answers that were shown (both oldest first), and where it is asked.

    Without `city` only the federal layer is searched, unless there is just one city.
    With `record` false nothing is stored and the answers cannot be voted on.
    """

    text: Question
    city: Id | None = None
    history: list[Before] = Field(default=[], max_length=10)
    shown: list[ShownPassage] = Field(default=[], max_length=20)
    limit: int = Field(default=5, ge=1, le=50)
    channel: Id = "web"
    record: bool = True


class SearchResponse(Shape):
    """The answers, best first. When `refused`, they are only the closest passages: do not show them as answers."""

    answers: list[Answer]
    refused: bool
    city: str | None
    layers: list[str]


class CountedVote(Shape):
    """A vote that moved a candidate: how similar its question is, and what it weighs (0 to 1)."""

    question: str
    vote: Literal["up", "down"]
    similarity: float
    weight: float
    created_at: Moment


class PinMark(Shape):
    """A pin that put a candidate first: its number, and which of its wordings is how similar (cosine).

    `exact`: it is that very wording, but for case and punctuation.
    """

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
    pin: PinMark | None = None


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
    evidence: dict[str, float] = Field(default={})
    read_as: str = ""
    synonyms: list[UsedSynonym] = Field(default=[])
    candidates: list[ExplainedCandidate]
    timings_ms: dict[str, float]
