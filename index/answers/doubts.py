"""Signs that a quotation does not answer, besides how near it is: they take an answer's confidence down.

A quotation without the kind of thing that was asked for (a price, a time, a telephone number), or not the sort of license or
permit, may help, but is never of high confidence. One that does not name the other place or the year that a question asks about
is of low confidence, and where none of those in front names it nothing is answered. This year needs no naming: an undated page is of it.
"""

import re
from collections.abc import Sequence

from index.passages.document import Passage
from index.query.query import Query
from index.schemas.search import Confidence
from index.text.answer_types import holds
from index.text.tokenizer import stems
from townclerk import clock

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def doubted(
    confidence: Confidence, asked: Query, passage: Passage, quote: str, *, unnamed: Sequence[str] = ()
) -> Confidence:
    """The confidence of a quotation from a passage, at most what the signs allow; `unnamed`: see `sort_of_thing`."""
    if confidence != "low" and beside(asked, passage):
        return "low"
    if confidence == "high" and (unnamed or _lacks_kind(asked, quote)):
        return "medium"
    return confidence


def beside(asked: Query, passage: Passage) -> bool:
    """Whether a passage, its heading or its title does not name the place or the year that is asked about."""
    place = asked.elsewhere
    return (bool(place) and not set(stems(place)).issubset(stems(_whole(passage)))) or _of_another_year(asked, passage)


def _lacks_kind(asked: Query, quote: str) -> bool:
    return bool(asked.kinds) and not holds(quote, asked.kinds)


def _of_another_year(asked: Query, passage: Passage) -> bool:
    told = set(_YEAR.findall(_whole(passage)))
    if passage.page_date or not told:
        told.add(str((passage.page_date or clock.now()).year))
    years = set(_YEAR.findall(asked.sentence))
    return bool(years) and not years & told


def _whole(passage: Passage) -> str:
    return f"{passage.title} {passage.heading} {passage.question} {passage.text}"
