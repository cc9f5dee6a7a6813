"""What counts as right, and how times are summed up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

K = 5


@dataclass
class Tally:
    """Adds up the answers of one contender. Times are in seconds, `owners` names each row's jurisdiction."""

    owners: Sequence[str]
    seconds: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    wrong_city: int = 0
    too_few: int = 0

    def add(self, found: Sequence[int], exact: Sequence[int], allowed: Sequence[str], seconds: float) -> None:
        """One question: rows found, the rows an exact search inside `allowed` finds, and the time it took."""
        self.seconds.append(seconds)
        self.recalls.append(len(set(found) & set(exact)) / max(1, len(exact)))
        self.wrong_city += sum(self.owners[row] not in allowed for row in found)
        self.too_few += len(found) < len(exact)

    def row(self, name: str, **more: object) -> dict[str, object]:
        """One line of the report."""
        told = {"recall": round(float(np.mean(self.recalls)), 4), "wrong": self.wrong_city, "few": self.too_few}
        return {"name": name, **spread(self.seconds), **told, **more}


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    p50, p95, p99 = (np.quantile(seconds, [0.5, 0.95, 0.99]) * 1000).tolist()
    return {"p50": round(p50, 3), "p95": round(p95, 3), "p99": round(p99, 3)}


def exact_rows(
    vectors: NDArray[np.float32], owners: NDArray[np.str_], query: NDArray[np.float32], allowed: Sequence[str]
) -> list[int]:
    """The K nearest rows inside the allowed jurisdictions, by looking at every one."""
    rows = np.flatnonzero(np.isin(owners, list(allowed)))
    order = np.argsort(-(vectors[rows] @ query), kind="stable")[:K]
    return [int(row) for row in rows[order]]
