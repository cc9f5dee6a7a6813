"""Signs that a quotation does not answer, besides how near it is: they take an answer's confidence down.

A quotation without the kind of thing that was asked for (a price, a time, a telephone number), or not the sort of license or
permit, may help, but is never of high confidence. One that does not name the other place or the year that a question asks about
is of low confidence, and where none of those in front names it nothing is answered. This year needs no naming: an undated page is of it.
Nor is anything answered when a price or a telephone number is asked for and the page in front tells none.
"""

import re
from collections.abc import Sequence

from index.passages.document import Passage
from index.query.query import Query
from index.schemas.search import Confidence
from index.text.answer_types import Kind, holds
from index.text.tokenizer import stems
from townclerk import clock

TOLD_AS_FIGURES: tuple[Kind, ...] = ("amount", "phone")
"""The types of answer that are hardly told in other words: of 14 quotations without the one that was asked for one answered, and
of 9 without the time seven."""
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


def untold(asked: Query, page: Sequence[Passage]) -> bool:
    """Whether a question asks for a price or a telephone number and none of these passages tells one."""
    wanted = tuple(kind for kind in asked.kinds if kind in TOLD_AS_FIGURES)
    return bool(wanted) and not asked.leans and not any(holds(passage.text, wanted) for passage in page)


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
