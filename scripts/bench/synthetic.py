"""An encoder with synthetic vectors for passages, as embedding 100,000 of them takes an hour; questions are embedded by the real model."""

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.documents import Vectors
from index.encoder import OnnxEncoder, open_encoder
from townclerk.settings import load

NOISE = 1.0
"""Length of the random part beside an anchor of length one: about .7 cosine to it."""


class Synthetic:
    """Random vectors around `anchors` (one row each), or anywhere when there are none."""

    def __init__(self, real: OnnxEncoder, anchors: Vectors | None = None) -> None:
        self._real, self._anchors = real, anchors
        self.id, self.dimension, self.window = "prepared", real.dimension, real.window

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row each, the same for the same text."""
        seeds = np.array([zlib.crc32(text.encode()) for text in texts], np.uint32)
        made = np.stack([np.random.default_rng(seed).standard_normal(self.dimension, np.float32) for seed in seeds])
        made *= NOISE / np.linalg.norm(made, axis=1, keepdims=True)
        if self._anchors is not None:
            made += self._anchors[seeds % len(self._anchors)]
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made

    def query(self, text: str) -> Vectors:
        """By the real model."""
        return self._real.query(text)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """By the real tokenizer."""
        return self._real.tokens(texts)

    def words(self, words: Sequence[str]) -> Vectors:
        """By the real model."""
        return self._real.words(words)


def opened(anchors: Path | None = None, *, questions: bool = True) -> Synthetic:
    """With the model that is installed, on one core, and the anchors kept in a file.

    Without `questions` as the engine opens its encoder in the process that only prepares passages.
    """
    settings = load().model_copy(update={"encoder_threads": 1} | ({} if questions else {"questions_in": "fp32"}))
    return Synthetic(open_encoder(settings), None if anchors is None else np.load(anchors))
