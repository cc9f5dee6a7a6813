"""What a pin shows at this moment: where its target lies among the served passages.

A FAQ keeps its number when its text changes, and a page its own as long as its source is there; a
page that came back under another number is found by its address. A pinned passage is found by its
key, which comes from its content; once the page was changed, the passage of the same page that
keeps most of the pinned one's words stands for it, and staff are told to look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from crawler.pages.store import PageStore
from index.passages.sources import page_key
from index.pins.store import Target
from index.segments.reader import SegmentReader
from index.segments.segment import KEY, Segment
from index.text.tokenizer import subject

KEPT_WORDS = 0.6
"""Share of the pinned passage's words that another must hold to stand for it."""
_WORDS = 400
_CHANGED = "The page was changed since. What stands first is its passage most like the pinned one."

Condition = Literal["whole", "changed", "broken"]


@dataclass(frozen=True)
class Spot:
    """Positions in a segment of the passages that a pin may show; none when it is broken. `problem` is for staff."""

    condition: Condition
    segment: int = -1
    positions: tuple[int, ...] = ()
    problem: str = ""


class Targets:
    """Finds targets in one reader. What was found is remembered, for the reader never changes."""

    def __init__(self, reader: SegmentReader, pages: PageStore, *, before: "Targets | None" = None) -> None:
        """`before`: what found targets in the reader before this one, to compare no passage with a target again."""
        self.reader = reader
        self._pages = pages
        self._found: dict[Target, Spot] = {}
        self.stand_ins: dict[Target, bytes] = dict(before.stand_ins) if before else {}

    def find(self, target: Target) -> Spot:
        """Where the target lies now."""
        if target not in self._found:
            self._found[target] = self._find(target)
        return self._found[target]

    def holder(self, passage: str) -> tuple[str, int, int] | None:
        """Document, number of the segment and position of a served passage by its key."""
        wanted = np.array(passage.encode(), KEY)
        for number, segment in enumerate(self.reader.segments):
            for position in np.flatnonzero(segment.keys == wanted).tolist():
                (document_row,) = segment.document_row(np.array([position]))
                if self.reader.place(document_row.key) == (number, segment.ordinals[document_row.key]):
                    return document_row.key, number, position
        return None

    def _find(self, target: Target) -> Spot:
        document = next((key for key in self._documents(target) if self.reader.place(key)), None)
        place = self.reader.place(document) if document else None
        if place is None:
            gone = "The FAQ was removed, or is not valid today." if target.kind == "faq" else "The page is gone."
            return Spot("broken", problem=gone)
        number, ordinal = place
        segment = self.reader.segments[number]
        if (now := segment.documents[ordinal].jurisdiction) != target.place:
            return Spot("broken", problem=f"It belongs to {now} now, not to {target.place}.")
        positions = segment.document(ordinal)
        if not target.passage:
            return Spot("whole", number, (*positions,))
        found = self._stand_in(segment, number, positions, target)
        if found.condition == "changed":
            self.stand_ins[target] = bytes(segment.keys[found.positions[0]])
        return found

    def _stand_in(self, segment: Segment, number: int, positions: range, target: Target) -> Spot:
        """The pinned passage, or what stood for it in the reader before, or what keeps most of its words."""
        keys: NDArray[np.bytes_] = segment.keys[positions.start : positions.stop]
        if len(same := np.flatnonzero(keys == np.array(target.passage.encode(), KEY))):
            return Spot("whole", number, (positions.start + int(same[0]),))
        if len(same := np.flatnonzero(keys == np.array(self.stand_ins.get(target, b""), KEY))):
            return Spot("changed", number, (positions.start + int(same[0]),), _CHANGED)
        return _most_like(segment, number, positions, target)

    def _documents(self, target: Target) -> Iterator[str]:
        yield target.document
        if target.kind != "faq" and target.url:
            yield from map(page_key, self._pages.at(target.url))


def _most_like(segment: Segment, number: int, positions: range, target: Target) -> Spot:
    wanted = frozenset(subject(target.text, limit=_WORDS))
    shares = {position: _kept(wanted, segment, position) for position in positions}
    best = max(shares, key=lambda position: shares[position], default=-1)
    if shares.get(best, 0.0) < KEPT_WORDS:
        return Spot("broken", problem="The page was changed, and nothing on it is like the pinned passage any more.")
    return Spot("changed", number, (best,), _CHANGED)


def _kept(wanted: frozenset[str], segment: Segment, position: int) -> float:
    held = frozenset(subject(segment.passage(position)[0].text, limit=_WORDS))
    return len(wanted & held) / len(wanted) if wanted else 0.0
