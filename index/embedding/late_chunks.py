"""The vectors of a text's sentences, from the one run of the model over the whole text.

Late chunking (Günther et al. 2024, arXiv 2409.04701): the vector of a sentence is the mean of what the model gives for
its tokens, which it read in their context. It is for models whose vector of a text is the mean over its tokens. Others
get each sentence by itself, below what stands above the first of them.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Vectors
from index.embedding.token_vectors import NO_TOKENS, Tokens, TokenVectors

Parts = Sequence[tuple[int, int]]
"""[start, end) offsets into a text."""


class PassageVectors(NamedTuple):
    """(1 + parts, dimension) the unit vectors of a text and of its parts, and those of its `tokens`."""

    vectors: Vectors
    tokens: Tokens


class Layout(NamedTuple):
    """A text as the model is given it: the `ids` of its tokens, which are its `own` and not of the prompt, and what `within` gives."""

    ids: list[int]
    own: list[int]
    inside: Vectors

    def read(self, states: Vectors, tokens: TokenVectors) -> PassageVectors:
        """What is kept of the (tokens, dimension) states that the model gives."""
        return PassageVectors(
            pooled(states, self.inside), tokens.passage(states[self.own], [self.ids[i] for i in self.own])
        )


def laid_out(encoding: Any, before: int, parts: Parts) -> Layout:
    """The layout of a text by the tokenizer's encoding of it, with a prompt of so many letters `before` it."""
    ends = [end for _, end in encoding.offsets]
    own = [i for i, end in enumerate(ends) if end > before]
    return Layout(encoding.ids, own, within(ends, [(start + before, stop + before) for start, stop in parts]))


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


def apart(texts: Sequence[str], parts: Sequence[Parts], encode: Callable[[list[str]], Vectors]) -> list[PassageVectors]:
    """The same, of texts and parts that are encoded one by one, without tokens."""
    split = [
        [text, *(text[: own[0][0]] + text[start:stop] for start, stop in own)]
        for text, own in zip(texts, parts, strict=True)
    ]
    vectors = encode(list(chain(*split)))
    found = np.split(vectors, np.cumsum(list(map(len, split)))[:-1]) if split else []
    return [PassageVectors(own, NO_TOKENS) for own in found]
