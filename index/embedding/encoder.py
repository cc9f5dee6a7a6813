"""Text to unit-length vectors: ONNX Runtime on our own export of the model.

Measured on one core, a question of 20 tokens takes 5 ms here (2 in 8 bits, see `quantised`), and 14 ms through
sentence-transformers, and the process starts in half a second without torch. The vectors are the same to 1e-6
and do not depend on what else is in the batch.
"""

import json
import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.embedding.models import FORMAT, file_hash, find
from index.embedding.session import Inference
from index.embedding.word_vectors import FILE, Meanings
from index.passages.document import Vectors
from townclerk.errors import Broken

if TYPE_CHECKING:  # it takes longer to import than all else here, and the process that prepares needs none
    from townclerk.settings import Settings

log = logging.getLogger(__name__)
FAITHFUL = 0.99
"""The lowest cosine between a question's vector in 8 bits and its exact one, on some samples."""
BATCH_TOKENS = 4096
"""Padded tokens in one call: about 100 MB of working memory."""
EIGHT_BITS = "questions.int8-4.onnx"
"""Made by `quantised`; the number goes up when that makes something else, so that what was made before is not used."""
REMEMBERED = 4096
"""Query vectors kept; a repeated question then costs no encoding (1.5 kB each)."""


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
        told = json.loads((folder / "model.json").read_text())
        if not checked:
            _check(folder, told["sha256"])
        self.id = id
        self.dimension: int = told["dimension"]
        self.window: int = told["window"]
        self._query_prompt: str = told["query_prompt"]
        self.passage_prompt: str = told["passage_prompt"]
        self._threads = threads
        # Opening it is most of what there is to wait for, and documents are cut without it.
        opening = ThreadPoolExecutor(1)
        self._exact = opening.submit(Inference, folder / "model.onnx", threads=threads)
        opening.shutdown(wait=False)
        self._for_questions: Inference | None = None
        self._tokenizer = _tokenizer(folder)
        self._room = self.window - self._tokenizer.num_special_tokens_to_add(False)
        self._meanings = Meanings(folder, self._tokenizer)
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def ready(self) -> None:
        """Wait until the model is open, which goes on in the background. Raises what hinders it."""
        self._exact.result()

    def use_for_questions(self, path: Path | None) -> None:
        """Encode questions with another form of the model, or with the model itself. Raises Broken when it is not faithful."""
        if path is None:
            self._for_questions = None
            return
        texts = ("How do I get a dog licence?", "ok", "¿Dónde puedo pagar la factura del agua?")
        exact = self.encode(texts, prompt=self._query_prompt)
        try:
            # Its steps are joined already; joined further (a product in 8 bits with its bias), it takes a third longer.
            self._for_questions = Inference(path, threads=self._threads, joining="BASIC")
            found = np.stack([self._question(text) for text in texts])
        except Exception as error:
            raise Broken(f"{path} cannot be used ({error}). Delete it; it is made again at the next start.") from error
        nearness = float(np.min(np.sum(exact * found, axis=1)))
        if not nearness >= FAITHFUL:
            raise Broken(
                f"{path} gives vectors that differ from the model's (cosine {nearness:.3f}, at least {FAITHFUL} is needed). "
                "Delete it, or set TOWNCLERK_QUESTIONS_IN=fp32."
            )

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, one row each."""
        return self.encode(texts, prompt=self.passage_prompt)

    def query(self, text: str) -> Vectors:
        """The vector of a question; remembered."""
        with self._lock:
            if text in self._remembered:
                self._remembered.move_to_end(text)
                known: Vectors = self._remembered[text]
                return known
        vector = self._question(text)
        vector.setflags(write=False)
        with self._lock:
            self._remembered[text] = vector
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return vector

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, special tokens not counted."""
        if len(texts) == 1:
            return [len(self._tokenizer.encode(texts[0], add_special_tokens=False).ids)]
        return [len(e.ids) for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def words(self, words: Sequence[str]) -> Vectors:
        """What single words mean, one row each; see `meanings`. Not comparable with the vectors of texts."""
        return self._meanings.vectors(words)

    def encode(self, texts: Sequence[str], *, prompt: str) -> Vectors:
        """Vectors of texts; those of like length go together, so that little is padded."""
        exact = self._exact.result()
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
            vectors[batch] = exact.vectors([encoded[i] for i in batch], length=lengths[batch[-1]])
            start = stop
        return vectors

    def _question(self, text: str) -> Vectors:
        # One text by itself: the batch call of the tokenizer wakes threads, which costs more than it saves.
        ids = self._ids(self._tokenizer.encode(self._query_prompt + text, add_special_tokens=False))
        form = self._for_questions or self._exact.result()
        vector: Vectors = form.vectors([ids], length=len(ids))[0]
        return vector

    def _ids(self, encoding: Any) -> list[int]:
        """With the special tokens, cut to the window."""
        encoding.truncate(self._room)
        ids: list[int] = self._tokenizer.post_process(encoding).ids
        return ids


def _tokenizer(folder: Path) -> Any:
    """It neither cuts nor pads. As shipped it may do both to a fixed length: seven times slower, and passages cut short."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made


def _check(folder: Path, hashes: dict[str, str]) -> None:
    for name, told in hashes.items():
        path = folder / name
        if not path.is_file() or file_hash(path) != told:
            raise Broken(f"{path} is damaged. Delete the folder {folder}; it is made again at the next start.")


def open_encoder(settings: "Settings") -> OnnxEncoder:
    """The encoder of the configured model; exports the model when that has not been done yet.

    Raises Broken when the model is missing or cannot be exported faithfully.
    """
    model = find(settings.model)
    folder = settings.home / "models" / model.id
    if not _exported(folder):
        _make("index.embedding.export", model.folder, folder)
    made = OnnxEncoder(folder, id=model.id, threads=settings.encoder_threads)
    if settings.questions_in != "fp32":
        try:
            _take_eight_bits(made, folder)
        except Broken as error:
            if settings.questions_in == "int8":
                raise
            log.warning("Questions are encoded in fp32: %s", error.message)
            made.use_for_questions(None)
    made.ready()
    return made


def _exported(folder: Path) -> bool:
    """Whether all is there, as this version makes it."""
    told = folder / "model.json"
    return told.is_file() and (folder / FILE).is_file() and json.loads(told.read_text()).get("format") == FORMAT


def _take_eight_bits(encoder: OnnxEncoder, folder: Path) -> None:
    questions = folder / EIGHT_BITS
    if not questions.is_file():
        _make("index.embedding.quantize", folder / "model.onnx", questions)
        for older in set(folder.glob("questions.int8*.onnx")) - {questions}:
            older.unlink(missing_ok=True)
    encoder.use_for_questions(questions)


def _make(module: str, source: Path, target: Path) -> None:
    """In a process of its own, so that serving carries none of what making needs."""
    command = [sys.executable, "-W", "ignore", "-m", module, str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603
    if done.returncode:
        raise Broken(f"{target.name} could not be made from {source}: {done.stderr.strip()[-600:]}")
