"""When the office is staffed that residents are handed to: weekly hours as they are written, less public holidays and days that are named."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from townclerk.errors import BadInput
from townclerk.text.holiday_names import public_holidays
from townclerk.text.weekly_hours import Hours, weekly_hours

LOOK_AHEAD = timedelta(days=30)
MOST_MINUTES = 60


class Opening(NamedTuple):
    """The day on which an office opens next, and from when, as it is written."""

    day: date
    from_: str


@dataclass(frozen=True)
class OfficeHours:
    """A city's office whose staff take talks. `hours` are weekly hours in words, `closed` more days (ISO 8601) than the holidays.

    Within `minutes` somebody answers, or the resident is told otherwise. `answers` are texts that staff put in by a click.
    """

    hours: str
    minutes: int = 5
    closed: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not weekly_hours(self.hours):
            raise BadInput(
                f"handoff.hours: no weekly hours are read from {self.hours!r}. Write them as 'Monday to Friday, 8 a.m. to 5 p.m.'"
            )
        if type(self.minutes) is not int or not 1 <= self.minutes <= MOST_MINUTES:
            raise BadInput(f"handoff.minutes is a whole number from 1 to {MOST_MINUTES}; got {self.minutes!r}.")
        for day in self.closed:
            _day(day)

    @classmethod
    def read(cls, stored: object, *, hours: str) -> Self | None:
        """From a `[jurisdiction.handoff]` table, or a stored one; None without. `hours` hold unless it has its own. Raises BadInput."""
        if stored is None or isinstance(stored, cls):
            return stored
        if not isinstance(stored, dict) or (unknown := set(stored) - set(cls.__dataclass_fields__)):
            given = ", ".join(sorted(unknown)) if isinstance(stored, dict) else repr(stored)
            raise BadInput(f"handoff is a table with hours, minutes, closed and answers; got {given}.")
        closed, answers = (tuple(map(str, stored.get(name, ()))) for name in ("closed", "answers"))
        return cls(str(stored.get("hours") or hours), stored.get("minutes", 5), closed, answers)

    def is_open(self, at: datetime, timezone: str) -> bool:
        """Whether it is staffed at an aware moment, by the clock of the place."""
        here = at.astimezone(ZoneInfo(timezone))
        return any(hours.start <= here.time() < hours.end for hours in self._on(here.date()))

    def opens(self, at: datetime, timezone: str) -> Opening | None:
        """When it opens after an aware moment; None when not within `LOOK_AHEAD`."""
        here = at.astimezone(ZoneInfo(timezone))
        for ahead in range(LOOK_AHEAD.days):
            day = here.date() + timedelta(days=ahead)
            later = (hours for hours in self._on(day) if ahead or hours.start > here.time())
            if first := next(later, None):
                return Opening(day, first.from_)
        return None

    def _on(self, day: date) -> tuple[Hours, ...]:
        shut = day in public_holidays(day.year) or day.isoformat() in self.closed
        return () if shut else weekly_hours(self.hours).get(day.weekday(), ())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"handoff.closed lists dates such as 2026-12-24; got {text!r}.") from None
