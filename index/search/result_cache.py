"""What was found lately, for questions that are asked again.

A found result holds only as long as everything it came from: with each goes the state it
rests on (the snapshot, the votes of the city, the day), and a result is given only to who
brings the very same state.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from index.answers.result import SearchResult

KEPT = 512
"""Results kept: about 20 kB each."""

State = tuple[object, ...]
"""Compared part by part by identity, and kept, so that no part can be mistaken for a later one."""


class Remembered:
    """A bounded number of results, those asked for longest ago leaving first. Thread-safe."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._found: OrderedDict[Hashable, tuple[State, SearchResult]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Hashable, state: State) -> SearchResult | None:
        """What was found for the same question in the same state."""
        with self._lock:
            then, result = self._found.get(question, ((), None))
            if result is None or len(then) != len(state) or any(a is not b for a, b in zip(then, state, strict=True)):
                return None
            self._found.move_to_end(question)
            return result

    def put(self, question: Hashable, state: State, result: SearchResult) -> None:
        """Keep a result. `state` must have been taken before the search began."""
        with self._lock:
            self._found[question] = (state, result)
            self._found.move_to_end(question)
            if len(self._found) > self._kept:
                self._found.popitem(last=False)
