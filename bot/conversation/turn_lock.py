"""One message of a person at a time, in the order they came; different people in parallel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.leases import Leases
from townclerk.errors import TooMany

POLL_SECONDS = 0.1
"""How often a message looks whether another gateway is done with the person's earlier one."""


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class TurnLock:
    """A lock per person that is forgotten when nobody holds or awaits it, and a lease among several gateways.

    At most `waiting` messages of one person stand in line, and wait at most `seconds` for another
    gateway; else TooMany is raised. asyncio locks are fair, so the line keeps its order.
    """

    def __init__(self, storage: DatabaseThreads, *, waiting: int = 5, seconds: float = 10.0) -> None:
        self._leases = Leases(storage)
        self._waiting = waiting
        self._seconds = seconds
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def of(self, person: str) -> AsyncIterator[None]:
        """Hold the person's turn."""
        line = self._lines.setdefault(person, _Line())
        if line.waiting > self._waiting:
            raise _still_answering()
        line.waiting += 1
        try:
            async with line.lock, self._lease(person):
                yield
        finally:
            line.waiting -= 1
            if line.waiting == 0:
                self._lines.pop(person, None)

    @asynccontextmanager
    async def _lease(self, person: str) -> AsyncIterator[None]:
        for _ in range(round(self._seconds / POLL_SECONDS)):
            async with self._leases.hold(person) as held:
                if held:
                    yield
                    return
            await asyncio.sleep(POLL_SECONDS)
        raise _still_answering()


def _still_answering() -> TooMany:
    return TooMany("Your earlier messages are still being answered. Wait for them, then ask again.", retry_after=3)
