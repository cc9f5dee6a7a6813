"""Vector search by brute force: what every vector index must agree with."""

from collections.abc import Iterable

import numpy as np

from index.arrays import Vectors
from index.vectors.faiss_calls import Rows

DIMENSION = 8


def unit(seed: int, count: int, dimension: int = DIMENSION) -> Vectors:
    """Random vectors of length one."""
    made = np.random.default_rng(seed).normal(size=(count, dimension))
    vectors: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return vectors


class Matrix:
    """All rows with their vectors, rounded as the index rounds them."""

    def __init__(self, precision: str) -> None:
        self._coded = np.float16 if precision == "fp16" else np.float32
        self.rows: dict[int, tuple[str, Vectors]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, jurisdiction: str, rows: Rows, vectors: Vectors) -> None:
        kept = vectors.astype(self._coded).astype(np.float32)
        self.rows.update({row: (jurisdiction, v) for row, v in zip(rows.tolist(), kept, strict=True)})

    def remove(self, rows: Rows) -> None:
        for row in rows.tolist():
            self.rows.pop(row, None)

    def search(self, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> list[int]:
        """Exact ids, best first."""
        wanted = set(jurisdictions)
        near = {row: float(v @ vector) for row, (place, v) in self.rows.items() if place in wanted}
        return sorted(near, key=lambda row: -near[row])[:limit]

    def agrees(self, found: Rows, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> bool:
        """The same ids in the same order, but for neighbours whose cosines differ by rounding only."""
        exact = self.search(vector, jurisdictions, limit=limit)
        if found.tolist() == exact:
            return True
        if (
            len(found) != len(exact)
            or len(set(found.tolist())) != len(found)
            or not set(found.tolist()) <= self.rows.keys()
        ):
            return False
        allowed = set(jurisdictions)
        pairs = [(self.rows[int(a)], self.rows[b]) for a, b in zip(found, exact, strict=True)]
        return all(a[0] in allowed and abs(float((a[1] - b[1]) @ vector)) < 1e-6 for a, b in pairs)
