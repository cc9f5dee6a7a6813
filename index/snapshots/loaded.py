"""What is being searched at one moment: a snapshot, its reader and its two kinds of index."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.embedding.encoder import Encoder
from index.keywords.bm25_index import KeywordIndex
from index.segments.passage_cache import PassageCache
from index.segments.reader import Part, SegmentReader
from index.segments.sample import BackgroundSample
from index.segments.segment import Segment
from index.snapshots.manifest import Manifest, Snapshot
from index.vectors.faiss_calls import Rows
from index.vectors.gpu_index import open_pages, runs_on
from index.vectors.partitioned_index import VectorIndex
from townclerk.errors import Broken
from townclerk.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedSnapshot:
    """`bodies` and `labels` are shared with the state before; `reader` says which rows count."""

    snapshot: Snapshot
    reader: SegmentReader
    keywords: KeywordIndex
    bodies: VectorIndex
    labels: VectorIndex
    background: BackgroundSample
    passages: PassageCache

    def nearest(self, vector: Vectors, jurisdictions: Sequence[str], *, limit: int) -> list[tuple[Rows, Vectors]]:
        """The passages nearest to `vector` by their texts, and by their labels: served rows, best first, with their cosines."""
        return [self._served(index, vector, jurisdictions, limit=limit) for index in (self.bodies, self.labels)]

    def _served(
        self, index: VectorIndex, vector: Vectors, jurisdictions: Sequence[str], *, limit: int
    ) -> tuple[Rows, Vectors]:
        # While a publish is taken in, the index still holds what is no longer served, or already what is not yet.
        asked = limit
        while True:
            rows, cosines = index.search(vector, jurisdictions, limit=asked)
            served = self.reader.serves(rows)
            if served.all() or len(rows) < asked or np.count_nonzero(served) >= limit:
                return rows[served][:limit], cosines[served][:limit]
            asked *= 4

    def drop(self, rows: NDArray[np.int64]) -> None:
        """Take rows out that no longer count, to free their memory."""
        self.bodies.remove(rows)
        self.labels.remove(rows)

    def refresh(self) -> None:
        """Bring what the vector indexes derive from their rows, such as a copy on a GPU, up to date after changes."""
        self.bodies.refresh()
        self.labels.refresh()

    def close(self) -> None:
        """Let go of the device that is searched; a search under way ends on the CPU."""
        self.bodies.close()
        self.labels.close()


def read(snapshot: Snapshot, opened: Mapping[str, Segment]) -> tuple[SegmentReader, KeywordIndex]:
    """The reader and keyword index of a verified snapshot; segments that are open already are taken as they are."""
    names = snapshot.manifest.segments
    segments = [opened.get(name) or Segment(snapshot.folder / name) for name in names]
    return SegmentReader(segments, names), KeywordIndex(snapshot.folder / "keywords")


def load(snapshot: Snapshot, settings: Settings) -> LoadedSnapshot:
    """Everything of a snapshot, with new vector indexes."""
    reader, keywords = read(snapshot, {})
    dimension, (_, hindrance) = snapshot.manifest.dimension, runs_on(settings)
    if hindrance:
        log.warning(hindrance)
    bodies, labels = open_pages(dimension, settings), open_pages(dimension, settings)
    made = LoadedSnapshot(snapshot, reader, keywords, bodies, labels, BackgroundSample(reader), PassageCache())
    fill(made, reader)
    made.background.warm()
    made.refresh()
    return made


def check(manifest: Manifest, encoder: Encoder) -> None:
    """Raises Broken when the vectors of a snapshot are not those of this encoder."""
    if (manifest.model, manifest.dimension) != (encoder.id, encoder.dimension):
        raise Broken(
            f"The index was made with the model {manifest.model} ({manifest.dimension} dimensions), the configured one is "
            f"{encoder.id} ({encoder.dimension}). Set TOWNCLERK_MODEL back, or remove the folder `index` in "
            "TOWNCLERK_HOME to build it again from the database."
        )


def fill(loaded: LoadedSnapshot, reader: SegmentReader) -> None:
    """Add the vectors of all rows."""
    _add(loaded, reader.by_jurisdiction())


def _add(loaded: LoadedSnapshot, parts: Iterable[Part]) -> None:
    for jurisdiction, rows, vectors, labelled, labels in parts:
        loaded.bodies.add(jurisdiction, rows, vectors)
        loaded.labels.add(jurisdiction, labelled, labels)


def succeed(before: LoadedSnapshot, snapshot: Snapshot) -> LoadedSnapshot:
    """The state after a publish: the same vector indexes with the new rows put in."""
    reader, keywords = read(snapshot, {segment.name: segment for segment in before.reader.segments})
    background = before.background.succeeded(reader)
    made = LoadedSnapshot(snapshot, reader, keywords, before.bodies, before.labels, background, PassageCache())
    first = before.snapshot.manifest.next_row
    try:
        _add(made, reader.by_jurisdiction(first))
        made.background.warm()
    except BaseException:
        # The snapshot is taken back and its rows are given out again: perhaps without a label, or to another place.
        made.drop(reader.rows_from(first))
        raise
    return made
