"""Snapshots on disk: whatever is damaged, missing or interrupted, a whole one is served."""

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from index.snapshots.manifest import FORMAT, Manifest, read_manifest, write_manifest
from tests.index.toy import LocalIndex, mark, open_engine, page
from townclerk.errors import Broken

TEXT = "A dog license costs $12 a year."


def answers(engine: LocalIndex) -> list[str]:
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


REMOVED_HALF = """
import os, sys
from pathlib import Path
from tests.index.toy import mark, open_engine, page
engine = open_engine(Path(sys.argv[1]), kept=2)
def first_only(path, missing_ok=False, whole=Path.unlink):
    whole(path, missing_ok=missing_ok)
    if ".gone.tmp" in str(path):
        os._exit(9)
Path.unlink = first_only
engine.apply([page(3, "Benches are green.")], marker=mark(3))
"""


def test_a_kill_while_an_old_snapshot_is_removed_leaves_no_half_of_it(home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", REMOVED_HALF, str(home)], capture_output=True, timeout=60, check=False)
    assert done.returncode == 9, done.stderr
    engine = open_engine(home, kept=2)
    assert len(answers(engine)) == 3
    assert [wrong for wrong in engine.wrong().values() if wrong] == []
    assert list((home / "index").glob("*.tmp")) == []
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


@pytest.mark.parametrize("content", [b"", b"snap-0000", b"\xff\xfe\x00", b"snap-99999999\n", b"snap-00000000\n"])
def test_a_pointer_that_says_nothing_means_the_newest_whole_one(home: Path, content: bytes) -> None:
    (home / "index" / "CURRENT").write_bytes(content)
    engine = open_engine(home)
    assert len(answers(engine)) == 2
    assert engine.stats().passages == 2
    engine.close()


def test_a_snapshot_that_was_never_pointed_to_is_removed(home: Path) -> None:
    current = newest(home).name
    shutil.copytree(newest(home), home / "index" / "snap-00000044")
    engine = open_engine(home)
    assert engine.stats().snapshot == current
    assert newest(home).name == current
    engine.close()


def of_format(folder: Path, number: int) -> Path:
    """Make a snapshot one of another version; gives its manifest."""
    write_manifest(folder, replace(read_manifest(folder), format=number))
    return folder / "manifest.json"


def test_no_flipped_bit_of_a_manifest_goes_unnoticed(home: Path) -> None:
    path, told = newest(home) / "manifest.json", read_manifest(newest(home))
    data = path.read_bytes()
    noticed = 0
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            found = read_manifest(path.parent)
        except (ValueError, TypeError, KeyError, Broken):
            noticed += 1
        else:
            assert found == told, at  # only how it is laid out is different, or the checksum's name
    assert noticed > len(data) // 2


def test_what_was_never_announced_is_not_gone_back_to(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(home)
    replacing = os.replace

    def full(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        engine.apply([page(3, "Dog parks are for dogs with a license.")], marker=mark(3))
    monkeypatch.setattr(os, "replace", replacing)
    assert [each.name for each in engine.snapshots()][-1] == engine.stats().snapshot
    engine.apply([page(3, "Dog parks are for dogs with a license.")], marker=mark(3))
    assert len(answers(engine)) == 3
    engine.rollback()
    assert len(answers(engine)) == 2
    engine.close()


@pytest.mark.parametrize("opening", ["succeed", "load"])
def test_what_was_written_and_cannot_be_opened_is_taken_back(
    home: Path, monkeypatch: pytest.MonkeyPatch, opening: str
) -> None:
    engine = open_engine(home)
    names = [each.name for each in engine.snapshots()]

    def many(*_given: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr(f"index.indexing.publisher.{opening}", many)
        for revision in range(3, 8):
            change = partial(engine.apply, [page(3, "Dog parks are for dogs with a license.")], marker=mark(revision))
            with pytest.raises(OSError, match="Too many open files"):
                (change if opening == "succeed" else engine.rollback)()
    assert [each.name for each in engine.snapshots()] == names
    assert (engine.marker, len(answers(engine))) == (mark(2), 2)
    engine.apply([page(3, "Dog parks are for dogs with a license.")], marker=mark(8))
    engine.close()
    again = open_engine(home)
    assert (again.marker, len(answers(again)), again.stats().alarms) == (mark(8), 3, ())
    again.close()


def test_old_snapshots_that_cannot_be_removed_hinder_no_publish(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(home)

    def refused(folder: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    with monkeypatch.context() as patched:
        patched.setattr("index.snapshots.store.remove", refused)
        for revision in range(3, 10):
            engine.apply([page(3, f"Dog park number {revision} needs a dog license.")], marker=mark(revision))
            assert engine.marker == mark(revision)
    assert len(engine.snapshots()) > 7
    engine.apply([page(3, "The dog park needs a dog license.")], marker=mark(10))
    assert len(engine.snapshots()) <= 7
    engine.close()


def test_a_newer_format_is_refused_with_what_to_do_and_left_alone(home: Path) -> None:
    manifest = of_format(newest(home), FORMAT + 1)
    for _ in range(2):
        with pytest.raises(Broken, match=r"newer Townclerk .* Install that version again, or delete the folder"):
            open_engine(home)
    assert manifest.is_file()


def test_an_older_format_is_read_from_the_database_again(home: Path) -> None:
    for folder in (home / "index").glob("snap-????????"):
        of_format(folder, FORMAT - 1)
    engine = open_engine(home)
    assert (engine.stats().passages, engine.marker.pages) == (0, 0)
    assert any("built again from the database" in alarm for alarm in engine.stats().alarms)
    engine.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_told(home: Path) -> None:
    (home / "index" / "lock").chmod(0o400)
    with pytest.raises(Broken, match="cannot be written"):
        open_engine(home)


def test_manifests_are_read_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(home)
    engine.snapshots()
    read: list[str] = []

    def noted(folder: Path) -> Manifest:
        read.append(folder.name)
        return read_manifest(folder)

    monkeypatch.setattr("index.snapshots.store.read_manifest", noted)
    engine.apply([page(3, "Benches are green.")], marker=mark(3))
    engine.apply([page(3, "Benches are blue.")], marker=mark(4))
    assert [each.manifest.marker for each in engine.snapshots()][-2:] == [mark(3), mark(4)]
    assert read == []
    newest = home / "index" / engine.stats().snapshot / "manifest.json"
    newest.write_text(newest.read_text().replace('"passages"', '"pass"'))
    assert engine.stats().snapshot not in [each.name for each in engine.snapshots()], "one that changed is read again"
    engine.close()
