"""Lets many readers in at once and a writer alone, and lets neither side wait for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """Readers that come while a write waits or is under way wait for that one write, and then go before the next.

    So a reader waits for one write at most, however many follow each other, and a write waits only for
    the readers that were inside or waiting when it came.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._waiting = 0
        self._writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Beside other readers; nothing is written meanwhile. Not to be nested."""
        with self._changed:
            if self._writing:
                self._waiting += 1
                self._changed.wait_for(lambda: not self._writing)
                self._waiting -= 1
                self._changed.notify_all()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                if not self._inside:
                    self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone. Keep it short: everybody waits."""
        with self._changed:
            self._changed.wait_for(lambda: not self._writing and not self._waiting)
            self._writing = True
            self._changed.wait_for(lambda: not self._inside)
        try:
            yield
        finally:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
