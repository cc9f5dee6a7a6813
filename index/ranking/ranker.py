"""The order of what a search compared, before any passage is read.

    score = relative + layer + freshness (+ votes) (+ pin)

Only what is kept in arrays and in the list of documents is needed for it, so that of the
thirty passages that are put in order the five that are shown are the only ones read.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from index.arrays import Vectors
from index.ranking.candidate import Adjust, Contender
from index.ranking.features import Features
from index.ranking.fusion import fuse, scaled
from index.schemas.search import PinMark
from index.segments.document_table import DocumentRow
from index.segments.reader import SegmentReader
from townclerk import clock
from townclerk.jurisdictions import LEVELS

NEARER = 0.04
"""What one layer nearer to the city adds: it decides between passages about equally good."""
YEAR_OLDER, STALEST = 0.02, 0.1
"""What a year more of age takes off, and the most that age takes off."""


class Ranked(NamedTuple):
    """One passage in its place: `i` is its number among the features' rows, `parts` say how its score came about."""

    i: int
    document_row: DocumentRow
    key: str
    score: float
    parts: dict[str, float]
    pin: PinMark | None = None

    def moved_to(self, score: float, part: str) -> "Ranked":
        """The same passage at another score; the difference is its `part`."""
        gained = score - self.score
        return self._replace(score=score, parts=self.parts | {part: gained}) if gained else self


def rank(
    features: Features, reader: SegmentReader, jurisdictions: Sequence[str], *, limit: int, also: Collection[int] = ()
) -> list[Ranked]:
    """The best `limit` before votes, best first, and the rows `also` whatever their place."""
    fits = fuse(features, passages=len(reader))
    relative = scaled(fits)
    # More places than there are levels are no city with its layers, and have no order.
    step = NEARER if len(jurisdictions) <= len(LEVELS) else 0.0
    layer = {jurisdiction: -step * i for i, jurisdiction in enumerate(jurisdictions)}
    order = np.argsort(-fits, kind="stable")
    best = (
        order[:limit]
        if not also
        else order[(np.arange(len(order)) < limit) | np.isin(features.found.rows[order], [*also])]
    )
    today = clock.now().date()
    found = features.found
    chosen = (best, found.segment[best], found.position[best], fits[best], relative[best])
    made: list[Ranked] = []
    for i, segment, position, fit, near in zip(*(each.tolist() for each in chosen), strict=True):
        document_row, key = reader.segments[segment].named(position)
        above, freshness = layer[document_row.jurisdiction], _freshness(document_row.page_date, today)
        parts = {"relative": near, "layer": above, "freshness": freshness, "fit": fit}
        made.append(Ranked(i, document_row, key, near + above + freshness, parts))
    return sorted(made, key=lambda each: -each.score)


def adjusted(ranked: list[Ranked], vector: Vectors, adjust: Adjust | None) -> list[Ranked]:
    """The order after votes."""
    if adjust is None:
        return ranked
    added = adjust(vector, [Contender(r.key, r.score, r.parts["fit"], r.parts["relative"]) for r in ranked])
    if not added:
        return ranked
    moved = [_moved(each, added[each.key]) if each.key in added else each for each in ranked]
    return sorted(moved, key=lambda each: -each.score)


def pinned(ranked: Sequence[Ranked], pins: Mapping[int, PinMark]) -> list[Ranked]:
    """The order with the candidates of these numbers in front, as they are given: no votes come between.

    Each stands one whole point above what follows; what that added to its score is the part `pin`.
    """
    by_number = {each.i: each for each in ranked}
    others = [each for each in ranked if each.i not in pins]
    top = others[0].score if others else 0.0
    lifted = []
    for place, (i, mark) in enumerate(pins.items()):
        lifted.append(by_number[i].moved_to(top + len(pins) - place, "pin")._replace(pin=mark))
    return [*lifted, *others]


def _moved(ranked: Ranked, votes: float) -> Ranked:
    return ranked._replace(score=ranked.score + votes, parts=ranked.parts | {"vote": votes})


def _freshness(page_date: str, today: date) -> float:
    """0 to -STALEST for a page that says how old it is; its first year is free."""
    if not page_date:
        return 0.0
    years = (today - date.fromisoformat(page_date)).days / 365.25
    return -min(STALEST, YEAR_OLDER * max(0.0, years - 1))
