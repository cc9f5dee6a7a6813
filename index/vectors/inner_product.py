"""Rows of stored vectors against one question, by FAISS's kernels.

numpy would copy the rows out first, and its matrix library spreads even a few dozen of them
over threads that wait for each other: on a busy machine that took 10 ms instead of 0.1.
"""

import threading
from functools import cache
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors

AT_ONCE = 128
"""Rows widened at a time."""
_threads = threading.local()


def cosines(table: Vectors, rows: NDArray[np.int64], vector: Vectors) -> Vectors:
    """The inner products of some rows of a table with a vector."""
    found = np.empty(len(rows), np.float32)
    if len(rows):
        chosen, given = np.ascontiguousarray(rows, np.int64), np.ascontiguousarray(vector, np.float32)
        pointers = (faiss.swig_ptr(each) for each in (found, given, table, chosen))
        faiss.fvec_inner_products_by_idx(*pointers, table.shape[1], 1, len(rows))  # type: ignore[attr-defined]
    return found


def all_cosines(table: Vectors, vector: Vectors) -> Vectors:
    """The inner products of every row of a table with a vector."""
    found = np.empty(len(table), np.float32)
    if len(table):
        given = np.ascontiguousarray(vector, np.float32)
        pointers = (faiss.swig_ptr(each) for each in (found, given, table))
        faiss.fvec_inner_products_ny(*pointers, table.shape[1], len(table))  # type: ignore[attr-defined]
    return found


def half_cosines(table: NDArray[np.float16], rows: NDArray[np.int64], vector: Vectors) -> Vectors:
    """The same of a table in fp16; each row is widened exactly, a few at a time so that they stay in the cache."""
    found = np.empty(len(rows), np.float32)
    given = np.ascontiguousarray(vector, np.float32)
    narrow, wide = _buffers(len(given))
    decoder, pointer = _decoder(len(given)), faiss.swig_ptr
    for first in range(0, len(rows), AT_ONCE):
        chosen = rows[first : first + AT_ONCE]
        np.take(table, chosen, axis=0, out=narrow[: len(chosen)], mode="clip")
        decoder.decode_c(pointer(narrow.view(np.uint8)), pointer(wide), len(chosen))
        part = found[first : first + len(chosen)]
        faiss.fvec_inner_products_ny(pointer(part), pointer(given), pointer(wide), len(given), len(chosen))  # type: ignore[attr-defined]
    return found


def _buffers(dimension: int) -> tuple[NDArray[np.float16], Vectors]:
    """This thread's own."""
    kept: dict[int, tuple[NDArray[np.float16], Vectors]] = _threads.__dict__.setdefault("buffers", {})
    if dimension not in kept:
        kept[dimension] = np.empty((AT_ONCE, dimension), np.float16), np.empty((AT_ONCE, dimension), np.float32)
    return kept[dimension]


@cache
def _decoder(dimension: int) -> Any:
    return faiss.ScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16)
