"""Mends misspelt words of a question with words that the indexed texts use.

A word is misspelt when no text holds it and the model of English words does not know it as one piece
either: "garbge" is mended to "garbage", while "casino" stays, although a text may say "casing".

Slips are letters to insert, delete, replace or swap with a neighbor (optimal string alignment distance). A word that
sounds like one of the texts (see `sounds`) may be further from it. A space too many or too few is mended where the
texts hold what is then there: "park ing", "trashday".
"""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from index.embedding.encoder import Encoder
from index.keywords.bm25_index import KeywordIndex
from index.query.sounds import first_letters, sound
from index.text.languages import functions
from index.text.tokenizer import FUNCTION_WORDS, MARK, stem

SHORTEST = 4
"""Letters a word needs to be mended. One of four letters may only lack a letter."""
EXCHANGE = 7
"""Letters from which a wrong letter is mended; in shorter words only swapped, missing and surplus ones."""
LONG = 10
"""Letters from which two slips are mended, not one."""
MOST = 4
"""Words of one question that are looked at."""
LONGEST = 400
"""Characters of a question that are looked at."""
JOINED = 7
"""Letters of two words from which they are joined to one; less where one of the two is no word."""
USUAL = 2
"""How many times as many texts hold two words joined as hold the rarer of the two, to join them."""
PART = 3
"""Letters of each part of a word that lacks a space, of `TWO_WORDS` letters or more."""
TWO_WORDS = 8
OTHER_FIRST = 1.5
"""Slips that a wrong first letter counts as: it is rarer than one within a word."""
EXCHANGED = 1.25
"""And a wrong letter elsewhere, which is rarer than one that is missing."""
SOUNDS_ALIKE = 0.5
"""What a word counts that sounds alike, added for each slip."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(rf"[^\W\d_]++(?:{MARK}[^\W\d_]*+)*+")
_INFLECTED = re.compile(r"(?<=[a-z]{4})(?:s|ed)$")
_QUESTION_WORDS = (
    (re.compile(r"^(\W*)(?:were|wear|ware|wher|whare|wheer)(?=\s+(?:is|are|do|does|did|can|could|should|would|to)\s)", re.I), "where"),
    (re.compile(r"^(\W*)(?:wen|whn|whem|wehn)\b", re.I), "when"),
    (re.compile(r"^(\W*)(?:wat|wht|waht|wut)(?=s?\b)", re.I), "what"),
    (re.compile(r"^(\W*)(?:hwo|hou)(?=\s+(?:do|does|can|much|many|long|to|late|often)\b)", re.I), "how"),
    (re.compile(r"\b(how )(?:mutch|muhc|mcuh)\b", re.I), "much"),
)  # fmt: skip
"""Question words are too short for slips to be told from other words, but are known by where they stand."""
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


class Vocabulary(NamedTuple):
    """What words are known: those of the texts, of English, and `others` by their stems. `language` is that of the question."""

    keywords: KeywordIndex
    encoder: Encoder
    others: Collection[str] = ()
    language: str = ""

    def is_strange(self, word: str) -> bool:
        """Whether a word in lower case is misspelt, as far as that can be known."""
        if self.keywords.knows(word) or stem(word) in self.others or word in functions(self.language):
            return False
        return not self.encoder.knows(word) and not self.encoder.knows(_INFLECTED.sub("", word))

    def count(self, word: str) -> int:
        """In how many texts a word stands as it is written; 0 for one of another language than the question."""
        return self.keywords.spelt(word) if self.keywords.knows_in(self.language, word) else 0


def mend(
    text: str, keywords: KeywordIndex, encoder: Encoder, *, known: Collection[str] = (), language: str = ""
) -> str:
    """`text` with misspelt words replaced; all else is left as it is, words whose stem is `known` too.

    Words are replaced by those of texts in the `language` of the question, which is empty for English.
    """
    vocabulary = Vocabulary(keywords, encoder, known, language)
    if not language:
        for pattern, word in _QUESTION_WORDS:
            text = pattern.sub(rf"\g<1>{word}", text)
        text = _joined(text, vocabulary)
    words = [m for m in _WORD.finditer(text[:LONGEST]) if len(m.group()) >= SHORTEST]
    strange = [m for m in words if vocabulary.is_strange(m.group().lower())]
    for match in reversed(strange[:MOST]):
        word = match.group().lower()
        if better := _nearest(word, vocabulary) or _parted(word, vocabulary):
            text = text[: match.start()] + better + text[match.end() :]
    return text


def _joined(text: str, vocabulary: Vocabulary) -> str:
    """`text` without spaces inside of words of the texts."""
    words, end, parts = list(_WORD.finditer(text[:LONGEST])), 0, list[str]()
    for one, other in pairwise(words):
        if one.start() >= end and text[one.end() : other.start()] == " " and _are_one(one, other, vocabulary):
            parts += [text[end : one.start()], (one.group() + other.group()).lower()]
            end = other.end()
    return "".join([*parts, text[end:]])


def _are_one(one: re.Match[str], other: re.Match[str], vocabulary: Vocabulary) -> bool:
    both = (one.group().lower(), other.group().lower())
    whole = "".join(both)
    if len(whole) < SHORTEST + 1 or FUNCTION_WORDS.intersection(both) or not vocabulary.count(whole):
        return False
    if any(not vocabulary.keywords.spelt(part) for part in both):
        return True
    # "Side walk", where few texts speak of walks; not "Mill Race", although a page says "millrace".
    usual = vocabulary.count(whole) >= USUAL * min(map(vocabulary.keywords.spelt, both))
    return usual and len(whole) >= JOINED and min(map(len, both)) >= PART


def _parted(word: str, vocabulary: Vocabulary) -> str:
    """Two words of the texts of which a word is made; empty when it is not."""
    halves = [(word[:i], word[i:]) for i in range(PART, len(word) - PART + 1) if len(word) >= TWO_WORDS]
    counted = [(min(map(vocabulary.count, pair)), pair) for pair in halves]
    count, pair = max(counted, default=(0, ()))
    return " ".join(pair) if count else ""


def _nearest(word: str, vocabulary: Vocabulary) -> str:
    """The commonest of the nearest known words, those that begin or sound alike first; empty when none is near."""
    near = [*_slipped(word, vocabulary.keywords), *_sounding(word, vocabulary.keywords)]
    near += [(OTHER_FIRST, other) for other in _first_slips(word)]
    counted = [(slips, -count, other) for slips, other in near if (count := vocabulary.count(other))]
    return min(counted)[2] if counted else ""


def _slipped(word: str, keywords: KeywordIndex) -> Iterator[tuple[float, str]]:
    """Words that begin alike, by how many slips they are away."""
    allowed = 2 if len(word) >= LONG else 1
    alike = extract(word, keywords.beginning(word[0]), scorer=OSA.distance, score_cutoff=allowed, limit=None)
    for other, slips, _ in alike:
        if _likely(word, other):
            yield EXCHANGED if slips == 1 and _exchanges(word, other) else float(slips), other


def _sounding(word: str, keywords: KeywordIndex) -> Iterator[tuple[float, str]]:
    """Words that sound alike and are not far away."""
    allowed = 1 if len(word) < 6 else 2 if len(word) < 8 else 3
    for letter in first_letters(word):
        alike = extract(word, keywords.beginning(letter), scorer=OSA.distance, score_cutoff=allowed, limit=None)
        near = ((float(slips), other) for other, slips, _ in alike if len(word) > SHORTEST or len(other) >= len(word))
        sounds = {sound(word), sound(f"{word}s")}
        yield from ((SOUNDS_ALIKE * slips, other) for slips, other in near if sound(other) in sounds)


def _likely(word: str, other: str) -> bool:
    if len(other) < len(word):
        return len(word) >= EXCHANGE or (len(word) > SHORTEST and _surplus(word, other))
    if len(other) > len(word):
        return True
    return len(word) >= EXCHANGE or sorted(word) == sorted(other) or _beside(word, other)


def _surplus(word: str, other: str) -> bool:
    """Whether a letter too many is a vowel, or that before or after it, or on a key beside one of them: "feces" are no "fees"."""
    cut = next((i for i in range(len(word)) if word[:i] + word[i + 1 :] == other), None)
    if cut is None:
        return False
    around = word[max(cut - 1, 0) : cut] + word[cut + 1 : cut + 2]
    return word[cut] in "aeiou" or any(word[cut] == one or word[cut] in BESIDE.get(one, "") for one in around)


def _exchanges(word: str, other: str) -> bool:
    return len(word) == len(other) and sorted(word) != sorted(other) and not _beside(word, other)


def _beside(word: str, other: str) -> bool:
    """Whether only one letter differs, and the two lie beside each other on the keyboard."""
    wrong = [(a, b) for a, b in zip(word, other, strict=True) if a != b]
    return len(word) > SHORTEST and len(wrong) == 1 and wrong[0][1] in BESIDE.get(wrong[0][0], "")


def _first_slips(word: str) -> Iterator[str]:
    """Words of which the first letter is missing, or swapped with the second. A wrong one would make "birth" of "girth"."""
    yield word[1] + word[0] + word[2:]
    yield from (letter + word for letter in LETTERS if len(word) > SHORTEST)
