"""Exact vector search inside jurisdictions, on one FAISS index.

The lists of an inverted-file index are not clusters here: each is a page of at most 4096
rows of one jurisdiction, and a search scans exactly the pages of the jurisdictions asked
for. A row of another city cannot be reached, no filter is involved, and the result is
exact. The same calls exist on FAISS's GPU classes.
"""

import threading
from collections.abc import Iterable
from typing import Any, Literal, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from index.documents import Vectors

PAGE_ROWS = 4096
"""Small enough that a GPU scans one large city with many blocks at once."""
FIRST_PAGES = 256
Rows = NDArray[np.int64]


class VectorIndex(Protocol):
    """What the engine needs of a vector index. Rows are stable non-negative ids."""

    def add(self, jurisdiction: str, rows: Rows, vectors: Vectors) -> None: ...

    def remove(self, rows: Rows) -> None: ...

    def search(self, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> tuple[Rows, Vectors]: ...

    def __len__(self) -> int: ...


class FaissPages:
    """The index on the CPU. Safe to use from several threads; a search waits at most for one change.

    `precision` fp16 halves the memory (0.75 kB a passage) at a recall above .999.
    """

    def __init__(self, dimension: int, *, precision: Literal["fp32", "fp16"] = "fp32") -> None:
        self._dimension = dimension
        self._precision = precision
        self._index = self._empty(FIRST_PAGES)
        self._pages: dict[str, list[int]] = {}
        self._fill: list[int] = []
        self._page_of: dict[int, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, jurisdiction: str, rows: Rows, vectors: Vectors) -> None:
        """Add rows of one jurisdiction."""
        if not len(rows):
            return
        with self._lock:
            places = self._places(jurisdiction, len(rows))
            given = np.ascontiguousarray(vectors, np.float32)
            ids = np.ascontiguousarray(rows, np.int64)
            self._index.add_core(len(ids), faiss.swig_ptr(given), faiss.swig_ptr(ids), faiss.swig_ptr(places))
            self._page_of.update(zip(ids.tolist(), places.tolist(), strict=True))

    def remove(self, rows: Rows) -> None:
        """Remove rows; unknown ones are ignored."""
        with self._lock:
            pages = [self._page_of.pop(row) for row in rows.tolist() if row in self._page_of]
            if not pages:
                return
            self._index.remove_ids(np.ascontiguousarray(rows, np.int64))
            for page in pages:
                self._fill[page] -= 1

    def search(self, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> tuple[Rows, Vectors]:
        """The rows most similar to `vector` in these jurisdictions, best first, with their cosines."""
        with self._lock:
            pages = np.array([[p for j in dict.fromkeys(jurisdictions) for p in self._pages.get(j, ())]], np.int64)
            width = pages.shape[1]
            if not width:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            given = np.ascontiguousarray(vector.reshape(1, -1), np.float32)
            near = np.zeros((1, width), np.float32)
            scores = np.empty((1, limit), np.float32)
            found = np.empty((1, limit), np.int64)
            scanned = faiss.SearchParametersIVF(nprobe=width)  # type: ignore[call-arg]
            # The Python wrapper refuses parameters and reads the shared nprobe; the C-level call takes them.
            self._index.search_preassigned_c(
                1,
                faiss.swig_ptr(given),
                limit,
                faiss.swig_ptr(pages),
                faiss.swig_ptr(near),
                faiss.swig_ptr(scores),
                faiss.swig_ptr(found),
                False,
                scanned,
            )
        kept = found[0] >= 0
        return found[0][kept], scores[0][kept]

    def _places(self, jurisdiction: str, count: int) -> Rows:
        """Which page each of `count` new rows goes to: free room first, then new pages."""
        pages = self._pages.setdefault(jurisdiction, [])
        places: list[int] = []
        for page in pages:
            places += [page] * min(PAGE_ROWS - self._fill[page], count - len(places))
        while len(places) < count:
            pages.append(len(self._fill))
            self._fill.append(0)
            places += [pages[-1]] * min(PAGE_ROWS, count - len(places))
        for page in set(places):
            self._fill[page] += places.count(page)
        self._grow()
        return np.array(places, np.int64)

    def _empty(self, pages: int) -> Any:
        quantizer: Any = faiss.IndexFlatIP(self._dimension)  # never searched: we say which pages to scan
        index: Any
        if self._precision == "fp16":
            kind = faiss.ScalarQuantizer.QT_fp16
            index = faiss.IndexIVFScalarQuantizer(
                quantizer, self._dimension, pages, kind, faiss.METRIC_INNER_PRODUCT, False
            )
        else:
            index = faiss.IndexIVFFlat(quantizer, self._dimension, pages, faiss.METRIC_INNER_PRODUCT)
        quantizer.this.disown()
        index.own_fields = True
        index.is_trained = True
        return index

    def _grow(self) -> None:
        # FAISS cannot add lists to an index: make one with twice as many and hand the rows over.
        if len(self._fill) <= self._index.nlist:
            return
        old, self._index = self._index, self._empty(2 * max(len(self._fill), FIRST_PAGES))
        for page in range(old.nlist):
            count = old.invlists.list_size(page)
            if count:
                self._index.invlists.add_entries(page, count, old.invlists.get_ids(page), old.invlists.get_codes(page))
        self._index.ntotal = old.ntotal
