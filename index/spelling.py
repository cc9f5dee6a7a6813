"""Mends misspelt words of a question with words that the indexed texts use.

A word is misspelt when no text holds it and the encoder does not know it as one piece
either: "garbge" is mended to "garbage", while "casino" stays, although a text may say "casing".
"""

import re
from collections.abc import Iterator

from index.encoder import Encoder
from index.keywords import KeywordIndex

SHORTEST = 4
"""Letters a word needs to be mended. One of four letters may only lack a letter."""
EXCHANGE = 7
"""Letters from which a wrong letter is mended; in shorter words only swapped, missing and surplus ones."""
LONG = 10
"""Letters from which two slips are mended, not one."""
MOST = 4
"""Words of one question that are looked at."""
_WORD = re.compile(r"[^\W\d_]+")


def mend(text: str, keywords: KeywordIndex, encoder: Encoder) -> str:
    """`text` with misspelt words replaced; all else is left as it is."""
    found = [m for m in _WORD.finditer(text[:400]) if len(m.group()) >= SHORTEST and not keywords.knows(m.group())]
    strange = [m for m in found[:MOST] if encoder.tokens([m.group().lower()])[0] > 1]
    for match in reversed(strange):
        better = _nearest(match.group().lower(), keywords)
        if better:
            text = text[: match.start()] + better + text[match.end() :]
    return text


def _nearest(word: str, keywords: KeywordIndex) -> str:
    """The commonest of the nearest known words that begin alike; empty when none is near."""
    allowed = 2 if len(word) >= LONG else 1
    likely = [(other, count) for other, count in keywords.beginning(word[:1]) if _likely(word, other)]
    near = [(slips, -count, other) for other, count in likely if (slips := distance(word, other, allowed)) <= allowed]
    return min(near)[2] if near else ""


def _likely(word: str, other: str) -> bool:
    if len(word) == SHORTEST:
        return len(other) > len(word)
    return len(word) >= EXCHANGE or len(other) != len(word) or sorted(word) == sorted(other)


def distance(a: str, b: str, allowed: int) -> int:
    """Letters to insert, delete, replace or swap with a neighbour to make `b` of `a`; more than `allowed` if too many."""
    if abs(len(a) - len(b)) > allowed or len(set(a) ^ set(b)) > 2 * allowed:
        return allowed + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, last = row, before
        row = [i, *_next(x, b, before)]
        for j in range(1, len(b) + 1):
            row[j] = min(row[j], row[j - 1] + 1)
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == b[j - 1]:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > allowed:
            return allowed + 1
    return row[-1]


def _next(x: str, b: str, before: list[int]) -> Iterator[int]:
    for j, y in enumerate(b, start=1):
        yield min(before[j] + 1, before[j - 1] + (x != y))
