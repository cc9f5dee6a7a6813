"""Mends misspelt words of a question with words that the indexed texts use.

A word is misspelt when no text holds it and the encoder does not know it as one piece
either: "garbge" is mended to "garbage", while "casino" stays, although a text may say "casing".

The words of a large index by their first letter take 10 ms to read, so they are kept, and `renew`
reads them again beside the questions. A word that came since is known, and is not mended, but
others are not mended to it yet.
"""

import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
COMMON_KEPT = 20_000
"""Words of which it is remembered whether the model knows them as one piece."""
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
KEPT_SECONDS = 300.0
"""How old words may be before they are read again."""


@dataclass(frozen=True)
class _Words:
    """Words that begin alike, with their lengths and the letters they hold as bits."""

    words: list[str]
    lengths: NDArray[np.int64]
    letters: NDArray[np.uint64]
    read_at: float

    def near(self, word: str, allowed: int) -> list[str]:
        """Those that may be `allowed` slips away; few others."""
        alike = np.abs(self.lengths - len(word)) <= allowed
        alike[alike] = np.bitwise_count(self.letters[alike] ^ np.uint64(_bits(word))) <= 2 * allowed
        return [self.words[i] for i in np.flatnonzero(alike).tolist()]


class Speller:
    """Mends questions. Outlives the snapshots whose words it keeps. Safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, _Words] = {}
        self._common: dict[tuple[str, str], bool] = {}

    def mend(self, text: str, keywords: KeywordIndex, encoder: Encoder, *, known: Collection[str] = ()) -> str:
        """`text` with misspelt words replaced; all else is left as it is, words whose stem is `known` too."""
        found = [m for m in _WORD.finditer(text[:400]) if len(m.group()) >= SHORTEST and not keywords.knows(m.group())]
        found = [m for m in found if stem(m.group()) not in known]
        strange = [m for m in found[:MOST] if not self._is_common(m.group().lower(), encoder)]
        for match in reversed(strange):
            better = self._nearest(match.group().lower(), keywords)
            if better:
                text = text[: match.start()] + better + text[match.end() :]
        return text

    def renew(self, keywords: KeywordIndex, *, letters: int = 1) -> None:
        """Read the words of a few letters that were never read or are too old; the rest next time."""
        due = time.monotonic() - KEPT_SECONDS
        old = [letter for letter in LETTERS if letter not in self._kept or self._kept[letter].read_at < due]
        for letter in old[:letters]:
            self._read(letter, keywords)

    def _is_common(self, word: str, encoder: Encoder) -> bool:
        """Whether the model reads it as one token. Remembered: such a word is in most questions that reach this."""
        known = self._common.get((encoder.id, word))
        if known is None:
            if len(self._common) >= COMMON_KEPT:
                self._common = {}
            known = self._common[encoder.id, word] = encoder.tokens([word])[0] <= 1
        return known

    def _nearest(self, word: str, keywords: KeywordIndex) -> str:
        """The commonest of the nearest known words, those that begin alike first; empty when none is near."""
        allowed = 2 if len(word) >= LONG else 1
        words = self._kept.get(word[:1]) or self._read(word[:1], keywords)
        likely = (other for other in words.near(word, allowed) if _likely(word, other))
        near = [(float(slips), other) for other in likely if (slips := distance(word, other, allowed)) <= allowed]
        near += [(OTHER_FIRST, other) for other in _first_slips(word)]
        counted = [(slips, -count, other) for slips, other in near if (count := keywords.spelt(other))]
        return min(counted)[2] if counted else ""

    def _read(self, letter: str, keywords: KeywordIndex) -> _Words:
        words = keywords.beginning(letter)
        lengths = np.array([len(word) for word in words], np.int64)
        letters = np.array([_bits(word) for word in words], np.uint64)
        made = self._kept[letter] = _Words(words, lengths, letters, time.monotonic())
        return made


def _bits(word: str) -> int:
    """The letters of a word as bits of a number. Letters that share a bit make words seem more alike, never less."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


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
