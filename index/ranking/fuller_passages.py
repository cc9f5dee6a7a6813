"""A passage gives way to one about as near that holds all that it holds of what was asked, and more.

Of "fee for a deck permit" a text about parking permits holds the permit and a fee, the table of fees the deck too; "phone number of city
hall" finds the hours of city hall, and its phone on another page. Words are counted as they stand, with forms and synonyms, in title, heading
and text. A passage of another page must hold more of what matters most: the kind of thing asked for, the sort of a license or permit,
or what is asked about in the title of its page: "is the library open on Saturday" is told by the library's page and not by a list of holidays.
Of one page the title says nothing: of its camps "Summer" holds more of "summer camp" than "Vacation camps".
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from index.passages.document import Passage
from index.query.query import Query
from index.query.sort_words import sort_words
from index.ranking.answer_type_swap import NAMES_THE_KIND, TRADE
from index.ranking.ranker import Ranked
from index.text.answer_types import holds
from index.text.tokenizer import stem, stems

LOOKED_AT = 8
"""Passages in front that are read."""
OF_THE_SORT = 0.5
"""How much less score a passage may have that names the sort of thing asked for, where the one in front does not."""
TITLED = 0.3
"""The same where its title names more of what is asked about."""


class _Held(NamedTuple):
    """What a passage holds of a question: words that say what it is about, those of its title and of all else, the sort of thing,
    and the kind of answer."""

    passage: Passage
    words: frozenset[str]
    title: frozenset[str]
    under: frozenset[str]
    sort: bool
    kind: bool

    def gives_way_to(self, other: "_Held", *, behind: float) -> bool:
        if not (other.words and self.words <= other.words and self.sort <= other.sort and self.kind <= other.kind):
            return False
        if self.sort < other.sort:
            return behind <= OF_THE_SORT
        one_page = self.passage.document_key == other.passage.document_key
        if one_page:
            return (self.kind < other.kind or self.under < other.under) and behind <= TRADE
        # A FAQ is about what its question says; what another page holds of the kind is about something else more often.
        if self.passage.question:
            return False
        return (self.kind < other.kind and behind <= TRADE) or (
            self.title < other.title and behind <= TITLED and not _older(other.passage, self.passage)
        )


def _older(one: Passage, other: Passage) -> bool:
    return one.page_date is not None and (other.page_date is None or one.page_date < other.page_date)


def fuller(ranked: Sequence[Ranked], asked: Query, *, read: Callable[[Ranked], Passage]) -> list[Ranked]:
    """The passages, best first, after the fullest of those about as near came to the front; the others move back by one.

    They take over each other's scores.
    """
    order = list(ranked)
    near = [each for each in order[:LOOKED_AT] if each.score >= order[0].score - OF_THE_SORT]
    if len(near) < 2:
        return order
    best, held = 0, _held(read(near[0]), asked)
    for i, each in enumerate(near[1:], start=1):
        other = _held(read(each), asked)
        if held.gives_way_to(other, behind=order[0].score - each.score):
            best, held = i, other
    moved = [order[best], *order[:best], *order[best + 1 :]]
    return [each.moved_to(place.score, "fuller") for each, place in zip(moved, order, strict=True)]


def _held(passage: Passage, asked: Query) -> _Held:
    # The few words of a follow-up say less than the talk before: any title may hold "meet".
    title, under = (
        [] if asked.leans else stems(passage.title),
        stems(f"{passage.heading} {passage.question} {passage.text}"),
    )
    about, sorts = frozenset(asked.own) - NAMES_THE_KIND, set(map(stem, sort_words(asked)))
    also = asked.also(f"{passage.title} {passage.text}", passage.language)
    named, held = (about & ({*there} | {also[each] for each in there if each in also}) for there in (title, under))
    kind = bool(asked.kinds) and holds(passage.text, asked.kinds)
    return _Held(passage, named | held, named, held, bool(sorts) and sorts <= {*title, *under}, kind)
