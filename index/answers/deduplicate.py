"""Leaves out answers that say the same: one page under two addresses, parts of one FAQ answer."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from index.segments.passage_cache import CachedPassage

SAME = 0.9
"""Share of common words (Jaccard) from which two passages with the same numbers are one."""
Ranked = TypeVar("Ranked")


def distinct(
    ranked: Iterable[Ranked], *, read: Callable[[Ranked], CachedPassage], limit: int
) -> list[tuple[Ranked, CachedPassage]]:
    """The first `limit` that are not like an earlier, better one, as they were read. Reads no more than it needs."""
    chosen: list[tuple[Ranked, CachedPassage]] = []
    for each in ranked:
        reading = read(each)
        if any(_alike(reading, other) for _, other in chosen):
            continue
        chosen.append((each, reading))
        if len(chosen) == limit:
            break
    return chosen


def _alike(a: CachedPassage, b: CachedPassage) -> bool:
    one, other = a.passage, b.passage
    if one.question and one.question == other.question and one.document_key == other.document_key:
        return True
    # Two years' fee tables share nearly all words; different numbers make different answers.
    if a.numbers != b.numbers:
        return False
    own, others = set(a.said), set(b.said)
    return len(own & others) >= SAME * len(own | others)
