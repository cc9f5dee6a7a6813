"""Texts to unit-length vectors that can be compared, also between languages and models."""

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock

from index.arrays import Vectors
from index.embedding.language_centers import LanguageCenters
from index.embedding.late_chunks import Parts, PassageVectors
from index.embedding.models import FORMAT, Model, find
from index.embedding.onnx_model import OnnxModel
from index.embedding.token_vectors import QuestionTokens, TokenVectors
from index.embedding.word_vectors import WordVectors
from townclerk.errors import Broken

if TYPE_CHECKING:  # it takes longer to import than all else here, and the process that prepares needs none
    from townclerk.settings import Settings

CACHED_QUERIES = 4096
"""Questions in memory, 4 kB each: a repeated question costs no encoding."""


class Encoder(Protocol):
    """What the engine needs of an embedding model. `window` is in tokens; `spread` is that of its cosines, see `language_centers`."""

    id: str
    dimension: int
    window: int
    spread: float

    def passages(self, texts: Sequence[str], language: str = "en") -> Vectors: ...

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]: ...

    def query(self, text: str) -> Vectors: ...

    def query_tokens(self, text: str) -> QuestionTokens: ...

    def tokens(self, texts: Sequence[str]) -> list[int]: ...

    def words(self, words: Sequence[str]) -> Vectors: ...

    def knows(self, word: str) -> bool: ...


class OnnxEncoder:
    """An exported model. Safe to use from several threads."""

    def __init__(self, folder: Path, *, id: str, threads: int = 0, checked: bool = False) -> None:
        """Raises Broken when the exported files are damaged, which is not looked for when it was `checked`."""
        self.id = id
        self.model = OnnxModel(folder, threads=threads, checked=checked)
        self.dimension, self.window = self.model.dimension, self.model.window
        self._centers = LanguageCenters(folder)
        self.spread = self._centers.spread
        self.token_vectors = TokenVectors(folder)
        self._word_vectors = WordVectors(folder)
        self._query = lru_cache(maxsize=CACHED_QUERIES)(self._encode_query)

    def passages(self, texts: Sequence[str], language: str = "en") -> Vectors:
        """(n, dimension) vectors of texts to be found, all in one language."""
        return self.centered(self.model.encode(texts, self.model.passage_prompt), language)

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        """Of each text the vectors of the whole, of each part and of its tokens; see `late_chunks`."""
        return [self.centered_all(each, language) for each in self.model.passages(texts, parts, self.token_vectors)]

    def centered_all(self, found: PassageVectors, language: str) -> PassageVectors:
        """What the model gives for a passage and its parts, as it is kept."""
        return found._replace(vectors=self.centered(found.vectors, language))

    def centered(self, vectors: Vectors, language: str) -> Vectors:
        """What the model gives for passages, as they are kept; see `language_centers`."""
        return self._centers.passages(vectors, language)

    def query(self, text: str) -> Vectors:
        """(dimension,) the vector of a question, read-only; cached."""
        return self._query(text)[0]

    def query_tokens(self, text: str) -> QuestionTokens:
        """What the tokens of a question mean; cached with its vector."""
        return self._query(text)[1]

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, special tokens not counted."""
        return self.model.tokens(texts)

    def words(self, words: Sequence[str]) -> Vectors:
        """What single words mean, one row each; see `word_vectors`. Not comparable with the vectors of texts."""
        return self._word_vectors.of(words)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is a common English one; see `word_vectors`."""
        return self._word_vectors.knows(word)

    def _encode_query(self, text: str) -> tuple[Vectors, QuestionTokens]:
        vector, states, ids = self.model.read(text, self.model.query_prompt)
        moved = self._centers.questions(vector)
        moved.setflags(write=False)
        return moved, self.token_vectors.question(states, ids)


def open_encoder(settings: "Settings") -> OnnxEncoder:
    """The encoder of the configured model; exports the model when that has not been done yet.

    Raises Broken when the model is missing or cannot be exported faithfully.
    """
    model = find(settings)
    folder = settings.home / "models" / model.id
    if not _exported(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):  # of two processes that start together one exports
            if not _exported(folder):
                _export(model, folder)
    encoder = OnnxEncoder(folder, id=model.id, threads=settings.encoder_threads)
    encoder.model.ready()
    return encoder


def _exported(folder: Path) -> bool:
    """Whether all is there, as this version makes it; `model.json` is written last."""
    model = folder / "model.json"
    return model.is_file() and json.loads(model.read_text()).get("format") == FORMAT


def _export(model: Model, target: Path) -> None:
    """In a process of its own: the export needs torch, which serving must not carry."""
    prompts = (model.query_prompt, model.passage_prompt)
    arguments = [str(model.folder), str(target), *prompts]
    command = [sys.executable, "-W", "ignore", "-m", "index.embedding.export", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603
    if done.returncode:
        raise Broken(f"{target.name} could not be made from {model.folder}: {done.stderr.strip()[-600:]}")
