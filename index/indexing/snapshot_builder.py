"""Makes the next snapshot in a draft folder: everything about publishing that takes time.

Cutting, embedding, keywords, merging, hashing and syncing happen here, in a process of their
own when there is much to do (see `workshop`), so that questions do not wait for it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from index.embedding.encoder import Encoder
from index.indexing.embed_documents import Built, build
from index.keywords.bm25_index import KeywordIndex
from index.passages.document import Document, Passage
from index.segments.merge import merge
from index.segments.merge_policy import to_merge
from index.segments.reader import Catalogue
from index.segments.segment import Segment, write
from index.snapshots.manifest import Manifest, Snapshot
from index.snapshots.marker import Marker
from index.snapshots.writer import Draft
from townclerk import clock

QUIET = (60.0, 0.001)
"""Seconds that nothing must have changed before keywords are rewritten: at least, and for each passage. Rewriting
takes .056 ms a passage, so it takes about a twentieth of a core at most."""
PART = 200_000
"""For so many passages the keywords may lie in one part more: what is written at once has a limit (see `keywords`)."""


@dataclass(frozen=True)
class Change:
    """Documents to index (changed ones are in `gone` too), documents to forget, and the marker to store."""

    documents: tuple[Document, ...]
    gone: tuple[str, ...]
    marker: Marker

    @property
    def weight(self) -> int:
        """About how many documents have to be handled."""
        return len(self.documents) + len(self.gone) // 10


@dataclass(frozen=True)
class Tidy:
    """Rewrite these segments as one, or the `keywords` in one part; the content stays. `weight` as above."""

    segments: tuple[int, ...]
    weight: int
    keywords: bool = False


Job = Change | Tidy


def tidying(catalogue: Catalogue) -> Tidy | None:
    """The merge that is due, if any."""
    numbers = to_merge(catalogue)
    return Tidy(tuple(numbers), sum(len(catalogue.segments[i].documents) for i in numbers) // 10) if numbers else None


def settling(manifest: Manifest, keywords: KeywordIndex, *, quiet: float | None = None) -> Tidy | None:
    """The rewriting of scattered keywords that is due when nothing changed for `quiet` seconds, by default those of `QUIET`."""
    least, each = QUIET
    wanted = max(least, each * manifest.passages) if quiet is None else quiet
    if keywords.parts <= 1 + manifest.passages // PART:
        return None
    passed = (clock.now() - datetime.fromisoformat(manifest.made_at)).total_seconds()
    return Tidy((), manifest.passages // 10, keywords=True) if passed >= wanted else None


class Preparer:
    """Does jobs, one at a time."""

    def __init__(self, encoder: Callable[[], Encoder | None]) -> None:
        """`encoder` is called when it is needed, so that it may be opened meanwhile. Without one only what takes no model: tidying."""
        self._encoder = encoder
        self._open: dict[tuple[str, int], Segment] = {}

    def prepare(self, folder: Path, base: Snapshot, job: Job) -> Manifest:
        """Make and seal a draft in `folder` from the files of `base`; gives its manifest.

        Raises OSError when the disk does not take it; what is in `folder` is then worthless.
        """
        catalogue = self._catalogue(base)
        draft = Draft(folder, base)
        if isinstance(job, Tidy):
            manifest = _tidied(draft, base, catalogue, job)
        else:
            manifest = self._changed(draft, base.manifest, catalogue, job)
        return draft.seal(manifest)

    def _changed(self, draft: Draft, manifest: Manifest, catalogue: Catalogue, change: Change) -> Manifest:
        encoder = self._encoder()
        if encoder is None:
            raise ValueError("Documents cannot be taken in without a model. Give this process one to open.")
        built = build(change.documents, catalogue, encoder, first_row=manifest.next_row)
        KeywordIndex(draft.folder / "keywords").change(_passages(built), deleted_documents=change.gone)
        left, added = catalogue.without(change.gone), sum(len(entries) for _, entries in built)
        segments = listed(left)
        if built:
            name = new_segment(draft.folder)
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

    def _catalogue(self, base: Snapshot) -> Catalogue:
        """Segments that are open already are taken as they are: they never change."""
        wanted = {name: base.folder / name for name in base.manifest.segments}
        keys = {name: (name, (path / "rows.npy").stat().st_ino) for name, path in wanted.items()}
        self._open = {key: self._open.get(key) or Segment(wanted[name]) for name, key in keys.items()}
        return Catalogue(list(self._open.values()), base.manifest.segments)


def _tidied(draft: Draft, base: Snapshot, catalogue: Catalogue, job: Tidy) -> Manifest:
    segments = listed(catalogue)
    for number in job.segments:
        name = catalogue.segments[number].name
        draft.drop(name)
        del segments[name]
    live = sum(len(s.documents) - len(catalogue.dead[s.name]) for s in (catalogue.segments[i] for i in job.segments))
    if live:
        name = new_segment(draft.folder)
        merge(draft.folder / name, catalogue, list(job.segments))
        segments[name] = []
    if job.keywords:
        draft.drop("keywords")
        keywords = KeywordIndex(draft.folder / "keywords")
        keywords.change(catalogue.passages(), deleted_documents=(), expected=len(catalogue))
    return replace(base.manifest, segments=segments, content=base.content)


def listed(catalogue: Catalogue) -> dict[str, list[int]]:
    """Segments and their deleted documents, as a manifest has them."""
    return {segment.name: sorted(catalogue.dead[segment.name]) for segment in catalogue.segments}


def new_segment(draft: Path) -> str:
    """Named after the snapshot that is made, so no two segments ever have one name."""
    return f"seg-{draft.stem.removeprefix('snap-')}"


def _passages(built: Built) -> Iterable[tuple[int, Passage]]:
    return ((entry.row, entry.passage) for _, entries in built for entry in entries)
