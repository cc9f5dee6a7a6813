"""Snapshots on disk: whatever is damaged, missing or interrupted, a whole one is served."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.engine import Engine
from tests.index.toy import mark, open_engine, page

TEXT = "A dog license costs $12 a year."


def answers(engine: Engine) -> list[str]:
    return sorted(c.passage.text for c in engine.search("dog license parking", jurisdictions=["oakton"]).candidates)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with two snapshots that hold something: first one page, then two."""
    engine = open_engine(tmp_path)
    engine.apply([page(1, TEXT)], marker=mark(1))
    engine.apply([page(2, "Parking is free on Sunday.")], marker=mark(2))
    engine.close()
    return tmp_path


def newest(home: Path) -> Path:
    return sorted((home / "index").glob("snap-????????"))[-1]


def files(home: Path) -> list[Path]:
    return sorted(p for p in newest(home).rglob("*") if p.is_file() and p.stat().st_size)


def damage(path: Path, how: str) -> None:
    """Damage a file; by replacement, as the closed engine of this process may still have it mapped."""
    data = bytearray(path.read_bytes())
    path.unlink()
    if how == "flip":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif how == "truncate":
        path.write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize("how", ["flip", "truncate", "remove"])
def test_any_damaged_file_means_the_snapshot_before_and_an_alarm(home: Path, tmp_path: Path, how: str) -> None:
    for number in range(len(files(home))):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(home / "index", copy / "index")
        target = files(copy)[number]
        damage(target, how)
        engine = open_engine(copy)
        assert answers(engine) == [TEXT], target
        assert engine.marker == mark(1)
        assert any("damaged" in alarm for alarm in engine.stats().alarms)
        engine.close()


def test_when_all_are_damaged_everything_is_read_again(home: Path) -> None:
    for folder in (home / "index").glob("snap-*"):
        (folder / "manifest.json").unlink()
    engine = open_engine(home)
    assert engine.stats().passages == 0
    assert engine.marker.pages == 0
    assert engine.stats().alarms
    engine.close()


def test_a_lost_pointer_means_the_newest_whole_one(home: Path) -> None:
    (home / "index" / "CURRENT").unlink()
    engine = open_engine(home)
    assert len(answers(engine)) == 2
    engine.close()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "rename", "replace"])
def test_a_failing_disk_leaves_the_snapshot_before_in_force(
    home: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    engine = open_engine(home)
    calls = [0]
    real = getattr(os, call)

    def failing(*args: object) -> object:
        calls[0] += 1
        if calls[0] == at:
            raise OSError(number, os.strerror(number))
        return real(*args)

    for at in (1, 2, 9, 20, 45, 80, 999):
        calls[0] = 0
        monkeypatch.setattr(os, call, failing)
        try:
            engine.apply([page(10 + at, f"Bench {at} is green.")], marker=mark(10 + at))
        except OSError:
            pass
        else:
            break
        finally:
            monkeypatch.setattr(os, call, real)
        assert set(answers(engine)) >= {TEXT, "Parking is free on Sunday."}
        engine.close()
        engine = open_engine(home)
        assert engine.stats().alarms == ()
        assert set(answers(engine)) >= {TEXT, "Parking is free on Sunday."}
    assert at > 1  # the first fault was met
    engine.close()


KILLED = """
import os, sys
from pathlib import Path
from tests.index.toy import mark, open_engine, page
home, at = Path(sys.argv[1]), int(sys.argv[2])
engine = open_engine(home)
calls = [0]
real = os.fsync
def dying(handle):
    calls[0] += 1
    if calls[0] == at:
        os._exit(9)
    real(handle)
os.fsync = dying
engine.apply([page(3, "Benches are green.")], marker=mark(3))
"""


def test_a_killed_publish_is_either_not_there_or_whole(home: Path) -> None:
    for at in (1, 6, 14, 99):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(home), str(at)], capture_output=True, timeout=60, check=False
        )
        assert done.returncode in (0, 9), done.stderr
        engine = open_engine(home)
        assert set(answers(engine)) >= {TEXT, "Parking is free on Sunday."}
        assert engine.marker in (mark(2), mark(3))
        assert engine.stats().alarms == ()
        assert not list((home / "index").glob("*.tmp"))
        engine.close()


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, kept=2)
    for i in range(6):
        engine.apply([page(i, f"Bench {i} is green.")], marker=mark(i))
    engine.close()
    assert len(list((tmp_path / "index").glob("snap-*"))) == 2


def test_snapshots_share_what_did_not_change(home: Path) -> None:
    before = newest(home)
    engine = open_engine(home)
    engine.apply([page(3, "Benches are green.")], marker=mark(3))
    engine.close()
    segment = next(before.glob("seg-*")) / "vectors.npy"
    assert (newest(home) / segment.relative_to(before)).samefile(segment)
    again = open_engine(home)
    assert again.stats().pages == 3
    assert again.stats().alarms == ()
    again.close()
