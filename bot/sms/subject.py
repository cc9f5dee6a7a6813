"""What a quotation is about, said in front of it where it does not say so itself.

"Every week: North on Monday" is about trash because the question above it on the page says so. An answer that begins with
yes or no answers that question, which need not be the one that was asked: it never stands without it.
"""

import re
from dataclasses import dataclass

from index.schemas.search import Answer
from townclerk.text.folding import plain_words, word_set

LONGEST = 80
"""Characters of a title or heading that is told."""
_DEPENDS = re.compile(r"(?:yes|no|not|only|never|sí|si|solo|nunca|it|they|these|this|those)\b", re.IGNORECASE)
_SAYS_LITTLE = word_set(
    "a an the and or of to in on at by for from with is are was do does did can could should will would i we you my your our us it its "
    "this that there what which who when where how why much many long often have has be get need may must if not no any about page home "
    "welcome el la los las de del un una y o en que como cuando donde cuanto cual es mi su se para por con"
)


@dataclass(frozen=True)
class Subject:
    """What to say before a quotation, each with a blank behind it, or empty: `full` where there is room, `short` in any case."""

    full: str = ""
    short: str = ""


def subject(answer: Answer) -> Subject:
    """The question that a FAQ answers; of a page its title and heading."""
    said = _words(answer.excerpt)
    if question := (answer.question or "").strip():
        missing = _words(question) - said
        named = f"{question} "
        alone = missing == _words(question) or _DEPENDS.match(answer.excerpt.strip()) is not None
        return Subject(named if (missing and len(question) <= LONGEST) or alone else "", named if alone else "")
    path = [part.strip() for part in answer.heading.split(" > ") if part.strip()]
    title = "" if path and path[0] in answer.title else answer.title.strip()
    labels = [label for label in dict.fromkeys([title, *path[:1], *path[-1:]]) if _unsaid(label, said)]
    first = f"{labels[0]}: " if labels and not (_words(f"{answer.title} {answer.heading}") & said) else ""
    return Subject(f"{' - '.join(labels)}: " if labels else "", first)


def _unsaid(label: str, said: frozenset[str]) -> bool:
    words = _words(label)
    return bool(words) and not words & said and len(label) <= LONGEST


def _words(text: str) -> frozenset[str]:
    """Its words that say something, by their beginnings: a plural is the same word."""
    return frozenset(word[:4] for word in plain_words(text).split() if word not in _SAYS_LITTLE)
