"""A message that is nothing but the name of a subject, after pages were shown: "jobs" after the fee of a dog license.

It starts anew when those pages do not have its words and another page does, in its title, a heading or the question of a FAQ;
a single word also where the best passage says it. "Cats" after dog licenses stays with the page on both.
"""

from collections.abc import Collection, Sequence

import numpy as np

from index.answers.result import Candidate, SearchResult
from index.query.query import Query
from index.ranking.shown_pages import ShownPages
from index.snapshots.loaded import LoadedSnapshot
from index.text.tokenizer import stems_in


class BareSubject:
    """The subject as it is `asked` for by itself, beside the `pages` shown lately."""

    def __init__(self, asked: Query, pages: ShownPages, loaded: LoadedSnapshot) -> None:
        self._asked = asked
        self._pages = pages
        found = loaded.reader.find(np.asarray(pages.rows, np.int64))
        at = zip(found.rows.tolist(), found.segment.tolist(), found.position.tolist(), strict=True)
        shown = (loaded.passages.of(row, loaded.reader.segments[part], place) for row, part, place in at)
        self._shown = self._named({stem for each in shown for stem in each.subjects})

    def starts_anew(self, alone: Sequence[Candidate]) -> bool:
        """Whether another page is meant, by what is found for the subject `alone`."""
        first = alone[0].passage
        if self._pages.are_left(first, self._asked.sentence):
            return True
        if self._asked.language or self._shown.issuperset(self._asked.own):
            return False
        if len(self._asked.own) == 1 and self._pages.is_another(first) and self._is_in(first.text):
            return True
        others = (each.passage for each in alone if self._pages.is_another(each.passage))
        return any(self._is_in(f"{each.title} {each.heading} {each.question}") for each in others)

    def is_missed(self, found: SearchResult) -> bool:
        """Whether what is found with the questions before is too little, or shown already, and not on those pages."""
        quote, shown = found.candidates[0].excerpt, self._pages.quoted.values()
        repeated = any(quote in each or each in quote for each in shown)
        return self._shown.isdisjoint(self._asked.own) and (found.confidence == "low" or repeated)

    def _is_in(self, text: str) -> bool:
        return self._named(stems_in(text)).issuperset(self._asked.own)

    def _named(self, stems: Collection[str]) -> frozenset[str]:
        """These stems, and the words of the subject that they stand for."""
        stands_for = self._asked.stands_for
        return frozenset(stems) | {stands_for[stem] for stem in stems if stem in stands_for}
