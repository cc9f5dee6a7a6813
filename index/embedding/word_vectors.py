"""What single words mean: the vectors with which the model reads its tokens, without running the model.

A word's vector is the mean over its tokens, with the mean of all tokens subtracted first, or every
two words would look alike. "Fridge" and "refrigerator" then have a cosine of .9, "trash" and
"garbage" of .7, two unrelated words about 0. It costs microseconds, where encoding a word
costs as much as a question.
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from townclerk.errors import Broken

FILE = "tokens.npy"
"""The vectors of tokens beside an exported model: a row each, 16 bits, centered."""
CACHED_WORDS = 20_000
"""Vectors of words in memory, 1.5 kB each."""


class WordVectors:
    """Vectors of words. Safe to use from several threads."""

    def __init__(self, folder: Path, tokenizer: Any, *, cached: int = CACHED_WORDS) -> None:
        """`tokenizer` must neither truncate nor pad. Raises Broken when the file is damaged."""
        try:
            # A plain array on the mapped file: only the rows that are asked for are read.
            tokens: NDArray[np.float16] = np.asarray(np.load(folder / FILE, mmap_mode="r"))
        except (OSError, ValueError) as error:
            raise Broken(
                f"{folder / FILE} is damaged. Delete the folder {folder}; it is made again at the next start."
            ) from error
        self._width = tokens.shape[1]
        self._vector = lru_cache(maxsize=cached)(partial(_vector, tokens, tokenizer))

    def of(self, words: Sequence[str]) -> Vectors:
        """(n, width) unit vectors; all zero for a word without tokens."""
        vectors = np.concatenate([self._vector(word) for word in words]) if words else np.empty(0, np.float32)
        return vectors.reshape(len(words), self._width)


def _vector(tokens: NDArray[np.float16], tokenizer: Any, word: str) -> Vectors:
    ids = tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids
    vector = tokens[ids].astype(np.float32).sum(axis=0)
    unit: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


def centered(tokens: NDArray[np.float32]) -> NDArray[np.float16]:
    """The token vectors of a model as they are written to `FILE`."""
    vectors: NDArray[np.float16] = (tokens - tokens.mean(axis=0)).astype(np.float16)
    return vectors
