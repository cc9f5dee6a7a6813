"""Snapshots of the index on disk: complete and verified, or not there.

    index/CURRENT             the name of the snapshot being served
    index/snap-00000007/      manifest.json, seg-*/, keywords/

A snapshot is written to `snap-N.tmp`, its files and folder are synced, and only then it
is renamed and `CURRENT` replaced, so a crash or a full disk at any point leaves the one
before in force. The manifest holds the SHA-256 of every file; a snapshot that does not
match it is set aside as `snap-N.bad` and the newest good one is served.
"""

import fcntl
import json
import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from index.documents import Marker
from index.keywords import LOCKS
from index.models import file_hash
from townclerk import clock
from townclerk.errors import Conflict

log = logging.getLogger(__name__)
FORMAT = 2
COPY_BYTES = 64_000_000
"""Up to this size a snapshot shares no file with the one before, so that a damaged disk
block spoils one of them only. Larger ones share unchanged files (hard links)."""
_NAME = re.compile(r"snap-(\d{8})")


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds. `segments` maps a segment's name to the documents in it that were deleted since."""

    model: str
    dimension: int
    marker: Marker = field(default_factory=Marker)
    segments: dict[str, list[int]] = field(default_factory=dict)
    next_row: int = 0
    documents: int = 0
    passages: int = 0
    made_at: str = ""
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.folder.name


class Snapshots:
    """All snapshots of one installation. One process at a time may hold them."""

    def __init__(self, home: Path, *, kept: int) -> None:
        """Raises Conflict when another process holds them."""
        self._home = home / "index"
        self._kept = kept
        self.alarms: list[str] = []
        self._home.mkdir(parents=True, exist_ok=True)
        self._lock = (self._home / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise Conflict(
                f"Another process uses the index in {self._home}. Stop it first, or set another TOWNCLERK_HOME."
            ) from error
        for leftover in self._home.glob("snap-*.tmp"):
            shutil.rmtree(leftover)

    def close(self) -> None:
        """Let another process have them."""
        self._lock.close()

    def current(self) -> Snapshot | None:
        """The snapshot to serve: that of `CURRENT`, or else the newest that is whole. None when there is none."""
        pointed = self._pointed()
        names = [name for name in self.names() if pointed is None or name <= pointed]
        for name in reversed(names):
            found = self._verified(name)
            if found is not None:
                if name != pointed:
                    self._alarm(
                        f"The index snapshot {pointed or 'CURRENT'} could not be used; {name} is served instead."
                    )
                    self._point(name)
                return found
        if pointed is not None or names:
            self._alarm("No index snapshot could be read; the index starts empty and reads everything again.")
        return None

    def names(self) -> list[str]:
        """Names of the snapshots on disk, oldest first."""
        return sorted(path.name for path in self._home.iterdir() if _NAME.fullmatch(path.name))

    def before(self, name: str) -> Snapshot | None:
        """The newest whole snapshot older than `name`."""
        older = (self._verified(candidate) for candidate in reversed(self.names()) if candidate < name)
        return next((found for found in older if found is not None), None)

    @contextmanager
    def draft(self, base: Snapshot | None) -> Iterator["Draft"]:
        """A folder that starts with the files of `base`; what was not published is removed."""
        last = max((int(m.group(1)) for p in self._home.iterdir() if (m := _NAME.match(p.name))), default=0)
        folder = self._home / f"snap-{last + 1:08}.tmp"
        draft = Draft(self, folder, base)
        try:
            draft.start()
            yield draft
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def install(self, folder: Path) -> Path:
        """Give a synced draft its final name, make it the current one, and drop the oldest."""
        final = folder.with_suffix("")
        os.rename(folder, final)
        sync(self._home)
        self._point(final.name)
        for name in self.names()[: -self._kept]:
            shutil.rmtree(self._home / name, ignore_errors=True)
        return final

    def _pointed(self) -> str | None:
        try:
            return (self._home / "CURRENT").read_text().strip()
        except FileNotFoundError:
            return None

    def _point(self, name: str) -> None:
        written = self._home / "CURRENT.tmp"
        written.write_text(name + "\n")
        sync(written)
        os.replace(written, self._home / "CURRENT")
        sync(self._home)

    def _verified(self, name: str) -> Snapshot | None:
        folder = self._home / name
        try:
            manifest = read_manifest(folder)
            wrong = [
                path for path, (size, digest) in manifest.files.items() if not _matches(folder / path, size, digest)
            ]
        except (OSError, ValueError, TypeError, KeyError) as error:
            wrong, manifest = [f"manifest.json ({type(error).__name__})"], None
        if manifest is not None and not wrong:
            return Snapshot(folder, manifest)
        self._alarm(f"The index snapshot {name} is damaged ({', '.join(wrong[:3])}) and was set aside as {name}.bad.")
        shutil.rmtree(folder.with_suffix(".bad"), ignore_errors=True)
        os.rename(folder, folder.with_suffix(".bad"))
        return None

    def _alarm(self, text: str) -> None:
        self.alarms.append(text)
        log.error("ALARM: %s", text)


class Draft:
    """A snapshot being made."""

    def __init__(self, owner: Snapshots, folder: Path, base: Snapshot | None) -> None:
        self._owner = owner
        self.folder = folder
        self._base = base
        self._known: dict[str, tuple[int, str]] = {}

    def start(self) -> None:
        """Bring over the base's files: copies while it is small, links when it is large."""
        self.folder.mkdir()
        if self._base is None:
            return
        files = self._base.manifest.files
        small = sum(size for size, _ in files.values()) <= COPY_BYTES
        for path, told in files.items():
            source, target = self._base.folder / path, self.folder / path
            target.parent.mkdir(exist_ok=True)
            if small or not _immutable(path):
                shutil.copyfile(source, target)
            else:
                os.link(source, target)
            if _immutable(path):
                self._known[path] = told

    def drop(self, segment: str) -> None:
        """Leave out a segment that was merged into another."""
        shutil.rmtree(self.folder / segment)

    def publish(self, manifest: Manifest, *, made_at: datetime | None = None) -> Snapshot:
        """Sync everything and make it the current snapshot."""
        for lock in LOCKS:
            (self.folder / "keywords" / lock).unlink(missing_ok=True)
        files: dict[str, tuple[int, str]] = {}
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            name = str(path.relative_to(self.folder))
            sync(path)
            files[name] = self._known.get(name) or (path.stat().st_size, file_hash(path))
        whole = replace(manifest, files=files, made_at=clock.iso(made_at or clock.now()) or "")
        (self.folder / "manifest.json").write_text(json.dumps(asdict(whole), indent=1))
        sync(self.folder / "manifest.json")
        for folder in (*(p for p in self.folder.iterdir() if p.is_dir()), self.folder):
            sync(folder)
        return Snapshot(self._owner.install(self.folder), whole)


def read_manifest(folder: Path) -> Manifest:
    """Raises OSError, ValueError, TypeError or KeyError when it is missing or not ours."""
    told = json.loads((folder / "manifest.json").read_text())
    if told["format"] != FORMAT:
        raise ValueError(f"snapshot format {told['format']}, this version reads {FORMAT}")
    told["marker"] = Marker(**told["marker"])
    told["files"] = {path: (int(size), str(digest)) for path, (size, digest) in told["files"].items()}
    return Manifest(**told)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _immutable(path: str) -> bool:
    # tantivy replaces meta.json and .managed.json; every other file is written once.
    return Path(path).name not in ("meta.json", ".managed.json")


def _matches(path: Path, size: int, digest: str) -> bool:
    return path.is_file() and path.stat().st_size == size and file_hash(path) == digest
