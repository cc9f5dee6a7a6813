"""Leaves out answers that say the same: one page under two addresses, parts of one FAQ answer."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from index.segments.passage_cache import Reading

SAME = 0.9
"""Share of common words (Jaccard) from which two passages with the same numbers are one."""
Found = TypeVar("Found")


def distinct(ranked: Iterable[Found], *, read: Callable[[Found], Reading], limit: int) -> list[tuple[Found, Reading]]:
    """The first `limit` that are not like an earlier, better one, as they were read. Reads no more than it needs."""
    kept: list[tuple[Found, Reading]] = []
    for each in ranked:
        reading = read(each)
        if any(_alike(reading, other) for _, other in kept):
            continue
        kept.append((each, reading))
        if len(kept) == limit:
            break
    return kept


def _alike(a: Reading, b: Reading) -> bool:
    one, other = a.passage, b.passage
    if one.question and one.question == other.question and one.document_key == other.document_key:
        return True
    # Two years' fee tables share nearly all words; different numbers make different answers.
    if a.numbers != b.numbers:
        return False
    own, others = set(a.said), set(b.said)
    return len(own & others) >= SAME * len(own | others)
