"""What a snapshot says about itself, and whether its files are as it says."""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from index.hashing import file_hash
from index.snapshots.marker import Marker
from townclerk.errors import Broken

log = logging.getLogger(__name__)
FORMAT = 9
"""The one format that is written and read; an index of an older one is built again."""
Told = tuple[int, str]
"""Size in bytes and SHA-256 of a file."""


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds. `segments` maps a segment's name to the documents in it that were deleted since.

    `content` names the snapshot whose content this one still has; empty when it has its own.
    """

    model: str
    dimension: int
    marker: Marker = field(default_factory=Marker)
    segments: dict[str, list[int]] = field(default_factory=dict)
    next_row: int = 0
    documents: int = 0
    passages: int = 0
    made_at: str = ""
    content: str = ""
    files: dict[str, Told] = field(default_factory=dict)
    format: int = FORMAT


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def content(self) -> str:
        """The snapshot in which this content was first."""
        return self.manifest.content or self.name


class OlderFormat(ValueError):
    """The snapshot was made by an earlier version and is no longer read."""


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Into a draft; not yet synced."""
    path, told = folder / "manifest.json", asdict(manifest)
    path.write_text(json.dumps(told | {"checksum": _checksum(told)}, indent=1))
    return path


def read_manifest(folder: Path) -> Manifest:
    """Raises OSError, ValueError, TypeError or KeyError when it is missing or damaged, Broken when it is of a newer version."""
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    checksum = told.pop("checksum", None)
    if told["format"] > FORMAT:
        raise Broken(
            f"The index snapshot {folder.name} was written by a newer Townclerk (format {told['format']}, this one reads {FORMAT}). "
            f"Install that version again, or delete the folder {folder.parent}: the index is then built again from the database."
        )
    if told["format"] < FORMAT:
        raise OlderFormat(f"snapshot format {told['format']}, this version reads {FORMAT}")
    if checksum != _checksum(told):
        raise ValueError("its checksum is not that of its content")
    told["marker"] = Marker(**told["marker"])
    told["files"] = {path: (int(size), str(digest)) for path, (size, digest) in told["files"].items()}
    known = {f.name for f in fields(Manifest)}
    return Manifest(**{name: value for name, value in told.items() if name in known})


def _checksum(told: dict[str, Any]) -> str:
    """SHA-256 of what a manifest tells, however it is laid out."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


class Checker:
    """Compares files with manifests. A file that several snapshots share is read once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int, int], str] = {}

    def wrong(self, folder: Path, manifest: Manifest) -> list[str]:
        """Files that are missing or not what the manifest says."""
        return [path for path, told in manifest.files.items() if not self._matches(folder / path, told)]

    def _matches(self, path: Path, told: Told) -> bool:
        try:
            found = path.stat()
            if not path.is_file() or found.st_size != told[0]:
                return False
            identity = (found.st_ino, found.st_size, found.st_mtime_ns)
            if identity not in self._seen:
                self._seen[identity] = file_hash(path)
        except OSError as error:
            log.error("%s cannot be read: %s", path, error)
            return False
        return self._seen[identity] == told[1]
