"""Leaves out answers that say the same: one page under two addresses, parts of one FAQ answer."""

import re
from collections.abc import Iterable

from index.documents import Candidate, Passage
from index.words import stems

SAME = 0.9
"""Share of common words (Jaccard) from which two passages with the same numbers are one."""


def distinct(ranked: Iterable[Candidate], *, limit: int) -> list[Candidate]:
    """The first `limit` candidates that are not like an earlier, better one. Takes no more of `ranked` than it needs."""
    kept: list[Candidate] = []
    prints: list[tuple[frozenset[str], tuple[str, ...]]] = []
    for candidate in ranked:
        mark = _print(candidate.passage)
        if any(_part_of_one(candidate.passage, k.passage) for k in kept) or any(_same(mark, p) for p in prints):
            continue
        kept.append(candidate)
        prints.append(mark)
        if len(kept) == limit:
            break
    return kept


def _part_of_one(a: Passage, b: Passage) -> bool:
    return bool(a.question) and a.question == b.question and a.document_key == b.document_key


def _print(passage: Passage) -> tuple[frozenset[str], tuple[str, ...]]:
    text = f"{passage.question}\n{passage.text}"
    # Two years' fee tables share nearly all words; different numbers make different answers.
    return frozenset(stems(text)), tuple(sorted(re.findall(r"\d+", text)))


def _same(a: tuple[frozenset[str], tuple[str, ...]], b: tuple[frozenset[str], tuple[str, ...]]) -> bool:
    return a[1] == b[1] and len(a[0] & b[0]) >= SAME * len(a[0] | b[0])
