"""Passages of some kind stand behind the others that are about as near."""

from collections.abc import Callable, Sequence

from index.ranking.ranker import Ranked

LOOKED_AT = 8
"""Passages in front that are read."""


def behind_others(
    ranked: Sequence[Ranked], gives_way: Callable[[Ranked], bool], *, within: float, part: str
) -> list[Ranked]:
    """The passages, best first, where none that gives way stands before one whose score is less than the best by `within` at most.

    They take over each other's scores; what that added or took is the `part`.
    """
    front = [each for each in ranked[:LOOKED_AT] if each.score >= ranked[0].score - within]
    order = sorted(front, key=gives_way)
    moved = [each.moved_to(place.score, part) for each, place in zip(order, front, strict=True)]
    return [*moved, *ranked[len(front) :]]
