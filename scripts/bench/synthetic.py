"""An encoder with synthetic vectors for passages, as embedding 100,000 of them takes an hour; questions are embedded by the real model."""

import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from index.arrays import Vectors
from index.embedding.encoder import OnnxEncoder, open_encoder
from index.indexing.build_process import Opener, opening

NOISE = 1.0
"""Length of the random part beside an anchor of length one: about .7 cosine to it."""


class Synthetic:
    """Random vectors around `anchors` (one row each), or anywhere when there are none."""

    def __init__(self, real: OnnxEncoder, anchors: Vectors | None = None) -> None:
        self._real, self._anchors = real, anchors
        self.id, self.dimension, self.window = "prepared", real.dimension, real.window

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row each, the same for the same text. Waits for the real model as that would."""
        self._real.ready()
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

    def opener(self, anchors: Path | None = None) -> Opener:
        """Opens it in the process that prepares passages, with the real one as the engine has that opened there."""
        from townclerk.settings import load

        return partial(_again, opening(self._real, load()), anchors)


def opened(anchors: Path | None = None) -> Synthetic:
    """With the model that is installed, on one core, and the anchors kept in a file."""
    from townclerk.settings import load  # not where passages are prepared: that would start later than the service's

    settings = load().model_copy(update={"encoder_threads": 1})
    return _made(open_encoder(settings), anchors)


def _again(real: Callable[[], OnnxEncoder], anchors: Path | None) -> Synthetic:
    return _made(real(), anchors)


def _made(real: OnnxEncoder, anchors: Path | None) -> Synthetic:
    return Synthetic(real, None if anchors is None else np.load(anchors))
