"""A snapshot being made: a folder that starts with the files of another one.

Files never change once written, so a draft holds links to those it takes over; only what is
new is written, hashed and synced. tantivy's two lists of files are the exception and copied.
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path

from index.hashing import file_hash
from index.keywords.bm25_index import LOCKS
from index.snapshots.manifest import FORMAT, Manifest, Snapshot, Told, write_manifest
from townclerk import clock

CHANGING = ("meta.json", ".managed.json")


class SnapshotWriter:
    """Not a snapshot before it was sealed and installed (see `Snapshots`)."""

    def __init__(self, folder: Path, base: Snapshot | None) -> None:
        """Make the folder, with the files of `base`."""
        self.folder = folder
        self._known: dict[str, Told] = {}
        folder.mkdir()
        for path, told in base.manifest.files.items() if base else ():
            self._take(base.folder / path, path, told)  # type: ignore[union-attr]

    def _take(self, source: Path, path: str, told: Told) -> None:
        target = self.folder / path
        target.parent.mkdir(exist_ok=True)
        if target.name in CHANGING:
            shutil.copyfile(source, target)
            return
        os.link(source, target)
        self._known[path] = told

    def drop(self, name: str) -> None:
        """Leave out a folder: a merged segment, a damaged keyword index."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        self._known = {path: told for path, told in self._known.items() if not path.startswith(f"{name}/")}

    def seal(self, manifest: Manifest) -> Manifest:
        """Hash and sync what is new, write the manifest; gives it as written."""
        for lock in LOCKS:
            (self.folder / "keywords" / lock).unlink(missing_ok=True)
        files: dict[str, Told] = {}
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            name = str(path.relative_to(self.folder))
            known = self._known.get(name)
            if known is None:
                sync(path)
            files[name] = known or (path.stat().st_size, file_hash(path))
        whole = replace(manifest, files=files, made_at=clock.iso(clock.now()) or "", format=FORMAT)
        sync(write_manifest(self.folder, whole))
        for folder in (*(p for p in self.folder.iterdir() if p.is_dir()), self.folder):
            sync(folder)
        return whole


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
