"""The occasion that a question names, a holiday or a part of the year, and how exactly a text speaks of it.

A page tells its weekly rule at length and the exception in a line, and to vectors and keywords the rule is as near
to "is trash picked up on Thanksgiving?". Names, dates and months tell the two apart.
"""

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from townclerk.text.holiday_names import ANY_HOLIDAY, CALLED, HOLIDAYS, NAMED_HOLIDAY, holidays_in

_MONTHS = month_name[1:]
_MONTH = "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_PART_OF_YEAR = re.compile(
    rf"\b{_MONTH}\b\.?(?: \d{{1,2}})?(?:st|nd|rd|th)?(?:,? \d{{4}})?,? (?:to|through|thru|until|till|and|[-–—]) (?:about )?{_MONTH}\b"
    r"|\b(?:in|during|for the) (?:the )?(?:summer|winter|spring|fall|autumn)\b|\b(?:all|whole) year\b|\byear[- ]round\b",
    re.I,
)
"""From one month to another, in a season, or all year."""
_STAMP = re.compile(
    r"\b(?:updated|reviewed|modified|changed|revised|posted)\b:? (?:on )?(?:\w+day,? )?\S+ \d{1,2}(?:,? \d{4})?", re.I
)
"""When a page was written says nothing of the occasion."""
_ASKED_PART = re.compile(
    r"\b(?:in|before|after|during|until|till|by|since|this|next|of|over|late|early|mid) (?:the )?"
    rf"(?P<part>{'|'.join(_MONTHS)}|summer|winter|spring|fall|autumn)\b",
    re.I,
)
_DAYS_FROM_NOW = {"today": 0, "tonight": 0, "tomorrow": 1, "hoy": 0, "mañana": 1}
_NEAR_DAY = re.compile(rf"\b(?P<day>{'|'.join(_DAYS_FROM_NOW)})\b", re.I)
EXACT, GENERAL, RANGE = 3, 2, 1
"""How a text may speak of an occasion: by its name or date, of holidays in general, of parts of the year."""


@dataclass(frozen=True)
class Occasion:
    """`asked` is what the question says, `name` what is usual; it is a holiday, or else a month or a season; `exact` is what names it in a text."""

    asked: str
    name: str
    is_holiday: bool
    exact: re.Pattern[str]

    def told(self, text: str) -> int:
        """How exactly a text speaks of it: EXACT, GENERAL, RANGE or 0 when it does not."""
        text = _STAMP.sub(" ", text)
        if self.exact.search(text):
            return EXACT
        if self.is_holiday and ANY_HOLIDAY.search(text):
            return GENERAL
        return RANGE if _PART_OF_YEAR.search(text) else 0


@lru_cache(maxsize=1024)
def occasion(question: str, day: date) -> Occasion | None:
    """The occasion that a question asked on `day` names, also by "today" or "tomorrow" when that is a holiday; None when it names none."""
    for name, pattern in HOLIDAYS.items():
        if said := pattern.search(question):
            return _holiday(said.group(), name, day)
    if near := _NEAR_DAY.search(question):
        meant = day + timedelta(days=_DAYS_FROM_NOW[near["day"].lower()])
        name = holidays_in(meant.year).get(meant, "")
        return _holiday(near["day"], name, day) if name in HOLIDAYS else None
    if said := ANY_HOLIDAY.search(question):
        return Occasion(said.group(), "holidays", True, NAMED_HOLIDAY)
    if said := _ASKED_PART.search(question):
        name = said["part"].capitalize()
        # "May" is a month where it is written with a capital and no question begins with it.
        return Occasion(said["part"], name, False, re.compile(rf"\b(?:{name}|{name.upper()})\b(?! (?:I|we|you)\b)"))
    return None


def _holiday(asked: str, name: str, day: date) -> Occasion:
    """With its dates: of three years as they are written with the year, and the next one without."""
    dates = [
        each
        for year in range(day.year - 1, day.year + 2)
        for each, called in holidays_in(year).items()
        if called == name
    ]
    written = [rf"{_written(each)},? {each.year}" for each in dates]
    written += [rf"{_written(each)}\b(?!,? \d{{4}})" for each in dates if each >= day][:1]
    exact = re.compile("|".join([HOLIDAYS[name].pattern, *(rf"\b{each}" for each in written)]), re.I)
    return Occasion(asked, CALLED.get(name, name), True, exact)


def _written(day: date) -> str:
    month = _MONTHS[day.month - 1]
    return rf"(?:{month}|{month[:3]}\.?) {day.day}(?:st|nd|rd|th)?"
