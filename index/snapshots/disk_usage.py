"""What the index takes on disk and in memory, part by part, for `townclerk index status`."""

import os
from collections import Counter
from pathlib import Path

import psutil

from index.schemas.operations import StorageUsage
from index.segments import document_table

_PARTS = {
    "vectors.npy": "vectors",
    "labels.npy": "vectors",
    "sentences.npy": "sentences",
    "tokens.npy": "tokens",
    "passages.jsonl": "text",
    "offsets.npy": "text",
    document_table.FILE: "documents",
}


def measured(home: Path, current: str, *, preparing: int | None) -> StorageUsage:
    """Bytes on disk by part, each file counted once, and resident bytes of this process and of the `preparing` one.

    `older_snapshots` is what would be free without them; `set_aside` are damaged ones.
    """
    disk: Counter[str] = Counter(
        dict.fromkeys(("vectors", "sentences", "tokens", "text", "documents", "keywords", "other"), 0)
    )
    seen: set[tuple[int, int]] = set()
    index = home / "index"
    older = sorted(path.name for path in index.glob("snap-????????") if path.name != current)
    for name in (current, *older, *(path.name for path in index.glob("snap-*.bad")), "../embeddings"):
        for path in (index / name).rglob("*"):
            disk[_part(index / name, path, current)] += _bytes(path, seen)
    resident = {"search": psutil.Process().memory_info().rss}
    if preparing is not None and psutil.pid_exists(preparing):
        resident["preparing"] = psutil.Process(preparing).memory_info().rss
    return StorageUsage(disk=dict(disk), memory=resident)


def _part(root: Path, path: Path, current: str) -> str:
    if root.name == "embeddings":
        return "embeddings_kept"
    if root.name != current:
        return "set_aside" if root.suffix == ".bad" else "older_snapshots"
    return "keywords" if path.parent.name == "keywords" else _PARTS.get(path.name, "other")


def _bytes(path: Path, seen: set[tuple[int, int]]) -> int:
    try:
        told = os.stat(path)
    except FileNotFoundError:  # removed just now
        return 0
    identity = (told.st_dev, told.st_ino)
    if identity in seen or not path.is_file():
        return 0
    seen.add(identity)
    return told.st_blocks * 512
