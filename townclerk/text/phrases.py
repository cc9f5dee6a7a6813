"""Phrases that a message is searched for, in the words people type, with their typos.

A file of phrases has sections, `[name]`, and a phrase a line: words in this order, `a|b` for alternatives, `...` for
up to three words between (twice for six), `^` and `$` for the start and the end of the message. `WHO = a|b` names words, which
`WHO` stands for in the phrases after it; `[name] unless other` leaves a section out when a phrase of `other` is found.
Articles and words like "really" are not seen, neither in phrases nor in messages. The words named `TYPOS` match with
one typo, of ten letters and more with two, unless what stands there is a word of the file itself or one named `REAL`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from townclerk.text.folding import plain_words

GAP = 3
"""Most words that `...` stands for."""
MOST_WORDS = 400
"""Words of a message that are looked at."""
_UNSEEN = "a an the just really very so please pls plz omg god literally actually some this that"
UNSEEN = frozenset(_UNSEEN.split())

Places = dict[str, list[int]]
"""Where in a message each word of the phrases stands, typos counted in."""


@dataclass(frozen=True)
class Phrase:
    """Words to find one after another: each step has the alternatives, and the most words before it."""

    section: str
    steps: tuple[tuple[frozenset[str], int], ...]
    line: str


class Phrases:
    """The phrases of one file."""

    def __init__(self, text: str) -> None:
        self._unless: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self.all = tuple(self._read(text))
        self._starting: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self.all):
            for word in phrase.steps[0][0]:
                self._starting[word].append(number)
        self._words = {word for phrase in self.all for words, _gap in phrase.steps for word in words}
        self._typos = self._names.get("TYPOS", "").split("|")
        self._real = self._words | set(self._names.get("REAL", "").split("|"))
        self._meant = lru_cache(maxsize=20_000)(self._alike)

    def sections(self, message: str) -> list[str]:
        """The sections of the phrases found in `message`, in the order of the file."""
        places = self._places(message)
        begun = sorted({number for word in places for number in self._starting.get(word, ())})
        found = dict.fromkeys(self.all[n].section for n in begun if _occurs(self.all[n], places))
        return [section for section in found if self._unless.get(section) not in found]

    def finds(self, phrase: Phrase, message: str) -> bool:
        """Whether this one phrase is found in `message`."""
        return _occurs(phrase, self._places(message))

    def _read(self, text: str) -> Iterator[Phrase]:
        names, section = self._names, ""
        for line in filter(None, (line.partition("#")[0].strip() for line in text.splitlines())):
            name, equals, words = line.partition(" = ")
            if equals:
                names[name] = "|".join(names.get(word, word) for word in words.split("|"))
            elif line.startswith("["):
                section, _, other = line[1:].partition("]")
                if other:
                    self._unless[section] = other.removeprefix(" unless ")
            else:
                yield Phrase(section, tuple(_steps(line, names)), line)

    def _places(self, message: str) -> Places:
        places: Places = defaultdict(list)
        words = [word for word in plain_words(message).split() if word not in UNSEEN]
        for place, word in enumerate(("^", *words[:MOST_WORDS], "$")):
            for meant in self._meant(word):
                places[meant].append(place)
        return places

    def _alike(self, word: str) -> tuple[str, ...]:
        """The words of the phrases that `word` is or may be meant for; a typo leaves the first letter right."""
        if word in self._real:
            return (word,)
        return tuple(one for one in self._typos if one in self._words and _is_typo(word, one))


def _steps(line: str, names: dict[str, str]) -> Iterator[tuple[frozenset[str], int]]:
    gap = 0
    for part in line.split():
        if part == "...":
            gap += GAP
        elif words := frozenset("|".join(names.get(word, word) for word in part.split("|")).split("|")) - UNSEEN:
            yield words, gap
            gap = 0


def _occurs(phrase: Phrase, places: Places) -> bool:
    """Whether the steps stand in the message in order. Linear: each step keeps the set of places it can end at."""
    wanted, _ = phrase.steps[0]
    ends = {place for word in wanted & places.keys() for place in places[word]}
    for wanted, gap in phrase.steps[1:]:
        if not ends:
            return False
        there = {place for word in wanted & places.keys() for place in places[word]}
        ends = {place for place in there if any(place - back in ends for back in range(1, gap + 2))}
    return bool(ends)


def _is_typo(word: str, wanted: str) -> bool:
    """A changed, missing, added or swapped letter."""
    allowed = 1 if len(wanted) < 10 else 2
    return word[0] == wanted[0] and OSA.distance(word, wanted, score_cutoff=allowed) <= allowed
