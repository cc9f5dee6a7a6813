"""Publishes changes as whole snapshots (see `snapshots.store`) and holds the one that is served.

A search that is under way keeps the snapshot it began with, so publishing never interrupts one.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.embedding.cache import opening_remembering, remembering
from index.embedding.encoder import Encoder, open_encoder
from index.indexing.build_process import BuildProcess, Opener, opening
from index.indexing.snapshot_builder import Builder, Change, Job, SnapshotBuilder, due_merge
from index.keywords.bm25_index import KeywordIndex
from index.passages.document import Document
from index.snapshots.loaded import LoadedSnapshot, check, load, succeed
from index.snapshots.manifest import Manifest, Snapshot
from index.snapshots.marker import EngineStats, Marker
from index.snapshots.recovery import salvage
from index.snapshots.store import Snapshots
from index.snapshots.writer import SnapshotWriter
from townclerk import clock
from townclerk.errors import Conflict, Unavailable
from townclerk.settings import Settings

log = logging.getLogger(__name__)


class Publisher:
    """Publishes the snapshots of one state directory. Thread-safe. Close it to let another process have them."""

    def __init__(self, snapshots: Snapshots, encoder: Encoder, settings: Settings, *, opener: Opener | None) -> None:
        """Use `Publisher.open`."""
        self._snapshots = snapshots
        self._settings = settings
        self.encoder = encoder
        self._cached = cached = remembering(encoder, settings)
        self._builder: Builder = (
            BuildProcess(opening_remembering(opener, settings)) if opener else SnapshotBuilder(lambda: cached)
        )
        self._changing = threading.Lock()
        self._loaded = self._start()

    @classmethod
    def open(cls, settings: Settings, *, encoder: Encoder | None = None, opener: Opener | None = None) -> Self:
        """Verify and load the current snapshot, or start empty.

        `opener` opens the encoder in the build process; an `encoder` of the caller without `opener` builds in
        this process. Raises Broken when the index was made with another model, Conflict when another process holds it.
        """
        snapshots = Snapshots(settings.home, kept=settings.snapshots_kept)
        try:
            if encoder is None:
                encoder = open_encoder(settings)
                opener = opening(encoder, settings)
            return cls(snapshots, encoder, settings, opener=opener)
        except BaseException:
            snapshots.close()
            raise

    def close(self) -> None:
        """Release the snapshots and end the build process."""
        self._builder.close()
        self._loaded.close()
        self._snapshots.close()

    @property
    def loaded(self) -> LoadedSnapshot:
        """The snapshot that is served, open for searching: another object after each publish."""
        return self._loaded

    @property
    def marker(self) -> Marker:
        """Up to where the database is in the served snapshot; all zero when everything must be read."""
        return self._loaded.snapshot.manifest.marker

    @property
    def building(self) -> int | None:
        """Process id of the build process, while it runs."""
        return self._builder.pid

    def documents(self, kind: str) -> Mapping[str, str]:
        """Fingerprints of the indexed documents of a kind ("page" or "faq"), by key."""
        return {row.key: row.fingerprint for row in self._loaded.reader.documents() if row.kind == kind}

    def stats(self) -> EngineStats:
        """What is being served."""
        loaded = self._loaded
        kinds, manifest = loaded.reader.kinds, loaded.snapshot.manifest
        return EngineStats(
            snapshot=loaded.snapshot.name,
            passages=len(loaded.reader),
            pages=kinds["page"],
            faqs=kinds["faq"],
            marker=manifest.marker,
            model=manifest.model,
            dimension=manifest.dimension,
            alarms=tuple(self._snapshots.alarms),
            searched_on=loaded.bodies.device,
        )

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str] = (), *, marker: Marker) -> EngineStats:
        """Index changed documents, forget deleted ones, publish, and serve the result.

        Documents whose content is indexed already are left as they are. When anything fails
        (a full disk, a crash) the snapshot before stays in force and the error is raised.
        """
        with self._changing:
            reader = self._loaded.reader
            latest = {document.key: document for document in upserts if document.key not in set(deletes)}
            changed = [document for document in latest.values() if not reader.holds(document)]
            keys = dict.fromkeys([*(document.key for document in changed), *deletes])
            gone = [key for key in keys if reader.place(key)]
            if changed or gone or marker != self.marker:
                self._publish(Change(tuple(changed), tuple(gone), marker), stale=reader.rows_of(gone))
                self._merge()
                self._loaded.refresh()
        return self.stats()

    def rollback(self, to: str | None = None, *, marker: Marker | None = None) -> EngineStats:
        """Serve the content before the present one, or that of the snapshot named, as a new snapshot.

        Following the database from the older marker would bring the newer content back, so a
        follower gives the `marker` to go on from. Raises Conflict when there is no older content,
        NotFound for an unknown name.
        """
        with self._changing:
            before, present = self._loaded, self._loaded.snapshot
            older = self._snapshots.before(present) if to is None else self._snapshots.named(to)
            if older is None:
                raise Conflict("There is no older index snapshot to go back to. Publish at least twice first.")
            check(older.manifest, self.encoder)
            rows = max(older.manifest.next_row, present.manifest.next_row)
            note = f"to {older.name} of {older.manifest.made_at}, at {clock.iso(clock.now())}"
            reached = replace(marker or older.manifest.marker, rolled_back=note if marker else "")
            with self._snapshots.draft() as folder:
                manifest = replace(older.manifest, next_row=rows, content=older.content, marker=reached)
                snapshot = self._snapshots.install(folder, SnapshotWriter(folder, older).seal(manifest))
            self._serve(snapshot, partial(load, snapshot, self._settings))
            before.close()
        return self.stats()

    def snapshots(self) -> list[Snapshot]:
        """Those on disk, oldest first."""
        return self._snapshots.all()

    def wrong(self) -> dict[str, list[str]]:
        """Check every file on disk: the damaged or missing ones by snapshot."""
        return self._snapshots.wrong()

    def prune(self, *, embeddings: bool) -> tuple[int, int]:
        """Remove all snapshots but the served one, and on request the cached embeddings; gives how many of each."""
        with self._changing:
            return self._snapshots.prune(only_current=True), self._cached.forget() if embeddings else 0

    def _start(self) -> LoadedSnapshot:
        current = self._snapshots.current() or salvage(self._snapshots, self.encoder) or self._empty()
        check(current.manifest, self.encoder)
        return load(current, self._settings)

    def _serve(self, snapshot: Snapshot, opening: Callable[[], LoadedSnapshot]) -> None:
        """Serve what was installed; what cannot be opened is taken back, so that it is not served after a restart either."""
        try:
            self._loaded = opening()
        except BaseException:
            self._snapshots.retract(snapshot, to=self._loaded.snapshot)
            raise
        self._snapshots.tidy()

    def _empty(self) -> Snapshot:
        with self._snapshots.draft() as folder:
            draft = SnapshotWriter(folder, None)
            KeywordIndex(folder / "keywords")
            manifest = draft.seal(Manifest(model=self.encoder.id, dimension=self.encoder.dimension))
            return self._snapshots.install(folder, manifest)

    def _publish(self, job: Job, *, stale: NDArray[np.int64] | None = None) -> None:
        before = self._loaded
        with self._snapshots.draft() as folder:
            manifest = self._builder.build(folder, before.snapshot, job)
            snapshot = self._snapshots.install(folder, manifest)
        self._serve(snapshot, partial(succeed, before, snapshot))
        if stale is not None and len(stale):
            self._loaded.drop(stale)

    def _merge(self) -> None:
        due = due_merge(self._loaded.reader)
        if due is None:
            return
        try:
            self._publish(due)
        except (OSError, ValueError, Unavailable):
            # The change itself is published. Merging is due again after the next one.
            log.exception("segments could not be merged")
