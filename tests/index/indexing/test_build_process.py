"""Snapshots are built in a separate process."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from index.embedding.encoder import open_encoder
from index.embedding.late_chunks import Parts, PassageVectors
from index.indexing.build_process import NICE, BuildProcess, opening
from index.indexing.snapshot_builder import Change
from tests.index.toy import LocalIndex, ToyEncoder, mark, page
from townclerk.errors import Broken, Unavailable
from townclerk.settings import Settings

PAGES = [page(i, f"Street {i} is swept by crew{i}.") for i in range(25)]


class Full(ToyEncoder):
    """Its process meets a full disk."""

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Deadly(ToyEncoder):
    """Its process is killed over its work, as by the kernel when memory is short."""

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def deadly() -> ToyEncoder:
    """Its process is killed at its start."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def broken() -> ToyEncoder:
    """It cannot be opened."""
    raise Broken("The model is damaged.")


def opened(home: Path, opener: object) -> LocalIndex:
    return LocalIndex.open(Settings.model_validate({"home": home}), encoder=ToyEncoder(), opener=opener)  # type: ignore[arg-type]


def found(engine: LocalIndex, word: str) -> list[str]:
    return [c.passage.document_key for c in engine.search(word, jurisdictions=["oakton"], limit=1).candidates]


def test_a_killed_process_is_started_again(tmp_path: Path) -> None:
    engine = opened(tmp_path, ToyEncoder)
    assert engine.building is None
    engine.apply(PAGES, marker=mark(1))
    pid = engine.building
    assert pid not in (None, os.getpid())
    assert found(engine, "crew20") == ["page:20"]
    os.kill(pid or 0, signal.SIGKILL)
    engine.apply([*PAGES[1:], page(0, "The crew is crewnew.")], marker=mark(2))
    assert found(engine, "crewnew") == ["page:0"]
    engine.close()
    assert engine.building is None


def test_it_runs_at_a_low_priority(tmp_path: Path) -> None:
    engine = opened(tmp_path, ToyEncoder)
    engine.apply(PAGES, marker=mark(1))
    process = psutil.Process(engine.building or 0)
    priorities = {os.getpriority(os.PRIO_PROCESS, thread.id) for thread in process.threads()}
    assert priorities == {psutil.Process().nice() + NICE}, "on Linux each thread has its own"
    engine.close()


def test_the_threads_of_the_model_step_back_too(tmp_path: Path, settings: Settings) -> None:
    encoder = open_encoder(settings)
    opener = opening(encoder, settings.model_copy(update={"encoder_threads": 3}))
    engine = LocalIndex.open(Settings.model_validate({"home": tmp_path}), encoder=encoder, opener=opener)
    engine.apply(PAGES, marker=mark(1))
    threads = psutil.Process(engine.building or 0).threads()
    assert len(threads) > 3
    assert {os.getpriority(os.PRIO_PROCESS, each.id) for each in threads} == {psutil.Process().nice() + NICE}
    engine.close()


@pytest.mark.parametrize(
    ("opener", "error"), [(Full, OSError), (Deadly, Unavailable), (deadly, Unavailable), (broken, Broken)]
)
def test_what_fails_there_is_raised_here_and_nothing_is_published(
    tmp_path: Path, opener: object, error: type[Exception]
) -> None:
    engine = opened(tmp_path, ToyEncoder)
    engine.apply(PAGES[:1], marker=mark(1))
    engine.close()
    engine = opened(tmp_path, opener)
    with pytest.raises(error):
        engine.apply(PAGES, marker=mark(2))
    gone(engine)
    assert engine.marker == mark(1)
    assert found(engine, "crew0") == ["page:0"]
    assert list((tmp_path / "index").glob("*.tmp")) == []
    engine.close()


def test_it_ends_when_nothing_comes_and_starts_again(tmp_path: Path) -> None:
    engine = opened(tmp_path, ToyEncoder)
    base, process = engine.loaded.snapshot, BuildProcess(ToyEncoder, idle=0.1)
    for name in ("snap-1.tmp", "snap-2.tmp"):
        manifest = process.build(tmp_path / name, base, Change(tuple(PAGES), (), mark(1)))
        assert manifest.documents == len(PAGES)
        gone(process)
    process.close()
    with pytest.raises(Unavailable, match="closed"):
        process.build(tmp_path / "snap-3.tmp", base, Change((), (), mark(1)))
    engine.close()


def gone(process: LocalIndex | BuildProcess) -> None:
    """Wait until the process has ended by itself."""
    until = time.monotonic() + 60
    while _pid(process) is not None and time.monotonic() < until:
        time.sleep(0.01)
    assert _pid(process) is None


def _pid(process: LocalIndex | BuildProcess) -> int | None:
    return process.pid if isinstance(process, BuildProcess) else process.building


SCRIPT = """
import sys
from functools import partial
from pathlib import Path
from tests.index.toy import LocalIndex
from tests.index.indexing.test_build_process import PAGES, found, opened
from tests.index.toy import ToyEncoder, mark
engine = opened(Path(sys.argv[1]), ToyEncoder)
engine.apply(PAGES, marker=mark(1))
print(found(engine, "crew20"), engine.building)
"""


def test_it_runs_nothing_of_the_script_that_uses_the_engine_and_ends_with_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "home")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.stderr == ""
    *told, pid = done.stdout.split()
    assert told == ["['page:20']"]
    until = time.monotonic() + 60
    while psutil.pid_exists(int(pid)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not psutil.pid_exists(int(pid))
