"""The order of what a search compared, before any passage is read.

    score = relative + layer + freshness (+ votes) (+ pin)

Only what is kept in arrays and in the list of documents is needed for it, so that of the
forty passages that are put in order the five that are shown are the only ones read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue, Found
from index.documents import Adjust, Contender, PinMark, Vectors
from index.fusion import fuse, scaled
from index.segments import Filed
from index.signals import Signals
from townclerk import clock
from townclerk.jurisdictions import LEVELS

NEARER = 0.04
"""What one layer nearer to the city adds: it decides between passages about equally good."""
YEAR_OLDER, STALEST = 0.02, 0.1
"""What a year more of age takes off, and the most that age takes off."""


@dataclass(frozen=True)
class Ranked:
    """One passage in its place: `i` is its number among the signals' rows, `parts` say how its score came about."""

    i: int
    filed: Filed
    key: str
    score: float
    parts: dict[str, float]
    pin: PinMark | None = None


def rank(
    signals: Signals, catalogue: Catalogue, jurisdictions: Sequence[str], *, limit: int, also: Collection[int] = ()
) -> list[Ranked]:
    """The best `limit` before votes, best first, and the rows `also` whatever their place."""
    fits = fuse(signals, passages=len(catalogue))
    relative = scaled(fits)
    # More places than there are levels are no city with its layers, and have no order.
    step = NEARER if len(jurisdictions) <= len(LEVELS) else 0.0
    layer = {jurisdiction: -step * i for i, jurisdiction in enumerate(jurisdictions)}
    order = np.argsort(-fits, kind="stable")
    best = (
        order[:limit]
        if not also
        else order[(np.arange(len(order)) < limit) | np.isin(signals.found.rows[order], [*also])]
    )
    today = clock.now().date()
    made = [
        _ranked(i, (filed, key), (fit, near), layer=layer[filed.jurisdiction], today=today)
        for i, (filed, key), fit, near in zip(
            best.tolist(),
            _told(catalogue, signals.found, best),
            fits[best].tolist(),
            relative[best].tolist(),
            strict=True,
        )
    ]
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
        each, score = by_number[i], top + len(pins) - place
        lifted.append(replace(each, score=score, parts=each.parts | {"pin": score - each.score}, pin=mark))
    return [*lifted, *others]


def _ranked(i: int, told: tuple[Filed, str], fits: tuple[float, float], *, layer: float, today: date) -> Ranked:
    filed, key = told
    fit, relative = fits
    freshness = _freshness(filed.page_date, today)
    parts = {"relative": relative, "layer": layer, "freshness": freshness, "fit": fit}
    return Ranked(i, filed, key, relative + layer + freshness, parts)


def _moved(ranked: Ranked, votes: float) -> Ranked:
    return Ranked(ranked.i, ranked.filed, ranked.key, ranked.score + votes, ranked.parts | {"vote": votes})


def _told(catalogue: Catalogue, found: Found, chosen: NDArray[np.int64]) -> list[tuple[Filed, str]]:
    """Document and key of some of the found passages."""
    told: dict[int, tuple[Filed, str]] = {}
    numbers, positions = found.segment[chosen], found.position[chosen]
    for number in np.unique(numbers).tolist():
        segment, mine = catalogue.segments[number], np.flatnonzero(numbers == number)
        keys = [key.decode() for key in segment.keys[positions[mine]].tolist()]
        told.update(zip(mine.tolist(), zip(segment.filed(positions[mine]), keys, strict=True), strict=True))
    return [told[i] for i in range(len(chosen))]


def _freshness(page_date: str, today: date) -> float:
    """0 to -STALEST for a page that says how old it is; its first year is free."""
    if not page_date:
        return 0.0
    years = (today - date.fromisoformat(page_date)).days / 365.25
    return -min(STALEST, YEAR_OLDER * max(0.0, years - 1))
