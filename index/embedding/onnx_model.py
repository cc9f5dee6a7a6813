"""An exported model in ONNX Runtime: texts to the vectors that the model gives them.

Measured on one core, a question of 20 tokens takes 5 ms here and 14 ms through sentence-transformers (all-MiniLM-L6-v2),
and the process starts in half a second without torch. The vectors are the same to 1e-6 and do not depend on what else
is in the batch.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.embedding.session import OnnxSession
from index.hashing import file_hash
from townclerk.errors import Broken

BATCH_TOKENS = 4096
"""Padded tokens in one call: about 100 MB of working memory."""


class OnnxModel:
    """Safe to use from several threads."""

    def __init__(self, folder: Path, *, threads: int = 0, checked: bool = False) -> None:
        """Raises Broken when the exported files are damaged, which is not looked for when it was `checked`."""
        description = json.loads((folder / "model.json").read_text())
        if not checked:
            _check(folder, description["sha256"])
        self.dimension: int = description["dimension"]
        self.window: int = description["window"]
        self.query_prompt: str = description["query_prompt"]
        self.passage_prompt: str = description["passage_prompt"]
        # Opening it is most of what there is to wait for, and documents are cut without it.
        opening = ThreadPoolExecutor(1)
        self._session = opening.submit(OnnxSession, folder / "model.onnx", threads=threads)
        opening.shutdown(wait=False)
        self.tokenizer = open_tokenizer(folder / "tokenizer.json")
        self._room = self.window - self.tokenizer.num_special_tokens_to_add(False)

    def ready(self) -> None:
        """Wait until the model is open, which goes on in the background. Raises what hinders it."""
        self._session.result()

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, special tokens not counted."""
        if len(texts) == 1:
            return [len(self.tokenizer.encode(texts[0], add_special_tokens=False).ids)]
        return [len(e.ids) for e in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        """(n, dimension) unit vectors; texts of like length go together, so that little is padded."""
        session = self._session.result()
        prompted = [prompt + text for text in texts]
        encoded = [self._ids(e) for e in self.tokenizer.encode_batch(prompted, add_special_tokens=False)]
        lengths = list(map(len, encoded))
        vectors = np.empty((len(encoded), self.dimension), np.float32)
        order = sorted(range(len(encoded)), key=lambda i: lengths[i])
        start = 0
        while start < len(order):
            stop = start + 1
            while stop < len(order) and (stop + 1 - start) * lengths[order[stop]] <= BATCH_TOKENS:
                stop += 1
            batch = order[start:stop]
            vectors[batch] = session.vectors([encoded[i] for i in batch])
            start = stop
        return vectors

    def encode_one(self, text: str, prompt: str) -> Vectors:
        """(dimension,) the vector of one text: the batch call of the tokenizer wakes threads, which costs more than it saves."""
        ids = self._ids(self.tokenizer.encode(prompt + text, add_special_tokens=False))
        vector: Vectors = self._session.result().vectors([ids])[0]
        return vector

    def _ids(self, encoding: Any) -> list[int]:
        """With the special tokens, cut to the window."""
        encoding.truncate(self._room)
        ids: list[int] = self.tokenizer.post_process(encoding).ids
        return ids


def open_tokenizer(path: Path) -> Any:
    """It neither cuts nor pads. As shipped it may do both to a fixed length: seven times slower, and passages cut short."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _check(folder: Path, hashes: dict[str, str]) -> None:
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file() or file_hash(path) != expected:
            raise Broken(f"{path} is damaged. Delete the folder {folder}; it is made again at the next start.")
