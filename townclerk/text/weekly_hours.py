"""Weekly opening hours of a text, read only where they leave no doubt.

"Tuesday to Saturday 9 a.m. to 7 p.m. and Sunday noon to 5 p.m. It is closed on Monday." Days and times must follow each
other in turn, each day once. What may hold for some days of a year only, or for the second Monday alone, is not read.
English and Spanish.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import NamedTuple

from townclerk.text.folding import fold

_ENGLISH = (
    "mon(?:day)?",
    "tue(?:s(?:day)?)?",
    "wed(?:nesday)?",
    "thu(?:rs?(?:day)?)?",
    "fri(?:day)?",
    "sat(?:urday)?",
    "sun(?:day)?",
)
_SPANISH = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
DAY_WORDS = tuple(rf"(?:{one}s?|{other}s?)" for one, other in zip(_ENGLISH, _SPANISH, strict=True))
"""A pattern for each day of the week, Monday first, for folded text."""
_SEVERAL = {
    "weekdays?|entre semana": range(5),
    "weekends?|fin(?:es)? de semana": (5, 6),
    "daily|every day|todos los dias": range(7),
}
_DAY = rf"\b(?:{'|'.join(DAY_WORDS)})\b"
_ONE = rf"(?:{_DAY}\.?|\b(?:{'|'.join(_SEVERAL)})\b)"
_TO = r"\s*(?:to|through|thru|until|till|-|al?|hasta)\s*(?:el |las? )?"
_SPAN = rf"{_ONE}(?:{_TO}{_ONE})?"
_HOLIDAYS = r"(?:\w+ )?holidays\b|dias festivos\b"
_SOME_DAYS = rf"{_SPAN}(?:\s*(?:,\s*(?:and|y)\b|,|&|/|\band\b|\by\b)\s*(?:on |el |los )?(?:{_SPAN}|{_HOLIDAYS}))*"
_CLOCK = r"(?:(?<![\d:])\d{1,2}(?::[0-5]\d)?\s?[ap]\.?\s?m\b\.?|\b(?:noon|midnight|mediodia)\b)"
_RANGE = rf"{_CLOCK}{_TO}{_CLOCK}"
_BETWEEN = r"[^.\d]{0,30}?"
_RANGES = rf"{_RANGE}(?:\s*(?:,|;|and|y|&)+\s*(?:from )?{_RANGE})*"
_SAID = re.compile(
    rf"\b(?:closed|cerrad[oa]s?)\s+(?:on |every |all day |los |el )*(?P<closed>{_SOME_DAYS})"
    rf"|(?P<first>{_SOME_DAYS})(?:(?P<shut>[:,]?\s*(?:is |are |we are |it is )?(?:closed|cerrad[oa]s?)\b)|{_BETWEEN}(?P<then>{_RANGES}))"
    rf"|(?P<ranges>{_RANGE}){_BETWEEN}(?P<last>{_SOME_DAYS})"
)
_LEFT_OVER = re.compile(rf"{_ONE}|{_CLOCK}|\b(?:closed|cerrad[oa]s?)\b|\b\d{{1,2}}(?::\d\d)?\s*-\s*\d")
_NOT_EVERY_WEEK = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|other|alternate|[1-5](?:st|nd|rd|th)|primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|ultim[oa])\s+(?:and \w+ |y \w+ )?"
    rf"(?:{_DAY}|week)"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december|may \d|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
    r"|\b(?:summer|winter|spring|seasons?|seasonal|school year|verano|invierno|temporada|except|excepto|salvo|unless|appointment|cita|vary|varies|weather|temporar\w+|sunset|sunrise|dusk|dawn)\b"
)  # fmt: skip
"""What makes hours hold for less than every week, or for some only."""
_MIDNIGHT = time(23, 59, 59)


class Hours(NamedTuple):
    """Open from `start` to `end`, and both as they are written, the end without a last full stop."""

    start: time
    end: time
    from_: str
    until: str


Week = Mapping[int, tuple[Hours, ...]]
"""What is said of days of the week, 0 for Monday; no hours for a day that is closed."""


def weekly_hours(text: str) -> Week:
    """The hours that a text gives for days of the week; empty when it gives none or there is doubt."""
    plain = "".join(fold(letter)[:1] or letter for letter in text.replace("–", "-").replace("—", "-"))
    if len(plain) != len(text) or _NOT_EVERY_WEEK.search(plain) or _LEFT_OVER.search(_SAID.sub(" ", plain)):
        return {}
    week: dict[int, tuple[Hours, ...]] = {}
    for said in _SAID.finditer(plain):
        days = list(_days(said["closed"] or said["first"] or said["last"]))
        name = "then" if said["then"] else "ranges"
        hours = tuple(_hours(said[name], text[slice(*said.span(name))])) if said[name] else ()
        if any(day in week for day in days) or any(each.start >= each.end for each in hours):
            return {}
        week |= dict.fromkeys(days, hours)
    return week


def days_named(text: str) -> list[int]:
    """The days of the week that a text names, each as often as it does."""
    return [_number(found.group()) for found in re.finditer(_DAY, fold(text))]


def _days(said: str) -> Iterator[int]:
    for span in re.finditer(rf"(?P<first>{_DAY})\.?{_TO}(?P<last>{_DAY})|{_ONE}", said):
        if span["first"]:
            first, last = _number(span["first"]), _number(span["last"])
            yield from ((first + step) % 7 for step in range((last - first) % 7 + 1))
        elif many := next((days for words, days in _SEVERAL.items() if re.fullmatch(words, span.group())), None):
            yield from many
        else:
            yield _number(span.group())


def _number(day: str) -> int:
    return next(number for number, word in enumerate(DAY_WORDS) if re.fullmatch(rf"{word}\.?", day))


def _hours(plain: str, written: str) -> Iterator[Hours]:
    for found in re.finditer(rf"(?P<start>{_CLOCK}){_TO}(?P<end>{_CLOCK})", plain):
        end, until = _time(found["end"]), written[slice(*found.span("end"))].rstrip(".")
        yield Hours(
            _time(found["start"]), _MIDNIGHT if end == time(0) else end, written[slice(*found.span("start"))], until
        )


def _time(said: str) -> time:
    """Raises ValueError for no time of a day."""
    plain = fold(said)
    if plain[0].isalpha():
        return time(0) if plain == "midnight" else time(12)
    hour, _, minute = re.split(r"\s?[ap]", plain)[0].partition(":")
    return time(int(hour) % 12 + 12 * ("p" in plain), int(minute or 0))
