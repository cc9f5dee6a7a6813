"""FAQs as the search service takes and gives them, as JSON. Light: other processes import this module."""

from datetime import date

from index.schemas.base import Moment, Shape


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
