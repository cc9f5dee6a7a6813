"""Which snapshots are kept."""

from pathlib import Path

from index.snapshots.manifest import Manifest, Snapshot
from index.snapshots.retention import to_keep


def kept(made_at: list[str], *, newest: int = 2) -> list[int]:
    """Numbers of those kept, of snapshots with these times, oldest first."""
    found = [
        Snapshot(Path(f"snap-{i:08}"), Manifest("toy", 2, made_at=f"2026-11-{told}:00+00:00"))
        for i, told in enumerate(made_at)
    ]
    return sorted(int(name[-3:]) for name in to_keep(found, newest=newest))


def test_the_last_of_some_hours_and_days_are_kept_too() -> None:
    minutes = [f"20T08:{i:02}" for i in range(30)]
    assert kept(minutes) == [28, 29]
    assert kept(["18T07:00", "18T08:00", "19T06:00", "20T06:10", "20T06:50", *minutes]) == [1, 2, 4, 33, 34]


def test_a_clock_that_was_set_back_loses_nothing() -> None:
    assert kept(["20T08:00", "20T08:10", "01T00:00", "01T00:01"]) == [1, 2, 3]


def test_snapshots_of_one_content_count_once_and_the_newest_of_them_is_kept() -> None:
    made = [
        Snapshot(Path(f"snap-{i:08}"), Manifest("toy", 2, made_at="2026-11-20T08:00:00+00:00", content=content))
        for i, content in ((1, ""), (2, "snap-00000001"), (3, ""), (4, "snap-00000003"), (5, "snap-00000003"))
    ]
    assert to_keep(made, newest=2) == {"snap-00000002", "snap-00000005"}
