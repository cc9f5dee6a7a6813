"""How an English word sounds, roughly: "tickit" as "ticket", "senter" as "center", "electronix" as "electronics".

Who does not know how a word is written writes it as it is heard. Vowels are all one here, as they are what is
mistaken most.
"""

import re
from functools import lru_cache

_LIKE = (
    (r"ph", "f"),
    (r"sch", "sk"),
    (r"ck|qu?|ch(?=[lr])", "k"),
    (r"x", "ks"),
    (r"(?:t|s|c)i(?:on|an|ous)|sh[aeiou]n", "shn"),
    (r"gh", ""),
    (r"^[kg]n", "n"),
    (r"^wr", "r"),
    (r"s?c(?=[eiy])|z", "s"),
    (r"c(?!h)", "k"),
    (r"dg|j|g(?=[eiy])", "j"),
    (r"le(s?)$", r"el\1"),
    (r"tch", "ch"),
    (r"([^aeiou])e$", r"\1"),
    (r"([^aeiousj])es$", r"\1s"),
    (r"(?<=[aeiou])[wyh](?![aeiou])|(?<=[aeiou])w(?=e)", ""),
    (r"[aeiouy]+", "a"),
    (r"(.)\1+", r"\1"),
)
"""Letters that sound alike, in the order in which they are exchanged."""
_PATTERNS = tuple((re.compile(letters), sound) for letters, sound in _LIKE)
_FIRST = {"c": "ks", "k": "cq", "s": "cp", "z": "s", "j": "g", "f": "p", "n": "k", "r": "w", "e": "i", "i": "e"}
"""Other letters with which a word may begin that sounds as if it began with this one."""
CACHED_WORDS = 20_000


@lru_cache(maxsize=CACHED_WORDS)
def sound(word: str) -> str:
    """The sound of a word in lower case, for comparing alone."""
    for letters, like in _PATTERNS:
        word = letters.sub(like, word)
    return word


def first_letters(word: str) -> str:
    """The letters with which words begin that may sound like this one."""
    return word[0] + _FIRST.get(word[0], "")
