"""Votes and recorded questions, as JSON. Light: other processes import this module."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from index.schemas.base import CLEAN, Moment, Shape
from index.schemas.search import Confidence


class FeedbackRequest(Shape):
    """One vote. `voter` is an opaque name for who votes; a second vote of the same voter replaces the first."""

    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    vote: Literal["up", "down"]
    voter: Annotated[str, StringConstraints(max_length=128), CLEAN] | None = None
    comment: Annotated[str, StringConstraints(max_length=2000), CLEAN] | None = None


class VoteCount(Shape):
    """Votes in force."""

    up: int
    down: int


class FeedbackResponse(Shape):
    """Whether the vote was stored, and the votes on this passage in the city where it was asked."""

    recorded: bool
    votes: VoteCount


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
