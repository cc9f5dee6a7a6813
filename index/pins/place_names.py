"""A question without the name of the place it is asked in: "Is trash collected in Exampleville?" asks no more there.

Named with its city, a question has a median cosine of 0.82 with itself without it, and only one in ten
keeps 0.9 (70 demo questions), so the name is taken out before questions are compared.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

SHORTEST = 3
"""Letters a name must have: "us" is a word of too many questions."""

Names = Mapping[str, tuple[str, ...]]
"""What each jurisdiction is called."""


class PlaceNames:
    """Takes names out of questions. What each place's names look like is made out when it is first asked for."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._patterns: dict[str, re.Pattern[str] | None] = {}

    def without(self, text: str, layers: Sequence[str]) -> str:
        """The text without the names of these places; as it is when no word would be left."""
        rest = text
        for layer in layers:
            if layer not in self._patterns:
                self._patterns[layer] = _pattern(self._names.get(layer, ()))
            if (pattern := self._patterns[layer]) is not None:
                rest = pattern.sub(" ", rest)
        if rest == text or not re.search(r"\w", rest):
            return text
        return re.sub(r"\s+([?!.,;:])", r"\1", " ".join(rest.split()))


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    called = sorted((name.strip() for name in names if len(name.strip()) >= SHORTEST), key=len, reverse=True)
    if not called:
        return None
    choices = "|".join(map(re.escape, called))
    before = r"(?:(?:in|for|of|at|near|around)\s+)?(?:the\s+)?(?:(?:city|town|village|county|state)\s+of\s+)?"
    return re.compile(rf"(?<!\w){before}(?:{choices})(?:['’]s)?(?!\w),?", re.IGNORECASE)
