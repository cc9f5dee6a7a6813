"""The date a page states for itself, and where it says so.

Origins, most trusted first: "json-ld", "meta", "time", "text" for when it was changed,
then the same for when it was published, then the day from which a page says that it holds. HTTP's Last-Modified is not used: caches move it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from crawler.extract.common.characters import words
from crawler.extract.common.tree import Elements, attr, text_of
from townclerk import clock

MONTH_NAMES = (
    "january jan enero,february feb febrero,march mar marzo,april apr abril,may mayo,june jun junio,"
    "july jul julio,august aug agosto,september sept sep septiembre,october oct octubre,november nov noviembre,"
    "december dec diciembre"
)
_MONTHS = {name: number for number, names in enumerate(MONTH_NAMES.split(","), start=1) for name in names.split()}
_MONTH_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH = rf"({_MONTH_NAME})\.?"
_DATE = (
    r"(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    r"|(?P<us>\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d)(?!\d)"
    rf"|(?P<month>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d)"
    rf"|(?P<day>\d{{1,2}}(?:\s+de)?\s+{_MONTH}(?:\s+de)?,?\s+(?:19|20)\d\d))"
)
_ANY_DATE = re.compile(_DATE, re.I)
_DAY_ALONE = re.compile(rf"\b(?P<name>{_MONTH_NAME})\.?\s+(?P<number>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:\d])", re.I)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_SINCE = rf"(?:{_DATE}|(?P<since>{_MONTH}\s+(?:19|20)\d\d|\d{{1,2}}/(?:19|20)\d\d)(?![\d/]))"
_CHANGED = re.compile(
    r"\b(?:(?:page |content )?last (?:updated?|reviewed|modified|revised|revision|edited|changed)|(?:page |date )?(?:updated|reviewed|revised|modified)|"
    r"date (?:of )?last (?:updated?|revision|modified)|revision date|rev\.|current as of|"
    rf"última actualización|actualizado)(?:\s+(?:on|el|as of))?\s*:?\s*{_WEEKDAY}{_SINCE}",
)
_POSTED = re.compile(
    r"\b(?:posted|published|date posted|post date|release date|for immediate release|news release|publicado)"
    rf"(?:\s+(?:on|el))?\s*[:,–—-]?\s*{_WEEKDAY}{_DATE}",
)
# Not a rule that came into force on some day ("Effective June 1, 2019, the city ...").
_EFFECTIVE = re.compile(
    rf"\b(?:effective(?: date)?(?: as of| on| from| beginning)?|(?:in effect|valid) (?:as of|from|since)|vigente desde)\s*:?\s*{_WEEKDAY}{_SINCE}"
    r"(?=\s*(?:[.;:)\]]|$|(?-i:[A-Z])))",
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


def page_date(page: Elements, objects: list[dict[str, object]], text: str) -> Dated:
    """(date, origin), or (None, "") when the page states none that can be true."""
    lower = text.lower()  # in half the time of a search that ignores case
    ends = lower[:3000] + "\n" + lower[-3000:]
    return _first(
        (
            *(("json-ld", o.get("dateModified")) for o in objects),
            *(("meta", value) for value in _metas(page, _META_CHANGED)),
            *(("time", value) for value in _times(page, _UPDATED_TOKENS, "datemodified")),
            *(("text", m) for m in _stated(_CHANGED, lower)),
            *(("json-ld", o.get("datePublished")) for o in objects),
            *(("meta", value) for value in _metas(page, _META_PUBLISHED)),
            *(("time", value) for value in _times(page, _PUBLISHED_TOKENS, "datepublished")),
            *(("text", m) for m in _stated(_POSTED, ends)),
            *(("text", m) for m in _stated(_EFFECTIVE, text)),
        )
    )


def read(value: str) -> date | None:
    """The first date written in `value` (ISO, American, or a month's name); None when there is none possible."""
    match = _ANY_DATE.search(value)
    return _from_match(match) if match else None


def complete_times(page: Elements) -> None:
    """Writes the year of `<time datetime>` behind a day that is shown without one ("March 8"), so that a past event says so."""
    for tag in page.named("time", having="datetime"):
        day = read(attr(tag, "datetime"))
        shown = text_of(tag)
        if day is None or re.search(r"(19|20)\d\d", shown):
            continue
        for string in tag.find_all(string=_DAY_ALONE):
            match = _DAY_ALONE.search(string)
            if match and _MONTHS[match["name"].lower()] == day.month and int(match["number"]) == day.day:
                string.replace_with(f"{string[: match.end()]}, {day.year}{string[match.end() :]}")
                break
        else:
            if re.fullmatch(rf"\W*([a-z]+day\W*)?{_MONTH}\W*0?{day.day}\W*", shown, re.I):
                tag.append(f", {day.year}")


def _first(candidates: Iterable[tuple[str, object]]) -> Dated:
    limit = clock.now().date() + timedelta(days=1)
    for origin, value in candidates:
        day = read(value) if isinstance(value, str) else None
        if day and _EARLIEST <= day <= limit:
            return day, origin
    return None, ""


def _stated(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """ISO dates; a month stands for its first day."""
    for match in pattern.finditer(text):
        since = match.groupdict().get("since") or ""
        day = read(re.sub(r"[\s/]+", " 1 " if since[0].isalpha() else "/1/", since)) if since else None
        yield day.isoformat() if day else match.group(0)


def _metas(page: Elements, names: frozenset[str]) -> Iterator[str]:
    for tag in page.named("meta", having="content"):
        if names & {attr(tag, "property").lower(), attr(tag, "name").lower(), attr(tag, "http-equiv").lower()}:
            yield attr(tag, "content")


def _times(page: Elements, marks: frozenset[str], itemprop: str) -> Iterator[str]:
    for tag in page.named("time", having="datetime"):
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
