"""Query expansion: synonym rules that match a question add other words to look for.

`use` replaces all rules at once; a search goes on with those it began with. An alternative weighs `ALIKE` of what
the question's own words weigh, and the best alternative counts, not their sum.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain

from index.keywords.terms import Applied, Concept, Other
from index.query.query import Query
from index.synonyms.rules import Rule, content, key, word_stems

ALIKE = 0.5
"""What another word for a thing counts, where the question's own counts 1."""
MOST = 8
"""Alternatives of one concept."""
CACHED_PLACES = 1_000
"""Cities whose rules are in memory."""
LETTERS = range(3, 6)
"""Letters of an abbreviation that is known with full stops too: D.M.V."""

Pattern = tuple[str, ...]
"""Stems that follow each other."""


@dataclass(frozen=True)
class _Entry:
    """A term of a rule that may be asked for, with what else is looked for then."""

    rule: int
    others: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class _Match:
    """A term in a question: its words from `first` to before `end`."""

    first: int
    end: int
    entries: tuple[_Entry, ...]


class Expansion:
    """The rules in force in some places. Immutable."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._entries: dict[Pattern, list[_Entry]] = {}
        self._longest: dict[str, int] = {}
        for rule in rules:
            for term in rule.terms:
                others = (rule.meaning,) if rule.meaning else tuple(t for t in rule.terms if t != term)
                self._add(_pattern(term), _Entry(rule.id, others, rule.meaning))
                if term.isalpha() and len(term) in LETTERS:
                    self._add(_pattern(" ".join(term)), _Entry(rule.id, (term, *others), rule.meaning))
        terms = chain.from_iterable((*rule.terms, rule.meaning) for rule in rules)
        self.stems = frozenset(chain.from_iterable(map(content, terms)))
        """Stems of all words that stand in a rule."""

    def _add(self, pattern: Pattern, entry: _Entry) -> None:
        self._entries.setdefault(pattern, []).append(entry)
        self._longest[pattern[0]] = max(self._longest.get(pattern[0], 0), len(pattern))

    def expand(self, asked: Query) -> Query:
        """The question with other words for what it names; unchanged when no rule matches."""
        if not self._entries:
            return asked
        words = word_stems(asked.sentence)
        matches = list(self._matches([stem for stem, _, _ in words]))
        if not matches:
            return asked
        weights = dict(asked.terms)
        pairs = [_concept(asked.sentence, words, group, weights) for group in _grouped(matches)]
        concepts, applied = zip(*pairs, strict=True)
        text = _written_out(asked.sentence, [(words[m.end - 1][2], m) for m in matches])
        return replace(asked, concepts=concepts, applied=applied, written_out=text)

    def _matches(self, stems: Sequence[str]) -> Iterator[_Match]:
        """The longest terms from left to right, none over another."""
        first = 0
        while first < len(stems):
            longest = min(self._longest.get(stems[first], 0), len(stems) - first)
            for length in range(longest, 0, -1):
                entries = self._entries.get(tuple(stems[first : first + length]))
                if entries:
                    yield _Match(first, first + length, tuple(entries))
                    first += length - 1
                    break
            first += 1


NONE = Expansion(())


class SynonymExpander:
    """All rules in force. Thread-safe."""

    def __init__(self, *, cached: int = CACHED_PLACES) -> None:
        self._cached = cached
        self.use(())

    def use(self, rules: Iterable[Rule]) -> None:
        """Replace all rules; those that are switched off count nothing."""
        active = tuple(rule for rule in rules if rule.active)
        self._of = lru_cache(maxsize=self._cached)(partial(_expansion, active))

    def of(self, places: Iterable[str]) -> Expansion:
        """The rules for these places and for every city; cached until rules change."""
        return self._of(tuple(places))


def _expansion(rules: Sequence[Rule], places: Sequence[str]) -> Expansion:
    return Expansion([rule for rule in rules if rule.city is None or rule.city in places]) if rules else NONE


def _pattern(term: str) -> Pattern:
    return tuple(stem for stem, _, _ in word_stems(term))


def _grouped(matches: Sequence[_Match]) -> list[list[_Match]]:
    """Terms of one rule together: "trash or garbage" names one thing."""
    groups: list[tuple[set[int], list[_Match]]] = []
    for match in matches:
        rules = {entry.rule for entry in match.entries}
        home = next((group for group in groups if group[0] & rules), None)
        if home is None:
            groups.append((rules, [match]))
        else:
            home[0].update(rules)
            home[1].append(match)
    return [group for _, group in groups]


def _concept(
    sentence: str, words: Sequence[tuple[str, int, int]], group: Sequence[_Match], weights: dict[str, float]
) -> tuple[Concept, Applied]:
    """The thing that some terms name, and what is told of it."""
    spans = [words[match.first : match.end] for match in group]
    named = dict.fromkeys(sentence[span[0][1] : span[-1][2]] for span in spans)
    own = {stem: weights[stem] for span in spans for stem, _, _ in span if stem in weights}
    others = {key(other): other for match in group for entry in match.entries for other in entry.others}
    also = [other for known, other in others.items() if known not in set(map(key, named))][:MOST]
    # However many words say it, a thing counts the same; named twice, it counts as once named.
    whole = sum(own.values()) / len(group) or 1.0
    ways = tuple(Other(stems, ALIKE * whole / len(stems)) for stems in map(content, also))
    rules = dict.fromkeys(entry.rule for match in group for entry in match.entries)
    return Concept(tuple(own.items()), ways), Applied(" + ".join(named), tuple(also), tuple(rules))


def _written_out(sentence: str, ends: Sequence[tuple[int, _Match]]) -> str:
    """The sentence for the encoder, with the meaning behind each abbreviation."""
    for end, match in reversed(ends):
        meanings = dict.fromkeys(entry.meaning for entry in match.entries if entry.meaning)
        if meanings:
            sentence = f"{sentence[:end]} ({', '.join(meanings)}){sentence[end:]}"
    return sentence
