"""The occasion that a question names, a holiday or a part of the year, and how exactly a text speaks of it.

A page tells its weekly rule at length and the exception in a line, and to vectors and keywords the rule is as near
to "is trash picked up on Thanksgiving?". Names, dates and months tell the two apart.
"""

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import PUBLIC, UNOFFICIAL, country_holidays

_APOSTROPHE = "['’]?"
_NAMES = {
    "New Year's Day": "new year's(?: day)?(?! eve)|new years(?: day)?(?! eve)|a[nñ]o nuevo",
    "Martin Luther King Jr. Day": r"martin luther king|m\.?l\.?k\.?",
    "Valentine's Day": "valentine's day",
    "Washington's Birthday": "president's day|presidents' day|washington's birthday",
    "Saint Patrick's Day": r"(?:saint|st\.?) patrick's day",
    "Good Friday": "good friday|viernes santo",
    "Easter Sunday": "easter(?: sunday)?",
    "Mother's Day": "mother's day|mothers' day",
    "Memorial Day": "memorial day|decoration day",
    "Father's Day": "father's day|fathers' day",
    "Juneteenth National Independence Day": "juneteenth|june 19th",
    "Independence Day": "(?<!national )independence day|(?:4th|fourth) of july|july (?:4(?:th)?|fourth)(?!,? ?[0-9])|4 de julio",
    "Labor Day": "labou?r day",
    "Columbus Day": "columbus day|indigenous peoples?'? day",
    "Halloween": "halloween",
    "Veterans Day": "veteran's day|veterans' day|armistice day",
    "Thanksgiving Day": "thanksgiving(?: day)?|turkey day|black friday|acci[oó]n de gracias",
    "Christmas Eve": "(?:christmas|x-?mas) eve|nochebuena",
    "Christmas Day": "(?:christmas|x-?mas)(?: day)?(?! eve)|navidad",
    "New Year's Eve": "new year's eve|nochevieja",
}
"""What residents and pages call each holiday, by its name in the library `holidays`, which knows the dates."""
_PATTERNS = {
    name: re.compile(rf"(?<![^\W_])(?:{names.replace(chr(39), _APOSTROPHE)})(?![^\W_])", re.I)
    for name, names in _NAMES.items()
}
_CALLED = {
    "Washington's Birthday": "Presidents' Day",
    "Juneteenth National Independence Day": "Juneteenth",
    "Easter Sunday": "Easter",
    "Thanksgiving Day": "Thanksgiving",
    "Christmas Day": "Christmas",
}
_NAMED_HOLIDAY = re.compile("|".join(each.pattern for each in _PATTERNS.values()), re.I)
_ANY_HOLIDAY = re.compile(r"\b(?:holidays?|d[ií]as? festivos?|feriados?)\b", re.I)
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
        if self.is_holiday and _ANY_HOLIDAY.search(text):
            return GENERAL
        return RANGE if _PART_OF_YEAR.search(text) else 0


@lru_cache(maxsize=1024)
def occasion(question: str, day: date) -> Occasion | None:
    """The occasion that a question asked on `day` names, also by "today" or "tomorrow" when that is a holiday; None when it names none."""
    for name, pattern in _PATTERNS.items():
        if said := pattern.search(question):
            return _holiday(said.group(), name, day)
    if near := _NEAR_DAY.search(question):
        meant = day + timedelta(days=_DAYS_FROM_NOW[near["day"].lower()])
        name = _in_year(meant.year).get(meant, "")
        return _holiday(near["day"], name, day) if name in _PATTERNS else None
    if said := _ANY_HOLIDAY.search(question):
        return Occasion(said.group(), "holidays", True, _NAMED_HOLIDAY)
    if said := _ASKED_PART.search(question):
        name = said["part"].capitalize()
        # "May" is a month where it is written with a capital and no question begins with it.
        return Occasion(said["part"], name, False, re.compile(rf"\b(?:{name}|{name.upper()})\b(?! (?:I|we|you)\b)"))
    return None


def _holiday(asked: str, name: str, day: date) -> Occasion:
    """With its dates: of three years as they are written with the year, and the next one without."""
    dates = [
        each for year in range(day.year - 1, day.year + 2) for each, called in _in_year(year).items() if called == name
    ]
    written = [rf"{_written(each)},? {each.year}" for each in dates]
    written += [rf"{_written(each)}\b(?!,? \d{{4}})" for each in dates if each >= day][:1]
    exact = re.compile("|".join([_PATTERNS[name].pattern, *(rf"\b{each}" for each in written)]), re.I)
    return Occasion(asked, _CALLED.get(name, name), True, exact)


@lru_cache(maxsize=16)
def _in_year(year: int) -> dict[date, str]:
    days = country_holidays("US", years=year, observed=False, categories=(PUBLIC, UNOFFICIAL), language="en_US")
    return {day: name for day, names in days.items() for name in names.split("; ")}


def _written(day: date) -> str:
    month = _MONTHS[day.month - 1]
    return rf"(?:{month}|{month[:3]}\.?) {day.day}(?:st|nd|rd|th)?"
