"""The search engine: documents in, ranked passages out. Thread-safe; one per installation.

Changes are published as whole snapshots (see `snapshots`). A search that is under way
keeps the state it began with, so publishing never interrupts one.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.answers.result import SearchResult
from index.arrays import Vectors
from index.embedding.cache import opening_remembering, remembering
from index.embedding.encoder import Encoder, open_encoder
from index.indexing.build_process import Opener, opening
from index.indexing.build_scheduler import Labour
from index.indexing.snapshot_builder import Change, Job, settling, tidying
from index.keywords.bm25_index import KeywordIndex
from index.passages.document import Document
from index.query.parser import Questions
from index.query.query import Asked
from index.ranking.candidate import Adjust
from index.search.pipeline import Retrieval
from index.segments.reader import Catalogue
from index.snapshots.loaded import Serving, check, load, succeed
from index.snapshots.manifest import Manifest, Snapshot
from index.snapshots.marker import EngineStats, Marker
from index.snapshots.recovery import salvage
from index.snapshots.store import Snapshots
from index.snapshots.writer import Draft
from townclerk import clock
from townclerk.errors import Conflict, Unavailable
from townclerk.settings import Settings

log = logging.getLogger(__name__)


class Engine:
    """Holds the snapshots of one state directory; close it to let another process have them."""

    def __init__(self, snapshots: Snapshots, encoder: Encoder, settings: Settings, *, opener: Opener | None) -> None:
        """Use `Engine.open`."""
        self._snapshots = snapshots
        self._encoder, self._settings = encoder, settings
        self.questions = Questions()
        self._kept = remembering(encoder, settings)
        self._labour = Labour(self._kept, opener=opening_remembering(opener, settings) if opener else None)
        self._serving = self._start()

    @classmethod
    def open(cls, settings: Settings, *, encoder: Encoder | None = None, opener: Opener | None = None) -> Self:
        """Verify and load the current snapshot, or start empty.

        `opener` opens the encoder in the process that prepares larger changes; with an `encoder`
        of the caller and no `opener` there is no such process. Raises Broken when the index was
        made with another model, Conflict when another process holds it.
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
        """Release the snapshots and end the process that prepares them."""
        self._labour.close()
        self._serving.close()
        self._snapshots.close()

    @property
    def marker(self) -> Marker:
        """Up to where the database is in the served snapshot; all zero when everything must be read."""
        return self._serving.snapshot.manifest.marker

    @property
    def served(self) -> Snapshot:
        """The snapshot that is served: another object after each publish."""
        return self._serving.snapshot

    @property
    def catalogue(self) -> Catalogue:
        """The passages that are served."""
        return self._serving.catalogue

    def documents(self, kind: str) -> Mapping[str, str]:
        """Fingerprints of the indexed documents of a kind ("page" or "faq"), by key."""
        return {f.key: f.fingerprint for f in self._serving.catalogue.documents() if f.kind == kind}

    def stats(self) -> EngineStats:
        """What is being served."""
        serving = self._serving
        kinds, manifest = serving.catalogue.kinds, serving.snapshot.manifest
        return EngineStats(
            snapshot=serving.snapshot.name,
            passages=len(serving.catalogue),
            pages=kinds["page"],
            faqs=kinds["faq"],
            marker=manifest.marker,
            model=manifest.model,
            dimension=manifest.dimension,
            alarms=tuple(self._snapshots.alarms),
            searched_on=serving.bodies.device,
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, one row each."""
        rows = [self._encoder.query(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self._encoder.dimension), np.float32)

    def search(
        self,
        text: str,
        *,
        jurisdictions: Sequence[str],
        history: Sequence[str] = (),
        limit: int = 5,
        adjust: Adjust | None = None,
    ) -> SearchResult:
        """The passages of these jurisdictions (nearest first) that answer `text`, best first.

        `history` holds the questions before this one, oldest first. `adjust` may add to the
        score of passages, by key: this is how votes re-rank.
        """
        retrieval, asked, _ = self.comparing(text, history, jurisdictions)
        return retrieval.run(asked, tuple(jurisdictions), limit=limit, adjust=adjust)

    def comparing(self, text: str, history: Sequence[str], places: Sequence[str]) -> tuple[Retrieval, Asked, Catalogue]:
        """The parts of a search, for measuring the ranking: what compares, the question as searched, what is served."""
        serving, encoder = self._serving, self._encoder
        asked = self.questions.read(text, history, places, keywords=serving.keywords, encoder=encoder)
        return Retrieval(serving, encoder), asked, serving.catalogue

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str] = (), *, marker: Marker) -> EngineStats:
        """Index changed documents, forget deleted ones, publish, and serve the result.

        Documents whose content is indexed already are left as they are. When anything fails
        (a full disk, a crash) the snapshot before stays in force and the error is raised.
        """
        with self._labour.alone():
            catalogue = self._serving.catalogue
            latest = {d.key: d for d in upserts if d.key not in set(deletes)}
            changed = [d for d in latest.values() if not catalogue.holds(d)]
            gone = [key for key in dict.fromkeys([*(d.key for d in changed), *deletes]) if catalogue.place(key)]
            if not changed and not gone and marker == self.marker:
                return self.stats()
            self._publish(Change(tuple(changed), tuple(gone), marker), stale=catalogue.rows_of(gone))
            self._tidy()
        return self.stats()

    def expect(self, documents: int) -> None:
        """Make ready for so many changed documents, which the caller is about to read and `apply`."""
        self._labour.expect(documents)

    def settle(self, *, quiet: float | None = None) -> None:
        """Rewrite scattered keywords as one part when nothing changed for `quiet` seconds (see `settling`). A change ends it."""
        with self._labour.between() as free:
            due = settling(self._serving.snapshot.manifest, self._serving.keywords, quiet=quiet) if free else None
            if due is not None:
                self._publish(due)

    def rollback(self, to: str | None = None, *, marker: Marker | None = None) -> EngineStats:
        """Serve the content before the present one, or that of the snapshot named, as a new snapshot.

        Following the database from the older marker would bring the newer content back, so a
        follower gives the `marker` to go on from. Raises Conflict when there is no older content,
        NotFound for an unknown name.
        """
        with self._labour.alone():
            before, present = self._serving, self._serving.snapshot
            older = self._snapshots.before(present) if to is None else self._snapshots.named(to)
            if older is None:
                raise Conflict("There is no older index snapshot to go back to. Publish at least twice first.")
            check(older.manifest, self._encoder)
            rows = max(older.manifest.next_row, present.manifest.next_row)
            told = f"to {older.name} of {older.manifest.made_at}, at {clock.iso(clock.now())}"
            reached = replace(marker or older.manifest.marker, rolled_back=told if marker else "")
            with self._snapshots.draft() as folder:
                manifest = replace(older.manifest, next_row=rows, content=older.content, marker=reached)
                made = self._snapshots.install(folder, Draft(folder, older).seal(manifest))
            self._serve(made, partial(load, made, self._settings))
            before.close()
        return self.stats()

    def snapshots(self) -> list[Snapshot]:
        """Those on disk, oldest first."""
        return self._snapshots.all()

    def wrong(self) -> dict[str, list[str]]:
        """Check every file on disk: the damaged or missing ones by snapshot."""
        return self._snapshots.wrong()

    def prune(self, *, embeddings: bool) -> tuple[int, int]:
        """Remove all snapshots but the served one, and on request the kept embeddings; gives how many of each."""
        with self._labour.alone():
            return self._snapshots.prune(only_current=True), self._kept.forget() if embeddings else 0

    @property
    def preparing(self) -> int | None:
        """Process id of the process that prepares changes, while it runs."""
        return self._labour.pid

    def _start(self) -> Serving:
        found = self._snapshots.current() or salvage(self._snapshots, self._encoder) or self._empty()
        check(found.manifest, self._encoder)
        return load(found, self._settings)

    def _serve(self, made: Snapshot, opening: Callable[[], Serving]) -> None:
        """Serve what was installed; what cannot be opened is taken back, so that it is not served after a restart either."""
        try:
            self._serving = opening()
        except BaseException:
            self._snapshots.retract(made, to=self._serving.snapshot)
            raise
        self._snapshots.tidy()

    def _empty(self) -> Snapshot:
        with self._snapshots.draft() as folder:
            draft = Draft(folder, None)
            KeywordIndex(folder / "keywords")
            manifest = draft.seal(Manifest(model=self._encoder.id, dimension=self._encoder.dimension))
            return self._snapshots.install(folder, manifest)

    def _publish(self, job: Job, *, stale: NDArray[np.int64] | None = None) -> None:
        before = self._serving
        with self._snapshots.draft() as folder:
            manifest = self._labour.prepare(folder, before.snapshot, job)
            made = self._snapshots.install(folder, manifest)
        self._serve(made, partial(succeed, before, made))
        if stale is not None and len(stale):
            self._serving.drop(stale)

    def _tidy(self) -> None:
        due = tidying(self._serving.catalogue)
        if due is None:
            return
        try:
            self._publish(due)
        except (OSError, ValueError, Unavailable):
            # The change itself is published. Merging is due again after the next one.
            log.exception("segments could not be merged")
