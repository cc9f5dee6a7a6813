"""Rows of stored vectors against one question, by FAISS's kernels.

numpy would copy the rows out first, and its matrix library spreads even a few dozen of them
over threads that wait for each other: on a busy machine that took 10 ms instead of 0.1.
"""

from functools import cache

import faiss
import numpy as np
from numpy.typing import NDArray

from index.documents import Vectors


def cosines(table: Vectors, rows: NDArray[np.int64], vector: Vectors) -> Vectors:
    """The inner products of some rows of a table with a vector."""
    found = np.empty(len(rows), np.float32)
    if len(rows):
        chosen, given = np.ascontiguousarray(rows, np.int64), np.ascontiguousarray(vector, np.float32)
        pointers = (faiss.swig_ptr(each) for each in (found, given, table, chosen))
        faiss.fvec_inner_products_by_idx(*pointers, table.shape[1], 1, len(rows))  # type: ignore[attr-defined]
    return found


def widened(rows: NDArray[np.float16]) -> Vectors:
    """fp16 as fp32, exactly, by the processor's own instruction: numpy takes half as long again."""
    if not rows.size:
        return rows.astype(np.float32)
    found: Vectors = _decoder(rows.shape[1]).decode(np.ascontiguousarray(rows).view(np.uint8))
    return found


@cache
def _decoder(dimension: int) -> faiss.ScalarQuantizer:
    return faiss.ScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16)
