"""Which language a message is written in, among those in which residents are answered.

Three steps: fixed words that one language has ("hola", "gracias"); the script, where it tells (Arabic, Chinese); and else
naive Bayes over byte n-grams (Lui and Baldwin 2012, as packed by py3langid). Names are left out of the last, because
half the words of "hay un bache en Riverside Drive" are English. What stays unclear is taken for the language spoken before.
`docs/languages.md` has the figures.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from threading import Lock

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from townclerk.text.folding import plain_words, word_set
from townclerk.text.languages import LANGUAGES

FEW, SURE, SURE_OF_FEW_WORDS = 3, 0.6, 0.85
"""From which probability a message is of another language than the one before: several words, and FEW or less."""
MOSTLY, LETTERS_OF_A_CHARACTER = 1 / 3, 3
"""Share of the letters from which a script tells the language (names stay in Latin letters); a Chinese character counts for several."""
_ALONE = {
    "es": "hola gracias ayuda adios si mas buenas saludos persona otra siguiente claro correcto incorrecto perfecto espanol alto",
    "fr": "bonjour bonsoir salut merci oui francais",
    "tl": "salamat kumusta opo tulong",
    "ht": "bonjou mesi kreyol",
}
_WORDS = {word: language for language, words in _ALONE.items() for word in word_set(words)}
_LOADING, _LOADED = Lock(), list[LanguageIdentifier]()
_NAME = re.compile(r"(?<=\S\s)\b[A-Z]\S*")
_NO_WORD = re.compile(r"https?://\S+|\S+@\S+|[\d_]+")


def language_of(message: str, *, before: str = "en", served: Sequence[str] = LANGUAGES) -> str:
    """The language of `message`, one of `served`; `before`, that of the talk until now, when it is unclear.

    Both are BCP 47 tags. About 0.2 ms; the first call loads the model in 2 s.
    """
    found = _language_of(message, before)
    return found if found in served else before


def _language_of(message: str, before: str) -> str:
    words = plain_words(message).split()
    if words and {_WORDS.get(word) for word in words} == {_WORDS.get(words[0])} != {None}:
        return _WORDS[words[0]]
    if script := _script(message):
        return _language_of_script(script, message, before)
    text = _NO_WORD.sub(" ", message)
    without_names = _NAME.sub(" ", text.capitalize() if text.isupper() else text)
    text = without_names if len(without_names.split()) > 1 else text
    if not text.strip():
        return before
    likeliest, probability = load().classify(text)
    sure = SURE if len(text.split()) > FEW else SURE_OF_FEW_WORDS
    return likeliest if probability >= sure else before


def _script(message: str) -> str:
    """The script other than Latin of a good part of the letters, in Unicode's name for it ("ARABIC", "CJK"); else empty."""
    letters = Counter(unicodedata.name(c, "OTHER").split()[0] for c in message if c.isalpha())
    letters["CJK"] *= LETTERS_OF_A_CHARACTER
    script, count = max(((name, n) for name, n in letters.items() if name != "LATIN"), key=itemgetter(1))
    return script if count and count >= MOSTLY * letters.total() else ""


def _language_of_script(script: str, message: str, before: str) -> str:
    if script != "CJK":
        return "ar" if script == "ARABIC" else before
    simplified, traditional = (sum(_has(code, c) for c in message) for code in ("gb2312", "big5"))
    if simplified == traditional:
        return before if before.startswith("zh-") else "zh-Hans"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _has(code: str, character: str) -> bool:
    """Whether a character set of one of the two ways to write Chinese has the character."""
    try:
        return bool(character.encode(code))
    except UnicodeEncodeError:
        return False


def load() -> LanguageIdentifier:
    """The model, loaded once: the part of it that tells the Latin languages apart, in 57 MB."""
    with _LOADING:
        if not _LOADED:
            _LOADED.append(_read())
    return _LOADED[0]


def _read() -> LanguageIdentifier:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages([language for language in LANGUAGES if language not in ("ar", "zh-Hans", "zh-Hant")])
    return LanguageIdentifier(
        np.ascontiguousarray(whole.nb_ptc), whole.nb_pc, whole.nb_classes, whole.tk_nextmove, whole.tk_output,
        norm_probs=True, tk_row=whole.tk_row,
    )  # fmt: skip
