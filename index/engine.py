"""The search engine: documents in, ranked passages out. Thread-safe; one per installation.

Changes are published as whole snapshots (see `snapshots`). A search that is under way
keeps the state it began with, so publishing never interrupts one.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from index.builder import Built, build
from index.catalogue import Catalogue
from index.documents import Adjust, Document, EngineStats, Marker, SearchResult, Vectors
from index.encoder import Encoder, open_encoder
from index.followups import ask
from index.keywords import KeywordIndex
from index.merging import to_merge
from index.retrieval import Retrieval
from index.segments import write
from index.serving import Precision, Serving, load, succeed
from index.snapshots import Draft, Manifest, Snapshot, Snapshots
from index.spelling import mend
from townclerk.errors import Broken, Conflict
from townclerk.settings import Settings


class Engine:
    """Holds the snapshots of one state directory; close it to let another process have them."""

    def __init__(self, snapshots: Snapshots, encoder: Encoder, *, precision: Precision) -> None:
        """Use `Engine.open`."""
        self._snapshots = snapshots
        self._encoder = encoder
        self._precision = precision
        self._changing = threading.Lock()
        self._serving = self._start()

    @classmethod
    def open(cls, settings: Settings, *, encoder: Encoder | None = None) -> Self:
        """Verify and load the current snapshot, or start empty.

        Raises Broken when the index was made with another model, Conflict when another
        process holds it.
        """
        snapshots = Snapshots(settings.home, kept=settings.snapshots_kept)
        try:
            return cls(snapshots, encoder or open_encoder(settings), precision=settings.vector_precision)
        except BaseException:
            snapshots.close()
            raise

    def close(self) -> None:
        """Release the snapshots."""
        self._snapshots.close()

    @property
    def marker(self) -> Marker:
        """Up to where the database is in the served snapshot; all zero when everything must be read."""
        return self._serving.snapshot.manifest.marker

    def documents(self, kind: str) -> Mapping[str, str]:
        """Fingerprints of the indexed documents of a kind ("page" or "faq"), by key."""
        segments = self._serving.catalogue.segments
        filed = (segments[s].documents[d] for s, d in self._serving.catalogue.documents.values())
        return {f.key: f.fingerprint for f in filed if f.kind == kind}

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
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, one row each."""
        return (
            np.stack([self._encoder.query(text) for text in texts])
            if texts
            else np.empty((0, self._encoder.dimension), np.float32)
        )

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
        retrieval = Retrieval(self._serving, self._encoder)
        asked = ask(mend(text, self._serving.keywords, self._encoder), history)
        return retrieval.run(asked, tuple(jurisdictions), limit=limit, adjust=adjust)

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str] = (), *, marker: Marker) -> EngineStats:
        """Index changed documents, forget deleted ones, publish, and serve the result.

        Documents whose content is indexed already are left as they are. When anything fails
        (a full disk, a crash) the snapshot before stays in force and the error is raised.
        """
        with self._changing:
            before = self._serving
            catalogue = before.catalogue
            latest = {d.key: d for d in upserts if d.key not in set(deletes)}
            changed = [d for d in latest.values() if not _unchanged(catalogue, d)]
            gone = [key for key in dict.fromkeys([*(d.key for d in changed), *deletes]) if key in catalogue.documents]
            if not changed and not gone and marker == self.marker:
                return self.stats()
            built = build(changed, catalogue, self._encoder, first_row=before.snapshot.manifest.next_row)
            self._publish(before, built, gone, marker)
        return self.stats()

    def clear(self) -> EngineStats:
        """Forget everything and start from an empty index, for a replaced database."""
        with self._changing:
            self._serving = load(self._empty(), precision=self._precision)
        return self.stats()

    def rollback(self) -> EngineStats:
        """Serve the content of the snapshot before this one, as a new snapshot.

        Its marker is the older one, so following the database brings the newer content back:
        stop following first. Raises Conflict when there is no older snapshot.
        """
        with self._changing:
            older = self._snapshots.before(self._serving.snapshot.name)
            if older is None:
                raise Conflict("There is no older index snapshot to go back to. Publish at least twice first.")
            self._check(older.manifest)
            rows = max(older.manifest.next_row, self._serving.snapshot.manifest.next_row)
            with self._snapshots.draft(older) as draft:
                made = draft.publish(replace(older.manifest, next_row=rows))
            self._serving = load(made, precision=self._precision)
        return self.stats()

    def _start(self) -> Serving:
        found = self._snapshots.current() or self._empty()
        self._check(found.manifest)
        return load(found, precision=self._precision)

    def _empty(self) -> Snapshot:
        with self._snapshots.draft(None) as draft:
            KeywordIndex(draft.folder / "keywords")
            return draft.publish(Manifest(model=self._encoder.id, dimension=self._encoder.dimension))

    def _check(self, manifest: Manifest) -> None:
        if (manifest.model, manifest.dimension) != (self._encoder.id, self._encoder.dimension):
            raise Broken(
                f"The index was made with the model {manifest.model} ({manifest.dimension} dimensions), the configured one is "
                f"{self._encoder.id} ({self._encoder.dimension}). Set TOWNCLERK_MODEL back, or remove the folder `index` in "
                "TOWNCLERK_HOME to build it again from the database."
            )

    def _publish(self, before: Serving, built: Built, gone: Sequence[str], marker: Marker) -> None:
        catalogue, manifest = before.catalogue, before.snapshot.manifest
        stale = catalogue.rows_of(gone)
        rows = manifest.next_row + sum(len(entries) for _, entries in built)
        with self._snapshots.draft(before.snapshot) as draft:
            KeywordIndex(draft.folder / "keywords").change(
                ((e.row, e.passage) for _, entries in built for e in entries), deleted_documents=gone
            )
            segments = _write_segments(draft, catalogue.without(gone), built, dimension=manifest.dimension)
            made = draft.publish(replace(manifest, marker=marker, segments=segments, next_row=rows))
        self._serving = succeed(before, made)
        self._serving.drop(stale)


def _unchanged(catalogue: Catalogue, document: Document) -> bool:
    filed = catalogue.filed(document.key)
    return filed is not None and filed.fingerprint == document.fingerprint


def _write_segments(draft: Draft, catalogue: Catalogue, built: Built, *, dimension: int) -> dict[str, list[int]]:
    """Write what is new, with segments that are worth merging; gives all segments and their deleted documents."""
    merged = to_merge(catalogue)
    written = [pair for number in merged for pair in catalogue.live(number)] + list(built)
    kept = [s.name for i, s in enumerate(catalogue.segments) if i not in merged]
    for number in merged:
        draft.drop(catalogue.segments[number].name)
    segments = {name: sorted(catalogue.dead[name]) for name in kept}
    if written:
        name = f"seg-{draft.folder.stem.removeprefix('snap-')}"
        write(draft.folder / name, written, dimension=dimension)
        segments[name] = []
    return segments
