"""A question without the name of the place it is asked in: "Is trash collected in Exampleville?" asks no more there.

A name stands on every page of its place, so it finds all of them alike: with the city's name in front of 54
questions to the demo cities the right page stood first for 27 of them, without it for 50. A name is taken out
wherever it stands, misspelt by one slip too. One that is part of a street's name stays.

A question that names another place ("in Exampleville, Ohio") is answered by texts that name it, and by no others.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from index.query.us_states import ABBREVIATIONS, US_STATES
from index.text.tokenizer import WORD

SHORTEST = 3
"""Letters a name must have: "us" is a word of too many questions."""
SLIPS_FROM = 6
"""Letters from which a name is known by one slip: a letter to insert, delete, replace or swap with its neighbor."""
LONGEST = 400
"""Characters of a question in which misspelt names are looked for."""
CACHED_PLACES = 1_000
"""Cities whose patterns are in memory."""

Names = Mapping[str, tuple[str, ...]]
"""What each jurisdiction is called."""
Knows = Callable[[str], bool]
"""Whether any text holds a word."""

_KIND = r"(?:city|town|township|village|borough|county|parish|state|commonwealth)"
_BEFORE = rf"(?:\b(?:in|into|to|for|of|at|near|around|from|within)\s+)?(?:\bthe\s+)?(?:\b{_KIND}\s+of\s+)?"
_STREET = r"(?!\s+(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|parkway|pkwy|highway|hwy)\b)"
_STATES = frozenset(map(str.lower, US_STATES))
_FORMAL = re.compile(rf"^(?:the\s+)?{_KIND}\s+of\s+", re.I)
_ELSEWHERE = re.compile(
    rf"\b(?i:(?:in|at|near)\s+(?:the\s+{_KIND}\s+of\s+)?)(?P<town>[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){{0,3}}),?\s+(?P<state>"
    rf"{'|'.join(sorted(US_STATES, key=len, reverse=True))}|(?:{'|'.join(ABBREVIATIONS)})\b(?!\s+[a-z]))(?!\w)"
)
"""A town and its state, as they are written with capitals."""
_IN = re.compile(r"\b(?i:in|at)\s+(?P<rest>[A-Z][\w.'’-]*(?:\s[A-Z][\w'’-]*){0,3})")


class PlaceNames:
    """Takes names out of questions. What the names of each city's layers look like is made out when first asked for."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names or {}
        self._all = frozenset(chain.from_iterable(map(_plain, self._names.values())))
        self._of = lru_cache(maxsize=CACHED_PLACES)(partial(_Called.of, self._names))

    def without(self, text: str, layers: Sequence[str], *, knows: Knows | None = None) -> str:
        """The text without the names of these places, the nearest first; as it is when no word would be left.

        With `knows` names that are misspelt by one slip go too; one of a single word only where no text holds it.
        """
        called = self._of(tuple(layers))
        rest = called.without(text if knows is None else called.mended(text, knows))
        if rest == text or not re.search(r"\w", rest):
            return text
        return re.sub(r"\s+([?!.,;:])", r"\1", " ".join(rest.split()))

    def elsewhere(self, text: str, layers: Sequence[str]) -> str:
        """The other place that a question asks about; empty when it names none.

        That is a town with a state of the United States ("in Exampleville, Ohio"), or a place of this installation.
        """
        called = self._of(tuple(layers))
        for found in _ELSEWHERE.finditer(text):
            state = ABBREVIATIONS.get(found["state"], found["state"]).lower()
            ours = called.pattern is not None and called.pattern.search(found["town"])
            if not ours or (called.states and state not in called.states):
                return found["town"]
        named = filter(None, map(self._other, _IN.finditer(text)))
        return next((name for name in named if name.lower() not in called.names), "")

    def _other(self, found: re.Match[str]) -> str:
        """The longest name of a place that begins there."""
        words = found["rest"].split()
        runs = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        return next((run for run in runs if run.lower() in self._all), "")


class _Called:
    """What the places of one question are called."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(_plain(names))
        self.states = self.names & _STATES
        long = sorted(self.names, key=len, reverse=True)
        self._slippery = [name for name in long if len(name) >= SLIPS_FROM and not name.isdigit()]
        self.pattern = _pattern(long)

    @classmethod
    def of(cls, names: Names, layers: tuple[str, ...]) -> "_Called":
        return cls(name for layer in layers for name in names.get(layer, ()))

    def without(self, text: str) -> str:
        return self.pattern.sub(" ", text) if self.pattern else text

    def mended(self, text: str, knows: Knows) -> str:
        """The text with a misspelt name as it should be: what stands around it is then read alike."""
        words = list(WORD.finditer(text[:LONGEST].lower()))
        for name in self._slippery:
            size = name.count(" ") + 1
            spans = [(a, b) for n in {max(size - 1, 1), size, size + 1} for a, b in _runs(len(words), n)]
            runs = [" ".join(word.group() for word in words[a:b]) for a, b in spans]
            near = extractOne(name, runs, scorer=OSA.distance, score_cutoff=1)
            if near and near[0] not in self.names and (size > 1 or not knows(near[0])):
                first, end = spans[near[2]]
                return f"{text[: words[first].start()]}{name}{text[words[end - 1].end() :]}"
        return text


def _plain(names: Iterable[str]) -> list[str]:
    """Names in lower case, without "City of"."""
    plain = (_FORMAL.sub("", " ".join(name.lower().split())) for name in names)
    return [name for name in plain if len(name) >= SHORTEST]


def _runs(count: int, size: int) -> list[tuple[int, int]]:
    return [(first, first + size) for first in range(count - size + 1)]


def _pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """Any of the names, longest first, with what leads to it, and one behind another ("Exampleville, Ohio")."""
    if not names:
        return None
    choices = "|".join(r"\s+".join(map(re.escape, name.split())) for name in names)
    states = "|".join(abbreviation for abbreviation, name in ABBREVIATIONS.items() if name.lower() in names)
    behind = rf"(?:,?\s+(?:{choices}{rf'|(?-i:{states})' if states else ''})(?!\w))*"
    return re.compile(rf"(?<!\w){_BEFORE}(?:{choices})(?!\w){_STREET}{behind}(?:['’](?:s\b)?)?,?", re.IGNORECASE)
