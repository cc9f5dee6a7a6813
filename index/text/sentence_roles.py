"""The roles of the sentences of a text, whatever the question: titles, labels, noise, and the answer types they hold."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, starmap

import numpy as np

from index.arrays import Vectors
from index.text.answer_types import Kind, holds
from index.text.sentences import Span
from index.text.tokenizer import stems_in

BELOW = 3
"""Lines that a label reaches down: name, telephone, fax, e-mail."""

_NAME = re.compile(r"(?<![\w@.])[^\W\d_]{3,}(?![\w@]|\.\w)")
_NOISE = re.compile(
    r"(?:(?:page |content )?last (?:updated|reviewed|modified|changed)\b.{0,40}|(?:read|learn|show) more\.?)$",
    re.IGNORECASE,
)
_SAYS = re.compile(r"[.!?]$|: ")  # a sentence, or a row ("Header: cell; Header: cell")


class SentenceRoles:
    """The sentences, rows or items of `text` are at `spans`.

    `stems` are theirs. `noise` is 1 for those that say nothing (when a page was changed, "read more", the heads of columns that each
    row repeats), `titles` for lines that only name what follows (a heading, a table's caption): they are near every question about it. `labels` has for each
    the one that says whose it is: the line above a bare number, address or price; else itself.
    """

    __slots__ = ("_fitting", "labels", "noise", "spans", "stems", "text", "titles")

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self.text, self.spans = text, spans
        parts = self._parts()
        self.stems = tuple(tuple(stems_in(part)) for part in parts)
        heads = [*starmap(_heads_columns, pairwise(parts)), False]
        self.noise = np.array(
            [a or bool(_NOISE.match(part)) for part, a in zip(parts, heads, strict=False)], np.float32
        )
        self.labels = _labels(text, spans)
        self.titles = _titles(text, spans)
        self._fitting: dict[Kind, Vectors] = {}

    def fitting(self, kinds: Iterable[Kind]) -> Vectors:
        """1 for those that hold a thing of one of the kinds."""
        fitting = np.zeros(len(self.spans), np.float32)
        for kind in kinds:
            if kind not in self._fitting:
                self._fitting[kind] = np.array([holds(part, (kind,)) for part in self._parts()], np.float32)
            np.maximum(fitting, self._fitting[kind], out=fitting)
        return fitting

    def _parts(self) -> list[str]:
        return [self.text[start:end] for start, end in self.spans]


def _labels(text: str, spans: Sequence[Span]) -> tuple[int, ...]:
    labels: list[int] = []
    for i, (start, end) in enumerate(spans):
        apart = i > 0 and text[spans[i - 1][1] : start].startswith("\n")
        bare = apart and not _NAME.search(text[start:end])
        labels.append(labels[i - 1] if bare and i - labels[i - 1] <= BELOW else i)
    return tuple(labels)


def _heads_columns(part: str, row: str) -> bool:
    """Whether a line has the heads of columns: "Fee, Resident" above "Boat: $10; resident: $5"."""
    names = part.lower().split(", ")
    return len(names) > 1 and all(f"{name}: " in row.lower() for name in names[1:])


def _titles(text: str, spans: Sequence[Span]) -> Vectors:
    parts = [text[a:b] for a, b in spans]
    own_line = [text[a[1] : b[0]].startswith("\n") for a, b in pairwise(spans)]
    titles = [
        apart and not _SAYS.search(part) and bool(_SAYS.search(following)) and len(part.split()) <= 12
        for part, following, apart in zip(parts, parts[1:], own_line, strict=False)
    ]
    return np.array([*titles, False][: len(spans)], np.float32)
