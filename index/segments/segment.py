"""Segments: immutable folders of passages with their vectors, written once, mapped into memory.

A publish adds one segment with what is new; older segments are carried over as they are.
`rows` are the ids by which the vector and keyword indexes know a passage; they are never
given out twice. The passages of one document are neighbours in one segment.
"""

import json
import mmap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.embedding.token_vectors import WIDTH, Tokens
from index.passages.document import Passage
from index.segments import document_table
from index.segments.document_table import DocumentRow, DocumentTable
from index.text.sentences import Span

KEY = np.dtype("S40")
"""A passage's key as it is stored."""


@dataclass(frozen=True)
class Entry:
    """One passage as it is stored. `embedded` is the hash of the texts its vectors were made of.

    `label` is the vector of its question or heading (None without one); `sentences` has a
    row for each span, `tokens` one for each token that says something.
    """

    row: int
    passage: Passage
    spans: tuple[Span, ...]
    embedded: str
    vector: Vectors
    label: Vectors | None
    sentences: NDArray[np.float16]
    tokens: Tokens


def write(folder: Path, documents: Iterable[tuple[DocumentRow, Sequence[Entry]]], *, dimension: int) -> None:
    """Write a new segment folder (not yet synced to disk)."""
    folder.mkdir()
    pairs = list(documents)
    entries = [entry for _, found in pairs for entry in found]
    offsets = [0]
    with (folder / "passages.jsonl").open("wb") as file:
        for entry in entries:
            offsets.append(offsets[-1] + file.write(_line(entry)))
    labelled = [entry.label for entry in entries if entry.label is not None]
    label_of = np.cumsum([entry.label is not None for entry in entries], dtype=np.int64) - 1
    label_of[[i for i, entry in enumerate(entries) if entry.label is None]] = -1
    arrays: dict[str, NDArray[Any]] = {
        "offsets": np.array(offsets, np.int64),
        "rows": np.array([entry.row for entry in entries], np.int64),
        "keys": np.array([entry.passage.key for entry in entries], KEY),
        "vectors": _stacked([entry.vector[None] for entry in entries], dimension, np.float32),
        "labels": _stacked([label[None] for label in labelled], dimension, np.float32),
        "label_of": label_of,
        "sentences": _stacked([entry.sentences for entry in entries], dimension, np.float16),
        "sentence_of": np.cumsum([0, *(len(entry.spans) for entry in entries)], dtype=np.int64),
        "tokens": _stacked([entry.tokens for entry in entries], WIDTH, np.int8),
        "token_of": np.cumsum([0, *(len(entry.tokens) for entry in entries)], dtype=np.int64),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    document_table.write(folder, (document_row for document_row, _ in pairs))


class Segment:
    """A segment on disk. Only small arrays and the list of documents are held in memory.

    Its files stay open, so it serves every snapshot that has it, also when this folder is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._folder = folder
        self.documents = DocumentTable(folder)
        self.kinds = Counter(self.documents.kinds)
        self.ordinals = dict(zip(self.documents.keys, range(len(self.documents)), strict=True))
        passages = np.array(self.documents.passages, np.int64)
        self.starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(passages)])
        self._document_of = np.repeat(np.arange(len(passages), dtype=np.int32), passages)
        self.rows: NDArray[np.int64] = np.load(folder / "rows.npy")
        self.offsets: NDArray[np.int64] = np.load(folder / "offsets.npy")
        self.keys: NDArray[np.bytes_] = self._mapped("keys")
        self.label_of: NDArray[np.int64] = np.load(folder / "label_of.npy")
        self.sentence_of: NDArray[np.int64] = np.load(folder / "sentence_of.npy")
        self.vectors: Vectors = self._mapped("vectors")
        self.labels: Vectors = self._mapped("labels")
        self.sentences: NDArray[np.float16] = self._mapped("sentences")
        self.token_of: NDArray[np.int64] = np.load(folder / "token_of.npy")
        self.tokens: Tokens = self._mapped("tokens")
        self.text = _opened(folder / "passages.jsonl")

    @cached_property
    def places(self) -> dict[str, NDArray[np.int64]]:
        """Positions by jurisdiction."""
        names, which = np.unique(np.array(self.documents.jurisdictions, str), return_inverse=True)
        of = which.astype(np.int32)[self._document_of]
        order = np.argsort(of, kind="stable")
        parts = np.split(order, np.searchsorted(of[order], np.arange(1, len(names))))
        return {name: part for name, part in zip(names.tolist(), parts, strict=True) if len(part)}

    def document(self, ordinal: int) -> range:
        """Positions of a document's passages."""
        return range(int(self.starts[ordinal]), int(self.starts[ordinal + 1]))

    def document_row(self, positions: NDArray[np.int64]) -> list[DocumentRow]:
        """The document of each position."""
        return [self.documents[i] for i in self._document_of[positions].tolist()]

    def named(self, position: int) -> tuple[DocumentRow, str]:
        """The document of one position, and the key of its passage."""
        return self.documents[self._document_of[position]], self.keys[position].decode()

    def passage(self, position: int) -> tuple[Passage, tuple[Span, ...]]:
        """A passage and where its sentences are."""
        told = self._told(position)
        return _passage(told), tuple(map(tuple, told["spans"]))

    def embedded(self, position: int) -> str:
        """The hash of the texts that a passage's vectors were made of."""
        return str(self._told(position)["embedded"])

    def sentence_vectors(self, position: int) -> NDArray[np.float16]:
        """One row for each sentence of a passage."""
        return self.sentences[self.sentence_of[position] : self.sentence_of[position + 1]]

    def token_vectors(self, position: int) -> Tokens:
        """One row for each token of a passage that says something."""
        return self.tokens[self.token_of[position] : self.token_of[position + 1]]

    def entry(self, position: int) -> Entry:
        """Everything about a passage, to write it again elsewhere."""
        passage, spans = self.passage(position)
        label = int(self.label_of[position])
        return Entry(
            row=int(self.rows[position]),
            passage=passage,
            spans=spans,
            embedded=self.embedded(position),
            vector=self.vectors[position],
            label=self.labels[label] if label >= 0 else None,
            sentences=self.sentence_vectors(position),
            tokens=self.token_vectors(position),
        )

    def _told(self, position: int) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.text[self.offsets[position] : self.offsets[position + 1]])
        return told

    def _mapped(self, name: str) -> NDArray[Any]:
        # A plain array on the mapped file: indexing numpy's own class for it costs three times as much.
        found: NDArray[Any] = np.asarray(np.load(self._folder / f"{name}.npy", mmap_mode="r"))
        return found


def _opened(path: Path) -> mmap.mmap | bytes:
    if not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _line(entry: Entry) -> bytes:
    told = {**vars(entry.passage), "spans": entry.spans, "embedded": entry.embedded}
    told["page_date"] = entry.passage.page_date.isoformat() if entry.passage.page_date else None
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _passage(told: dict[str, Any]) -> Passage:
    values = {name: value for name, value in told.items() if name not in ("spans", "embedded")}
    values["page_date"] = date.fromisoformat(told["page_date"]) if told["page_date"] else None
    return Passage(**values)


def _stacked(parts: Sequence[NDArray[Any]], dimension: int, dtype: type) -> NDArray[Any]:
    return np.concatenate(parts).astype(dtype, copy=False) if parts else np.empty((0, dimension), dtype)
