"""Text to unit-length vectors: ONNX Runtime on our own export of the model.

Measured on one core, a question of 20 tokens takes 5 ms here and 14 ms through sentence-transformers, and the
process starts in half a second without torch. The vectors are the same to 1e-6 and do not depend on what else is
in the batch.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.arrays import Vectors
from index.embedding.models import FORMAT, find
from index.embedding.session import OnnxSession
from index.embedding.word_vectors import FILE, WordVectors
from index.hashing import file_hash
from townclerk.errors import Broken

if TYPE_CHECKING:  # it takes longer to import than all else here, and the process that prepares needs none
    from townclerk.settings import Settings

BATCH_TOKENS = 4096
"""Padded tokens in one call: about 100 MB of working memory."""
CACHED_QUERIES = 4096
"""Query vectors in memory, 1.5 kB each: a repeated question costs no encoding."""


class Encoder(Protocol):
    """What the engine needs of an embedding model. `window` is in tokens."""

    id: str
    dimension: int
    window: int

    def passages(self, texts: Sequence[str]) -> Vectors: ...

    def query(self, text: str) -> Vectors: ...

    def tokens(self, texts: Sequence[str]) -> list[int]: ...

    def words(self, words: Sequence[str]) -> Vectors: ...


class OnnxEncoder:
    """An exported model. Safe to use from several threads."""

    def __init__(self, folder: Path, *, id: str, threads: int = 0, checked: bool = False) -> None:
        """Raises Broken when the exported files are damaged, which is not looked for when it was `checked`."""
        model = json.loads((folder / "model.json").read_text())
        if not checked:
            _check(folder, model["sha256"])
        self.id = id
        self.dimension: int = model["dimension"]
        self.window: int = model["window"]
        self._query_prompt: str = model["query_prompt"]
        self.passage_prompt: str = model["passage_prompt"]
        # Opening it is most of what there is to wait for, and documents are cut without it.
        opening = ThreadPoolExecutor(1)
        self._session = opening.submit(OnnxSession, folder / "model.onnx", threads=threads)
        opening.shutdown(wait=False)
        self._tokenizer = _tokenizer(folder)
        self._room = self.window - self._tokenizer.num_special_tokens_to_add(False)
        self._word_vectors = WordVectors(folder, self._tokenizer)
        self._query = lru_cache(maxsize=CACHED_QUERIES)(self._encode_query)

    def ready(self) -> None:
        """Wait until the model is open, which goes on in the background. Raises what hinders it."""
        self._session.result()

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, one row each."""
        return self.encode(texts, prompt=self.passage_prompt)

    def query(self, text: str) -> Vectors:
        """The vector of a question, read-only; cached."""
        return self._query(text)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, special tokens not counted."""
        if len(texts) == 1:
            return [len(self._tokenizer.encode(texts[0], add_special_tokens=False).ids)]
        return [len(e.ids) for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def words(self, words: Sequence[str]) -> Vectors:
        """What single words mean, one row each; see `word_vectors`. Not comparable with the vectors of texts."""
        return self._word_vectors.of(words)

    def encode(self, texts: Sequence[str], *, prompt: str) -> Vectors:
        """Vectors of texts; those of like length go together, so that little is padded."""
        session = self._session.result()
        encoded = [
            self._ids(e) for e in self._tokenizer.encode_batch([prompt + t for t in texts], add_special_tokens=False)
        ]
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

    def _encode_query(self, text: str) -> Vectors:
        # One text by itself: the batch call of the tokenizer wakes threads, which costs more than it saves.
        ids = self._ids(self._tokenizer.encode(self._query_prompt + text, add_special_tokens=False))
        vector: Vectors = self._session.result().vectors([ids])[0]
        vector.setflags(write=False)
        return vector

    def _ids(self, encoding: Any) -> list[int]:
        """With the special tokens, cut to the window."""
        encoding.truncate(self._room)
        ids: list[int] = self._tokenizer.post_process(encoding).ids
        return ids


def _tokenizer(folder: Path) -> Any:
    """It neither cuts nor pads. As shipped it may do both to a fixed length: seven times slower, and passages cut short."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _check(folder: Path, hashes: dict[str, str]) -> None:
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file() or file_hash(path) != expected:
            raise Broken(f"{path} is damaged. Delete the folder {folder}; it is made again at the next start.")


def open_encoder(settings: "Settings") -> OnnxEncoder:
    """The encoder of the configured model; exports the model when that has not been done yet.

    Raises Broken when the model is missing or cannot be exported faithfully.
    """
    model = find(settings.model)
    folder = settings.home / "models" / model.id
    if not _exported(folder):
        _export(model.folder, folder)
    encoder = OnnxEncoder(folder, id=model.id, threads=settings.encoder_threads)
    encoder.ready()
    return encoder


def _exported(folder: Path) -> bool:
    """Whether all is there, as this version makes it."""
    model = folder / "model.json"
    return model.is_file() and (folder / FILE).is_file() and json.loads(model.read_text()).get("format") == FORMAT


def _export(source: Path, target: Path) -> None:
    """In a process of its own: the export needs torch, which serving must not carry."""
    command = [sys.executable, "-W", "ignore", "-m", "index.embedding.export", str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603
    if done.returncode:
        raise Broken(f"{target.name} could not be made from {source}: {done.stderr.strip()[-600:]}")
