"""What is being searched at one moment: a snapshot, its catalogue and its two kinds of index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.keywords import KeywordIndex
from index.manifests import Snapshot
from index.segments import Segment
from index.vectors import FaissPages

Precision = Literal["fp32", "fp16"]


@dataclass(frozen=True)
class Serving:
    """`bodies` and `labels` are shared with the state before; `catalogue` says which rows count."""

    snapshot: Snapshot
    catalogue: Catalogue
    keywords: KeywordIndex
    bodies: FaissPages
    labels: FaissPages

    def drop(self, rows: NDArray[np.int64]) -> None:
        """Take rows out that no longer count, to free their memory."""
        self.bodies.remove(rows)
        self.labels.remove(rows)


def read(snapshot: Snapshot, opened: Mapping[str, Segment]) -> tuple[Catalogue, KeywordIndex]:
    """The catalogue and keyword index of a verified snapshot; segments that are open already are taken as they are."""
    names = snapshot.manifest.segments
    segments = [opened.get(name) or Segment(snapshot.folder / name) for name in names]
    return Catalogue(segments, names), KeywordIndex(snapshot.folder / "keywords")


def load(snapshot: Snapshot, *, precision: Precision) -> Serving:
    """Everything of a snapshot, with new vector indexes."""
    catalogue, keywords = read(snapshot, {})
    dimension = snapshot.manifest.dimension
    made = Serving(
        snapshot,
        catalogue,
        keywords,
        FaissPages(dimension, precision=precision),
        FaissPages(dimension, precision=precision),
    )
    fill(made, catalogue)
    return made


def fill(serving: Serving, catalogue: Catalogue, *, first: int = 0) -> None:
    """Add the vectors of all rows from `first` on."""
    for jurisdiction, rows, vectors, labelled, labels in catalogue.by_jurisdiction(first):
        serving.bodies.add(jurisdiction, rows, vectors)
        serving.labels.add(jurisdiction, labelled, labels)


def succeed(before: Serving, snapshot: Snapshot) -> Serving:
    """The state after a publish: the same vector indexes with the new rows put in."""
    catalogue, keywords = read(snapshot, {segment.name: segment for segment in before.catalogue.segments})
    made = Serving(snapshot, catalogue, keywords, before.bodies, before.labels)
    fill(made, catalogue, first=before.snapshot.manifest.next_row)
    return made
