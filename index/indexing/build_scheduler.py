"""Who prepares a change: small ones this process, larger ones the process beside it (see `workshop`).

What can wait, the rewriting of keywords, has a process of its own without a model, which a change sends away.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.embedding.cache import EmbeddingCache
from index.indexing.build_process import Opener, Workshop
from index.indexing.snapshot_builder import Job, Preparer, Tidy
from index.snapshots.manifest import Manifest, Snapshot

AT_ONCE = 20
"""So many changed documents are prepared in this process; starting another would take longer."""


class Labour:
    """The two of them. Without an `opener` there is no process beside this one."""

    def __init__(self, encoder: EmbeddingCache, *, opener: Opener | None) -> None:
        self._here = Preparer(lambda: encoder)
        self._aside = Workshop(opener) if opener else None
        self._settling: Workshop | None = None
        self._changing = threading.Lock()
        self._coming: list[bool] = []

    @property
    def pid(self) -> int | None:
        """Of the process beside this one, while it runs."""
        return self._aside.pid if self._aside else None

    def expect(self, documents: int) -> None:
        """So many changed documents are about to come. The other process starts while they are read, if they need it."""
        if self._aside is not None and documents > AT_ONCE:
            self._aside.start()

    def prepare(self, folder: Path, base: Snapshot, job: Job) -> Manifest:
        """As `Preparer.prepare`. Raises Unavailable when the other process dies over it twice, SentAway when it had to go."""
        aside = self._aside
        if aside is not None and job.weight > AT_ONCE and isinstance(job, Tidy) and job.keywords:
            return self._settle(folder, base, job)
        if aside is not None and (aside.pid or job.weight > AT_ONCE):
            return aside.prepare(folder, base, job)
        return self._here.prepare(folder, base, job)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For a change; one at a time. What can wait is sent away, wherever it is."""
        self._coming.append(True)
        try:
            self._send_away()
            with self._changing:
                yield
        finally:
            self._coming.pop()

    @contextmanager
    def between(self) -> Iterator[bool]:
        """For what can wait: whether nothing else is under way."""
        free = self._changing.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._changing.release()

    def close(self) -> None:
        """End the other processes."""
        self._coming.append(True)
        self._send_away()
        if self._aside is not None:
            self._aside.close()

    def _settle(self, folder: Path, base: Snapshot, job: Tidy) -> Manifest:
        settling = self._settling = Workshop(_no_model)
        try:
            if self._coming:  # since this was begun; what comes later finds it
                settling.close()
            return settling.prepare(folder, base, job)
        finally:
            self._settling = None
            settling.close()

    def _send_away(self) -> None:
        settling = self._settling
        if settling is not None:
            settling.close()


def _no_model() -> None:
    """What settling opens."""
