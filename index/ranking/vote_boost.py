"""How votes move a ranking: the formula, and the votes in memory that it runs over.

For a question with unit vector q, asked in a city, and a candidate passage p, each vote i
on p that was given in the same city counts with a weight by how similar its question is:

    s_i = q · v_i                                       cosine
    w_i = clip((s_i - SIMILAR) / (SAME - SIMILAR), 0, 1)

Of one voter only the vote with the nearest question counts. With U the sum of the weights of
votes up, D of votes down, a Beta(PRIOR, PRIOR) prior gives

    adjustment = CAP · (U - D) / (U + D + 2 · PRIOR)

which is CAP times (2 · posterior mean - 1), inside (-CAP, CAP) however many votes there are: votes
re-order candidates that are near each other, and neither bring in nor remove one.

CAP is on the scale of the signal sum `fit`, where the gap between the best two candidates is
0.06 to 0.16 at the median, 0.2 to 0.6 at the 90th percentile, in the demo cities and in sets of one
subject alike. Scores are `fit` stretched per question, so the adjustment is stretched too.
One vote on the same question moves 0.05, three 0.1, ten 0.15: one honest NO nudges, three
change a close order.

SIMILAR and SAME rest on 1,500 crowd-written questions on 313 government FAQs: of two
questions with a cosine over SIMILAR about half ask for the same FAQ, over SAME three in four.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from index.arrays import Vectors
from index.ranking.candidate import Contender

SIMILAR = 0.70
"""Cosine from which two questions are taken to ask for the same."""
SAME = 0.82
"""Cosine from which a vote counts in full."""
PRIOR = 1.5
"""Imaginary votes up, and as many down, that every passage starts with."""
CAP = 0.2
"""The most that votes can add to or take from a candidate's `fit`."""
KEPT = 500
"""Newest votes kept in memory per passage and city; more could not move the sum noticeably."""


@dataclass(frozen=True)
class Ballot:
    """A vote in force: +1 or -1, whose, on which question (unit vector) and when."""

    voter: str
    vote: int
    question: str
    vector: Vectors
    created_at: datetime


@dataclass(frozen=True)
class Counted:
    """A ballot that counts for a question, its similarity and its weight."""

    ballot: Ballot
    similarity: float
    weight: float


@dataclass
class _Pile:
    ballots: list[Ballot]
    vectors: Vectors = field(init=False)

    def __post_init__(self) -> None:
        self.vectors = np.stack([ballot.vector for ballot in self.ballots])


class VoteBoost:
    """Ballots by city and passage. Replacing a pile is one assignment, so readers need no lock."""

    def __init__(self) -> None:
        self._piles: dict[str | None, dict[str, _Pile]] = {}

    def fill(self, ballots: Iterable[tuple[str | None, str, Ballot]]) -> None:
        """Start anew with (city, passage, ballot), oldest first."""
        by_city: dict[str | None, dict[str, list[Ballot]]] = defaultdict(lambda: defaultdict(list))
        for city, passage, ballot in ballots:
            by_city[city][passage].append(ballot)
        self._piles = {
            city: {key: _Pile(pile[-KEPT:]) for key, pile in piles.items()} for city, piles in by_city.items()
        }

    def put(self, city: str | None, passage: str, ballots: Sequence[Ballot]) -> None:
        """Replace the ballots of one passage in one city, oldest first."""
        piles = dict(self._piles.get(city, {}))
        piles.pop(passage, None)
        if ballots:
            piles[passage] = _Pile(list(ballots[-KEPT:]))
        self._piles = {**self._piles, city: piles}

    def of(self, city: str | None) -> object:
        """The ballots of a city as one object, replaced whenever one of them changes; None without any."""
        return self._piles.get(city)

    def counted(self, city: str | None, passage: str, vector: Vectors) -> list[Counted]:
        """The ballots that count for a question asked in `city`: one a voter, weight above 0."""
        pile = self._piles.get(city, {}).get(passage)
        if pile is None or pile.vectors.shape[1] != vector.shape[0]:
            # Votes given under another model cannot be compared; they count again when it is back.
            return []
        similarities = pile.vectors @ vector
        nearest: dict[str, Counted] = {}
        for ballot, similarity in zip(pile.ballots, similarities.tolist(), strict=True):
            weight = min(max((similarity - SIMILAR) / (SAME - SIMILAR), 0.0), 1.0)
            best = nearest.get(ballot.voter)
            if weight > 0 and (best is None or weight >= best.weight):
                nearest[ballot.voter] = Counted(ballot, similarity, weight)
        return list(nearest.values())

    def adjust(self, city: str | None, vector: Vectors, contenders: Sequence[Contender]) -> dict[str, float]:
        """What to add to the score of each contender that has votes."""
        piles = self._piles.get(city)
        if not piles:
            return {}
        keys = [c.key for c in contenders if c.key in piles]
        unit = _score_per_fit(contenders) if keys else 1.0
        return {key: unit * adjustment(self.counted(city, key, vector)) for key in keys}


def adjustment(counted: Sequence[Counted]) -> float:
    """The formula above."""
    up = sum(c.weight for c in counted if c.ballot.vote > 0)
    down = sum(c.weight for c in counted if c.ballot.vote < 0)
    return CAP * (up - down) / (up + down + 2 * PRIOR)


def _score_per_fit(contenders: Sequence[Contender]) -> float:
    """How much score one unit of `fit` is in this search; 1 when the contenders do not tell."""
    pairs = [(c.fit, c.relative) for c in contenders]
    (low, low_score), (high, high_score) = min(pairs), max(pairs)
    return (high_score - low_score) / (high - low) if high - low > 1e-6 else 1.0
