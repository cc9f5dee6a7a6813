"""A passage gives way to one about as near that holds all that it holds of what was asked, and more.

Of "fee for a deck permit" a text about parking permits holds the permit and a fee, the table of fees the deck too; "phone number of city
hall" finds the hours of city hall, and its phone on another page. Words are counted as they stand, with forms and synonyms, in title, heading
and text. A passage of another page must hold more of what matters most: the kind of thing asked for, or the sort of a license or permit.
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


class _Held(NamedTuple):
    """What a passage holds of a question: words that say what it is about, the sort of thing, and the kind of answer."""

    passage: Passage
    words: frozenset[str]
    sort: bool
    kind: bool

    def gives_way_to(self, other: "_Held", *, behind: float) -> bool:
        if not (other.words and self.words <= other.words and self.sort <= other.sort and self.kind <= other.kind):
            return False
        if self.sort < other.sort:
            return behind <= OF_THE_SORT
        one_page = self.passage.document_key == other.passage.document_key
        # A FAQ is about what its question says; what another page holds of the kind is about something else more often.
        more = self.kind < other.kind or (one_page and self.words < other.words)
        more = more and (one_page or not self.passage.question)
        return more and behind <= TRADE


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
    there = set(stems(f"{passage.title} {passage.heading} {passage.question} {passage.text}"))
    there |= {own for other, own in asked.also(passage.text, passage.language).items() if other in there}
    about, sorts = frozenset(asked.own) - NAMES_THE_KIND, set(map(stem, sort_words(asked)))
    kind = bool(asked.kinds) and holds(passage.text, asked.kinds)
    return _Held(passage, about & there, bool(sorts) and sorts <= there, kind)
