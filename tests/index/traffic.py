"""Threads that search a vector index while others change it, and what they saw wrong."""

import threading
import time
from collections.abc import Callable

import numpy as np

from index.vectors.partitioned_index import FaissPages
from tests.index.matrix import DIMENSION, unit

PLACES = ("a", "b", "c", "d")
COUNT, FIRST = 20_000, 1000
PATIENCE_SECONDS = 120


class Traffic:
    """Row `n` has the vector `n % COUNT` for ever and belongs to the place `n % 4`, so every answer can be checked.

    Places a and b change, and are searched together with c and d. With `fresh`, a row id is used
    once, as the engine does it; else rows go and come again.
    """

    def __init__(self, index: FaissPages, *, fresh: bool) -> None:
        self.index, self._fresh = index, fresh
        self.vectors = unit(5, COUNT, DIMENSION)
        self.wrong: list[str] = []
        self._stop = threading.Event()
        for place in range(4):
            self.index.add(PLACES[place], np.arange(place, FIRST, 4), self.vectors[place:FIRST:4])

    def run(self, questions: int, *, until: Callable[[], bool] = lambda: True) -> None:
        """Two threads ask so many questions each, and go on until `until` says so, while two change the index."""
        changing = [threading.Thread(target=self._change, args=(place,), daemon=True) for place in (0, 1)]
        asking = [threading.Thread(target=self._ask, args=(place, questions, until), daemon=True) for place in (0, 1)]
        for thread in [*changing, *asking]:
            thread.start()
        for thread in asking:
            thread.join(2 * PATIENCE_SECONDS)
        self._stop.set()
        for thread in changing:
            thread.join(PATIENCE_SECONDS)
        if any(thread.is_alive() for thread in [*changing, *asking]):
            self.wrong.append("a thread never ended")

    def _change(self, place: int) -> None:
        numbers, start = np.random.default_rng(place), FIRST + place
        while not self._stop.is_set():
            rows = np.arange(start, start + 1200, 4)
            self.index.add(PLACES[place], rows, self.vectors[rows % COUNT])
            self.index.remove(numbers.permutation(rows)[5:])
            start += 1200 if self._fresh else int(numbers.integers(2)) * 4

    def _ask(self, place: int, questions: int, until: Callable[[], bool]) -> None:
        number, given_up = 0, time.monotonic() + PATIENCE_SECONDS
        while number < questions or not until():
            if time.monotonic() > given_up:
                self.wrong.append(f"what was waited for did not come in {PATIENCE_SECONDS} s and {number} questions")
                return
            query = self.vectors[number % COUNT]
            found, scores = self.index.search(query, [PLACES[place], PLACES[2 + place]], limit=30)
            if set((found % 4).tolist()) - {place, 2 + place}:
                self.wrong.append(f"foreign rows {found}")
            if len(np.unique(found)) < 30 or not np.allclose(scores, self.vectors[found % COUNT] @ query, atol=5e-3):
                self.wrong.append(f"torn rows {found} {scores}")
            number += 1
