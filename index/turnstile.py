"""Bounds how many requests run at once, so that load makes some callers wait and not all of them late."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from townclerk.errors import TooMany


class Turnstile:
    """Lets a bounded number of searches run, and a bounded number wait a bounded time."""

    def __init__(self, *, running: int, waiting: int, seconds: float) -> None:
        self._slots = threading.Semaphore(running)
        self._places = threading.Semaphore(waiting + running)
        self._seconds = seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a slot. Raises TooMany when all places are taken or the wait was too long."""
        if not self._places.acquire(blocking=False):
            raise TooMany("Too many questions at once. Try again in a second.")
        try:
            if not self._slots.acquire(timeout=self._seconds):
                raise TooMany("Too many questions at once. Try again in a second.")
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._places.release()
