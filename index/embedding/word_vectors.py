"""What single English words mean: the vectors with which all-MiniLM-L6-v2 reads its tokens, without running a model.

They serve whichever model encodes texts: those of multilingual models are too far apart ("fridge" and
"refrigerator" have a cosine of .3 in multilingual-e5-small). A word's vector is the mean over its tokens, with the mean of all tokens subtracted first, or every
two words would look alike. "Fridge" and "refrigerator" then have a cosine of .9, "trash" and
"garbage" of .7, two unrelated words about 0. It costs microseconds, where encoding a word
costs as much as a question.
"""

import shutil
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.embedding.onnx_model import open_tokenizer
from townclerk.errors import Broken

FILE, TOKENIZER = "tokens.npy", "words.json"
"""Beside an exported model: the vectors of tokens, a row each, 16 bits, centered; and what cuts words into tokens."""
CACHED_WORDS = 20_000
"""Vectors of words in memory, 1.5 kB each."""


class WordVectors:
    """Vectors of words. Safe to use from several threads."""

    def __init__(self, folder: Path, *, cached: int = CACHED_WORDS) -> None:
        """Raises Broken when a file is damaged."""
        try:
            # A plain array on the mapped file: only the rows that are asked for are read.
            tokens: NDArray[np.float16] = np.asarray(np.load(folder / FILE, mmap_mode="r"))
            tokenizer = open_tokenizer(folder / TOKENIZER)
        except Exception as error:  # the library of tokenizers raises nothing more special
            raise Broken(
                f"{folder / FILE} is damaged. Delete the folder {folder}; it is made again at the next start."
            ) from error
        self._width, self._tokenizer = tokens.shape[1], tokenizer
        self._vector = lru_cache(maxsize=cached)(partial(_vector, tokens, tokenizer))

    def of(self, words: Sequence[str]) -> Vectors:
        """(n, width) unit vectors; all zero for a word without tokens."""
        vectors = np.concatenate([self._vector(word) for word in words]) if words else np.empty(0, np.float32)
        return vectors.reshape(len(words), self._width)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one token: common enough to have one of its own."""
        return len(_tokens(self._tokenizer, word)) == 1


def _vector(tokens: NDArray[np.float16], tokenizer: Any, word: str) -> Vectors:
    vector = tokens[_tokens(tokenizer, word)].astype(np.float32).sum(axis=0)
    unit: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


def _tokens(tokenizer: Any, word: str) -> list[int]:
    ids: list[int] = tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids
    return ids


def write(model: Path, folder: Path) -> None:
    """Write both files for the sentence-transformers `model` whose tokens are taken."""
    from safetensors.numpy import load_file

    tokens = load_file(model / "model.safetensors")["embeddings.word_embeddings.weight"]
    np.save(folder / FILE, (tokens - tokens.mean(axis=0)).astype(np.float16))
    shutil.copy(model / "tokenizer.json", folder / TOKENIZER)
