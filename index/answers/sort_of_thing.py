"""A near miss: a license, permit, park or bill of another sort than the question names.

Of "gun permit" a page about building permits holds the second word, which is the one that many pages share; the first says which
permit is meant. To an encoder the two questions are alike, as are "gun" and "rifle" but not "gun" and "building": so a
passage that has the word of the sort in no form, nor one of like meaning, does not answer.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from index.answers.evidence import ALIKE
from index.embedding.encoder import Encoder
from index.query.query import Query
from index.query.sort_words import sort_words
from index.segments.passage_cache import CachedPassage
from index.text.tokenizer import distinct_subjects, stem

LIKE = 0.6 * ALIKE
"""The cosine with a word of the passage from which that may stand for the sort."""
SHARED = 4
"""Letters that two forms of a word share: drive and driver."""


def unnamed(asked: Query, page: Sequence[CachedPassage]) -> list[str]:
    """The words of a question in English for a sort of thing that stand in these passages in no form, nor a synonym of theirs."""
    named = sort_words(asked)
    if not named or asked.language:
        return []
    there = _words(page)
    held = set(map(stem, there))
    held |= {own for other, own in asked.also(page[0].passage.text, page[0].passage.language).items() if other in held}
    return [a for a in named if stem(a) not in held and not any(word.startswith(a[:SHARED]) for word in there)]


def of_another_sort(asked: Query, found: Sequence[CachedPassage], *, encoder: Encoder) -> bool:
    """Whether a question names a sort of thing of which the first of the passages, those found, says nothing in words of like meaning either.

    What another passage of its document says counts too.
    """
    page = [each for each in found if each.passage.document_key == found[0].passage.document_key]
    missing = unnamed(asked, page)
    return bool(missing) and bool(np.any(np.max(encoder.words(missing) @ encoder.words(_words(page)).T, axis=1) < LIKE))


def _words(page: Sequence[CachedPassage]) -> list[str]:
    return distinct_subjects(chain.from_iterable(each.words for each in page))
