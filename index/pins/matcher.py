"""Which pins a question meets: the same wording always, and a question near enough in meaning.

A question meets a pin of its own city or of a layer above it when its text is one of the pin's
wordings but for case, punctuation and the name of the place, or when its vector, with or without that
name, has a cosine of at least SAME with one.

SAME was chosen on the crowd-written questions of 306 government FAQs on one subject (Quebec), each FAQ
pinned by one or two of its questions and all others asked: from 0.85 on about 1 % of the
questions meet the pin of another FAQ first. That catches 3 to 7 % of the other phrasings, so every
wording that staff know is worth adding.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from index.arrays import Vectors
from index.pins.store import Pin, wording_key
from index.query.place_names import Names, PlaceNames
from index.schemas.search import PinMark

SAME = 0.85
"""Cosine from which two questions are taken to be one."""

Encode = Callable[[str], Vectors]


@dataclass(frozen=True)
class Match:
    """A pin that a question meets, and how."""

    pin: Pin
    mark: PinMark


@dataclass
class _Place:
    """The pins of the jurisdiction `id`: `owners[i]` is the pin and the wording of row `i` of `vectors`."""

    id: str
    names: PlaceNames
    pins: list[Pin]
    by_key: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    owners: list[tuple[int, int]] = field(default_factory=list)
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), np.float32))

    def __post_init__(self) -> None:
        rows: list[Vectors] = []
        for number, pin in enumerate(self.pins):
            owned = [(number, i) for i in range(len(pin.terms.wordings))]
            for owner, wording in zip(owned, pin.terms.wordings, strict=True):
                for key in {wording_key(wording), wording_key(self.names.without(wording, [self.id]))}:
                    self.by_key[key].append(owner)
            if pin.vectors:
                rows.append(np.frombuffer(pin.vectors, np.float32).reshape(len(owned), -1))
                self.owners += owned
        if rows:
            self.vectors = np.concatenate(rows)
        self._every = np.arange(len(self.vectors))

    def near(self, vectors: Sequence[Vectors]) -> dict[int, tuple[int, float]]:
        """The nearest wording of each pin that is near enough, and its cosine, by number of the pin."""
        best: dict[int, tuple[int, float]] = {}
        if self.vectors.shape[1] != len(vectors[0]):
            return best
        found = np.max([self.vectors[self._every] @ vector for vector in vectors], axis=0)
        for row in np.flatnonzero(found >= SAME).tolist():
            (number, wording), cosine = self.owners[row], float(found[row])
            if number not in best or cosine > best[number][1]:
                best[number] = wording, cosine
        return best

    def marked(self, keys: Iterable[str], vectors: Sequence[Vectors]) -> list[Match]:
        """The pins that a question meets: those with its very wording first, then the nearest, then the newest."""
        near = self.near(vectors)
        exact = dict(owner for key in keys for owner in self.by_key.get(key, ()))
        met = {number: (wording, near[number][1], False) for number, (wording, _) in near.items()}
        met |= {number: (wording, 1.0, True) for number, wording in exact.items()}
        matches = [
            Match(
                pin, PinMark(id=pin.id, wording=pin.terms.wordings[wording], similarity=round(cosine, 4), exact=exact)
            )
            for number, (wording, cosine, exact) in met.items()
            if (pin := self.pins[number])
        ]
        return sorted(matches, key=lambda m: (not m.mark.exact, -m.mark.similarity, -m.pin.id))


class PinMatcher:
    """The pins in force. Never changes once made; another takes its place when one of them does."""

    def __init__(self, pins: Iterable[Pin] = (), names: Names | None = None) -> None:
        """`names`: what places are called."""
        self._names = PlaceNames(names or {})
        by_place: dict[str, list[Pin]] = defaultdict(list)
        for pin in pins:
            by_place[pin.terms.jurisdiction].append(pin)
        self._places = {id: _Place(id, self._names, held) for id, held in by_place.items()}

    def __len__(self) -> int:
        return sum(len(place.pins) for place in self._places.values())

    def matches(self, text: str, vector: Vectors, layers: Sequence[str], *, encode: Encode) -> list[Match]:
        """The pins that a question asked in these layers meets, those of the nearest layer first.

        `vector` is that of the question as it is searched, without the name of its place; `encode` is called for one that
        names it, to compare it with the name too, as wordings may have it.
        """
        held = [place for layer in layers if (place := self._places.get(layer)) is not None]
        if not held:
            return []
        bare = self._names.without(text, layers)
        vectors = [vector] if bare == text else [vector, encode(text)]
        keys = dict.fromkeys((wording_key(bare), wording_key(text)))
        return [match for place in held for match in place.marked(keys, vectors)]
