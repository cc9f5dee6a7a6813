"""Opens the index in the background, keeps it in step with the database, and says what hinders it."""

import asyncio
import logging
import threading

from index.feedback import retention
from index.installation import Installation
from townclerk.errors import Starting
from townclerk.records.periodic import keep_looking
from townclerk.settings import Settings

log = logging.getLogger(__name__)
RETRY_SECONDS, RETRY_MOST = 1.0, 300.0
"""Doubled with each failure, up to the most."""


class IndexLifecycle:
    """The opened process once it can answer, and until then the reason why it cannot.

    What is published already is searchable while the rest is read: only an empty index waits,
    for its first batch.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened: Installation | None = None
        self.waiting = "the index is being opened"

    def __call__(self) -> Installation:
        """The opened process. Raises Starting, with how far reading is, while nothing can be answered."""
        if self.waiting or self._opened is None:
            raise Starting(f"The search service is starting: {self.waiting}. Try again in a moment.")
        return self._opened

    @property
    def progress(self) -> str:
        """How far reading is while what was read before is served; empty when nothing is being read."""
        return self._opened.follower.progress if self._opened and not self.waiting else ""

    async def follow(self) -> None:
        """Open, catch up, then look for changes for ever. A failure is told and tried again, less often each time."""
        failures = 0
        while True:
            try:
                await asyncio.to_thread(self._look)
                failures, pause = 0, self._settings.index_follow_seconds
            except Exception as error:
                failures, pause = failures + 1, min(RETRY_SECONDS * 2**failures, RETRY_MOST)
                log.exception("the index could not be brought up to date; it is tried again in %s s", pause)
                self._failed(str(error) or type(error).__name__)
            await asyncio.sleep(pause)

    async def expire(self) -> None:
        """Have deleted for ever, day by day, the questions that were kept long enough."""
        await keep_looking(self._expire)

    def _expire(self, stop: threading.Event) -> None:
        if self._opened is not None:
            retention.expire(self._opened.database, self._settings, only_due=True, stop=stop)

    def _look(self) -> None:
        if self._opened is None:
            self._opened = Installation(self._settings)
            self._opened.votes.refresh()
            self._tell(0, 0)
        self._opened.look(self._tell)
        self.waiting = ""

    def _tell(self, done: int, total: int) -> None:
        if self._opened is None or not self.waiting:
            return
        empty = not self._opened.publisher.stats().passages
        progress = f"pages and FAQs are being read ({done} of {total})" if total else "changed pages are looked up"
        self.waiting = progress if empty else ""

    def _failed(self, reason: str) -> None:
        # Alive but not ready, with the reason in /health/ready, is more use than a restart loop.
        if self.waiting:
            self.waiting = reason

    async def close(self) -> None:
        """Let go of what was opened."""
        if self._opened is not None:
            self.waiting = "the service is stopping"
            await asyncio.to_thread(self._opened.close)
