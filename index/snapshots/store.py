"""Snapshots of the index on disk: complete and verified, or not there.

    index/CURRENT             the name of the snapshot being served
    index/snap-00000007/      manifest.json, seg-*/, keywords/

A snapshot is written to `snap-N.tmp`, its files and folder are synced, and only then it
is renamed and `CURRENT` replaced, so a crash or a full disk at any point leaves the one
before in force. The manifest holds the SHA-256 of every file and of itself; a snapshot that
does not match it is set aside as `snap-N.bad` and the newest good one is served. Snapshots share
the files that did not change, so one damaged disk block may spoil all of them: then what is
whole of the newest is kept and the rest is read from the database again (see `salvage`).
"""

import fcntl
import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index.snapshots.manifest import Checker, Manifest, OlderFormat, Snapshot, read_manifest
from index.snapshots.retention import remove, to_keep
from index.snapshots.writer import sync
from townclerk.errors import Broken, Conflict, NotFound

log = logging.getLogger(__name__)
_NAME = re.compile(r"snap-(\d{8})")


@dataclass(frozen=True)
class Damaged:
    """A snapshot that was set aside, and which of its files are wrong. Without manifest nothing can be kept."""

    folder: Path
    manifest: Manifest | None
    wrong: list[str]


class Snapshots:
    """All snapshots of one installation. One process at a time may hold them."""

    def __init__(self, home: Path, *, kept: int) -> None:
        """Raises Conflict when another process holds them, Broken when the folder cannot be written."""
        self._home = home / "index"
        self._kept = kept
        self._checker = Checker()
        self._read: dict[str, tuple[tuple[int, ...], Manifest]] = {}
        self.alarms: list[str] = []
        self.damaged: list[Damaged] = []
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            self._lock = (self._home / "lock").open("w")
        except OSError as error:
            raise Broken(
                f"The folder {self._home} cannot be written: {error.strerror}. Give the user that runs Townclerk write access."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise Conflict(
                f"Another process uses the index in {self._home}. Stop it first, or set another TOWNCLERK_HOME."
            ) from error
        (self._home / "CURRENT.tmp").unlink(missing_ok=True)
        for leftover in self._home.glob("snap-*.tmp"):
            shutil.rmtree(leftover, ignore_errors=True)

    def close(self) -> None:
        """Let another process have them."""
        self._lock.close()

    def current(self) -> Snapshot | None:
        """The snapshot to serve: that of `CURRENT`, or else the newest that is whole. None when there is none.

        Raises Broken when it was written by a newer version.
        """
        pointed, names = self._pointed(), self.names()
        # What is newer than the pointer was told to nobody; it comes last.
        newer = [name for name in names if pointed is not None and name > pointed]
        for name in [*reversed(names[: len(names) - len(newer)]), *reversed(newer)]:
            found = self._verified(name)
            if found is None:
                continue
            if name != pointed:
                self.alarm(f"The index snapshot {pointed or 'CURRENT'} could not be used; {name} is served instead.")
                self._point(name)
            for later in (each for each in self.names() if each > name):
                # A crash came between its rename and the pointer: nobody was told of it.
                remove(self._home / later)
            return found
        self._find_set_aside()
        return None

    def names(self) -> list[str]:
        """Names of the snapshots on disk, oldest first."""
        return sorted(path.name for path in self._home.iterdir() if _NAME.fullmatch(path.name))

    def all(self) -> list[Snapshot]:
        """The snapshots whose manifest can be read, oldest first; their files are not checked."""
        known, told = self._read, dict[str, tuple[tuple[int, ...], Manifest]]()
        for name in self.names():
            try:
                told[name] = _told(self._home / name, known.get(name))
            except (OSError, ValueError, TypeError, KeyError, Broken):
                log.exception("the manifest of %s cannot be read", name)
        self._read = told
        return [Snapshot(self._home / name, manifest) for name, (_, manifest) in told.items()]

    def before(self, current: Snapshot) -> Snapshot | None:
        """The newest whole snapshot with a content older than `current`'s."""
        older = [each.name for each in self.all() if each.content < current.content]
        return next((found for name in reversed(older) if (found := self._verified(name)) is not None), None)

    def named(self, name: str) -> Snapshot:
        """A whole snapshot by its name. Raises NotFound."""
        found = self._verified(name) if name in self.names() else None
        if found is None:
            raise NotFound(f"There is no whole index snapshot {name!r}. `townclerk index snapshots` lists them.")
        return found

    def wrong(self) -> dict[str, list[str]]:
        """Check every file of every snapshot now: the names of those that are damaged or missing, by snapshot."""
        checker, self._read = Checker(), {}
        return {each.name: checker.wrong(each.folder, each.manifest) for each in self.all()}

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """The path of a folder to make a snapshot in; what was not installed is removed."""
        last = max((int(m.group(1)) for p in self._home.iterdir() if (m := _NAME.match(p.name))), default=0)
        folder = self._home / f"snap-{last + 1:08}.tmp"
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def install(self, folder: Path, manifest: Manifest) -> Snapshot:
        """Give a sealed draft its final name and make it the current one."""
        final = folder.with_suffix("")
        os.rename(folder, final)
        try:
            sync(self._home)
            self._point(final.name)
        except OSError:
            # Left there, it would be gone back to by a later roll back, though nobody was told of it.
            if self._pointed() != final.name:
                remove(final)
            raise
        self._read[final.name] = (_identity(final), manifest)
        return Snapshot(final, manifest)

    def retract(self, snapshot: Snapshot, *, to: Snapshot) -> None:
        """Make another one the current one again and remove this."""
        self._point(to.name)
        remove(snapshot.folder)

    def tidy(self) -> None:
        """Drop those no longer kept, once the newest is served; what cannot be removed is told in the log only."""
        try:
            self.prune()
        except OSError:
            log.exception("older snapshots could not be removed; it is tried again with the next publish")

    def prune(self, *, only_current: bool = False) -> int:
        """Remove snapshots that are no longer kept, and set-aside ones but the newest; gives how many."""
        found = self.all()
        kept = {found[-1].name} if only_current and found else to_keep(found, newest=self._kept)
        aside = sorted(self._home.glob("snap-*.bad"))
        gone = [self._home / each.name for each in found if each.name not in kept]
        gone += aside if only_current else aside[:-1]
        for folder in gone:
            remove(folder)
        return len(gone)

    def alarm(self, text: str) -> None:
        """Tell the operator, in the log and in the status."""
        self.alarms.append(text)
        log.error("ALARM: %s", text)

    def _pointed(self) -> str | None:
        try:
            found = (self._home / "CURRENT").read_bytes().decode("ascii", "replace").strip()
        except FileNotFoundError:
            return None
        return found if _NAME.fullmatch(found) else None

    def _point(self, name: str) -> None:
        written = self._home / "CURRENT.tmp"
        written.write_text(name + "\n")
        sync(written)
        os.replace(written, self._home / "CURRENT")
        sync(self._home)

    def _find_set_aside(self) -> None:
        """Those that were set aside before, newest first, when a crash or a full disk came before anything was made of them."""
        known = {each.folder for each in self.damaged}
        for folder in sorted(set(self._home.glob("snap-*.bad")) - known, reverse=True):
            with suppress(OSError, ValueError, TypeError, KeyError, Broken):
                manifest = read_manifest(folder)
                self.damaged.append(Damaged(folder, manifest, self._checker.wrong(folder, manifest)))

    def _verified(self, name: str) -> Snapshot | None:
        folder, manifest = self._home / name, None
        try:
            manifest = read_manifest(folder)
            wrong = self._checker.wrong(folder, manifest)
        except OlderFormat as error:
            self.alarm(f"The index is of an earlier version ({error}); it is built again from the database.")
            wrong = ["manifest.json"]
        except (OSError, ValueError, TypeError, KeyError) as error:
            wrong = [f"manifest.json ({type(error).__name__})"]
        if manifest is not None and not wrong:
            return Snapshot(folder, manifest)
        self.alarm(f"The index snapshot {name} is damaged ({', '.join(wrong[:3])}) and was set aside as {name}.bad.")
        aside = folder.with_suffix(".bad")
        if aside.exists():
            remove(aside)
        os.rename(folder, aside)
        self.damaged.append(Damaged(aside, manifest, wrong))
        return None


def _told(folder: Path, known: tuple[tuple[int, ...], Manifest] | None) -> tuple[tuple[int, ...], Manifest]:
    """A manifest that is `known` is not read again: it never changes, and reading all of them would hold up searches."""
    identity = _identity(folder)
    return known if known is not None and known[0] == identity else (identity, read_manifest(folder))


def _identity(folder: Path) -> tuple[int, ...]:
    found = (folder / "manifest.json").stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
