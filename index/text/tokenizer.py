"""Words as the keyword index sees them: lower case, without accents, stemmed (English).

Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without blanks, Korean with few. Each two letters beside each other
stand for a word there, as in Lucene's CJKBigramFilter; signs above and below the letters are left out.
"""

import re
from collections.abc import Collection, Container, Iterable
from functools import cache, lru_cache
from itertools import pairwise

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
_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd]+"
)
"""Runs of Thai and Lao, Burmese, Hangul, Khmer, Hiragana and Katakana, and Han."""
CACHED_WORDS = 50_000
"""Words whose stems are in memory: looking them up is most of what a search does with words."""


def parted(text: str) -> str:
    """The text with blanks between the words of scripts that have none: "垃圾收集" becomes " 垃圾 圾收 收集 "."""
    return text if text.isascii() else _WITHOUT_BLANKS.sub(_pairs, text)


def _pairs(run: re.Match[str]) -> str:
    letters = "".join(filter(str.isalnum, run.group()))
    return f" {' '.join(map(''.join, pairwise(letters))) or letters} "


def words_of(text: str) -> list[str]:
    """The words of a text in order, as they are written."""
    return WORD.findall(parted(text))


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


@lru_cache(maxsize=CACHED_WORDS)
def stem(word: str) -> str:
    """One word's stem; empty when it is too long to be a word."""
    return next(iter(analyzer().analyze(word)), "")


@lru_cache(maxsize=CACHED_WORDS)
def _subject_stem(word: str) -> str:
    """The same, but nothing for a function word."""
    return "" if word.lower() in FUNCTION_WORDS else stem(word)


def words(text: str) -> list[tuple[str, int, int]]:
    """(stem, start, end) of each word."""
    return [(stem(match.group()), match.start(), match.end()) for match in WORD.finditer(text)]


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
