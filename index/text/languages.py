"""Other languages than English: their stems and function words, and which of them a question is written in.

Words lose their accents before they are stemmed, in texts and questions alike, as many type without
them. Which language a question is in is told by `language_detection`, and by its function words ("de", "la", "para") where that
is not clear or does not know a language of its places. These words are left out; the others
are looked for in every language that its places have pages in.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import cache, lru_cache

import tantivy

from index.text.tokenizer import CACHED_WORDS, FUNCTION_WORDS, parted, stem, words_of
from townclerk.text.language_detection import language_of
from townclerk.text.languages import LANGUAGES

TONGUES = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""Languages with a stemmer, by code."""
_ALSO = {"nb": "no", "nn": "no"}
_MORE_FUNCTION_WORDS = {
    "es": "puedo puede pueden podemos necesito quiero tengo tiene hago hacer hace favor saber hola gracias usted cual cuales cuanto cuanta",
    "fr": "puis peux peut faire fait faut besoin voudrais bonjour merci quel quelle quels quelles comment quand combien",
    "pt": "posso pode podem preciso quero tenho fazer favor saber ola obrigado obrigada qual quais quanto quanta onde",
}


def tongue(language: str) -> str:
    """The code of a language tag such as es-MX when it is another language that can be stemmed, otherwise nothing."""
    code = language.split("-")[0].lower()
    code = _ALSO.get(code, code)
    return code if code in TONGUES else ""


def foreign(language: str) -> str:
    """The code of a language tag such as es-MX; nothing for English."""
    code = language.split("-")[0].lower()
    return "" if code == "en" else code


@cache
def analyzer(code: str) -> tantivy.TextAnalyzer:
    """The analysis of texts in one language."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    builder = builder.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase())
    return builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer(TONGUES[code])).build()


def terms(code: str, text: str) -> list[str]:
    """The words of a text as they are indexed: their stems, marked with the language."""
    return [f"{code}/{stem}" for stem in analyzer(code).analyze(parted(text))]


@lru_cache(maxsize=CACHED_WORDS)
def word_in(code: str, word: str) -> str:
    """One word as it is indexed; empty when it is too long to be a word."""
    return next(iter(terms(code, word)), "")


class _FunctionWords(Container[str]):
    """The function words of one language, with accents and without."""

    def __init__(self, code: str) -> None:
        lower = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        self._without = lower.filter(tantivy.Filter.stopword(TONGUES[code])).build()
        folding = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        self._folded = folding.filter(tantivy.Filter.ascii_fold()).build()
        self._more = frozenset(_MORE_FUNCTION_WORDS.get(code, "").split())
        self._holds = lru_cache(maxsize=CACHED_WORDS)(self._find)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._holds(word)

    def _find(self, word: str) -> bool:
        folded = "".join(self._folded.analyze(word))
        return not self._without.analyze(word) or folded in self._more or not self._without.analyze(folded)


@cache
def functions(code: str) -> Container[str]:
    """The words of a language that say little about the subject; those of English where they are not known."""
    try:
        return _FunctionWords(code)
    except (KeyError, ValueError):  # it has no stemmer, or a stemmer only: Arabic, Greek, Romanian, Tamil, Turkish
        return FUNCTION_WORDS


def language_asked(text: str, among: Collection[str]) -> str:
    """The code of the language of a question whose places have pages `among` these; empty for English.

    Where detection is not sure the function words tell. Against what it found they count only for a language that it does
    not know, as many are shared: "la" is Spanish, French and Haitian Creole, "para" Spanish, Portuguese and Tagalog.
    """
    detected = foreign(language_of(text))
    if detected not in TONGUES:
        return detected or guess(text, among)
    choice = [detected, *(code for code in among if code not in LANGUAGES)]
    return guess(text, choice if detected in among else choice[::-1]) or detected


def guess(text: str, among: Iterable[str]) -> str:
    """The language in which a question has more function words than in English; empty when there is none among these."""
    words = [word.lower() for word in words_of(text)]
    counts = {code: sum(word in functions(code) for word in words) for code in among}
    best = max(counts, key=lambda code: counts[code], default="")
    return best if best and counts[best] > sum(word in FUNCTION_WORDS for word in words) else ""


def same(text: str, language: str, forms: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """English stems of words of a text in another language that are forms of words given as `spoken` gives them."""
    code = tongue(language)
    stems = {form: own for own, alike in forms.items() for form in alike if code and form.startswith(f"{code}/")}
    words = dict.fromkeys(words_of(text)) if stems else ()
    return {stem(word): stems[form] for word in words if (form := word_in(code, word)) in stems}


def spoken(texts: Iterable[str], codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For the English stem of each word of some texts, the same word as it is indexed in these languages."""
    forms: dict[str, tuple[str, ...]] = {}
    for word in dict.fromkeys(word.lower() for text in texts for word in words_of(text)) if codes else ():
        alike = dict.fromkeys((*forms.get(stem(word), ()), *(word_in(code, word) for code in codes)))
        forms[stem(word)] = tuple(filter(None, alike))
    return forms
