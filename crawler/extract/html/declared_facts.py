"""Facts that a page declares for search engines and does not show: how to reach an office, and when an event is.

schema.org objects with a telephone number, address or opening hours (GovernmentOffice, LocalBusiness and the like), Open
Graph's contact fields, and schema.org Event. What a page writes out is quoted from there, not from here.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from crawler.extract.common.characters import one_line, squeezed
from crawler.extract.common.titles import Metas
from crawler.page import Block

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = re.compile(r"\d\s*(?:[ap]\.?m\.?)?\s*(?:-|–|to|until)\s*(?:\d|noon)|24 hours", re.I)
_MOST_EVENTS = 100
_OPEN_GRAPH = {
    "telephone": ("business:contact_data:phone_number", "og:phone_number"),
    "email": ("business:contact_data:email", "og:email"),
    "streetAddress": ("business:contact_data:street_address", "og:street-address"),
    "addressLocality": ("business:contact_data:locality", "og:locality"),
    "addressRegion": ("business:contact_data:region", "og:region"),
    "postalCode": ("business:contact_data:postal_code", "og:postal-code"),
}
Declared = dict[str, object]


def offices(metas: Metas, objects: list[Declared], page_text: str, written: str) -> list[list[str]]:
    """Lines for each office: its name, then what the page does not write out of telephone, mail, address and hours.

    `written` is the text of the page, squeezed.
    """
    graph: Declared = {
        name: next(filter(None, (metas.get(key, "") for key in keys)), "") for name, keys in _OPEN_GRAPH.items()
    }
    graph |= {"name": metas.get("og:site_name", ""), "address": dict(graph)}
    found = (_office(item, written, page_text) for item in [*objects, graph] if not _is_event(item))
    return [lines for lines in found if lines]


def events(objects: list[Declared], written: str) -> tuple[Block, ...]:
    """A block for each event of which the page does not show both the name and the day."""
    found = (_event(item, written) for item in objects if _is_event(item))
    return tuple(block for block in found if block is not None)[:_MOST_EVENTS]


def _office(item: Declared, written: str, page_text: str) -> list[str]:
    name = _text(item.get("name"))
    fields = [(f"Phone: {phone}", squeezed(phone)[-10:]) for phone in filter(None, [_text(item.get("telephone"))])]
    mail = _text(item.get("email")).removeprefix("mailto:")
    fields += [(f"Email: {mail}", squeezed(mail))] if "@" in mail else []
    address = _address(item.get("address"))
    fields += [(f"Address: {address}", squeezed(address.split(",")[0]))] if any(map(str.isdigit, address)) else []
    lines = [line for line, words in fields if len(words) > 4 and words not in written]
    hours = [f"Hours: {hours}" for hours in _hours(item)]
    lines += [] if hours and _HOURS.search(page_text) else hours
    return [name, *lines] if name and lines else []


def _address(value: object) -> str:
    if isinstance(value, dict):
        town = " ".join(filter(None, (_text(value.get("addressRegion")), _text(value.get("postalCode")))))
        return ", ".join(filter(None, (_text(value.get("streetAddress")), _text(value.get("addressLocality")), town)))
    return _text(value)


def _hours(item: Declared) -> Iterator[str]:
    """ "Mo-Fr 08:00-17:00" and OpeningHoursSpecification as "Monday to Friday 8:00 a.m. to 5:00 p.m."."""
    for text in map(_text, _listed(item.get("openingHours"))):
        match = re.fullmatch(r"([A-Za-z,\s-]+?)\s*(\d{1,2}:\d\d)\s*-\s*(\d{1,2}:\d\d)", text)
        days = [_day(part) for part in re.split(r"[,-]", match[1])] if match else []
        if match and all(days):
            yield f"{' to '.join(days) if '-' in match[1] else ', '.join(days)} {_clock(match[2])} to {_clock(match[3])}"
    for rule in _listed(item.get("openingHoursSpecification")):
        if isinstance(rule, dict):
            days = list(filter(None, (_day(_text(day)) for day in _listed(rule.get("dayOfWeek")))))
            opens, closes = _clock(_text(rule.get("opens"))), _clock(_text(rule.get("closes")))
            if days and opens and closes:
                yield f"{_run(days)} {opens} to {closes}"


def _run(days: list[str]) -> str:
    """ "Monday to Friday" for days in a row."""
    first = _DAYS.index(days[0])
    in_row = len(days) > 2 and days == list(_DAYS[first : first + len(days)])
    return f"{days[0]} to {days[-1]}" if in_row else ", ".join(days)


def _day(text: str) -> str:
    name = text.strip().rsplit("/", 1)[-1].lower()
    return next((day for day in _DAYS if len(name) >= 2 and day.lower().startswith(name)), "")


def _clock(text: str) -> str:
    match = re.match(r"(\d{1,2}):(\d\d)", text)
    if not match or int(match[1]) > 24:
        return ""
    hour = int(match[1]) % 24
    return f"{hour % 12 or 12}:{match[2]} {'a.m.' if hour < 12 else 'p.m.'}"


def _is_event(item: Declared) -> bool:
    return any(str(name).endswith("Event") for name in _listed(item.get("@type")))


def _event(item: Declared, written: str) -> Block | None:
    name, start = _text(item.get("name")), _moment(item.get("startDate"))
    if not name or start is None:
        return None
    day = f"{start:%B} {start.day}"
    if squeezed(name) in written and any(
        squeezed(d) in written for d in (day, f"{start:%b} {start.day}", f"{start:%Y-%m-%d}")
    ):
        return None
    end, time = _moment(item.get("endDate")), "T" in _text(item.get("startDate"))
    when = f"{day}, {start.year}" + (f", {_clock(f'{start:%H:%M}')}" if time else "")
    if end is not None and end.date() != start.date():
        when += f" to {end:%B} {end.day}, {end.year}"
    elif end is not None and time:
        when += f" to {_clock(f'{end:%H:%M}')}"
    places = (_place(place) for place in _listed(item.get("location")))
    status = _text(item.get("eventStatus")).rsplit("/", 1)[-1].removeprefix("Event")
    lines = [status if status in {"Cancelled", "Postponed"} else "", when, *places]
    return Block("text", (name,), "\n".join(filter(None, lines)))


def _place(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(filter(None, (_text(value.get("name")), _address(value.get("address")))))
    return _text(value)


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(_text(value))
    except ValueError:
        return None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""
