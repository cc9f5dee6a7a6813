"""The rules by which passages change places before votes count, in their order."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from index.arrays import Vectors
from index.passages.document import Passage
from index.query.query import Query
from index.ranking.features import Features
from index.ranking.home_pages import behind
from index.ranking.occasion_rules import excepted
from index.ranking.ranker import Ranked
from index.ranking.stale_pages import settled
from index.ranking.third_languages import read_first


@dataclass(frozen=True)
class OrderRules:
    """What the rules look at: the candidates' `features`, the `layers` asked in, the `homes` (see `home_pages`), and what reads a candidate."""

    features: Features
    layers: Sequence[str]
    homes: Collection[str]
    passage: Callable[[Ranked], Passage]
    vector: Callable[[Ranked], Vectors]

    def ordered(self, ranked: Sequence[Ranked], asked: Query) -> list[Ranked]:
        """The candidates, best first, after all rules."""
        order = settled(ranked, self.features, question=asked.sentence, layers=self.layers, vector=self.vector)
        order = behind(order, homes=self.homes, read=self.passage)
        order = excepted(order, asked, read=self.passage)
        return read_first(order, asked, read=self.passage)
