"""One message of a person at a time, in the order they came; different people in parallel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from townclerk.errors import TooMany


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Turns:
    """A lock per person that is forgotten when nobody holds or awaits it.

    At most `waiting` messages of one person stand in line; one more raises TooMany.
    asyncio locks are fair, so the line keeps its order.
    """

    def __init__(self, *, waiting: int = 5) -> None:
        self._waiting = waiting
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def of(self, person: str) -> AsyncIterator[None]:
        """Hold the person's turn."""
        line = self._lines.setdefault(person, _Line())
        if line.waiting > self._waiting:
            raise TooMany(
                "Your earlier messages are still being answered. Wait for them, then ask again.", retry_after=3
            )
        line.waiting += 1
        try:
            async with line.lock:
                yield
        finally:
            line.waiting -= 1
            if line.waiting == 0:
                self._lines.pop(person, None)
