"""When pages were last found as they are stored, for the date under an answer.

A page that is found unchanged is not indexed again, so the index does not know. It is read from the
database beside the questions, what is new since the last time, so that no search waits for that.
"""

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import Engine as Database

from crawler.pages.store import PageStore
from townclerk import clock

OVERLAP = timedelta(minutes=5)
"""How long before the last reading each begins: what was checked earlier may be stored later."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


class PageDates:
    """Moments by page id, 8 bytes each. Thread-safe."""

    def __init__(self, database: Database) -> None:
        """Reads all."""
        self._pages = PageStore(database)
        self._at = np.zeros(1024, np.int64)
        self._read_at: datetime | None = None
        self._reading = threading.Lock()
        self.refresh()

    def refresh(self) -> None:
        """Read what was checked since the last time."""
        with self._reading:
            begun = clock.now()
            for page, moment in self._pages.checked_since(self._read_at and self._read_at - OVERLAP):
                if page >= len(self._at):
                    self._at = np.concatenate([self._at, np.zeros(max(len(self._at), page + 1), np.int64)])
                self._at[page] = (moment - _EPOCH) // _UNIT
            self._read_at = begun

    def of(self, page: int) -> datetime | None:
        """When a page was found as it is stored; None for an unknown one."""
        at = self._at
        known = int(at[page]) if 0 < page < len(at) else 0
        return _EPOCH + known * _UNIT if known else None
