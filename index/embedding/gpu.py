"""Many passages embedded on a GPU by sentence-transformers; questions and few passages stay on the CPU.

Loading torch takes seconds and hundreds of megabytes, so that happens with the first large batch, in the
process that prepares snapshots, and only where a GPU is seen. Its vectors are compared with the exported
model's first, since texts are embedded by either. The first error leaves the rest to the CPU.
"""

import logging
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.arrays import Vectors
from index.embedding.encoder import Encoder, OnnxEncoder
from index.embedding.models import find

if TYPE_CHECKING:
    from townclerk.settings import Settings

log = logging.getLogger(__name__)
MANY = 128
"""So many texts are a large batch."""
TOGETHER = 256
TOLERANCE = 1e-4
"""How far a number of a vector may be from the exported model's; vectors are kept in 16 bits, which is coarser."""
SAMPLES = ("How do I get a dog licence?", "ok", "The transfer station is open Tuesday to Saturday. " * 30)


class BulkEncoder:
    """An encoder that has large batches embedded on `device`, and everything else by `encoder`."""

    def __init__(self, encoder: OnnxEncoder, folder: Path, *, device: str = "cuda") -> None:
        self.id, self.dimension, self.window = encoder.id, encoder.dimension, encoder.window
        self._encoder = encoder
        self._folder = folder
        self._device = device
        self._model: Any = None
        self._usable = True

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, one row each."""
        if len(texts) >= MANY and self._usable:
            try:
                return self._embedded(texts)
            except Exception as error:  # of torch and its libraries: whatever it is, the CPU can do it
                self._usable, self._model = False, None
                reason = " ".join(str(error).split())
                log.warning("Passages cannot be embedded on the GPU (%s). They are embedded on the CPU.", reason)
        return self._encoder.passages(texts)

    def query(self, text: str) -> Vectors:
        """The vector of a question."""
        return self._encoder.query(text)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has."""
        return self._encoder.tokens(texts)

    def words(self, words: Sequence[str]) -> Vectors:
        """What single words mean."""
        return self._encoder.words(words)

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        if self._model is None:
            self._model = self._opened()
            difference = float(np.abs(self._made(SAMPLES) - self._encoder.passages(SAMPLES)).max())
            if not difference <= TOLERANCE:
                raise ValueError(f"its vectors differ from the exported model's by {difference:.1e}")
        return self._made(texts)

    def _opened(self) -> Any:
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch
        from sentence_transformers import SentenceTransformer

        if self._device == "cuda" and not torch.cuda.is_available():
            raise ValueError("torch is installed without CUDA, or finds no GPU")
        model = SentenceTransformer(str(self._folder), device=self._device, local_files_only=True)
        model.max_seq_length = self.window
        return model

    def _made(self, texts: Sequence[str]) -> Vectors:
        prompt = self._encoder.passage_prompt
        made: Vectors = self._model.encode(
            list(texts), prompt=prompt, normalize_embeddings=True, batch_size=TOGETHER, show_progress_bar=False
        )
        return made.astype(np.float32)


def gpu_model(settings: "Settings") -> Path | None:
    """The model's folder, where a GPU is seen and allowed."""
    seen = settings.vector_device != "cpu" and shutil.which("nvidia-smi") is not None
    return find(settings.model).folder if seen else None


def on_gpu(encoder: Encoder, folder: Path | None) -> Encoder:
    """The encoder with a GPU for large batches, where there is a `gpu_model`."""
    if folder is None or not isinstance(encoder, OnnxEncoder):
        return encoder
    return BulkEncoder(encoder, folder)
