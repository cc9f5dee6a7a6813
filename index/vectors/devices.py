"""What a device for vector search has to do, and what is sent to it."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from index.arrays import Vectors
from index.vectors.faiss_calls import NONE, Rows

Answer = tuple[Rows, Vectors]


class Device(Protocol):
    """Holds a copy of the vectors. Called by one thread only; any exception means that it is of no more use."""

    def renew(self, index: Any) -> None:
        """Copy all lists of a FAISS index, in place of what was copied before."""

    def append(self, page: int, rows: Rows, vectors: Vectors) -> None:
        """Add rows to a page of the copy."""

    def search(self, vectors: Vectors, pages: Rows, *, limit: int) -> Answer:
        """As `lists.scan`."""
        ...

    def close(self) -> None:
        """Free its memory."""


@dataclass(frozen=True)
class Question:
    """Asked of some pages; `answer` gets None when the index in memory has to answer."""

    vector: Vectors
    pages: Rows
    limit: int
    answer: "Future[Answer | None]" = field(default_factory=Future)

    def give(self, answer: Answer | None) -> None:
        """Answer it, unless that was done."""
        if not self.answer.done():
            self.answer.set_result(answer)


@dataclass(frozen=True)
class Written:
    """Rows that were added to a page."""

    page: int
    rows: Rows
    vectors: Vectors


@dataclass(frozen=True)
class TakenOut:
    """Rows that were removed from a page."""

    page: int
    rows: Rows


Job = Question | Written | TakenOut


class Hidden:
    """Rows that were removed since the copy was made, which still has them."""

    def __init__(self) -> None:
        self._rows: set[int] = set()
        self._by_page: dict[int, set[int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, gone: TakenOut) -> None:
        """Hide these too."""
        rows = gone.rows.tolist()
        self._rows.update(rows)
        self._by_page.setdefault(gone.page, set()).update(rows)

    def any_of(self, rows: Rows) -> bool:
        """Whether any of `rows` is hidden."""
        return not self._rows.isdisjoint(rows.tolist())

    def among(self, pages: Rows) -> Rows:
        """Those in some pages."""
        if not self._rows:
            return NONE
        return np.array([row for page in pages.tolist() for row in self._by_page.get(page, ())], np.int64)
