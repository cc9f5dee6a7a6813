"""The holidays of the United States: what residents and pages call them, and when they are."""

import re
from datetime import date
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
HOLIDAYS = {
    name: re.compile(rf"(?<![^\W_])(?:{names.replace(chr(39), _APOSTROPHE)})(?![^\W_])", re.I)
    for name, names in _NAMES.items()
}
"""Finds them in a text, by name."""
CALLED = {
    "Washington's Birthday": "Presidents' Day",
    "Juneteenth National Independence Day": "Juneteenth",
    "Easter Sunday": "Easter",
    "Thanksgiving Day": "Thanksgiving",
    "Christmas Day": "Christmas",
}
"""Those that are usually called otherwise."""
NAMED_HOLIDAY = re.compile("|".join(each.pattern for each in HOLIDAYS.values()), re.I)
ANY_HOLIDAY = re.compile(r"\b(?:holidays?|d[ií]as? festivos?|feriados?)\b", re.I)


@lru_cache(maxsize=16)
def holidays_in(year: int) -> dict[date, str]:
    """The name of each holiday of a year by its date, public or not."""
    days = country_holidays("US", years=year, observed=False, categories=(PUBLIC, UNOFFICIAL), language="en_US")
    return {day: name for day, names in days.items() for name in names.split("; ")}


@lru_cache(maxsize=16)
def public_holidays(year: int) -> dict[date, str]:
    """The name of each day of a year on which public offices are closed by law, by its date; the day that is kept for one on a weekend, too."""
    return dict(country_holidays("US", years=year, language="en_US"))


def next_holiday(text: str, day: date) -> tuple[str, date] | None:
    """What a text calls the holiday that it names, and when that is next, `day` included; None when it names none."""
    for name, pattern in HOLIDAYS.items():
        if said := pattern.search(text):
            days = (
                each
                for year in (day.year, day.year + 1)
                for each, called in holidays_in(year).items()
                if called == name
            )
            return next(((said.group(), each) for each in sorted(days) if each >= day), None)
    return None
