"""What the search service takes and gives about pins, as JSON. Light: other processes import this module."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from index.schemas.base import Id, Moment, Question, Shape
from index.schemas.feedback import VoteCount

State = Literal["in_force", "changed", "broken", "waiting", "ended", "paused"]
"""`changed` and `broken` pins are in force, but the page is another than when it was pinned, or is gone."""


class PinRequest(Shape):
    """A pin as staff set it: where, for which wordings of the question, what, and from when to when (days included).

    What: exactly one of `passage` (its key, as answers name it), `faq` (its number) and `url` (a page). When a
    pin is changed, none of them leaves what is pinned as it is. `by` is who asks for it.
    """

    city: Id
    wordings: list[Question] = Field(max_length=100)
    passage: Annotated[str, StringConstraints(max_length=64)] = ""
    faq: int | None = None
    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2048)] = ""
    valid_from: date | None = None
    valid_until: date | None = None
    active: bool = True
    by: Annotated[str, StringConstraints(max_length=63)] = ""


class SimilarQuestion(Shape):
    """A question that residents asked in other words, personal data masked: how often lately, and how near it is (cosine)."""

    text: str
    times: int
    similarity: float


class PinEntry(Shape):
    """A stored pin and how it stands. `title` and `text` are of what was pinned, as it was then; `place` is its jurisdiction.

    `problem` says what staff should look at. `votes` are those on answers that stood under it.
    """

    id: int
    city: str
    wordings: list[str]
    kind: Literal["faq", "page", "passage"]
    place: str
    document: str
    passage: str
    url: str
    title: str
    text: str
    valid_from: date | None
    valid_until: date | None
    active: bool
    state: State
    problem: str
    votes: VoteCount
    created_at: Moment
    created_by: str
    changed_at: Moment
    changed_by: str
