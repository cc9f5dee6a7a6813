"""Which snapshots are kept, and how the others go."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from index.snapshots.manifest import Snapshot

HOURS, DAYS = 3, 3
"""Besides the newest, the last snapshot of so many hours and days (with a snapshot) is kept to go back to."""


def to_keep(found: list[Snapshot], *, newest: int) -> set[str]:
    """Of snapshots, oldest first: the newest contents, and the last of some hours and days before them.

    Counted by the times the snapshots say, never compared with the clock: one that was set back loses nothing.
    """
    latest = {each.content: each for each in found}
    contents = sorted(latest.values(), key=lambda each: each.name, reverse=True)
    kept = {each.name for each in contents[:newest]}
    for length, most in ((13, HOURS), (10, DAYS)):  # of 2026-11-20T08:00:00Z, the hour and the day
        last: dict[str, str] = {}
        for each in contents:
            last.setdefault(each.manifest.made_at[:length], each.name)
        kept |= set(list(last.values())[:most])
    return kept


def remove(folder: Path) -> None:
    """Remove a snapshot's folder."""
    # Under its own name a half removed snapshot would look like a damaged one after a crash.
    leaving = folder.with_name(f"{folder.name}.gone.tmp")
    os.rename(folder, leaving)
    with suppress(OSError):  # the rest goes below
        for path in leaving.rglob("*.*"):
            path.unlink()
    shutil.rmtree(leaving, ignore_errors=True)
