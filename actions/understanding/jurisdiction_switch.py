"""Which layer a message is about: the city, or the county or state above it.

"No, I meant the county one, how much?" asks the question before it there. An answer that points there ("dog licenses are
sold by the county") does not say what it costs: the pages it points to do.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.schemas.search import Answer
from townclerk.jurisdictions import Jurisdiction
from townclerk.places import Places
from townclerk.text.folding import plain_words

_LEVEL = r"(?P<level>city|town|county|state)"
_OF = r"(?:['’]?s)?(?: (?:ones?|version|office|government|side|level|license|licence|permit|website|page))?"
_END = r"(?=\s*(?:$|[,.;:?!-])|\s+(?:how|what|when|where|who|do|does|is|are|can|for)\b)"
_CORRECTION = re.compile(
    r"^\W*(?:(?:no|nope|sorry|wait|actually|ok|and|but|or|not that one)\b[\s,.]*)*(?:not the \w+(?: one)?[\s,.;]*(?:but )?)?"
    rf"(?:i (?:mean|meant|want|need)|what about|how about|is it|at|from|with|for)?\s*(?:the |my |a )?{_LEVEL}{_OF}{_END}[\s,.;:?!-]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_THE_ONE = re.compile(rf"\b(?:the|a|my) {_LEVEL} ones?\b", re.IGNORECASE)
_LEANS = re.compile(r"\b(?:it|its|they|them|that|this|those|these|one|ones|there)\b", re.IGNORECASE)
_SHORT = 3
"""Words of a follow-up that names nothing: "how much", "what hours"."""


class Meant(NamedTuple):
    """The layer that is meant, and what is asked of it; empty when it is what was asked before."""

    place: Jurisdiction
    asked: str


def meant(text: str, city: Jurisdiction | None, places: Places) -> Meant | None:
    """The layer that a message moves the question before it to; None when it moves nothing."""
    if found := _CORRECTION.match(text):
        level, asked = found["level"], found["rest"].strip()
    elif found := _THE_ONE.search(text):
        level, asked = found["level"], _THE_ONE.sub("it", text).strip()
    else:
        return None
    level = "city" if level.lower() == "town" else level.lower()
    place = next((each for each in _layers(city, places) if each.level == level), None)
    return Meant(place, asked) if place else None


def pointed_to(found: Answer | None, city: Jurisdiction | None, places: Places) -> Jurisdiction | None:
    """The county or state that an answer of the city points to; None when it points nowhere."""
    if found is None or city is None or found.jurisdiction != city.id:
        return None
    said = f" {plain_words(found.excerpt)} "
    above = (each for each in _layers(city, places) if each.level in ("county", "state"))
    return next((e for e in above if f" {plain_words(e.name)} " in said or f" the {e.level} " in said), None)


def leans(text: str) -> bool:
    """Whether a follow-up names nothing of its own."""
    return bool(_LEANS.search(text)) or len(text.split()) <= _SHORT


def _layers(city: Jurisdiction | None, places: Places) -> Iterator[Jurisdiction]:
    while city is not None:
        yield city
        city = places.get(city.parent_id)
