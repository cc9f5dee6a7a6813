"""Threads that search a vector index while others change it, and what they saw wrong."""

import threading

import numpy as np

from index.vectors import FaissPages
from tests.index.matrix import DIMENSION, unit

PLACES = ("a", "b", "c", "d")
COUNT, FIRST = 200_000, 1000


class Traffic:
    """Row `n` has one vector for ever and belongs to the place `n % 4`, so every answer can be checked.

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

    def run(self, questions: int) -> None:
        """Two threads ask so many questions each while two change the index."""
        changing = [threading.Thread(target=self._change, args=(place,), daemon=True) for place in (0, 1)]
        asking = [threading.Thread(target=self._ask, args=(place, questions), daemon=True) for place in (0, 1)]
        for thread in [*changing, *asking]:
            thread.start()
        for thread in asking:
            thread.join(60)
        self._stop.set()
        for thread in changing:
            thread.join(60)
        if any(thread.is_alive() for thread in [*changing, *asking]):
            self.wrong.append("a thread never ended")

    def _change(self, place: int) -> None:
        numbers, start = np.random.default_rng(place), FIRST + place
        while not self._stop.is_set() and start + 1200 < COUNT:
            rows = np.arange(start, start + 1200, 4)
            self.index.add(PLACES[place], rows, self.vectors[rows])
            self.index.remove(numbers.permutation(rows)[5:])
            start += 1200 if self._fresh else int(numbers.integers(2)) * 4

    def _ask(self, place: int, questions: int) -> None:
        for number in range(questions):
            query = self.vectors[number]
            found, scores = self.index.search(query, [PLACES[place], PLACES[2 + place]], limit=30)
            if set((found % 4).tolist()) - {place, 2 + place}:
                self.wrong.append(f"foreign rows {found}")
            if len(np.unique(found)) < 30 or not np.allclose(scores, self.vectors[found] @ query, atol=5e-3):
                self.wrong.append(f"torn rows {found} {scores}")
