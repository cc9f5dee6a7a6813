"""A passage as one search reads it: from disk once, and its words once, whatever they are looked at for."""

from functools import cached_property
from itertools import chain

from numpy import float16
from numpy.typing import NDArray

from index.segments import Segment
from index.words import WORD, stems_in, stems_of


class Reading:
    """`passage`, where its sentences are (`spans`), and what its words are."""

    def __init__(self, segment: Segment, position: int) -> None:
        self._segment, self._position = segment, position
        self.passage, self.spans = segment.passage(position)

    @property
    def vectors(self) -> NDArray[float16]:
        """One row for each sentence."""
        return self._segment.sentence_vectors(self._position)

    @cached_property
    def stems(self) -> list[frozenset[str]]:
        """The stems of each sentence."""
        return list(map(stems_of, self._said))

    @cached_property
    def words(self) -> list[str]:
        """All its words as they are written: of the title, the headings, the question and the text."""
        passage = self.passage
        return [*WORD.findall(f"{passage.title} {passage.heading} {passage.question}"), *chain(*self._said)]

    @cached_property
    def said(self) -> frozenset[str]:
        """The stems of question and text."""
        return stems_in(self.passage.question).union(*self.stems)

    @cached_property
    def _said(self) -> list[list[str]]:
        text = self.passage.text
        # Sentences hold all of a text but the blanks between them.
        return [WORD.findall(text, start, end) for start, end in self.spans] or [WORD.findall(text)]
