"""What one passage says, as searches read it: from disk once, and worked out once, whatever it is looked at for.

Residents ask for the same things again and again, in words of their own. So what was read lately is kept. It is kept as
texts, numbers and tuples of these: those the interpreter does not go through when it looks for garbage, during which no
search goes on. With lists and sets in their place that took 40 ms.
"""

import re
import threading

from cachetools import LRUCache
from numpy import float16
from numpy.typing import NDArray

from index.segments.segment import Segment
from index.text.sentence_roles import SentenceRoles
from index.text.tokenizer import stems_in, subjects_of, words_of

KEPT = 2_000
"""Passages kept, of 3 to 7 kB (45 to 180 words). When different questions come from 300 cities in turn, 63 % of what is quoted is
among the last 2,000, 54 % among the last 1,000."""
_NUMBER = re.compile(r"\d+")


class CachedPassage:
    """`passage`, where its sentences are (`spans`), and what its words are. Nothing in it depends on a question."""

    __slots__ = ("_position", "_roles", "_said", "_subjects", "numbers", "passage", "segment", "spans")

    def __init__(self, segment: Segment, position: int) -> None:
        self.segment, self._position = segment, position
        self.passage, self.spans = segment.passage(position)
        self.numbers = tuple(sorted(_NUMBER.findall(f"{self.passage.question}\n{self.passage.text}")))
        self._roles: SentenceRoles | None = None
        self._subjects: tuple[str, ...] | None = None
        self._said: tuple[str, ...] | None = None

    @property
    def vectors(self) -> NDArray[float16]:
        """One row for each sentence."""
        return self.segment.sentence_vectors(self._position)

    @property
    def roles(self) -> SentenceRoles:
        """What its sentences are like."""
        if self._roles is None:
            self._roles = SentenceRoles(self.passage.text, self.spans)
        return self._roles

    @property
    def words(self) -> list[str]:
        """All its words as they are written: of the title, the headings, the question and the text."""
        passage = self.passage
        return words_of(f"{passage.title} {passage.heading} {passage.question} {passage.text}")

    @property
    def subjects(self) -> tuple[str, ...]:
        """The stems of those words that say what it is about, each once."""
        if self._subjects is None:
            self._subjects = tuple(subjects_of(self.words))
        return self._subjects

    @property
    def said(self) -> tuple[str, ...]:
        """The stems of question and text, each once."""
        if self._said is None:
            self._said = tuple(stems_in(f"{self.passage.question} {self.passage.text}"))
        return self._said


class PassageCache:
    """The passages read lately, by row. Safe to use from several threads."""

    def __init__(self, size: int = KEPT) -> None:
        self._cache: LRUCache[int, CachedPassage] = LRUCache(size)
        self._lock = threading.Lock()

    def of(self, row: int, segment: Segment, position: int) -> CachedPassage:
        """The passage of a row, which lies there."""
        with self._lock:
            known = self._cache.get(row)
        if known is not None:
            return known
        read = CachedPassage(segment, position)
        with self._lock:
            self._cache[row] = read
        return read
