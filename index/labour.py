"""Who prepares a change: small ones this process, larger ones the process beside it (see `workshop`)."""

from pathlib import Path

from index.embeddings import Embeddings
from index.manifests import Manifest, Snapshot
from index.preparing import Job, Preparer
from index.workshop import Opener, Workshop

AT_ONCE = 20
"""So many changed documents are prepared in this process; starting another would take longer."""


class Labour:
    """The two of them. Without an `opener` there is no process beside this one."""

    def __init__(self, encoder: Embeddings, *, opener: Opener | None) -> None:
        self._here = Preparer(encoder)
        self._aside = Workshop(opener) if opener else None

    @property
    def pid(self) -> int | None:
        """Of the process beside this one, while it runs."""
        return self._aside.pid if self._aside else None

    def expect(self, documents: int) -> None:
        """So many changed documents are about to come. The other process starts while they are read, if they need it."""
        if self._aside is not None and documents > AT_ONCE:
            self._aside.start()

    def prepare(self, folder: Path, base: Snapshot, job: Job) -> Manifest:
        """As `Preparer.prepare`. Raises Unavailable when the other process dies over it twice."""
        aside = self._aside
        if aside is not None and (aside.pid or job.weight > AT_ONCE):
            return aside.prepare(folder, base, job)
        return self._here.prepare(folder, base, job)

    def close(self) -> None:
        """End the other process."""
        if self._aside is not None:
            self._aside.close()
