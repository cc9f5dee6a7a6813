"""An exported model in ONNX Runtime: texts to the vectors that the model gives them.

Measured on one core, a question of 20 tokens takes 5 ms here and 14 ms through sentence-transformers (all-MiniLM-L6-v2),
and the process starts in half a second without torch. The vectors are the same to 1e-6 and do not depend on what else
is in the batch.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.embedding.late_chunks import Layout, Parts, PassageVectors, apart, laid_out
from index.embedding.session import OnnxSession
from index.embedding.token_vectors import TokenVectors
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
        self.takes_means: bool = description["takes_means"]
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
        """(n, dimension) unit vectors."""
        rows = [self._ids(e) for e in self._encoded(texts, prompt)]
        vectors = np.empty((len(rows), self.dimension), np.float32)
        for batch in _batches(rows):
            vectors[batch] = self._session.result().run([rows[i] for i in batch])[0]
        return vectors

    def passages(self, texts: Sequence[str], parts: Sequence[Parts], tokens: TokenVectors) -> list[PassageVectors]:
        """Of each text the vectors of the whole, of each part and of its tokens."""
        if not self.takes_means:
            return apart(texts, parts, lambda each: self.encode(each, self.passage_prompt))
        laid, found = self.laid_out(texts, parts), dict[int, PassageVectors]()
        for batch in _batches([each.ids for each in laid]):
            _, states = self._session.result().run([laid[i].ids for i in batch])
            found |= {i: laid[i].read(own[: len(laid[i].ids)], tokens) for i, own in zip(batch, states, strict=True)}
        return [found[i] for i in range(len(laid))]

    def laid_out(self, texts: Sequence[str], parts: Sequence[Parts]) -> list[Layout]:
        """Each text as the model is given it; see `late_chunks`."""
        encoded, before = self._encoded(texts, self.passage_prompt), len(self.passage_prompt)
        return [laid_out(self._cut(e), before, of) for e, of in zip(encoded, parts, strict=True)]

    def read(self, text: str, prompt: str) -> tuple[Vectors, Vectors, list[int]]:
        """(dimension,) the vector of one text, and of its own tokens the (n, dimension) states and the ids.

        The batch call of the tokenizer wakes threads, which costs more than it saves.
        """
        laid = laid_out(self._cut(self.tokenizer.encode(prompt + text, add_special_tokens=False)), len(prompt), ())
        vectors, states = self._session.result().run([laid.ids])
        return vectors[0], states[0][laid.own], [laid.ids[i] for i in laid.own]

    def _encoded(self, texts: Sequence[str], prompt: str) -> list[Any]:
        encoded: list[Any] = self.tokenizer.encode_batch([prompt + text for text in texts], add_special_tokens=False)
        return encoded

    def _cut(self, encoding: Any) -> Any:
        """With the special tokens, cut to the window."""
        encoding.truncate(self._room)
        return self.tokenizer.post_process(encoding)

    def _ids(self, encoding: Any) -> list[int]:
        ids: list[int] = self._cut(encoding).ids
        return ids


def _batches(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The numbers of the rows, those of like length together, so that little is padded."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    start = 0
    for stop in range(1, len(order) + 1):
        if stop == len(order) or (stop + 1 - start) * len(rows[order[stop]]) > BATCH_TOKENS:
            yield order[start:stop]
            start = stop


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
