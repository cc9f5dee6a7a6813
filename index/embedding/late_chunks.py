"""The vectors of a text's sentences, from the one run of the model over the whole text.

Late chunking (Günther et al. 2024, arXiv 2409.04701): the vector of a sentence is the mean of what the model gives for
its tokens, which it read in their context. It is for models whose vector of a text is the mean over its tokens. Others
get each sentence by itself, below what stands above the first of them.
"""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np

from index.arrays import Vectors

Parts = Sequence[tuple[int, int]]
"""[start, end) offsets into a text."""


def within(ends: Sequence[int], parts: Parts) -> Vectors:
    """(1 + parts, tokens) 1 where a token belongs to the whole, which all do, or to a part; else 0.

    `ends` says where each token ends in the text, 0 for one that stands for no letters. A part without a token,
    as it lies beyond the model's window, is taken for the whole.
    """
    at, bounds = np.array(ends), np.array([(-1, np.inf), *parts])
    inside = (at > bounds[:, :1]) & (at <= bounds[:, 1:])
    inside[~inside.any(axis=1)] = True
    return inside.astype(np.float32)


def pooled(states: Vectors, inside: Vectors) -> Vectors:
    """(1 + parts, dimension) unit vectors, of what the model gives for each token and what `within` gives."""
    vectors = inside @ states
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def apart(texts: Sequence[str], parts: Sequence[Parts], encode: Callable[[list[str]], Vectors]) -> list[Vectors]:
    """The same, of texts and parts that are encoded one by one."""
    split = [
        [text, *(text[: own[0][0]] + text[start:stop] for start, stop in own)]
        for text, own in zip(texts, parts, strict=True)
    ]
    vectors = encode(list(chain(*split)))
    return np.split(vectors, np.cumsum(list(map(len, split)))[:-1]) if split else []
