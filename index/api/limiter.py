"""Bounds how many searches run at once, so that load makes some callers wait and not all of them late.

Belongs to one event loop: callers are turned away before they take a worker thread.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from townclerk.errors import TooMany

Result = TypeVar("Result")
_TEXT = "Too many questions at once. Try again in a second."


class ConcurrencyLimiter:
    """Lets a bounded number of calls run in worker threads, and a bounded number wait a bounded time."""

    def __init__(self, *, running: int, waiting: int, seconds: float) -> None:
        self._slots = asyncio.Semaphore(running)
        self._places = running + waiting
        self._seconds = seconds

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` gives. Raises TooMany when all places are taken or the wait was too long."""
        if self._places == 0:
            raise TooMany(_TEXT)
        self._places -= 1
        try:
            await self._enter()
            try:
                return await asyncio.to_thread(work)
            finally:
                self._slots.release()
        finally:
            self._places += 1

    async def _enter(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()  # at once: a timer would cost more than it guards
            return
        try:
            await asyncio.wait_for(self._slots.acquire(), self._seconds)
        except TimeoutError as error:
            raise TooMany(_TEXT) from error
