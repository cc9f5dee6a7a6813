"""Synonym rules as the search service takes and gives them. Light: other processes import this module."""

from typing import Annotated

from pydantic import Field, StringConstraints

from index.schemas.base import Moment, Shape

By = Annotated[str, StringConstraints(strip_whitespace=True, max_length=63)]
"""Who makes a change, as it is shown to others."""
_Text = Annotated[str, StringConstraints(max_length=2000)]


class SynonymRule(Shape):
    """A rule to store. Without `meaning` all terms mean the same; with it each of them stands for it. `city` null: every city."""

    terms: list[_Text] = Field(max_length=100)
    meaning: _Text = ""
    city: Annotated[str, StringConstraints(strip_whitespace=True, max_length=63)] | None = None
    active: bool = True
    by: By = ""


class SynonymSwitch(Shape):
    """Switches a rule off or on."""

    active: bool
    by: By = ""


class SynonymEntry(Shape):
    """One stored rule, with who changed it last and when."""

    id: int
    terms: list[str]
    meaning: str
    city: str | None
    active: bool
    changed_by: str
    changed_at: Moment
