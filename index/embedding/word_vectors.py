"""What single words mean: the vectors with which the model reads its tokens, without running the model.

A word's vector is the mean over its tokens, with the mean of all tokens taken off first, or every
two words would look alike. "Fridge" and "refrigerator" then have a cosine of .9, "trash" and
"garbage" of .7, two words without relation about 0. It costs microseconds, where encoding a word
costs as much as a question.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.passages.document import Vectors
from townclerk.errors import Broken

FILE = "tokens.npy"
"""The vectors of tokens beside an exported model: a row each, 16 bits, centred."""
KEPT = 20_000
"""Words remembered, 1.5 kB each."""


class _Kept(NamedTuple):
    """Vectors of words, and the row of each. A word's row is there before the word is."""

    row: dict[str, int]
    vectors: Vectors


class Meanings:
    """Vectors of words. Safe to use from several threads."""

    def __init__(self, folder: Path, tokenizer: Any) -> None:
        """`tokenizer` must neither cut nor pad. Raises Broken when the file is damaged."""
        try:
            # A plain array on the mapped file: only the rows that are asked for are read.
            self._tokens: NDArray[np.float16] = np.asarray(np.load(folder / FILE, mmap_mode="r"))
        except (OSError, ValueError) as error:
            raise Broken(
                f"{folder / FILE} is damaged. Delete the folder {folder}; it is made again at the next start."
            ) from error
        self._tokenizer = tokenizer
        self._kept = _Kept({}, self._empty())
        self._lock = threading.Lock()

    def vectors(self, words: Sequence[str]) -> Vectors:
        """(n, width) unit vectors; all zero for a word without tokens."""
        kept = self._kept
        try:
            rows = [kept.row[word] for word in words]
        except KeyError:
            with self._lock:
                kept = self._with(words)
                rows = [kept.row[word] for word in words]
        found: Vectors = kept.vectors[rows]
        return found.reshape(len(words), self._tokens.shape[1])

    def _with(self, words: Sequence[str]) -> "_Kept":
        """What is kept, with these words. When it is full another is begun: who still reads the old one misses nothing."""
        missing = [word for word in dict.fromkeys(words) if word not in self._kept.row]
        if len(self._kept.row) + len(missing) > KEPT:
            missing, self._kept = list(dict.fromkeys(words)), _Kept({}, self._empty(len(words)))
        kept, first = self._kept, len(self._kept.row)
        kept.vectors[first : first + len(missing)] = self._made(missing)
        kept.row.update(zip(missing, range(first, first + len(missing)), strict=True))
        return kept

    def _empty(self, most: int = 0) -> Vectors:
        # Memory is taken as rows are written.
        return np.empty((max(KEPT, most), self._tokens.shape[1]), np.float32)

    def _made(self, words: Sequence[str]) -> Vectors:
        made = np.zeros((len(words), self._tokens.shape[1]), np.float32)
        if words:
            read = self._tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
            # The tokens of a word stand together, and words in order.
            of, first = np.unique(np.array(read.word_ids, np.int64), return_index=True)
            if len(of):
                made[of] = np.add.reduceat(self._tokens[read.ids].astype(np.float32), first)
                made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
        return made


def centred(tokens: NDArray[np.float32]) -> NDArray[np.float16]:
    """The token vectors of a model as they are kept."""
    made: NDArray[np.float16] = (tokens - tokens.mean(axis=0)).astype(np.float16)
    return made
