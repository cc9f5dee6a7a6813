"""Leaves out answers that say the same: one page under two addresses, parts of one FAQ answer."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from index.reading import Reading

SAME = 0.9
"""Share of common words (Jaccard) from which two passages with the same numbers are one."""
Found = TypeVar("Found")
_NUMBER = re.compile(r"\d+")


def distinct(ranked: Iterable[Found], *, read: Callable[[Found], Reading], limit: int) -> list[tuple[Found, Reading]]:
    """The first `limit` that are not like an earlier, better one, as they were read. Reads no more than it needs."""
    kept: list[tuple[Found, Reading]] = []
    numbers: list[list[str]] = []
    for each in ranked:
        reading = read(each)
        # Two years' fee tables share nearly all words; different numbers make different answers.
        own = sorted(_NUMBER.findall(f"{reading.passage.question}\n{reading.passage.text}"))
        others = zip((other for _, other in kept), numbers, strict=True)
        if any(_alike(reading, other, same_numbers=own == theirs) for other, theirs in others):
            continue
        kept.append((each, reading))
        numbers.append(own)
        if len(kept) == limit:
            break
    return kept


def _alike(a: Reading, b: Reading, *, same_numbers: bool) -> bool:
    one, other = a.passage, b.passage
    if one.question and one.question == other.question and one.document_key == other.document_key:
        return True
    return same_numbers and len(a.said & b.said) >= SAME * len(a.said | b.said)
