"""Many passages embedded on a GPU by sentence-transformers; questions and few passages stay on the CPU.

Loading torch takes seconds and hundreds of megabytes, so that happens with the first large batch, in the
process that prepares snapshots, and only where a GPU is seen. Its vectors are compared with the exported
model's first, since texts are embedded by either. The first error leaves the rest to the CPU.
"""

import logging
import os
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.arrays import Vectors
from index.embedding.encoder import Encoder, OnnxEncoder
from index.embedding.late_chunks import Parts, PassageVectors, apart
from index.embedding.models import TORCH_FOLDER, find
from index.embedding.token_vectors import QuestionTokens

if TYPE_CHECKING:
    from townclerk.settings import Settings

log = logging.getLogger(__name__)
LARGE_BATCH = 128
"""Texts from which a batch is embedded on the GPU."""
TOGETHER = 256
"""Texts in one call of the model."""
TOLERANCE = 1e-4
"""How far a number of a vector may be from the exported model's; vectors are kept in 16 bits, which is coarser."""
SAMPLES = ("How do I get a dog licence?", "ok", "The transfer station is open Tuesday to Saturday. " * 30)


class GpuEncoder:
    """An encoder that has large batches embedded by the model that `load` gives, and everything else by `encoder`."""

    def __init__(self, encoder: OnnxEncoder, load: Callable[[], Any], *, large: int = LARGE_BATCH) -> None:
        self.id, self.dimension, self.window, self.spread = (
            encoder.id,
            encoder.dimension,
            encoder.window,
            encoder.spread,
        )
        self._encoder = encoder
        self._load = load
        self._large = large
        self._model: Any = None
        self._usable = True

    def passages(self, texts: Sequence[str], language: str = "en") -> Vectors:
        """Vectors of texts to be found, in one language, one row each."""
        return self._encoder.passages(texts, language)

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        """Vectors of texts, of their parts and of their tokens."""
        if len(texts) >= self._large and self._usable:
            try:
                return [self._encoder.centered_all(each, language) for each in self._embed(texts, parts)]
            except Exception as error:  # of torch and its libraries: whatever it is, the CPU can do it
                self._usable, self._model = False, None
                reason = " ".join(str(error).split())
                log.warning("Passages cannot be embedded on the GPU (%s). They are embedded on the CPU.", reason)
        return self._encoder.with_parts(texts, parts, language)

    def query(self, text: str) -> Vectors:
        """The vector of a question."""
        return self._encoder.query(text)

    def query_tokens(self, text: str) -> QuestionTokens:
        """What the tokens of a question mean."""
        return self._encoder.query_tokens(text)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has."""
        return self._encoder.tokens(texts)

    def words(self, words: Sequence[str]) -> Vectors:
        """What single words mean."""
        return self._encoder.words(words)

    def knows(self, word: str) -> bool:
        """Whether a word is a common English one."""
        return self._encoder.knows(word)

    def _embed(self, texts: Sequence[str], parts: Sequence[Parts]) -> list[PassageVectors]:
        if self._model is None:
            self._model = self._load()
            sample = SAMPLES, [[(0, len(text) // 2)] for text in SAMPLES]
            both = self._encode(*sample), self._encoder.model.passages(*sample, self._encoder.token_vectors)
            theirs, ours = (np.concatenate([each.vectors for each in found]) for found in both)
            difference = float(np.abs(theirs - ours).max())
            if not difference <= TOLERANCE:
                raise ValueError(f"its vectors differ from the exported model's by {difference:.1e}")
        return self._encode(texts, parts)

    def _encode(self, texts: Sequence[str], parts: Sequence[Parts]) -> list[PassageVectors]:
        model = self._encoder.model
        if not model.takes_means:
            return apart(texts, parts, partial(self._run, normalize_embeddings=True))
        states = self._run(texts, output_value="token_embeddings")
        laid, tokens = model.laid_out(texts, parts), self._encoder.token_vectors
        return [of.read(own.cpu().numpy(), tokens) for own, of in zip(states, laid, strict=True)]

    def _run(self, texts: Sequence[str], **options: Any) -> Any:
        prompt = self._encoder.model.passage_prompt
        return self._model.encode(list(texts), prompt=prompt, batch_size=TOGETHER, show_progress_bar=False, **options)


def load_model(folder: Path, window: int, *, device: str = "cuda") -> Any:
    """The sentence-transformers model in a folder; `window` is in tokens. Raises ValueError without a GPU for torch."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer

    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("torch is installed without CUDA, or finds no GPU")
    model = SentenceTransformer(str(folder), device=device, local_files_only=True)
    model.max_seq_length = window
    return model


def gpu_model(settings: "Settings") -> Path | None:
    """The model's folder, where a GPU is seen and allowed."""
    seen = settings.vector_device != "cpu" and shutil.which("nvidia-smi") is not None
    if not seen:
        return None
    model = find(settings)
    return model.folder if model.folder.is_dir() else settings.home / "models" / model.id / TORCH_FOLDER


def on_gpu(encoder: Encoder, folder: Path | None) -> Encoder:
    """The encoder with a GPU for large batches, where there is a `gpu_model`."""
    if folder is None or not isinstance(encoder, OnnxEncoder):
        return encoder
    return GpuEncoder(encoder, partial(load_model, folder, encoder.window))
