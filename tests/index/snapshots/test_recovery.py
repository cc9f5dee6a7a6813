"""Damage that every snapshot shares: what is whole goes on being served, the rest is read again."""

import errno
import os
from pathlib import Path

import pytest

from tests.index.snapshots.test_store import answers
from tests.index.toy import ToyEncoder, mark, open_engine, page

KEPT, LOST = "A dog license costs $12 a year.", "Parking is free on Sunday."
PAGES = [page(1, KEPT), page(2, LOST)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three snapshots that share both segments."""
    engine = open_engine(tmp_path)
    engine.apply(PAGES[:1], marker=mark(1))
    engine.apply(PAGES[1:], marker=mark(2))
    for revision in (3, 4, 5, 6):
        engine.apply([], marker=mark(revision))
    engine.close()
    return tmp_path


def flip(path: Path) -> None:
    """Change one bit where it lies: every link to it sees it."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


def segments(home: Path) -> list[Path]:
    return sorted(sorted((home / "index").glob("snap-????????"))[-1].glob("seg-*"))


@pytest.mark.parametrize("name", ["vectors.npy", "sentences.npy", "passages.jsonl", "rows.npy", "documents.jsonl"])
def test_a_damaged_shared_file_costs_its_segment_only(home: Path, name: str) -> None:
    flip(segments(home)[1] / name)
    encoder = ToyEncoder()
    engine = open_engine(home, encoder=encoder)
    assert answers(engine) == [KEPT]
    assert engine.marker.database == ""
    assert any("1 of 2 segments" in alarm for alarm in engine.stats().alarms)
    engine.apply(PAGES, marker=mark(6))
    assert answers(engine) == sorted([KEPT, LOST])
    assert encoder.encoded == []
    engine.close()
    again = open_engine(home)
    assert again.stats().alarms == ()
    assert answers(again) == sorted([KEPT, LOST])
    again.close()


def test_damaged_keywords_are_made_again_from_the_texts(home: Path) -> None:
    for path in (segments(home)[0].parent / "keywords").iterdir():
        if path.suffix == ".term":
            flip(path)
    engine = open_engine(home)
    assert answers(engine) == sorted([KEPT, LOST])
    found = engine.search("license", jurisdictions=["oakton"]).candidates[0]
    assert found.parts["bm25"] > 0
    engine.close()


def test_a_full_disk_while_salvaging_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(segments(home)[1] / "vectors.npy")

    def full(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", full)
        with pytest.raises(OSError, match="No space"):
            open_engine(home)
    engine = open_engine(home)
    assert answers(engine) == [KEPT]
    assert engine.marker.database == ""
    engine.close()


def test_set_aside_snapshots_do_not_pile_up(home: Path) -> None:
    flip(segments(home)[1] / "vectors.npy")
    open_engine(home).close()
    engine = open_engine(home)
    engine.apply([page(3, "Benches are green.")], marker=mark(7))
    engine.close()
    assert len(list((home / "index").glob("*.bad"))) == 1
