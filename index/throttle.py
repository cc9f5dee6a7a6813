"""Work beside searches, done a little at a time, so that a search never waits for much of it."""

from collections.abc import Iterable, Iterator
from time import perf_counter, sleep
from typing import TypeVar

T = TypeVar("T")

AT_ONCE_SECONDS, PAUSE_SECONDS = 0.0005, 0.0015
"""How long is worked before the next pause. A search that meets it takes the interpreter back some twenty times, and would
wait for a whole turn each time: beside unpaced work of 90 ms three to five searches took 25 to 37 ms instead of 11."""


def paced(items: Iterable[T]) -> Iterator[T]:
    """The same items, with pauses between them, taken before the item that follows."""
    began = perf_counter()
    for item in items:
        if perf_counter() - began > AT_ONCE_SECONDS:
            sleep(PAUSE_SECONDS)
            began = perf_counter()
        yield item
