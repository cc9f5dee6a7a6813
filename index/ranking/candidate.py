"""What the ranking hands on: contenders for the vote boost, and the pins that a question meets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.arrays import Vectors
from index.schemas.search import PinMark
from index.segments.reader import SegmentReader


@dataclass(frozen=True)
class Placed:
    """A pin that a question meets, and the rows of which the best stands first: one passage, or those of a page."""

    mark: PinMark
    rows: Sequence[int]


class Contender(NamedTuple):
    """A passage by its key before it is read, with its score and the two numbers that this came from."""

    key: str
    score: float
    fit: float
    relative: float


Adjust = Callable[[Vectors, Sequence[Contender]], dict[str, float]]
"""Given the query vector and the contenders, best first, how much to add to the score of a passage key."""
Pinned = Callable[[Vectors, SegmentReader], Sequence[Placed]]
"""Given the query vector and what is served, the pins that come first, in their order."""
