"""Signs that a quotation does not answer, besides how near it is: they take an answer's confidence down.

A quotation without the kind of thing that was asked for (a price, a time, a telephone number), or from a page that does not
name the year that was asked about, or not the sort of license or permit, may help, but is never of high confidence. One that does not name the other place
that a question asks about is of low confidence, and where none of those in front names it nothing is answered.
"""

import re
from collections.abc import Sequence

from index.passages.document import Passage
from index.query.query import Query
from index.schemas.search import Confidence
from index.text.answer_types import holds
from index.text.tokenizer import stems

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def doubted(
    confidence: Confidence, asked: Query, passage: Passage, quote: str, *, unnamed: Sequence[str] = ()
) -> Confidence:
    """The confidence of a quotation from a passage, at most what the signs allow; `unnamed`: see `sort_of_thing`."""
    if confidence != "low" and not names_place(passage, asked.elsewhere):
        return "low"
    if confidence == "high" and (unnamed or _lacks_kind(asked, quote) or _of_another_year(asked, passage)):
        return "medium"
    return confidence


def names_place(passage: Passage, place: str) -> bool:
    """Whether a passage, its heading or its title names a place, or none is asked about."""
    return not place or set(stems(place)).issubset(stems(_whole(passage)))


def _lacks_kind(asked: Query, quote: str) -> bool:
    return bool(asked.kinds) and not holds(quote, asked.kinds)


def _of_another_year(asked: Query, passage: Passage) -> bool:
    years = set(_YEAR.findall(asked.sentence))
    told = set(_YEAR.findall(_whole(passage))) | {str(passage.page_date.year) if passage.page_date else ""}
    return bool(years) and not years & told


def _whole(passage: Passage) -> str:
    return f"{passage.title} {passage.heading} {passage.question} {passage.text}"
