"""Several segments rewritten as one, without their deleted documents, and place by place.

Everything is copied as it stands on the disk, in slices, so merging a hundred thousand
passages takes seconds and little memory; no passage is read or made again. What a question
compares is of a few places, so it then lies together on the disk and in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.segments import document_table
from index.segments.reader import SegmentReader
from index.segments.segment import Segment

SLICE = 4096
"""Passages copied at a time."""
_TABLES = {"sentences": "sentence_of", "tokens": "token_of"}
"""Those with several rows a passage, and what says where its rows begin."""


@dataclass(frozen=True)
class _Part:
    """The live documents of one jurisdiction in a segment, and their passages as positions in it."""

    segment: Segment
    ordinals: NDArray[np.int64]
    positions: NDArray[np.int64]

    def slices(self) -> Iterator[NDArray[np.int64]]:
        for first in range(0, len(self.positions), SLICE):
            yield self.positions[first : first + SLICE]

    def counts(self, name: str) -> NDArray[np.int64]:
        """How many rows of a table of `_TABLES` each has."""
        counts: NDArray[np.int64] = np.diff(getattr(self.segment, _TABLES[name]))[self.positions]
        return counts


def merge(folder: Path, reader: SegmentReader, numbers: list[int]) -> None:
    """Write the live documents of these segments into a new segment folder (not yet synced to disk)."""
    folder.mkdir()
    parts = [part for _, part in sorted(_placed(reader, numbers), key=itemgetter(0))]
    document_table.write(folder, (part.segment.documents[i] for part in parts for i in part.ordinals.tolist()))
    sizes = [np.zeros(1, np.int64)]
    with (folder / "passages.jsonl").open("wb") as file:
        for part in parts:
            offsets = part.segment.offsets
            for chosen in part.slices():
                file.write(b"".join(part.segment.text[offsets[i] : offsets[i + 1]] for i in chosen.tolist()))
            sizes.append(np.diff(offsets)[part.positions])
    labelled = np.concatenate([part.segment.label_of[part.positions] >= 0 for part in parts])
    label_of = np.where(labelled, np.cumsum(labelled) - 1, -1)
    _save(folder, "offsets", np.cumsum(np.concatenate(sizes)))
    _save(folder, "rows", np.concatenate([part.segment.rows[part.positions] for part in parts]))
    _save(folder, "keys", np.concatenate([part.segment.keys[part.positions] for part in parts]))
    _save(folder, "label_of", label_of.astype(np.int64))
    _stream(folder, "vectors", len(labelled), (p.segment.vectors[chosen] for p in parts for chosen in p.slices()))
    _stream(folder, "labels", int(labelled.sum()), (_labels(p.segment, chosen) for p in parts for chosen in p.slices()))
    for name, start_of in _TABLES.items():
        counts = np.concatenate([np.zeros(1, np.int64), *(part.counts(name) for part in parts)])
        _save(folder, start_of, np.cumsum(counts))
        slices = (_rows(p.segment, name, chosen) for p in parts for chosen in p.slices())
        _stream(folder, name, int(counts.sum()), slices)


def _placed(reader: SegmentReader, numbers: list[int]) -> Iterator[tuple[str, _Part]]:
    """The parts of each segment by jurisdiction."""
    for segment in map(reader.segments.__getitem__, numbers):
        alive = np.ones(len(segment.documents), bool)
        alive[list(reader.dead[segment.name])] = False
        live = np.flatnonzero(alive)
        if not len(live):
            continue
        names, which = np.unique(np.array(segment.documents.jurisdictions, str)[live], return_inverse=True)
        order = np.argsort(which, kind="stable")
        for name, chosen in zip(names.tolist(), np.split(live[order], np.cumsum(np.bincount(which))[:-1]), strict=True):
            yield name, _Part(segment, chosen, _ranges(segment.starts[chosen], segment.starts[chosen + 1]))


def _ranges(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """All numbers from each of `first` to before that of `last`, one range after the other."""
    counts = last - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    found: NDArray[np.int64] = np.repeat(first, counts) + within
    return found


def _labels(segment: Segment, positions: NDArray[np.int64]) -> NDArray[Any]:
    labels = segment.label_of[positions]
    found: NDArray[Any] = segment.labels[labels[labels >= 0]]
    return found


def _rows(segment: Segment, name: str, positions: NDArray[np.int64]) -> NDArray[Any]:
    start_of = getattr(segment, _TABLES[name])
    found: NDArray[Any] = getattr(segment, name)[_ranges(start_of[positions], start_of[positions + 1])]
    return found


def _save(folder: Path, name: str, array: NDArray[Any]) -> None:
    np.save(folder / f"{name}.npy", array)


def _stream(folder: Path, name: str, rows: int, slices: Iterator[NDArray[Any]]) -> None:
    """An array of known length, written as it comes."""
    first = next(slices, np.empty((0, 0), np.float32))
    with (folder / f"{name}.npy").open("wb") as file:
        told = {
            "descr": np.lib.format.dtype_to_descr(first.dtype),
            "fortran_order": False,
            "shape": (rows, first.shape[1]),
        }
        np.lib.format.write_array_header_1_0(file, told)
        file.write(np.ascontiguousarray(first).data)
        for each in slices:
            file.write(np.ascontiguousarray(each).data)
