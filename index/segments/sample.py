"""How near a question is to just any passage of the places searched: what nearness is measured against.

A cosine of .5 is much where everything searched is about one thing and little where it is not. So
the best cosine is told as a number of standard deviations above that of just any passage, less
the number by which the best of n independent ones would stand out by chance:

    standing = (best - mean) / deviation - sqrt(2 ln n)

Mean and deviation are those of the question's cosines with a sample of the passages. The last
term is the usual first-order value for the largest of n normal numbers; without it a small city
would look worse than a large one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from index.arrays import Vectors
from index.segments.reader import SegmentReader

DRAWN = 128
"""Passages drawn of a jurisdiction: 200 kB of memory."""
KEPT = 400
"""Jurisdictions whose sample is remembered."""
STALE = 0.1
"""A sample is drawn again when more than this share of what it was drawn from was added or deleted since."""
PRIOR, DEVIATION = 5, 0.1
"""Few passages say little about what is usual: so many with the usual deviation are assumed beside them."""


@dataclass(frozen=True)
class Baseline:
    """Mean and standard deviation of the cosines with a question, and by how many of those the best stands out by chance."""

    mean: float
    deviation: float
    chance: float

    def standing(self, cosine: float) -> float:
        """How far a cosine stands out: about 0 for the best of passages that have nothing to do with the question."""
        return (cosine - self.mean) / self.deviation - self.chance


@dataclass(frozen=True)
class Sample:
    """Some of about `count` passages of a jurisdiction; those with a row from `row_limit` on came later."""

    count: int
    vectors: Vectors
    row_limit: int

    def stale(self, left: int, added: int) -> bool:
        """Whether it says little of what is there now: what is `left` of its passages, and what was `added`."""
        return added > STALE * self.count or left < (1 - STALE) * self.count


@dataclass(frozen=True)
class BackgroundSample:
    """The samples of one state of the index, drawn when they are first asked for."""

    reader: SegmentReader
    _kept: dict[str, Sample] = field(default_factory=dict)

    def warm(self) -> None:
        """Draw the samples beforehand: while vectors have just been read it takes a tenth of the time."""
        for jurisdiction in self.reader.jurisdictions()[:KEPT]:
            self.drawn(jurisdiction)

    def succeeded(self, reader: SegmentReader) -> "BackgroundSample":
        """That of the state after a publish: samples stay where little changed."""
        fresh = {
            name: sample
            for name, sample in self._kept.copy().items()
            if not sample.stale(*reader.counted(name, since=sample.row_limit))
        }
        return BackgroundSample(reader, fresh)

    def level(self, vector: Vectors, jurisdictions: Iterable[str]) -> Baseline:
        """What nearness to this question is usual in these jurisdictions."""
        total, mean, square = 0, 0.0, 0.0
        for jurisdiction in dict.fromkeys(jurisdictions):
            sample = self.drawn(jurisdiction)
            count, drawn = sample.count, sample.vectors
            if count:
                cosines = drawn @ vector
                total += count
                mean += count * float(cosines.sum()) / len(drawn)
                square += count * float(cosines @ cosines) / len(drawn)
        mean, square = mean / max(total, 1), square / max(total, 1)
        variance = (total * max(square - mean * mean, 0.0) + PRIOR * DEVIATION**2) / (total + PRIOR)
        return Baseline(mean, math.sqrt(variance), math.sqrt(2 * math.log(total + 1)))

    def drawn(self, jurisdiction: str) -> Sample:
        """The sample of a jurisdiction."""
        known = self._kept.get(jurisdiction)
        if known is None:
            count, vectors = self.reader.sample(jurisdiction, limit=DRAWN)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            known = Sample(count, np.ascontiguousarray(vectors, np.float32), self.reader.row_limit)
            self._kept[jurisdiction] = known
        return known
