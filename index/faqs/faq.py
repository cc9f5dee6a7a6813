"""A stored FAQ."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping

from index.schemas.faqs import FaqChange, FaqVersion


@dataclass(frozen=True)
class Faq:
    """One stored FAQ. `gone` means it was deleted and must leave the index."""

    id: int
    jurisdiction: str
    question: str
    answer: str
    url: str
    language: str
    valid_from: date | None
    valid_until: date | None
    owner: str
    review_by: date | None
    gone: bool
    revision: int
    updated_at: datetime

    def holds(self, today: date) -> bool:
        """Whether it may be answered on this day: not deleted, and within its dates (both included)."""
        started = self.valid_from is None or self.valid_from <= today
        return not self.gone and started and (self.valid_until is None or today <= self.valid_until)

    @property
    def version(self) -> FaqVersion:
        """As the history keeps it."""
        return FaqVersion.model_validate({**self.__dict__, "city": self.jurisdiction})

    def since(self, old: "Faq | None", by: str) -> FaqChange:
        """The change that made this of what was stored before (None: nothing)."""
        before = old.version if old else self.version.model_copy(update={"gone": True})
        return FaqChange(
            revision=self.revision, faq=self.id, at=self.updated_at, by=by, before=before, after=self.version
        )

    def differs(self, content: dict[str, Any]) -> bool:
        """Whether storing these fields would change it."""
        return self.gone or any(getattr(self, name) != value for name, value in content.items())


def from_row(row: RowMapping) -> Faq:
    """Of a row of the table."""
    return Faq(**{name: value for name, value in row.items() if name != "question_key"})
