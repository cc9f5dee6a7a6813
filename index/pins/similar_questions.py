"""Recorded questions that may ask for the same as another: the wordings that staff would not think of.

They are only shown to staff, who know which of them mean the same. Of the crowd-written questions of
306 government FAQs (see `matcher`), two with a cosine over ALIKE ask for the same FAQ in about half of the cases.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sqlalchemy import Engine as Database
from sqlalchemy import select

from index.arrays import Vectors
from index.pins.store import LONGEST_WORDING, wording_key
from index.schemas.pins import SimilarQuestion
from index.tables import searches
from townclerk.database import reading
from townclerk.jurisdictions import Branch, Jurisdictions

ALIKE = 0.7
LOOKED_AT = 3_000
"""Newest recorded questions that are compared."""
COMPARED = 40
"""Of them those that are embedded again by themselves."""
ALONE = 0.9
"""Cosine of a question by itself with the vector it was recorded with; a follow-up has less, for that is of its whole talk."""
MOST = 8


class SimilarQuestions:
    """Finds recorded questions near another."""

    def __init__(self, database: Database, *, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self._encode = encode
        self._database = database

    def __call__(self, text: str, city: str) -> list[SimilarQuestion]:
        """The nearest first, none twice and not `text` itself. Raises NotFound for an unknown city."""
        known = Jurisdictions(self._database)
        known.get(city)
        texts, times, vectors = self._recorded(_below(city, known.tree()))
        own = wording_key(text)
        chosen = [key for key in texts if key != own and len(texts[key]) <= LONGEST_WORDING]
        vector = self._encode([text])[0]
        rough = sorted(chosen, key=lambda key: -_cosine(vectors[key], vector))[:COMPARED]
        rows = dict(zip(rough, self._encode([texts[key] for key in rough]), strict=True))
        near = {key: float(row @ vector) for key, row in rows.items() if _cosine(vectors[key], row) >= ALONE}
        best = sorted((key for key in near if near[key] >= ALIKE), key=lambda key: -near[key])[:MOST]
        return [SimilarQuestion(text=texts[k], times=times[k], similarity=round(near[k], 3)) for k in best]

    def _recorded(self, cities: Sequence[str]) -> tuple[dict[str, str], dict[str, int], dict[str, bytes]]:
        """Newest text, how often, and newest vector, by wording."""
        query = select(searches.c.text, searches.c.vector).where(searches.c.city.in_(cities))
        texts: dict[str, str] = {}
        times: dict[str, int] = {}
        vectors: dict[str, bytes] = {}
        with reading(self._database) as connection:
            for text, vector in connection.execute(query.order_by(searches.c.asked_at.desc()).limit(LOOKED_AT)):
                key = wording_key(text)
                texts.setdefault(key, text)
                vectors.setdefault(key, vector)
                times[key] = times.get(key, 0) + 1
        return texts, times, vectors


def _below(place: str, tree: Mapping[str, Branch]) -> list[str]:
    """A jurisdiction and all that lie in it, however deep."""
    found = [place]
    for inside in found:
        found += [id for id, branch in tree.items() if branch.parent == inside and id not in found]
    return found


def _cosine(stored: bytes, vector: Vectors) -> float:
    row = np.frombuffer(stored, np.float32)
    # Recorded under another model: it cannot be compared.
    return float(row @ vector) if len(row) == len(vector) else -1.0
