"""The date a page states for itself, and where it says so.

Origins, most trusted first: "json-ld", "meta", "time", "text" for when it was changed,
then the same for when it was published. HTTP's Last-Modified is not used: caches move it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from bs4 import BeautifulSoup

from crawler.extract.common.characters import words
from crawler.extract.common.tree import attr, tags
from townclerk import clock

MONTH_NAMES = (
    "january jan enero,february feb febrero,march mar marzo,april apr abril,may mayo,june jun junio,"
    "july jul julio,august aug agosto,september sept sep septiembre,october oct octubre,november nov noviembre,"
    "december dec diciembre"
)
_MONTHS = {name: number for number, names in enumerate(MONTH_NAMES.split(","), start=1) for name in names.split()}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DATE = (
    r"(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    r"|(?P<us>\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d)(?!\d)"
    rf"|(?P<month>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d)"
    rf"|(?P<day>\d{{1,2}}(?:\s+de)?\s+{_MONTH}(?:\s+de)?,?\s+(?:19|20)\d\d))"
)
_ANY_DATE = re.compile(_DATE, re.I)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_CHANGED = re.compile(
    r"\b(?:(?:page |content )?last (?:updated|reviewed|modified|revised|edited|changed)|(?:page |date )?(?:updated|reviewed|revised)|"
    rf"última actualización|actualizado)(?:\s+(?:on|el|as of))?\s*:?\s*{_WEEKDAY}{_DATE}",
    re.I,
)
_POSTED = re.compile(
    rf"\b(?:posted|published|date posted|post date|release date|publicado)(?:\s+(?:on|el))?\s*:?\s*{_WEEKDAY}{_DATE}",
    re.I,
)
_META_CHANGED = words(
    "article:modified_time og:updated_time last-modified lastmod dcterms.modified dc.date.modified dc.modified "
    "revised date.modified last-updated last-reviewed"
)
_META_PUBLISHED = words(
    "article:published_time dcterms.issued dcterms.created dc.date dc.date.issued dc.date.created pubdate "
    "publish-date publication_date date"
)
_UPDATED_TOKENS = frozenset(["updated", "modified", "last-updated", "date-modified", "datemodified", "entry-updated"])
_PUBLISHED_TOKENS = frozenset(["published", "entry-date", "pubdate", "datepublished", "post-date", "date-published"])
_EARLIEST = date(1990, 1, 1)

Dated = tuple[date | None, str]


def page_date(soup: BeautifulSoup, objects: list[dict[str, object]], text: str) -> Dated:
    """(date, origin), or (None, "") when the page states none that can be true."""
    ends = text[:3000] + "\n" + text[-3000:]
    return _first(
        (
            *(("json-ld", o.get("dateModified")) for o in objects),
            *(("meta", value) for value in _metas(soup, _META_CHANGED)),
            *(("time", value) for value in _times(soup, _UPDATED_TOKENS, "datemodified")),
            *(("text", m) for m in _stated(_CHANGED, text)),
            *(("json-ld", o.get("datePublished")) for o in objects),
            *(("meta", value) for value in _metas(soup, _META_PUBLISHED)),
            *(("time", value) for value in _times(soup, _PUBLISHED_TOKENS, "datepublished")),
            *(("text", m) for m in _stated(_POSTED, ends)),
        )
    )


def read(value: str) -> date | None:
    """The first date written in `value` (ISO, American, or a month's name); None when there is none possible."""
    match = _ANY_DATE.search(value)
    return _from_match(match) if match else None


def _first(candidates: Iterable[tuple[str, object]]) -> Dated:
    limit = clock.now().date() + timedelta(days=1)
    for origin, value in candidates:
        day = read(value) if isinstance(value, str) else None
        if day and _EARLIEST <= day <= limit:
            return day, origin
    return None, ""


def _stated(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (m.group(0) for m in pattern.finditer(text))


def _metas(soup: BeautifulSoup, names: frozenset[str]) -> Iterator[str]:
    for tag in tags(soup, "meta", having="content"):
        if names & {attr(tag, "property").lower(), attr(tag, "name").lower(), attr(tag, "http-equiv").lower()}:
            yield attr(tag, "content")


def _times(soup: BeautifulSoup, marks: frozenset[str], itemprop: str) -> Iterator[str]:
    for tag in tags(soup, "time", having="datetime"):
        words = set(f"{attr(tag, 'class')} {attr(tag, 'itemprop')}".lower().split())
        if words & marks or itemprop in words or (itemprop == "datepublished" and tag.has_attr("pubdate")):
            yield attr(tag, "datetime")


def _from_match(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["us"]:
            month, day, year = (int(n) for n in re.split(r"[/.-]", match["us"]))
            return date(year if year > 99 else 2000 + year, month, day)
        words = re.findall(r"[a-z]+|\d+", (match["month"] or match["day"]).lower())
        numbers = [int(w) for w in words if w.isdigit()]
        month = next(_MONTHS[w] for w in words if w in _MONTHS)
        return date(numbers[1], month, numbers[0])
    except (ValueError, IndexError, StopIteration):
        return None
