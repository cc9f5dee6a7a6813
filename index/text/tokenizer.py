"""Words as the keyword index sees them: lower case, without accents, stemmed (English).

Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without blanks, Korean with few. Each two letters beside each other
stand for a word there, as in Lucene's CJKBigramFilter; signs above and below the letters are left out. In other scripts
(Devanagari, Tamil, Arabic with its vowels) they belong to the word, as in Unicode's word boundaries (UAX 29).
"""

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain

import tantivy

_SCRIPTS = range(0x300, 0x2000), range(0xA000, 0xAC00), range(0x11000, 0x12000)
_MARKS = "".join(sign for sign in map(chr, chain(*_SCRIPTS)) if unicodedata.category(sign) in ("Mn", "Mc"))
MARK = rf"(?![\0-\u02ff])[{_MARKS}]"
"""A sign above, below or beside a letter: to `re` it is no part of a word. Looking ahead takes no time where there is none."""
WORD = re.compile(rf"[^\W_]++(?:{MARK}[^\W_]*+)*+")
_FUNCTION_WORDS = (
    "a an the and or but if then of to in on at by for from with about into as is are was were be been being am do does did done "
    "doing have has had having will would can could should shall may might must it its this that these those there here i me my mine "
    "we us our you your yours he she him her his they them their what which who whom whose when where why how so than too very just "
    "not no nor any some s t re ve ll d m please tell know need want get"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that say little about the subject of a question. `not` and `no` carry meaning but match everywhere."""
_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd]+"
)
"""Runs of Thai and Lao, Burmese, Hangul, Khmer, Hiragana and Katakana, and Han."""
CACHED_WORDS = 50_000
"""Words whose stems are in memory: looking them up is most of what a search does with words."""


def words_of(text: str) -> list[str]:
    """The words of a text in order, as they are written: "垃圾收集" has 垃圾, 圾收 and 收集."""
    if text.isascii() or not _WITHOUT_BLANKS.search(text):
        return WORD.findall(text)
    return [word for word, _, _ in _placed(text)]


def parted(text: str) -> str:
    """The words of a text with a blank between, for tantivy: so what is indexed is cut as a question is."""
    return unicodedata.normalize("NFC", " ".join(words_of(text)))


def _placed(text: str) -> Iterator[tuple[str, int, int]]:
    """(word, start, end) of each word; of a run without blanks they lie over each other."""
    at = 0
    for run in _WITHOUT_BLANKS.finditer(text):
        yield from ((match.group(), *match.span()) for match in WORD.finditer(text, at, run.start()))
        yield from _pairs(run)
        at = run.end()
    yield from ((match.group(), *match.span()) for match in WORD.finditer(text, at))


def _pairs(run: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    letters = [place for place, sign in enumerate(run.group(), run.start()) if sign.isalnum()]
    bounds, size = [*letters, run.end()], min(2, len(letters))
    for first in range(len(letters) - size + 1 if letters else 0):
        word = "".join(run.string[place] for place in letters[first : first + size])
        yield word, bounds[first], bounds[first + size]


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """The one analysis used for indexing, for questions and for highlights; of texts as `parted` gives them."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    builder = builder.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase())
    return builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english")).build()


@cache
def plain_analyzer() -> tantivy.TextAnalyzer:
    """Words as they are written, for spelling; of texts as `parted` gives them."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return builder.filter(tantivy.Filter.remove_long(30)).filter(tantivy.Filter.lowercase()).build()


@lru_cache(maxsize=CACHED_WORDS)
def stem(word: str) -> str:
    """One word's stem; empty when it is too long to be a word."""
    return next(iter(analyzer().analyze(unicodedata.normalize("NFC", word))), "")


@lru_cache(maxsize=CACHED_WORDS)
def _subject_stem(word: str) -> str:
    """The same, but nothing for a function word."""
    return "" if word.lower() in FUNCTION_WORDS else stem(word)


def words(text: str) -> list[tuple[str, int, int]]:
    """(stem, start, end) of each word."""
    return [(stem(word), start, end) for word, start, end in _placed(text)]


def places_of(wanted: Container[str], text: str) -> list[tuple[int, int]]:
    """[start, end) of the words with these stems, those that lie over each other joined."""
    places: list[tuple[int, int]] = []
    for own, start, end in words(text):
        if own in wanted:
            start = places.pop()[0] if places and start < places[-1][1] else start
            places.append((start, end))
    return places


def stems(text: str) -> list[str]:
    """The stems of a text in order, repeats kept."""
    return list(map(stem, words_of(text)))


def stems_in(text: str) -> frozenset[str]:
    """The stems of a text, each once."""
    return frozenset(map(stem, words_of(text)))


def subjects_of(words: Collection[str]) -> set[str]:
    """The stems of the words that say what a text is about; of all words if only function words are there."""
    return set(map(_subject_stem, words)) - {""} or set(map(stem, words))


def subject(text: str, *, limit: int = 32, functions: Container[str] = FUNCTION_WORDS) -> list[str]:
    """The stems that say what a question is about, each once; all of them if only function words are there."""
    words = words_of(text)
    subjects = [word for word in words if word.lower() not in functions] or words
    return list(dict.fromkeys(filter(None, map(stem, subjects))))[:limit]


def subject_words(text: str, *, limit: int = 400, functions: Container[str] = FUNCTION_WORDS) -> list[str]:
    """The words in lower case that say what a text is about, each once; all of them if only function words are there."""
    return distinct_subjects(words_of(text), limit=limit, functions=functions)


def distinct_subjects(
    words: Iterable[str], *, limit: int = 400, functions: Container[str] = FUNCTION_WORDS
) -> list[str]:
    """The same of the words of a text."""
    lower = [word.lower() for word in words]
    return list(dict.fromkeys([word for word in lower if word not in functions] or lower))[:limit]


def forms(text: str, *, limit: int = 16, functions: Container[str] = FUNCTION_WORDS) -> list[str]:
    """The stems of the function words, each once: they say what kind of question it is ("how long", "who may")."""
    stems = [stem(word) for word in words_of(text) if word.lower() in functions]
    return list(dict.fromkeys(filter(None, stems)))[:limit]
