"""Mends misspelt words of a question with words that the indexed texts use.

A word is misspelt when no text holds it and the model of English words does not know it as one piece
either: "garbge" is mended to "garbage", while "casino" stays, although a text may say "casing".

Slips are letters to insert, delete, replace or swap with a neighbor (optimal string alignment distance).
"""

import re
from collections.abc import Collection, Iterator

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from index.embedding.encoder import Encoder
from index.keywords.bm25_index import KeywordIndex
from index.text.tokenizer import stem

SHORTEST = 4
"""Letters a word needs to be mended. One of four letters may only lack a letter."""
EXCHANGE = 7
"""Letters from which a wrong letter is mended; in shorter words only swapped, missing and surplus ones."""
LONG = 10
"""Letters from which two slips are mended, not one."""
MOST = 4
"""Words of one question that are looked at."""
_WORD = re.compile(r"[^\W\d_]+")
OTHER_FIRST = 1.5
"""Slips that a wrong first letter counts as: it is rarer than one within a word."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {
    key: "".join(
        _ROWS[y][x]
        for y, x in ((j, i - 1), (j, i + 1), (j - 1, i), (j - 1, i + 1), (j + 1, i - 1), (j + 1, i))
        if 0 <= y < len(_ROWS) and 0 <= x < len(_ROWS[y])
    )
    for j, row in enumerate(_ROWS)
    for i, key in enumerate(row)
}
"""The keys around each key."""


def mend(text: str, keywords: KeywordIndex, encoder: Encoder, *, known: Collection[str] = ()) -> str:
    """`text` with misspelt words replaced; all else is left as it is, words whose stem is `known` too."""
    words = [m for m in _WORD.finditer(text[:400]) if len(m.group()) >= SHORTEST and not keywords.knows(m.group())]
    words = [m for m in words if stem(m.group()) not in known]
    strange = [m for m in words[:MOST] if not encoder.knows(m.group().lower())]
    for match in reversed(strange):
        better = _nearest(match.group().lower(), keywords)
        if better:
            text = text[: match.start()] + better + text[match.end() :]
    return text


def _nearest(word: str, keywords: KeywordIndex) -> str:
    """The commonest of the nearest known words, those that begin alike first; empty when none is near."""
    allowed = 2 if len(word) >= LONG else 1
    alike = extract(word, keywords.beginning(word[0]), scorer=OSA.distance, score_cutoff=allowed, limit=None)
    near = [(float(slips), other) for other, slips, _ in alike if _likely(word, other)]
    near += [(OTHER_FIRST, other) for other in _first_slips(word)]
    counted = [(slips, -count, other) for slips, other in near if (count := keywords.spelt(other))]
    return min(counted)[2] if counted else ""


def _likely(word: str, other: str) -> bool:
    if len(other) != len(word):
        return len(word) > SHORTEST or len(other) > len(word)
    return len(word) >= EXCHANGE or sorted(word) == sorted(other) or _beside(word, other)


def _beside(word: str, other: str) -> bool:
    """Whether only one letter differs, and the two lie beside each other on the keyboard."""
    wrong = [(a, b) for a, b in zip(word, other, strict=True) if a != b]
    return len(word) > SHORTEST and len(wrong) == 1 and wrong[0][1] in BESIDE.get(wrong[0][0], "")


def _first_slips(word: str) -> Iterator[str]:
    """Words of which the first letter is missing, or swapped with the second. A wrong one would make "birth" of "girth"."""
    yield word[1] + word[0] + word[2:]
    yield from (letter + word for letter in LETTERS if len(word) > SHORTEST)
