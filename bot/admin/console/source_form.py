"""The fields of a source: when it is crawled, in words or as a cron line, and its limits."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crawler.schemas import SourceChange, SourceEntry, SourceRequest

OTHER = "other"
Step = Literal["check", "preview", "save"]
"""What a form is sent for: to see what it would drop, to look at the site, or to save."""
SCHEDULES = {
    "": "By hand only",
    "0 * * * *": "Every hour",
    "0 3 * * *": "Every night at 3:00",
    "0 3 * * 1-5": "Every weekday at 3:00",
    "0 3 * * 0": "Every Sunday at 3:00",
    "0 3 1 * *": "Every first of the month at 3:00",
}
"""Cron lines that have words; others are typed."""


class SourceForm(BaseModel):
    """What is typed. `schedule` is a cron line of `SCHEDULES`, or `OTHER` for that in `cron`."""

    model_config = ConfigDict(str_strip_whitespace=True)

    url: str = Field(default="", max_length=2048)
    city: str = Field(default="", max_length=63)
    schedule: str = Field(default="", max_length=200)
    cron: str = Field(default="", max_length=200)
    depth: int = 10
    max_pages: int = 5000
    include: str = ""
    exclude: str = ""
    step: Step = "save"

    @property
    def line(self) -> str:
        """The cron line that is meant."""
        return self.cron if self.schedule == OTHER else self.schedule

    def change(self) -> SourceChange:
        """What a stored source is to become."""
        return SourceChange(**self._fields())

    def request(self) -> SourceRequest:
        """A source to add."""
        return SourceRequest(url=self.url, **self._fields())

    def _fields(self) -> dict[str, object]:
        return self.model_dump(include={"city", "depth", "max_pages", "include", "exclude"}) | {"schedule": self.line}


def form_of(source: SourceEntry) -> SourceForm:
    """A stored source as its form shows it."""
    fields = source.model_dump(include={"url", "city", "depth", "max_pages", "include", "exclude"})
    known = source.schedule in SCHEDULES
    when = {"schedule": source.schedule} if known else {"schedule": OTHER, "cron": source.schedule}
    return SourceForm.model_validate(fields | when)
