"""Passages of one page trade places when one holds the kind of thing that was asked for.

"Price for the pool" is near every passage of the pool's page; the one with the prices answers.
Only the passages of one document change places with each other, and they take over each
other's scores, so no page rises or falls. A passage never passes one that holds a word of the
question which it lacks: on a page about many offices, the number beside another name is wrong.
"""

from collections.abc import Callable, Sequence

from index.passages.document import Passage
from index.query.query import Query
from index.ranking.ranker import Ranked
from index.text.answer_types import holds
from index.text.tokenizer import stem, stems

TRADE = 0.3
"""Score that a passage with the thing asked for may lack behind one without it on the same page."""


PAGES, TRIED = 3, 4
"""Pages in front that are looked at, and passages read of each: the others are not shown first."""
_KIND_WORDS = (
    "phone telephone number line call contact info cost price fee charge rate pay much many hour time day date when open close "
    "address location where old long often office department city town"
)
NAMES_THE_KIND = frozenset(map(stem, _KIND_WORDS.split()))
"""Words that say what kind of thing is wanted, or no more than whose desk it is; the thing itself mostly stands without them."""


def traded(ranked: Sequence[Ranked], asked: Query, *, read: Callable[[Ranked], Passage]) -> list[Ranked]:
    """The passages, best first, after trading on the pages in front; unchanged when no kind was asked for."""
    order = list(ranked)
    if not asked.kinds:
        return order
    pages: dict[str, list[int]] = {}
    for place, each in enumerate(order):
        if each.document_row.key in pages or len(pages) < PAGES:
            pages.setdefault(each.document_row.key, []).append(place)
    for places in pages.values():
        page = [order[place] for place in places]
        for place, each in zip(places, _among(page, asked, read), strict=True):
            order[place] = each
    return order


def _among(page: list[Ranked], asked: Query, read: Callable[[Ranked], Passage]) -> list[Ranked]:
    """The best place goes to the first passage that holds the thing and may pass the one in front."""
    front = page[0]
    near = [i for i, each in enumerate(page[1 : TRIED + 1], start=1) if each.score >= front.score - TRADE]
    if not near:
        return page
    shown = read(front)
    if holds(shown.text, asked.kinds):
        return page
    about = (frozenset(asked.own) - NAMES_THE_KIND) & _words(shown)
    for i in near:
        passage = read(page[i])
        if holds(passage.text, asked.kinds) and about <= _words(passage):
            order = [page[i], *page[:i], *page[i + 1 :]]
            return [each.moved_to(place.score, "kind") for each, place in zip(order, page, strict=True)]
    return page


def _words(passage: Passage) -> frozenset[str]:
    return frozenset(stems(f"{passage.heading} {passage.question} {passage.text}"))
