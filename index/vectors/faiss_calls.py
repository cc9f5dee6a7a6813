"""FAISS's calls on inverted lists, the same for an index on the CPU and its copy on a GPU."""

from functools import cache
from typing import Any, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors

untyped: Any = faiss
"""FAISS's type hints lack some of its classes, and its wheel for CPUs all of those for GPUs."""
Rows = NDArray[np.int64]
Precision = Literal["fp32", "fp16"]
NONE: Rows = np.empty(0, np.int64)
EMPTY_PAGE = 0
"""A list that belongs to nobody and stays empty: what fills up the shorter rows of a table of pages."""


def ivf(dimension: int, precision: Precision, *, pages: int) -> Any:
    """An empty inverted-file index of inner products whose quantizer is never asked."""
    quantizer: Any = faiss.IndexFlatIP(dimension)
    made: Any
    if precision == "fp16":
        kind = faiss.ScalarQuantizer.QT_fp16
        made = faiss.IndexIVFScalarQuantizer(quantizer, dimension, pages, kind, faiss.METRIC_INNER_PRODUCT, False)
    else:
        made = faiss.IndexIVFFlat(quantizer, dimension, pages, faiss.METRIC_INNER_PRODUCT)
    quantizer.this.disown()
    made.own_fields = True
    made.is_trained = True
    return made


def scan(index: Any, vectors: Vectors, pages: Rows, *, limit: int) -> tuple[Rows, Vectors]:
    """Rows and cosines nearest to each vector in the pages beside it, best first; -1 where there are no more.

    The Python wrapper refuses parameters and reads the shared `nprobe`; the C-level call takes them.
    """
    count, width = pages.shape
    given, asked = np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(pages, np.int64)
    near = np.zeros((count, width), np.float32)
    scores, found = np.empty((count, limit), np.float32), np.empty((count, limit), np.int64)
    index.search_preassigned_c(
        count,
        *(faiss.swig_ptr(given), limit, faiss.swig_ptr(asked), faiss.swig_ptr(near)),
        *(faiss.swig_ptr(scores), faiss.swig_ptr(found), False, _all_of(width)),
    )
    return found, scores


@cache
def _all_of(width: int) -> Any:
    """Parameters to scan so many lists. FAISS only reads them, so threads share them."""
    return faiss.SearchParametersIVF(nprobe=width)  # type: ignore[call-arg]
