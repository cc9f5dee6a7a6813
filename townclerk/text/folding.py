"""Text as it is compared with fixed words: lower case, without accents and signs."""

import re
import unicodedata

_APOSTROPHES = str.maketrans("", "", "'’")
_OTHER = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents: "Café" becomes "cafe"."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def plain_words(text: str) -> str:
    """The words in letters a to z and digits, one blank between. Apostrophes separate nothing: "Can't!" becomes "cant"."""
    return _OTHER.sub(" ", fold(text.translate(_APOSTROPHES))).strip()


def word_set(text: str) -> frozenset[str]:
    """The different words of a text, as `plain_words` gives them: a list of words to look for, written as a text."""
    return frozenset(plain_words(text).split())
