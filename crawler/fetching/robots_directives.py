"""What a page or a header asks of robots: noindex, nofollow, none, unavailable_after."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from townclerk import clock
from townclerk.errors import BadInput

_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_BOT = re.compile(r"\s*([\w.*-]+)\s*:(.*)", re.DOTALL)


@dataclass(frozen=True)
class Directions:
    """The directions for us. `expires`: the page names a day, still to come, after which it must not be found."""

    noindex: bool = False
    nofollow: bool = False
    expires: bool = False


def directions_of(values: Iterable[str], *, product: str) -> Directions:
    """Directions of meta robots contents or X-Robots-Tag headers that are meant for `product` or for all robots.

    `NAME: a, b` in a value is for the robot NAME up to the next name. The strictest wins. A date that nobody
    can read is left out, as search engines do.
    """
    words: set[str] = set()
    days: list[datetime] = []
    for value in values:
        for word, date in _meant_for(value, product.lower()):
            words.add(word)
            days += [day] if (day := _day(date)) is not None else []
    past = [day for day in days if day <= clock.now()]
    return Directions(
        noindex=bool(words & {"noindex", "none"} or past),
        nofollow=bool(words & {"nofollow", "none"}),
        expires=bool(days),
    )


def _meant_for(value: str, product: str) -> Iterator[tuple[str, str]]:
    """(directive, date of an unavailable_after) of one value, in lower case."""
    meant = True
    for token in _tokens(value.lower()):
        bot = _BOT.fullmatch(token)
        if bot and bot[1] not in _WITH_VALUE:
            meant = bot[1] in (product, "*", "robots")
            token = bot[2]
        word, _, rest = token.partition(":")
        if meant:
            yield word.strip(), rest.strip() if word.strip() == "unavailable_after" else ""


def _tokens(value: str) -> Iterator[str]:
    """Comma-separated directives. A date may hold commas: what goes on with a digit belongs to the one before."""
    tokens: list[str] = []
    for part in value.split(","):
        if tokens and "unavailable_after" in tokens[-1] and part.strip()[:1].isdigit():
            tokens[-1] += f",{part}"
        else:
            tokens.append(part)
    for token in tokens:
        yield from [token] if ":" in token else token.split()


def _day(date: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return clock.as_utc(read(date.upper() if read is datetime.fromisoformat else date))
        except (ValueError, TypeError, BadInput):
            continue
    return None
