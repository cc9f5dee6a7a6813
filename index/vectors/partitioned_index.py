"""Exact vector search inside jurisdictions, on one FAISS index.

The lists of an inverted-file index are not clusters here: each is a page of at most 4096
rows of one jurisdiction, and a search scans exactly the pages of the jurisdictions asked
for. A row of another city cannot be reached, no filter is involved, and the result is
exact. The same calls exist on FAISS's GPU classes (see `gpu_index`).

Lists come in blocks that are stacked: an index that outgrows its lists gets another block,
and no row is moved for it.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.vectors.faiss_calls import EMPTY_PAGE, NONE, Precision, Rows, ivf, scan, untyped
from index.vectors.read_write_lock import ReadWriteLock


class PageSizes(NamedTuple):
    """`page_rows` are few enough that a GPU scans one large city with many blocks at once; lists come in blocks of
    `block_pages`; `rows_at_once` are written in one step: searches wait for no more than that, about a millisecond."""

    page_rows: int = 4096
    block_pages: int = 256
    rows_at_once: int = 1024


SIZES = PageSizes()


class VectorIndex(Protocol):
    """What the engine needs of a vector index. Rows are stable non-negative ids."""

    @property
    def device(self) -> str: ...

    def add(self, jurisdiction: str, rows: Rows, vectors: Vectors) -> None: ...

    def remove(self, rows: Rows) -> None: ...

    def refresh(self) -> None: ...

    def search(self, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> tuple[Rows, Vectors]: ...

    def close(self) -> None: ...

    def __len__(self) -> int: ...


class FaissPages:
    """The index on the CPU. Searches run beside each other; changes one after the other, a small part at a time.

    FAISS may move a list in memory when rows are added to it, so a list is only ever written while no
    search is inside the lock. `precision` fp16 halves the memory (0.75 kB a passage) at a recall above .999.
    """

    def __init__(self, dimension: int, *, precision: Precision = "fp32", sizes: PageSizes = SIZES) -> None:
        self._sizes = sizes
        self.dimension = dimension
        self.precision: Precision = precision
        self._index = ivf(dimension, precision, pages=sizes.block_pages)
        self._blocks: list[Any] = []
        self._stack: Any = None
        self._used = EMPTY_PAGE + 1
        self._pages: dict[str, Rows] = {}
        # 4 bytes for every row there ever was; a dict would take 100 for every row there is.
        self._page_of = np.full(1024, -1, np.int32)
        self._lock = ReadWriteLock()
        self._changing = threading.Lock()
        self._grow()

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def device(self) -> str:
        """Where searches run."""
        return "cpu"

    def add(self, jurisdiction: str, rows: Rows, vectors: Vectors) -> None:
        """Add rows of one jurisdiction; a row that is there already is replaced, wherever it was.

        Raises ValueError, before anything is changed, for rows that are negative, given twice or without a vector.
        """
        if not len(rows):
            return
        if vectors.shape != (len(rows), self.dimension):
            raise ValueError(f"{len(rows)} rows need vectors of {self.dimension} numbers each, not {vectors.shape}.")
        if rows.min(initial=0) < 0 or not np.diff(np.sort(rows)).all():
            raise ValueError("Row ids must not be negative, and each may be given once.")
        with self._changing:
            self._remember(rows)
            self._take_out(rows)
            for page, part in self._places(jurisdiction, len(rows)):
                self._write(jurisdiction, page, rows[part], vectors[part])

    def remove(self, rows: Rows) -> None:
        """Remove rows; unknown ones are ignored."""
        with self._changing:
            self._take_out(rows)

    def search(self, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> tuple[Rows, Vectors]:
        """The rows most similar to `vector` in these jurisdictions, best first, with their cosines."""
        with self._lock.reading():
            pages = self.pages(jurisdictions)
            if not len(pages):
                return NONE, np.empty(0, np.float32)
            found, scores = scan(self._index, vector.reshape(1, -1), pages.reshape(1, -1), limit=limit)
        kept = found[0] >= 0
        return found[0][kept], scores[0][kept]

    def refresh(self) -> None:
        """Nothing to do here: a search sees each change at once."""

    def close(self) -> None:
        """Nothing to end here; what is in memory goes with the object."""

    def pages(self, jurisdictions: Iterable[str]) -> Rows:
        """The pages of these jurisdictions."""
        parts = [self._pages[name] for name in dict.fromkeys(jurisdictions) if name in self._pages]
        return np.concatenate(parts) if parts else NONE

    def page_of(self, rows: Rows) -> Rows:
        """The page of each row, -1 for rows that are not here."""
        table = self._page_of
        known = (rows >= 0) & (rows < len(table))
        return np.where(known, table[np.where(known, rows, 0)], -1)

    @contextmanager
    def unchanging(self) -> Iterator[Any]:
        """The lists as a FAISS index that can be copied to another device; changes wait meanwhile, searches do not."""
        with self._changing:
            lists = self._stack.nlist
            copied = ivf(self.dimension, self.precision, pages=lists)
            copied.quantizer.add(np.zeros((lists, self.dimension), np.float32))  # never searched, but counted
            copied.replace_invlists(self._stack, False)
            copied.ntotal = self._index.ntotal
            yield copied

    def _write(self, jurisdiction: str, page: int, rows: Rows, vectors: Vectors) -> None:
        block, at = divmod(page, self._sizes.block_pages)
        ids = np.ascontiguousarray(rows, np.int64)
        codes = self._codes(vectors)
        with self._lock.writing():
            self._blocks[block].add_entries(at, len(ids), faiss.swig_ptr(ids), faiss.swig_ptr(codes))
            self._index.ntotal += len(ids)
            known = self._pages.get(jurisdiction, NONE)
            if page not in known:
                self._pages[jurisdiction] = np.append(known, page)
        self._page_of[ids] = page

    def _codes(self, vectors: Vectors) -> NDArray[np.uint8]:
        """As FAISS stores them."""
        given, nowhere = np.ascontiguousarray(vectors, np.float32), np.zeros(len(vectors), np.int64)
        codes = np.empty((len(given), self._index.code_size), np.uint8)
        places = faiss.swig_ptr(nowhere), faiss.swig_ptr(codes)
        self._index.encode_vectors(len(given), faiss.swig_ptr(given), *places)
        return codes

    def _take_out(self, rows: Rows) -> None:
        pages = self.page_of(rows)
        for page in set(pages[pages >= 0].tolist()):
            self._close_up(page, np.unique(rows[pages == page]))

    def _close_up(self, page: int, gone: Rows) -> None:
        """Put the last rows of a page in the places of those that go."""
        block, at = divmod(page, self._sizes.block_pages)
        lists = self._blocks[block]
        ids = faiss.rev_swig_ptr(lists.get_ids(at), lists.list_size(at))
        codes = faiss.rev_swig_ptr(lists.get_codes(at), len(ids) * lists.code_size).reshape(len(ids), -1)
        stays = ~np.isin(ids, gone)
        left = int(stays.sum())
        places, moved = np.flatnonzero(~stays[:left]), left + np.flatnonzero(stays[left:])
        with self._lock.writing():
            ids[places], codes[places] = ids[moved], codes[moved]
            lists.resize(at, left)
            self._index.ntotal -= len(gone)
        self._page_of[gone] = -1

    def _places(self, jurisdiction: str, count: int) -> Iterator[tuple[int, slice]]:
        """Where `count` new rows go, part by part."""
        done = 0
        for page, room in self._free_pages(jurisdiction):
            full = min(done + room, count)
            for start in range(done, full, self._sizes.rows_at_once):
                yield page, slice(start, min(start + self._sizes.rows_at_once, full))
            done = full
            if done == count:
                return

    def _free_pages(self, jurisdiction: str) -> Iterator[tuple[int, int]]:
        """Pages of the jurisdiction with room, then new ones without end; and how many rows each takes."""
        for page in self._pages.get(jurisdiction, NONE).tolist():
            held = self._blocks[page // self._sizes.block_pages].list_size(page % self._sizes.block_pages)
            if held < self._sizes.page_rows:
                yield page, self._sizes.page_rows - held
        while True:
            if self._used == self._stack.nlist:
                self._grow()
            self._used += 1
            yield self._used - 1, self._sizes.page_rows

    def _grow(self) -> None:
        """Stack one more block of empty pages; the rows stay where they are."""
        self._blocks.append(faiss.ArrayInvertedLists(self._sizes.block_pages, self._index.code_size))
        blocks = untyped.InvertedListsPtrVector()
        for block in self._blocks:
            blocks.push_back(block)
        stack = untyped.VStackInvertedLists(blocks.size(), blocks.data())
        with self._lock.writing():
            self._index.nlist = stack.nlist
            self._index.replace_invlists(stack, False)
            self._stack = stack

    def _remember(self, rows: Rows) -> None:
        if rows.max() >= len(self._page_of):
            longer = np.full(max(2 * len(self._page_of), int(rows.max()) + 1), -1, np.int32)
            longer[: len(self._page_of)] = self._page_of
            self._page_of = longer
