"""Which passages a snapshot serves and where each one lies. Never changes once made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.passages.document import Document, Passage
from index.segments.document_table import DocumentRow
from index.segments.segment import Entry, Segment

_NONE = np.empty(0, np.int64)
Part = tuple[str, NDArray[np.int64], Vectors, NDArray[np.int64], Vectors]
"""(jurisdiction, rows, vectors, labelled rows, label vectors)"""


@dataclass(frozen=True)
class Found:
    """Rows that are served, and where: `segment[i]` and `position[i]` belong to `rows[i]`."""

    rows: NDArray[np.int64]
    segment: NDArray[np.int64]
    position: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)


class SegmentReader:
    """The live documents of some segments. `dead` maps a segment's name to its deleted documents."""

    def __init__(self, segments: Sequence[Segment], dead: Mapping[str, Iterable[int]]) -> None:
        self.segments = list(segments)
        self.dead = {s.name: frozenset(dead.get(s.name, ())) for s in segments}
        parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        for number, segment in enumerate(self.segments):
            gone = self.dead[segment.name]
            alive = np.ones(len(segment.documents), bool)
            alive[list(gone)] = False
            positions = np.flatnonzero(np.repeat(alive, np.diff(segment.starts)))
            parts.append((segment.rows[positions], np.full(len(positions), number, np.int64), positions))
        rows, numbers, positions = (np.concatenate([p[i] for p in parts] or [np.empty(0, np.int64)]) for i in range(3))
        order = np.argsort(rows, kind="stable")
        self._all = Found(rows[order], numbers[order], positions[order])
        # 4 bytes for every row there ever was, and a candidate is found at once.
        last = max((int(segment.rows.max(initial=-1)) for segment in self.segments), default=-1)
        self._place_of = np.full(last + 2, -1, np.int32)
        self._place_of[self._all.rows] = np.arange(len(rows))

    def __len__(self) -> int:
        return len(self._all)

    def place(self, key: str) -> tuple[int, int] | None:
        """Number of the segment and ordinal in it of a live document."""
        for number in range(len(self.segments) - 1, -1, -1):
            ordinal = self.segments[number].ordinals.get(key)
            if ordinal is not None and ordinal not in self.dead[self.segments[number].name]:
                return number, ordinal
        return None

    def document_row(self, key: str) -> DocumentRow | None:
        """A live document by its key."""
        place = self.place(key)
        return None if place is None else self.segments[place[0]].documents[place[1]]

    def holds(self, document: Document) -> bool:
        """Whether it is served with this very content."""
        document_row = self.document_row(document.key)
        return document_row is not None and document_row.fingerprint == document.fingerprint

    def find(self, rows: NDArray[np.int64]) -> Found:
        """Those of `rows` that are served, in the order given."""
        every, at = self._all, self._places(rows)
        at = at[at >= 0]
        return Found(every.rows[at], every.segment[at], every.position[at])

    def serves(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of `rows` are served."""
        found: NDArray[np.bool_] = self._places(rows) >= 0
        return found

    def _places(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        last = self.row_limit
        return self._place_of[np.where((rows >= 0) & (rows < last), rows, last)]

    def rows_from(self, first: int) -> NDArray[np.int64]:
        """All rows that are served from `first` on."""
        return self._all.rows[np.searchsorted(self._all.rows, first) :]

    @property
    def row_limit(self) -> int:
        """All rows are below it, those of deleted passages too; those of passages that are added later are not."""
        return len(self._place_of) - 1

    def counted(self, jurisdiction: str, *, since: int) -> tuple[int, int]:
        """How many passages of a jurisdiction are served with rows below `since`, and how many with rows from there on."""
        of = [segment.rows[segment.places[jurisdiction]] for segment in self.segments if jurisdiction in segment.places]
        rows = np.concatenate(of) if of else _NONE
        live = rows[self._place_of[rows] >= 0]
        newer = int(np.count_nonzero(live >= since))
        return len(live) - newer, newer

    def jurisdictions(self) -> list[str]:
        """All that some segment holds passages of."""
        return sorted({name for segment in self.segments for name in segment.places})

    def sample(self, jurisdiction: str, *, limit: int) -> tuple[int, Vectors]:
        """About how many passages are served of a jurisdiction, and the vectors of up to `limit` of them, evenly drawn."""
        of = [segment.places.get(jurisdiction, _NONE) for segment in self.segments]
        total = sum(map(len, of))
        drawn, alive = [np.empty((0, 0), np.float32)], 0
        step = max(1, total // max(limit, 1))
        for number, positions in enumerate(of):
            taken = positions[::step]
            if len(taken):
                segment = self.segments[number]
                taken = taken[self._place_of[segment.rows[taken]] >= 0]
                alive += len(taken)
                drawn.append(segment.vectors[taken])
        found = [vectors for vectors in drawn if len(vectors)]
        return min(alive * step, total), np.concatenate(found)[:limit] if found else np.empty((0, 0), np.float32)

    def rows_of(self, keys: Iterable[str]) -> NDArray[np.int64]:
        """All rows of some documents; unknown keys have none."""
        places = [place for key in keys if (place := self.place(key)) is not None]
        parts = [self.segments[s].rows[self.segments[s].starts[d] : self.segments[s].starts[d + 1]] for s, d in places]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def without(self, keys: Iterable[str]) -> "SegmentReader":
        """The same segments with these documents deleted."""
        dead = {name: set(ordinals) for name, ordinals in self.dead.items()}
        for number, ordinal in filter(None, map(self.place, keys)):
            dead[self.segments[number].name].add(ordinal)
        return SegmentReader(self.segments, dead)

    def documents(self) -> Iterator[DocumentRow]:
        """All live documents."""
        for segment in self.segments:
            gone = self.dead[segment.name]
            yield from (document_row for i, document_row in enumerate(segment.documents) if i not in gone)

    def passages(self) -> Iterator[tuple[int, Passage]]:
        """All live passages with their rows."""
        for number, position in zip(self._all.segment.tolist(), self._all.position.tolist(), strict=True):
            segment = self.segments[number]
            yield int(segment.rows[position]), segment.passage(position)[0]

    def entries(self, key: str) -> list[Entry]:
        """The stored passages of a document, with their vectors."""
        place = self.place(key)
        if place is None:
            return []
        segment = self.segments[place[0]]
        return [segment.entry(i) for i in segment.document(place[1])]

    def by_jurisdiction(self, first: int = 0) -> Iterator[Part]:
        """What there is from row `first` on, segment by segment."""
        for number, segment in enumerate(self.segments):
            alive = self._all.position[(self._all.segment == number) & (self._all.rows >= first)]
            if not len(alive):
                continue
            places = np.repeat(np.array(segment.documents.jurisdictions), np.diff(segment.starts))[alive]
            for jurisdiction in np.unique(places):
                chosen = np.sort(alive[places == jurisdiction])
                labelled = chosen[segment.label_of[chosen] >= 0]
                labels = segment.labels[segment.label_of[labelled]]
                yield str(jurisdiction), segment.rows[chosen], segment.vectors[chosen], segment.rows[labelled], labels

    @cached_property
    def kinds(self) -> dict[str, int]:
        """How many live documents there are of each kind."""
        counts = {"page": 0, "faq": 0}
        for segment in self.segments:
            for kind in counts:
                gone = sum(segment.documents.kinds[i] == kind for i in self.dead[segment.name])
                counts[kind] += segment.kinds[kind] - gone
        return counts
