"""One rule: words that mean the same, or abbreviations and what they stand for. Which are allowed, and why not.

trash = refuse = garbage                 each is found when another is asked for
BRT -> Board of Revision of Taxes        who asks for the first finds the second, not the other way round
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from index.schemas.synonyms import SynonymEntry
from index.text.tokenizer import FUNCTION_WORDS, WORD, stems, words
from townclerk.errors import BadInput

MAX_TERMS = 20
MAX_LENGTH = 80
MAX_WORDS = 8
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


@dataclass(frozen=True)
class NewRule:
    """A rule as it is written: checked, not stored. `city` None: for every city. `line` is where it stands in a file."""

    terms: tuple[str, ...]
    meaning: str = ""
    city: str | None = None
    active: bool = True
    line: int = 0

    @property
    def keys(self) -> frozenset[str]:
        """The terms as search sees them: equal for another case, form or spacing."""
        return frozenset(map(key, self.terms))


@dataclass(frozen=True)
class Rule(NewRule):
    """A stored rule, with who changed it last and when."""

    id: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None


def key(term: str) -> str:
    """What a term is to search."""
    return " ".join(stem for stem, _, _ in word_stems(term))


def word_stems(text: str) -> list[tuple[str, int, int]]:
    """(stem, start, end) of each word as rules see them: "driver's license" and "drivers license" are one."""
    return [
        (stem, start, end) for stem, start, end in words(text) if not _POSSESSIVE.match(text[max(0, start - 1) : end])
    ]


def content(term: str) -> tuple[str, ...]:
    """The stems of a term that say something: function words are left out."""
    naming = [word for word in WORD.findall(term) if word.lower() not in FUNCTION_WORDS]
    return tuple(dict.fromkeys(stem for word in naming for stem in stems(word) if stem))


def shown(rule: NewRule | SynonymEntry) -> str:
    """A rule on one line."""
    return " = ".join(rule.terms) + (f" -> {rule.meaning}" if rule.meaning else "")


def drafted(
    terms: Sequence[str], meaning: str = "", *, city: str | None = None, active: bool = True, line: int = 0
) -> NewRule:
    """A checked rule. Raises BadInput with rule, value and next step."""
    draft = NewRule(tuple(filter(None, map(plain, terms))), plain(meaning), city or None, active, line)
    _check(draft)
    return draft


def parsed(text: str) -> tuple[list[str], str]:
    """Terms and meaning of a rule on one line. Raises BadInput when two arrows are there."""
    terms, *meaning = re.split(r"\s*(?:->|=>|→)\s*", text)
    if len(meaning) > 1:
        raise BadInput(
            f"One arrow at most stands in a rule; got {text[:MAX_LENGTH]!r}. Write one rule for each meaning."
        )
    return terms.split("="), "".join(meaning)


def plain(term: str) -> str:
    """A term without surplus space and control characters, in one Unicode form."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", term)).split())


def _check(rule: NewRule) -> None:
    if not rule.terms:
        raise BadInput("A synonym rule needs words; there are none. Write, for example: trash = refuse = garbage")
    if len(rule.terms) > MAX_TERMS:
        raise BadInput(f"A rule has at most {MAX_TERMS} terms; this one has {len(rule.terms)}. Make two of it.")
    seen: dict[str, str] = {}
    terms = tuple(filter(None, (*rule.terms, rule.meaning)))
    for term in terms:
        _check_term(term)
    for term in terms:
        twin = seen.setdefault(key(term), term)
        if twin is not term:
            raise BadInput(
                f"{twin!r} and {term!r} are the same to search, as case and endings do not count. Leave one out."
            )
    if len(rule.terms) == 1 and not rule.meaning:
        raise BadInput(
            f"One term alone means nothing else; got {rule.terms[0]!r}. Add another word for it, or what it stands for."
        )


def _check_term(term: str) -> None:
    words = WORD.findall(term)
    if len(term) > MAX_LENGTH or len(words) > MAX_WORDS:
        raise BadInput(
            f"A term has at most {MAX_LENGTH} characters and {MAX_WORDS} words; {term[:40]!r}… has {len(term)} and {len(words)}. Shorten it."
        )
    if "=" in term or "|" in term or "->" in term or "→" in term:
        raise BadInput(
            f"A term holds no =, | or arrow, which stand between terms; got {term!r}. Write each term by itself."
        )
    if sum(len(word) for word in words) < 2:
        raise BadInput(f"A term has at least two letters or digits; got {term!r}. Write the word out.")
    if not content(term):
        raise BadInput(
            f"{term!r} has only words that stand in every question, so it cannot tell one from another. Name the thing itself."
        )
