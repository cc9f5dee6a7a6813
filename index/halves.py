"""fp16 rows as fp32, exactly, by the processor's own instruction: numpy takes half as long again."""

from functools import cache

import faiss
import numpy as np
from numpy.typing import NDArray

from index.documents import Vectors


def widened(rows: NDArray[np.float16]) -> Vectors:
    """The same numbers as fp32."""
    if not rows.size:
        return rows.astype(np.float32)
    found: Vectors = _decoder(rows.shape[1]).decode(np.ascontiguousarray(rows).view(np.uint8))
    return found


@cache
def _decoder(dimension: int) -> faiss.ScalarQuantizer:
    return faiss.ScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16)
