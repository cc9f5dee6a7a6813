"""Follow-up questions: what "and on Saturday?" or "how much is it?" is about.

No model rewrites the question. A question that leans on the ones before it (see `turns`) is
searched together with them, back to the last that stands by itself: its own words count fully,
those of earlier questions less, and its own meaning counts beside that of all of them, or the
answer would be the one that was just given.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from index.keywords.terms import Applied, Concept, Term, Wanted, joined
from index.query import turns
from index.query.turns import Turn
from index.text.answer_types import Kind, kinds
from index.text.languages import same
from index.text.occasion import Occasion
from index.text.tokenizer import FUNCTION_WORDS, forms, places_of, subject, subject_words

EARLIER_WEIGHT = 0.5
"""What a keyword of the question before counts; that of the one before it half of this, ..."""
LONGEST = 300
"""Characters of an earlier question that are looked at."""


@dataclass(frozen=True)
class Query:
    """A question as it is searched.

    `sentence` is what was asked, with the questions it leans on, `compared` what is compared by meaning: the same with abbreviations
    written out. `terms` are weighted stems for keywords, `own` those of the question itself, `words` its
    subject words as written in lower case, `forms` its function words, `kinds` what kind of thing it
    asks for, `concepts` the things it names for which other words are looked for too (see `synonyms`).
    `leans`: it is searched with questions before it. `alone` is a follow-up without what went before; empty for a question that stands by itself.
    `spoken` says how words are indexed in other languages, by their English stems (see `languages`); `language`
    is the one it is written in, of those that its places have pages in, empty for English. `elsewhere` is another place
    that it asks about, empty when it names none. `occasion` is the holiday or part of the year that it names.
    """

    sentence: str
    terms: tuple[Term, ...]
    own: tuple[str, ...]
    forms: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    words: tuple[str, ...] = ()
    concepts: tuple[Concept, ...] = ()
    applied: tuple[Applied, ...] = ()
    written_out: str = ""
    leans: bool = False
    alone: str = ""
    spoken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language: str = ""
    elsewhere: str = ""
    occasion: Occasion | None = None

    @property
    def compared(self) -> str:
        """The text for the encoder."""
        return self.written_out or self.sentence

    @property
    def wanted(self) -> list[Wanted]:
        """What keywords are looked for, each once."""
        return joined(self.terms, self.concepts)

    @property
    def stands_for(self) -> dict[str, str]:
        """Stems of other words for what the question names: which of its own words they stand for."""
        named = [(concept.own[0][0], concept) for concept in self.concepts if concept.own]
        return {stem: own for own, concept in named for other in concept.others for stem in other.stems}

    def also(self, text: str, language: str) -> dict[str, str]:
        """Stems of a text that stand for words of the question: other words, and forms of the same in its language."""
        forms = {word: self.spoken[word] for word in self.own if word in self.spoken}
        return self.stands_for | same(text, language, forms)


def ask(text: str, history: Sequence[str] = (), *, functions: Container[str] = FUNCTION_WORDS) -> Query:
    """The question to search for; `history` holds the questions before it, oldest first.

    `functions` are the words of its language that say little about the subject.
    """
    turn = turns.read(text) if history else Turn(text, leans=False)
    own = subject(turn.text, functions=functions)
    own_words = tuple(subject_words(turn.text, limit=32, functions=functions))
    form = tuple(word for word in forms(turn.text, functions=functions) if word not in own)
    earlier = _earlier(turn, history) if turn.leans else []
    if not earlier:
        terms = tuple((word, 1.0) for word in own)
        return Query(turn.text, terms, tuple(own), form, kinds(turn.text), own_words)
    weights = dict.fromkeys(own, 1.0)
    weight = EARLIER_WEIGHT
    for question in earlier:
        for word in subject(question, functions=functions):
            weights.setdefault(word, weight)
        weight /= 2
    # "And on Sunday?" asks for what the question before it asked for.
    asked_kinds = kinds(turn.text) or kinds(earlier[0])
    alone, whole = turn.text if turn.names_something else "", " ".join([turn.text, *earlier])
    return Query(whole, tuple(weights.items())[:48], tuple(own), form, asked_kinds, own_words, leans=True, alone=alone)


def _earlier(turn: Turn, history: Sequence[str]) -> list[str]:
    """What a turn leans on, newest first: the turns before it, back to one that leans on none."""
    earlier: list[str] = []
    for question in reversed(history):
        before = turns.read(question.strip()[:LONGEST])
        if before.text.strip():
            earlier.append(_but(before.text, turn.denied))
            if not before.leans:
                break
    return earlier


def _but(text: str, denied: frozenset[str]) -> str:
    """`text` without the words that were said not to be meant."""
    for start, end in reversed(places_of(denied, text) if denied else []):
        text = text[:start] + text[end:]
    return text
