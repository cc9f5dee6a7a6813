"""The documents of a segment, kept as a column for each thing known of them, so that opening a hundred thousand is quick.

An object for each would hold up every other thread while they are made, and again whenever
the interpreter looks through all objects for garbage.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FILE = "documents.jsonl"
BLOCK = 2048
"""Documents a line: a line is read in one step, during which no other thread can run."""


class DocumentRow(NamedTuple):
    """A document of a segment and how many passages it has there.

    When it was `checked` and its `page_date` are ISO 8601 or empty.
    """

    key: str
    fingerprint: str
    jurisdiction: str
    kind: str
    passages: int
    checked: str = ""
    page_date: str = ""


class DocumentTable:
    """The documents of one segment, by ordinal."""

    def __init__(self, folder: Path) -> None:
        """Read those of a segment's folder."""
        self._columns: list[list[Any]] = [[] for _ in DocumentRow._fields]
        for block in _blocks(folder):
            for column, more in zip(self._columns, block, strict=True):
                column += more
        self.keys: Sequence[str] = self._columns[0]
        self.jurisdictions: Sequence[str] = self._columns[2]
        self.kinds: Sequence[str] = self._columns[3]
        self.passages: Sequence[int] = self._columns[4]

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, ordinal: int) -> DocumentRow:
        return DocumentRow(*[column[ordinal] for column in self._columns])

    def __iter__(self) -> Iterator[DocumentRow]:
        return map(DocumentRow, *self._columns)


def write(folder: Path, documents: Iterable[DocumentRow]) -> None:
    """Write the documents of a new segment."""
    rows = list(documents)
    blocks = (rows[first : first + BLOCK] for first in range(0, len(rows), BLOCK))
    with (folder / FILE).open("w") as file:
        file.writelines(json.dumps(list(zip(*block, strict=True))) + "\n" for block in blocks)


def _blocks(folder: Path) -> Iterator[list[list[Any]]]:
    with (folder / FILE).open() as lines:
        yield from map(json.loads, lines)
