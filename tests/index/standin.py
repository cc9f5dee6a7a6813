"""A CPU index of FAISS in the place of a GPU: it takes the same calls, and is as strict as the GPU classes are."""

import threading
from collections.abc import Callable
from typing import Any

import faiss
import numpy as np

from index.arrays import Vectors
from index.vectors.devices import Answer
from index.vectors.faiss_calls import EMPTY_PAGE, Precision, Rows, ivf, scan

LIMIT = 2048


def copied(index: Any, precision: Precision) -> Any:
    """All lists of an index in a new one."""
    made = ivf(index.d, precision, pages=index.nlist)
    lists = index.invlists
    for page in range(index.nlist):
        if count := lists.list_size(page):
            made.invlists.add_entries(page, count, lists.get_ids(page), lists.get_codes(page))
    made.ntotal = index.ntotal
    return made


class StandIn:
    """`before` is called with the name of each call; what it raises, the device raises."""

    def __init__(self, precision: Precision = "fp32", before: Callable[[str], None] = lambda name: None) -> None:
        self._precision: Precision = precision
        self._before = before
        self._index: Any = None
        self.threads: set[int] = set()
        self.calls: list[str] = []
        self.questions: list[int] = []
        self.padded = 0
        self.closed = False

    def renew(self, index: Any) -> None:
        self._called("renew")
        assert index.quantizer.ntotal == index.nlist  # FAISS's GPU classes insist on it
        self._index = copied(index, self._precision)

    def append(self, page: int, rows: Rows, vectors: Vectors) -> None:
        self._called("append")
        assert EMPTY_PAGE < page < self._index.nlist
        pages = np.full(len(rows), page, np.int64)
        self._index.add_core(
            len(rows), faiss.swig_ptr(np.ascontiguousarray(vectors, np.float32)), faiss.swig_ptr(rows), faiss.swig_ptr(pages)
        )  # fmt: skip

    def search(self, vectors: Vectors, pages: Rows, *, limit: int) -> Answer:
        self._called("search")
        assert limit <= LIMIT
        assert pages.shape[1] <= min(LIMIT, self._index.nlist)
        assert pages.max() < self._index.nlist
        assert self._index.invlists.list_size(EMPTY_PAGE) == 0
        for row in pages:
            real = row[row != EMPTY_PAGE]
            assert len(set(real.tolist())) == len(real)
            self.padded += len(row) - len(real)
        self.questions.append(len(vectors))
        return scan(self._index, vectors, pages, limit=limit)

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed = True
        self._index = None

    def _called(self, name: str) -> None:
        assert not self.closed
        self.threads.add(threading.get_ident())
        self.calls.append(name)
        self._before(name)
