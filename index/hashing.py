"""SHA-256 of texts and files."""

import hashlib
from pathlib import Path


def hashed(*parts: str) -> str:
    """SHA-256 over parts, each ended by a zero byte so that no two lists of parts collide."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
