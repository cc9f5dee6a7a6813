"""The usual recipe, and how contenders take turns."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from index.models import find
from scripts.bench.score import K
from townclerk.settings import load

OVERFETCH = 10
TURN = 20
"""Questions asked of one contender before the next: noise hits all, and none runs with another's data in its caches."""
BEAT = 200_000
Item = TypeVar("Item")
Usual = Callable[[str, Sequence[str]], tuple[list[int], list[int]]]
"""Given a text and places: the first K rows of anywhere, and the first K of these places."""


class Recipe:
    """Encode with sentence-transformers, search a flat index of everything for ten times as many, keep those of the places."""

    def __init__(self, vectors: NDArray[np.float32], owners: Sequence[str]) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(str(find(load().model).folder), device="cpu")
        self._flat: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._flat.add(vectors)
        self._owners = owners

    def __call__(self, text: str, places: Sequence[str]) -> tuple[list[int], list[int]]:
        """The first K rows of anywhere, and the first K of these places."""
        vector = self._model.encode([text], normalize_embeddings=True, show_progress_bar=False)
        _, found = self._flat.search(vector, K * OVERFETCH)
        kept = [int(row) for row in found[0] if self._owners[row] in places]
        return [int(row) for row in found[0][:K]], kept[:K]


class Pulse:
    """Seconds that the same loop of Python takes again and again. More than at best: others were using the machine."""

    def __init__(self) -> None:
        self.beats: list[float] = []

    def beat(self) -> None:
        """Once more."""
        self.beats.append(timed(lambda: sum(map(abs, range(BEAT))))[0])


def blocks(items: Sequence[Item], pulse: Pulse) -> Iterator[Sequence[Item]]:
    """The items in turns, a beat before each."""
    for first in range(0, len(items), TURN):
        pulse.beat()
        yield items[first : first + TURN]


def timed(call: Callable[[], Item]) -> tuple[float, Item]:
    """Seconds and what came of it."""
    started = time.perf_counter()
    made = call()
    return time.perf_counter() - started, made
