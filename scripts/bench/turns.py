"""The usual recipe, and how contenders take turns."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedding.models import find
from scripts.bench.score import K
from townclerk.settings import load

OVERFETCH = 10
TURN = 20
"""Questions asked of one contender before the next: noise hits all, and none runs with another's data in its caches."""
BEAT, QUIET = 200_000, 1.2
WHOLE, USUAL = "Townclerk, whole search with encoding", "Usual recipe: encode, flat index, filter afterwards"
FIRST = "Townclerk, the first questions after building"
WHOLE_HTTP, USUAL_HTTP = "Townclerk over HTTP, recording each question", "Usual recipe over HTTP"
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
    """The same short loop of Python before and after each turn. Where it took longer than at best, others were using the machine."""

    def __init__(self) -> None:
        self.beats: list[float] = []
        self._turns: list[tuple[str, float, list[float]]] = []

    @contextmanager
    def turn(self, name: str) -> Iterator[list[float]]:
        """One turn of a contender; put the seconds of its questions in the list."""
        took: list[float] = []
        before = self._beat()
        yield took
        self._turns.append((name, max(before, self._beat()), took))

    def all(self, name: str) -> list[float]:
        """Seconds of all questions of a contender."""
        return [each for found, _, took in self._turns if found == name for each in took]

    def quiet(self, name: str) -> list[float]:
        """Those of the turns before and after which the loop took no more than `QUIET` times its best."""
        most = QUIET * min(self.beats)
        return [each for found, beat, took in self._turns if found == name and beat <= most for each in took]

    def _beat(self) -> float:
        self.beats.append(timed(lambda: sum(map(abs, range(BEAT))))[0])
        return self.beats[-1]


def blocks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in turns."""
    for first in range(0, len(items), TURN):
        yield items[first : first + TURN]


def timed(call: Callable[[], Item]) -> tuple[float, Item]:
    """Seconds and what came of it."""
    started = time.perf_counter()
    made = call()
    return time.perf_counter() - started, made


def told(pulse: Pulse) -> dict[str, Any]:
    """The loop's milliseconds at best and at the median, and median milliseconds and number of the quiet turns' questions."""
    quiet = {name: pulse.quiet(name) for name in (WHOLE, USUAL, WHOLE_HTTP, USUAL_HTTP)}
    return {
        "best": min(pulse.beats) * 1000,
        "median": float(np.median(pulse.beats)) * 1000,
        "medians": {name: float(np.median(took)) * 1000 for name, took in quiet.items() if took},
        "questions": {name: len(took) for name, took in quiet.items()},
    }
