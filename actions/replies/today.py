"""What holds on the day that a question names: "Open today until 6 p.m.", "Tomorrow is Tuesday.", "That date is past."

It is computed from the quotation that follows it, at the time of the place that says it, and left out in doubt: where
the quotation may be about another thing, its hours cannot be read for certain, or the day is a holiday.
"""

import re
from calendar import month_name
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names

from index.schemas.search import Answer
from townclerk.text.folding import fold, plain_words, word_set
from townclerk.text.holiday_names import ANY_HOLIDAY, CALLED, HOLIDAYS, next_holiday, public_holidays
from townclerk.text.translation import N_, spoken
from townclerk.text.translation import gettext as _
from townclerk.text.weekly_hours import Hours, days_named, weekly_hours

_DAY_IS = N_("Today is {day}."), N_("Tomorrow is {day}.")
_HOLIDAY_IS = N_("Today is a public holiday."), N_("Tomorrow is a public holiday.")
_NOW = re.compile(r"\b(?:now|currently|at the moment|ahora)\b")
_TODAY = re.compile(r"\b(?:today|tonight|hoy|esta noche|this (?:morning|afternoon|evening))\b")
_TOMORROW = re.compile(r"\b(?:tomorrow|tomorow|tommorow|tmrw)\b|(?<!la )\bmanana\b")
_OPEN = re.compile(
    r"\b(?:open(?:ed|s)?|closed?|closes|closing|hours|horarios?|abiert[oa]s?|abren?|cerrad[oa]s?|cierran?)\b"
)
_HOURS = re.compile(r"\b(?:open|hours|closed|abiert[oa]s?|horarios?|cerrad[oa]s?)\b")
_SCHEDULE = re.compile(
    r"\b(?:open|closed?|hours|schedule|trash|garbage|recycling|pick(?:ed)? ?up|pick ?ups?|collect(?:ed|ion)?|bus(?:es)?|abiert[oa]s?|cerrad[oa]s?|horario"
    r"|basura|reciclaje|recogen|recoge)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\b(?:when|deadline|due|next|upcoming|what (?:day|date|time)|cuando|fecha)\b")
_LOOKS_BACK = re.compile(r"\b(?:was|were|did|had|fue|era|estuvo)\b")
_MONTHS = tuple(name.lower() for name in month_name[1:])
_DATE = re.compile(
    rf"(?:(?P<name>{'|'.join(_MONTHS)}) (?P<of_name>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<in_year>\d{{4}})|\b(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}))\b"
)
_FROM_THEN = re.compile(
    r"\b(?:since|from|after|as of|effective|updated|revised|reviewed|modified|adopted|posted|built|founded|established)\W+(?:on |the |\w+day,? )?$"
)
"""Before a date that says since when something is so."""
_SAYS_WHEN = word_set(
    """
    a an and any are at be by can close closed closes closing currently do does during for get go hi hello hey how i in is it its late
    long me my now of on open opened opens please right still tell that the there they this till time to today tomorrow tonight until
    up we what whats when which will you your hours morning afternoon evening yet early day ok so then if ahora hoy manana esta noche
    abierto abierta abiertos abiertas abre abren cerrado cerrada cierra cierran el la los las a que hora cuando de por favor es estan
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays
    lunes martes miercoles jueves viernes sabado sabados domingo domingos
    """
)
"""Words that say when, and not of what."""
_HAITIAN = ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch")
"""Babel has no names for them."""
_UNUSUAL = ((12, 24), (12, 31))
"""Month and day of days on which many close early."""


def told_of_day(question: str, found: Answer, timezone: str, now: datetime) -> str:
    """What a question asked `now` (aware) is told of its day before the quotation; empty in doubt."""
    asked, here = fold(question), now.astimezone(ZoneInfo(timezone))
    if found.confidence == "low":
        return ""
    if told := _told_of_holiday(question, found, here.date()):
        return told
    told = _told_of_hours(asked, found, here) if _OPEN.search(asked) and _is_about(question, found) else ""
    if not told and (near := _near(asked)) is not None:
        told = _told_of_date(found, here.date() + timedelta(days=near), near)
    asks_when = _WHEN.search(asked) and not _LOOKS_BACK.search(asked)
    return told or (_("That date is past.") if asks_when and _is_past(found.excerpt, here.date()) else "")


def _told_of_holiday(question: str, found: Answer, today: date) -> str:
    """When the holiday is that a question names, where the quotation tells the days or hours of every week and no rule for it."""
    named = next_holiday(question, today)
    if named is None or not (weekly_hours(found.excerpt) or (_SCHEDULE.search(question) and days_named(found.excerpt))):
        return ""
    called, day = named
    told = f"{found.heading}\n{found.question or ''}\n{found.excerpt}"
    name = next(name for name, pattern in HOLIDAYS.items() if pattern.search(called))
    if ANY_HOLIDAY.search(told) or HOLIDAYS[name].search(told):
        return ""
    shown = CALLED.get(name, name) if spoken() == "en" else called.capitalize()
    return _("{holiday} is {date}. I found no rule for it; this is the usual.", holiday=shown, date=full_date(day))


def _near(asked: str) -> int | None:
    if _NOW.search(asked) or _TODAY.search(asked):
        return 0
    return 1 if _TOMORROW.search(asked) else None


def _told_of_date(found: Answer, day: date, near: int) -> str:
    """Which day it is, where the quotation speaks of days."""
    if day in public_holidays(day.year):
        return _(_HOLIDAY_IS[near])
    return _(_DAY_IS[near], day=day_name(day.weekday())) if days_named(found.excerpt) else ""


def _told_of_hours(asked: str, found: Answer, here: datetime) -> str:
    """Whether it is open then."""
    named, near = days_named(asked), _near(asked)
    if near is None and len(named) != 1:
        return ""
    day = here.date() + timedelta(days=near or 0)
    weekday = named[0] if near is None else day.weekday()
    week = weekly_hours(found.excerpt)
    if weekday not in week or not _HOURS.search(fold(" ".join([found.question or "", found.heading, found.excerpt]))):
        return ""
    if near is not None and not _is_usual(day):
        return ""
    if near == 0 and (said := _told_of_now(asked, week[weekday], here)):
        return said
    name = day_name(weekday)
    times = ", ".join(f"{hours.from_} - {hours.until}" for hours in week[weekday])
    said = _("Open on {day}: {times}.", day=name, times=times) if times else _("Closed on {day}.", day=name)
    return said if near is None else f"{_(_DAY_IS[near], day=name)} {said}"


def _told_of_now(asked: str, hours: tuple[Hours, ...], here: datetime) -> str:
    """Whether it is open at this hour; empty when that was not asked, or it opens later."""
    time = here.time()
    if until := next((each.until for each in hours if each.start <= time < each.end), ""):
        return _("Open today until {time}.", time=until)
    over = bool(hours) and hours[-1].end <= time
    if hours and (over or _NOW.search(asked)):
        times = ", ".join(f"{each.from_} - {each.until}" for each in hours)
        return _("Closed now. Today's hours: {times}.", times=times)
    return ""


def _is_about(question: str, found: Answer) -> bool:
    """Whether the quotation, its headings or the question it answers name all that was asked about."""
    told = plain_words(" ".join([found.title, found.heading, found.question or "", found.excerpt]))
    begun = {word[:4] for word in told.split()}
    return all(word[:4] in begun for word in plain_words(question).split() if word not in _SAYS_WHEN)


def _is_past(text: str, today: date) -> bool:
    """Whether every date with its year in a text is past, and there is one."""
    plain, days = fold(text), list[date]()
    for found in _DATE.finditer(plain):
        month = _MONTHS.index(found["name"]) + 1 if found["name"] else int(found["month"])
        try:
            days.append(date(int(found["in_year"] or found["year"]), month, int(found["of_name"] or found["day"])))
        except ValueError:
            return False
        if _FROM_THEN.search(plain[: found.start()]):
            return False
    return bool(days) and max(days) < today


def _is_usual(day: date) -> bool:
    """Whether it is no holiday, and no day around one."""
    days = public_holidays(day.year)
    after_thanksgiving = "Thanksgiving" in days.get(day - timedelta(days=1), "")
    return day not in days and (day.month, day.day) not in _UNUSUAL and not after_thanksgiving


def full_date(day: date) -> str:
    """The date with its weekday, in the language spoken."""
    if spoken() == "ht":
        return f"{day_name(day.weekday())} {day:%d/%m/%Y}"
    return format_date(day, "full", locale=spoken().replace("-", "_"))


def day_name(weekday: int) -> str:
    """The day of the week, 0 for Monday, in the language spoken."""
    if spoken() == "ht":
        return _HAITIAN[weekday]
    return str(get_day_names("wide", locale=spoken().replace("-", "_"))[weekday])
