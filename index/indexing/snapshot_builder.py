"""Builds the next snapshot in a draft folder: cutting, embedding, keywords, merging, hashing and syncing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from index.embedding.encoder import Encoder
from index.indexing.embed_documents import Built, build
from index.keywords.bm25_index import KeywordIndex
from index.passages.document import Document, Passage
from index.segments.merge import merge
from index.segments.merge_policy import to_merge
from index.segments.reader import SegmentReader
from index.segments.segment import Segment, write
from index.snapshots.manifest import Manifest, Snapshot
from index.snapshots.marker import Marker
from index.snapshots.writer import SnapshotWriter


@dataclass(frozen=True)
class Change:
    """Documents to index (changed ones are in `gone` too), keys of documents to delete, and the marker to store."""

    documents: tuple[Document, ...]
    gone: tuple[str, ...]
    marker: Marker


@dataclass(frozen=True)
class Merge:
    """Rewrite the segments of these numbers as one; the content stays."""

    segments: tuple[int, ...]


Job = Change | Merge


class Builder(Protocol):
    """Builds snapshots: `BuildProcess` in a separate process, `SnapshotBuilder` in this one."""

    @property
    def pid(self) -> int | None: ...

    def build(self, folder: Path, base: Snapshot, job: Job) -> Manifest: ...

    def close(self) -> None: ...


def due_merge(reader: SegmentReader) -> Merge | None:
    """The merge that the merge policy asks for, if any."""
    numbers = to_merge(reader)
    return Merge(tuple(numbers)) if numbers else None


class SnapshotBuilder:
    """Does jobs, one at a time."""

    pid = None

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        """`encoder` is called when it is needed, so that it may be opened meanwhile."""
        self._encoder = encoder
        self._open: dict[tuple[str, int], Segment] = {}

    def build(self, folder: Path, base: Snapshot, job: Job) -> Manifest:
        """Make and seal a draft in `folder` from the files of `base`; gives its manifest.

        Raises OSError when it cannot be written; what is in `folder` is then worthless.
        """
        reader = self._reader(base)
        draft = SnapshotWriter(folder, base)
        if isinstance(job, Merge):
            manifest = _merged(draft, base, reader, job)
        else:
            manifest = self._changed(draft, base.manifest, reader, job)
        return draft.seal(manifest)

    def close(self) -> None:
        """There is no process to end."""

    def _changed(self, draft: SnapshotWriter, manifest: Manifest, reader: SegmentReader, change: Change) -> Manifest:
        built = build(change.documents, reader, self._encoder(), first_row=manifest.next_row)
        KeywordIndex(draft.folder / "keywords").change(_passages(built), deleted_documents=change.gone)
        left, added = reader.without(change.gone), sum(len(entries) for _, entries in built)
        segments = _segments(left)
        if built:
            name = _new_segment(draft.folder)
            write(draft.folder / name, built, dimension=manifest.dimension)
            segments[name] = []
        return replace(
            manifest,
            marker=change.marker,
            segments=segments,
            next_row=manifest.next_row + added,
            documents=sum(left.kinds.values()) + len(built),
            passages=len(left) + added,
            content="",
        )

    def _reader(self, base: Snapshot) -> SegmentReader:
        """Segments that are open already are taken as they are: they never change."""
        folders = {name: base.folder / name for name in base.manifest.segments}
        keys = {name: (name, (path / "rows.npy").stat().st_ino) for name, path in folders.items()}
        self._open = {key: self._open.get(key) or Segment(folders[name]) for name, key in keys.items()}
        return SegmentReader(list(self._open.values()), base.manifest.segments)


def _merged(draft: SnapshotWriter, base: Snapshot, reader: SegmentReader, job: Merge) -> Manifest:
    segments = _segments(reader)
    merged = [reader.segments[number] for number in job.segments]
    for segment in merged:
        draft.drop(segment.name)
        del segments[segment.name]
    if any(len(segment.documents) > len(reader.dead[segment.name]) for segment in merged):
        name = _new_segment(draft.folder)
        merge(draft.folder / name, reader, list(job.segments))
        segments[name] = []
    return replace(base.manifest, segments=segments, content=base.content)


def _segments(reader: SegmentReader) -> dict[str, list[int]]:
    """Segments and their deleted documents, as a manifest has them."""
    return {segment.name: sorted(reader.dead[segment.name]) for segment in reader.segments}


def _new_segment(draft: Path) -> str:
    """Named after the snapshot that is being made, so no two segments ever have one name."""
    return f"seg-{draft.stem.removeprefix('snap-')}"


def _passages(built: Built) -> Iterable[tuple[int, Passage]]:
    return ((entry.row, entry.passage) for _, entries in built for entry in entries)
