"""Of passages about the same matter the current one stands first, and of copies the nearest layer's.

An old page often has the resident's very words where the page in force has others, and a county
keeps a copy of what a city has changed since. Age and layer weigh little in the score, as most old
pages are right; here they decide, but only between passages that say the same kind of thing:

- same matter: their vectors have a cosine of SAME_MATTER or more, and the question is as near in
  meaning to the one as to the other (within ALIKE), so that only words put the one in front;
- the one of them whose page is OLDER_DAYS older stands behind the newer, of whatever layer;
- of copies (COPY) of about the same age, or whose age is unknown, the nearer layer stands first.

A question that names the older page's year wants that page. In the demo cities passages of the same
matter have .63 to .92 (a guide and the rates of years ago, with the pages in force), a city's page
that points to the county's .65 to .75; copies with some numbers changed have .9 and more.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from index.arrays import Vectors
from index.ranking.features import Features
from index.ranking.ranker import Ranked
from townclerk.jurisdictions import LEVELS

SAME_MATTER, COPY = 0.6, 0.85
ALIKE = 0.15
"""How much nearer in meaning (cosine) to the question a passage may be that gives way."""
OLDER_DAYS = 2 * 365
COMPARED, REACH = 8, 0.5
"""Passages in front that are compared, and how far behind the first they may fit: which of two holds more of the question says nothing of age."""


def settled(
    ranked: Sequence[Ranked],
    features: Features,
    *,
    question: str,
    layers: Sequence[str],
    vector: Callable[[Ranked], Vectors],
) -> list[Ranked]:
    """The passages, best first, where none stands before one that supersedes it. They take over each other's scores."""
    if not ranked or len(layers) > len(LEVELS):
        return list(ranked)  # more places than there are levels are no city with its layers
    least = ranked[0].parts["relative"] - REACH
    front = [each for each in ranked[:COMPARED] if each.parts["relative"] >= least]
    pairs = [(a, b) for b in range(len(front)) for a in range(b) if _may(front[a], front[b], features)]
    if not pairs:
        return list(ranked)
    vectors = np.stack([vector(each) for each in front]).astype(np.float32)
    alike = (vectors @ vectors.T).tolist()
    before: dict[int, set[int]] = {}
    for a, b in pairs:
        if alike[a][b] >= SAME_MATTER and _supersedes(
            front[b], front[a], copies=alike[a][b] >= COPY, question=question, layers=layers
        ):
            before.setdefault(a, set()).add(b)
    if not before:
        return list(ranked)
    order = _ordered(len(front), before)
    moved = [front[i].moved_to(place.score, "superseded") for i, place in zip(order, front, strict=True)]
    return [*moved, *ranked[len(front) :]]


def _may(a: Ranked, b: Ranked, features: Features) -> bool:
    """Whether b could have to stand before a at all: this spares most questions the comparison."""
    one, other = a.document_row, b.document_row
    if one.key == other.key or (one.jurisdiction == other.jurisdiction and not (one.page_date and other.page_date)):
        return False
    # The question must be about as near in meaning to b.
    return all(
        features.values[name].item(b.i) >= features.values[name].item(a.i) - ALIKE for name in ("dense", "sentence")
    )


def _supersedes(other: Ranked, one: Ranked, *, copies: bool, question: str, layers: Sequence[str]) -> bool:
    older = _days_older(one, other)
    if older is not None and abs(older) >= OLDER_DAYS:
        return older > 0 and one.document_row.page_date[:4] not in question
    return copies and layers.index(other.document_row.jurisdiction) < layers.index(one.document_row.jurisdiction)


def _days_older(one: Ranked, other: Ranked) -> int | None:
    """By how many days the page of one is older; None when one of them has no date."""
    if not one.document_row.page_date or not other.document_row.page_date:
        return None
    return (date.fromisoformat(other.document_row.page_date) - date.fromisoformat(one.document_row.page_date)).days


def _ordered(count: int, before: dict[int, set[int]]) -> list[int]:
    """0 to count - 1 in order, each after those that stand `before` it."""
    waiting, order = list(range(count)), list[int]()
    while waiting:
        free = (i for i in waiting if not before.get(i, set()) & set(waiting))
        following = next(free, waiting[0])
        waiting.remove(following)
        order.append(following)
    return order
