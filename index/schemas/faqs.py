"""FAQs as the search service takes and gives them, as JSON. Light: other processes import this module."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from index.schemas.base import CLEAN, Moment, Shape

_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), CLEAN]


class FaqRequest(Shape):
    """A FAQ to store, in the words of the CSV file. What is null stays as stored; an empty text clears it."""

    city: _Text
    question: _Text
    answer: Annotated[str, StringConstraints(max_length=100_000), CLEAN]
    url: _Text | None = None
    language: _Text | None = None
    valid_from: _Text | None = None
    valid_until: _Text | None = None
    owner: _Text | None = None
    review_by: _Text | None = None


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
