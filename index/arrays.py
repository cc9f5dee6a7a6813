"""Types of numpy arrays that many modules share."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Rows of unit-length vectors, or one such vector."""
