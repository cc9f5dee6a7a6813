"""When no snapshot is whole: keep what is whole of the newest, and let the rest be read again.

Snapshots share unchanged files, so one bad disk block can spoil them all. The segments that
still are as they were written go on being served; keywords are made again from their texts;
and the marker is set back, so the follower compares everything stored with what is indexed and
brings back what is missing. Texts that were embedded before are not embedded again.
"""

from dataclasses import replace

from index.embedding.encoder import Encoder
from index.keywords.bm25_index import KeywordIndex
from index.segments.reader import SegmentReader
from index.segments.segment import Segment
from index.snapshots.manifest import Snapshot
from index.snapshots.marker import Marker
from index.snapshots.store import Snapshots
from index.snapshots.writer import SnapshotWriter


def salvage(snapshots: Snapshots, encoder: Encoder) -> Snapshot | None:
    """A new snapshot of the whole segments of a damaged one; None, with an alarm if there was one, when nothing can be kept."""
    for damaged in snapshots.damaged:
        manifest = damaged.manifest
        if manifest is None or (manifest.model, manifest.dimension) != (encoder.id, encoder.dimension):
            continue
        kept = [name for name in manifest.segments if not any(path.startswith(f"{name}/") for path in damaged.wrong)]
        if not kept:
            continue
        made = _made(snapshots, Snapshot(damaged.folder, manifest), kept)
        snapshots.alarm(
            f"No index snapshot is whole. {len(kept)} of {len(manifest.segments)} segments of {damaged.folder.name} could be kept "
            f"and are served as {made.name}; the rest is read from the database again."
        )
        return made
    if snapshots.damaged:
        snapshots.alarm("No index snapshot could be read; the index starts empty and reads everything again.")
    return None


def _made(snapshots: Snapshots, damaged: Snapshot, kept: list[str]) -> Snapshot:
    good = {path: told for path, told in damaged.manifest.files.items() if path.split("/")[0] in kept}
    dead = {name: damaged.manifest.segments[name] for name in kept}
    manifest = replace(damaged.manifest, files=good, segments=dead, marker=Marker(), content="")
    with snapshots.draft() as folder:
        draft = SnapshotWriter(folder, Snapshot(damaged.folder, manifest))
        reader = SegmentReader([Segment(folder / name) for name in kept], dead)
        KeywordIndex(folder / "keywords").change(reader.passages(), deleted_documents=())
        return snapshots.install(folder, draft.seal(manifest))
