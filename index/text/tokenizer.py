"""Words as the keyword index sees them: lower case, without accents, stemmed (English)."""

import re
from collections.abc import Collection, Container, Iterable
from functools import cache

import tantivy

WORD = re.compile(r"[^\W_]+")
_FUNCTION_WORDS = (
    "a an the and or but if then of to in on at by for from with about into as is are was were be been being am do does did done "
    "doing have has had having will would can could should shall may might must it its this that these those there here i me my mine "
    "we us our you your yours he she him her his they them their what which who whom whose when where why how so than too very just "
    "not no nor any some s t re ve ll d m please tell know need want get"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that say little about the subject of a question. `not` and `no` carry meaning but match everywhere."""
STEMS_KEPT = 50_000


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """The one analysis used for indexing, for questions and for highlights."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase())
    return builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english")).build()


@cache
def plain_analyzer() -> tantivy.TextAnalyzer:
    """Words as they are written, for spelling."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.remove_long(30)).filter(tantivy.Filter.lowercase()).build()


class _Stems(dict[str, str]):
    """Stems by word, made when they are first asked for. Looking one up is most of what a search does with words."""

    def __missing__(self, word: str) -> str:
        found = analyzer().analyze(word)
        if len(self) >= STEMS_KEPT:
            self.clear()
        self[word] = made = found[0] if found else ""
        return made


STEMS = _Stems()
"""The stem of each word; empty when it is too long to be a word."""


class _Subjects(dict[str, str]):
    """The same, but nothing for a function word."""

    def __missing__(self, word: str) -> str:
        if len(self) >= STEMS_KEPT:
            self.clear()
        self[word] = made = "" if word.lower() in FUNCTION_WORDS else STEMS[word]
        return made


_SUBJECTS = _Subjects()


def stem(word: str) -> str:
    """One word's stem; empty when it is too long to be a word."""
    return STEMS[word]


def words(text: str) -> list[tuple[str, int, int]]:
    """(stem, start, end) of each word."""
    return [(STEMS[match.group()], match.start(), match.end()) for match in WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """The stems of a text in order, repeats kept."""
    return list(map(STEMS.__getitem__, WORD.findall(text)))


def stems_in(text: str) -> frozenset[str]:
    """The stems of a text, each once."""
    return frozenset(map(STEMS.__getitem__, WORD.findall(text)))


def stems_of(said: Iterable[str]) -> frozenset[str]:
    """The stems of words."""
    return frozenset(map(STEMS.__getitem__, said))


def subjects_of(said: Collection[str]) -> set[str]:
    """The stems of the words that say what a text is about; of all words if only function words are there."""
    found = set(map(_SUBJECTS.__getitem__, said))
    found.discard("")
    return found or set(stems_of(said))


def subject(text: str, *, limit: int = 32, functions: Container[str] = FUNCTION_WORDS) -> list[str]:
    """The stems that say what a question is about, each once; all of them if only function words are there."""
    found = [word for word in WORD.findall(text) if word.lower() not in functions] or WORD.findall(text)
    return list(dict.fromkeys(filter(None, (stem(word) for word in found))))[:limit]


def subject_words(text: str, *, limit: int = 400, functions: Container[str] = FUNCTION_WORDS) -> list[str]:
    """The words in lower case that say what a text is about, each once; all of them if only function words are there."""
    return distinct_subjects(WORD.findall(text), limit=limit, functions=functions)


def distinct_subjects(
    said: Iterable[str], *, limit: int = 400, functions: Container[str] = FUNCTION_WORDS
) -> list[str]:
    """The same of the words of a text."""
    every = [word.lower() for word in said]
    return list(dict.fromkeys([word for word in every if word not in functions] or every))[:limit]


def forms(text: str, *, limit: int = 16, functions: Container[str] = FUNCTION_WORDS) -> list[str]:
    """The stems of the function words, each once: they say what kind of question it is ("how long", "who may")."""
    found = [stem(word) for word in WORD.findall(text) if word.lower() in functions]
    return list(dict.fromkeys(filter(None, found)))[:limit]
