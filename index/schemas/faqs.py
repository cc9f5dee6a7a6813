"""FAQs as the search service takes and gives them, as JSON. Light: other processes import this module."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from index.schemas.base import CLEAN, Moment, Shape
from townclerk.spreadsheet_rows import RejectedRow

_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), CLEAN]


By = Annotated[str, StringConstraints(max_length=63), CLEAN]
"""Who asks for a change; it stands in the history."""


class FaqRequest(Shape):
    """A FAQ to store, in the words of the CSV file. What is null stays as stored; an empty text clears it.

    `revision` is that of the FAQ which was read before (0: there was none): when it has another by now, nothing is stored.
    """

    city: _Text
    question: _Text
    answer: Annotated[str, StringConstraints(max_length=100_000), CLEAN]
    url: _Text | None = None
    language: _Text | None = None
    valid_from: _Text | None = None
    valid_until: _Text | None = None
    owner: _Text | None = None
    review_by: _Text | None = None
    by: By = ""
    revision: Annotated[int, Field(ge=0)] | None = None


class FaqContent(Shape):
    """What staff wrote."""

    city: str
    question: str
    answer: str
    url: str
    language: str
    valid_from: date | None
    valid_until: date | None
    owner: str
    review_by: date | None


class FaqEntry(FaqContent):
    """One stored FAQ."""

    id: int
    revision: int
    updated_at: Moment


class FaqVersion(FaqContent):
    """A FAQ as it was before or after a change; `gone`: not stored, or removed."""

    gone: bool


class FaqChange(Shape):
    """One change of a FAQ. `revision` is the change's number and that which the FAQ got by it."""

    revision: int
    faq: int
    at: Moment
    by: str
    before: FaqVersion
    after: FaqVersion

    @property
    def fields(self) -> list[str]:
        """What it changed; all of it for a FAQ that was added, removed or brought back."""
        names = list(FaqVersion.model_fields)
        if self.before.gone != self.after.gone:
            return names
        return [name for name in names if getattr(self.before, name) != getattr(self.after, name)]


class PlannedFaq(Shape):
    """What importing a line would do: a FAQ as it is (none: it is new) and as it would be."""

    line: int
    before: FaqVersion | None
    after: FaqVersion


class ImportPreview(Shape):
    """What importing a file would do. `absent`: questions of its cities that it does not name; they stay.

    `revision` is handed in with the import: who changed one of these FAQs since then is not written over.
    """

    revision: int
    new: list[PlannedFaq]
    changed: list[PlannedFaq]
    unchanged: int
    absent: list[str]
    rejected: list[RejectedRow]


class UndoRequest(Shape):
    """Who takes a change back."""

    by: By = ""
