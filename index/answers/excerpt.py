"""The part of a passage that answers: one to three whole sentences, rows or items.

Sentences are compared with the question by meaning (their stored vectors) and by the
words they share with it. The excerpt is a piece of the passage's own text, so it stands
on the page word for word; nothing is cut inside a sentence, row, price or address. A part of a long
one that answers by itself is told as well, for text messages.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.answers.short_excerpt import clipped
from index.arrays import Vectors
from index.passages.document import Passage
from index.text.answer_types import Kind, holds
from index.text.occasion import EXACT, Occasion
from index.text.sentence_roles import SentenceRoles
from index.text.sentences import Span
from index.text.tokenizer import places_of, stems_in
from townclerk.text.gsm import one_message

LENGTH = 320
"""Characters an excerpt may reach by taking in neighbours; one long sentence may exceed it."""
FEW = 32
"""Characters that are too few to say something: a heading, a name."""
MOST = 3
"""Sentences in an excerpt of prose. Rows and items are short: they may fill the length."""

FITTING = 0.4
"""Worth of holding the kind of thing that was asked for, on the scale of a cosine."""
LATER, LATEST = 0.05, 0.15
"""What each such thing before it takes off, and the most: pages name the price of a license before that of a kennel's or a copy."""

OCCASION = 1.0
"""Worth of naming the occasion that was asked about; the weekly rule beside it shares more words with the question."""

JOINING = 0.4
"""Share of the best sentence's worth from which a neighbor is quoted with it. Of 1,062 questions to the demo and other sites 8 more hold
the fact than with .5; with .3 one more, and more that was not asked for."""

UNDER = 0.5
"""What a sentence gets of the worth of the title above it, if nothing else says as much of what was asked:
"Sailing camp" says whose price "$240 a week" is."""


@dataclass(frozen=True)
class Sought:
    """The question: its vector, its subject stems, what kind of thing it asks for, which other stems stand for its own, and the occasion it names.

    `over` are the stems of the heading or question that the text stands under: when they say all of it, the text answers from
    its beginning.
    """

    vector: Vectors
    stems: frozenset[str]
    kinds: tuple[Kind, ...] = ()
    stands_for: Mapping[str, str] = field(default_factory=dict)
    over: frozenset[str] = frozenset()
    occasion: Occasion | None = None

    def told(self, roles: SentenceRoles) -> Vectors:
        """How exactly each sentence speaks of the occasion, 0 to 1."""
        if self.occasion is None:
            return np.zeros(len(roles.spans), np.float32)
        return np.array([self.occasion.told(roles.text[a:b]) / EXACT for a, b in roles.spans], np.float32)

    def shared(self, text: str) -> int:
        """How many of the subject stems a text has, or other words for them."""
        return self.shared_by(stems_in(text))

    def shared_by(self, stems: Collection[str]) -> int:
        """The same of a text's stems."""
        if not self.stands_for:
            return len(self.stems.intersection(stems))
        meant = (self.stands_for[stem] for stem in stems if stem in self.stands_for)
        return len(self.stems.intersection(chain(stems, meant)))


@dataclass(frozen=True)
class Quote:
    """Spans of a text: the excerpt, and the part of it that answers in one text message.

    `short` is None when all of the excerpt fits in a message, or when no part of it can be told apart.
    """

    whole: Span
    short: Span | None = None


def excerpt(roles: SentenceRoles, vectors: NDArray[np.float16], *, sought: Sought) -> Quote:
    """The best excerpt of a text; `vectors` are those of its sentences, one row each."""
    text, spans = roles.text, roles.spans
    if not spans:
        return Quote((0, len(text)))
    worth, labels, titles = _worth(roles, vectors, sought), roles.labels, roles.titles
    # A number alone is about what stands above it, so it counts as that does.
    worth = worth[[*labels]] + FITTING * roles.fitting(sought.kinds) + UNDER * _above(worth, titles)
    worth += OCCASION * sought.told(roles) - _later(roles.fitting(sought.kinds))
    best = int(np.argmax(worth - titles))
    floor = JOINING * float(worth[best])

    def room(low: int, high: int) -> bool:
        return spans[high][1] - spans[low][0] <= LENGTH

    first, last = _widest(text, spans, worth, (labels[best], best, floor), room)
    whole = (spans[first][0], spans[last][1])
    if one_message(text[slice(*whole)]):
        return Quote(whole)

    def fits(low: int, high: int) -> bool:
        return first <= low and high <= last and one_message(text[spans[low][0] : spans[high][1]])

    if sought.stems and sought.stems <= sought.over and not sought.kinds and fits(first, first):
        best = first
    begin = next((low for low in (labels[best], best) if fits(low, best)), None)
    if begin is None:
        return Quote(whole, clipped(text, spans[best], worth=lambda part: _part_worth(part, sought)))
    low, high = _widest(text, spans, worth, (begin, best, floor), fits)
    return Quote(whole, (spans[low][0], spans[high][1]))


def over(passage: Passage) -> frozenset[str]:
    """The stems of what a passage stands under: its question and its nearest heading."""
    return stems_in(f"{passage.question} {passage.heading.rpartition(' > ')[2]}")


def highlights(excerpt: str, stems: frozenset[str]) -> list[tuple[int, int]]:
    """Offsets of the words of `excerpt` that the question has too, by stem."""
    return places_of(stems, excerpt)


def _worth(roles: SentenceRoles, vectors: NDArray[np.float16], sought: Sought) -> Vectors:
    near: Vectors = vectors.astype(np.float32) @ sought.vector
    shared = np.array(list(map(sought.shared_by, roles.stems)), np.float32)
    return (near + 0.5 / max(len(sought.stems), 1) * shared - 2 * roles.noise).astype(np.float32)


def _later(fitting: Vectors) -> Vectors:
    """What is taken off each sentence that holds the kind of thing asked for."""
    before = np.cumsum(fitting) - fitting
    return np.asarray(fitting * np.minimum(LATER * before, LATEST), np.float32)


def _part_worth(part: str, sought: Sought) -> float:
    """What a part of a sentence is worth, without its meaning: no vector is kept of it."""
    return sought.shared(part) / max(len(sought.stems), 1) + FITTING * holds(part, sought.kinds)


Room = Callable[[int, int], bool]
"""Whether an excerpt from one span to another is short enough."""


def _widest(
    text: str, spans: Sequence[Span], worth: Vectors, state: tuple[int, int, float], room: Room
) -> tuple[int, int]:
    """First and last span of an excerpt that took in all neighbours that belong."""
    first, last, floor = state
    while (grown := _grown(text, spans, worth, (first, last, floor), room)) is not None:
        first, last = grown
    return first, last


def _above(worth: Vectors, titles: Vectors) -> Vectors:
    """For the spans below the title that is worth more than all else in the passage its worth, for others 0."""
    above = np.zeros(len(worth), np.float32)
    best = int(np.argmax(worth))
    if titles[best]:
        stop = next((i for i in range(best + 1, len(worth)) if titles[i]), len(worth))
        above[best + 1 : stop] = worth[best]
    return above


def _grown(
    text: str, spans: Sequence[Span], worth: Vectors, state: tuple[int, int, float], room: Room
) -> tuple[int, int] | None:
    """The excerpt with its better neighbour, or None when it should not grow."""
    first, last, floor = state
    options: list[tuple[float, int, int]] = []
    for neighbour, low, high in ((first - 1, first - 1, last), (last + 1, first, last + 1)):
        if not 0 <= neighbour < len(spans) or not room(low, high):
            continue
        if high - low + 1 > MOST and "\n" not in text[spans[low][0] : spans[high][1]]:
            continue
        options.append((float(worth[neighbour]) + _bonus(text, spans, (low, high), first), low, high))
    if not options:
        return None
    value, low, high = max(options)
    return (low, high) if value >= floor else None


def _bonus(text: str, spans: Sequence[Span], wider: Span, first: int) -> float:
    """1 for a neighbour that belongs: a lead-in to its list, the list to its lead-in, text to a few words."""
    low, high = wider
    if low < first:
        return float(text[spans[low][0] : spans[low][1]].endswith(":"))
    start, end = spans[first][0], spans[high - 1][1]
    leads = text[start : spans[first][1]].endswith(":") and text[spans[high - 1][1] : spans[high][0]].startswith("\n")
    return float(leads or end - start < FEW)
