"""Larger changes are prepared in another process."""

import errno
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from index.engine import AT_ONCE, Engine
from tests.index.toy import ToyEncoder, mark, page
from townclerk.errors import Unavailable
from townclerk.settings import Settings

PAGES = [page(i, f"Street {i} is swept by crew{i}.") for i in range(AT_ONCE + 5)]


class Full(ToyEncoder):
    """Its process meets a full disk."""

    def passages(self, texts: list[str]) -> None:  # type: ignore[override]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Deadly(ToyEncoder):
    """Its process is killed over its work, as by the kernel when memory is short."""

    def passages(self, texts: list[str]) -> None:  # type: ignore[override]
        os.kill(os.getpid(), signal.SIGKILL)


def opened(home: Path, kind: type[ToyEncoder]) -> Engine:
    return Engine.open(Settings.model_validate({"home": home}), encoder=ToyEncoder(), opener=partial(kind))


def found(engine: Engine, word: str) -> list[str]:
    return [c.passage.document_key for c in engine.search(word, jurisdictions=["oakton"], limit=1).candidates]


def test_a_large_change_is_prepared_elsewhere_and_a_small_one_here(tmp_path: Path) -> None:
    engine = opened(tmp_path, ToyEncoder)
    workshop = engine._workshop
    assert workshop is not None
    engine.apply(PAGES[:3], marker=mark(1))
    assert workshop.pid is None
    engine.apply(PAGES, marker=mark(2))
    pid = workshop.pid
    assert pid not in (None, os.getpid())
    assert found(engine, "crew20") == ["page:20"]
    os.kill(pid or 0, signal.SIGKILL)
    engine.apply([*PAGES[1:], page(0, "The crew is crewnew.")], marker=mark(3))
    assert found(engine, "crewnew") == ["page:0"]
    engine.close()
    assert workshop.pid is None


@pytest.mark.parametrize(("kind", "error"), [(Full, OSError), (Deadly, Unavailable)])
def test_what_fails_there_is_raised_here_and_nothing_is_published(
    tmp_path: Path, kind: type[ToyEncoder], error: type[Exception]
) -> None:
    engine = opened(tmp_path, kind)
    engine.apply(PAGES[:1], marker=mark(1))
    with pytest.raises(error):
        engine.apply(PAGES, marker=mark(2))
    assert engine.marker == mark(1)
    assert found(engine, "crew0") == ["page:0"]
    assert list((tmp_path / "index").glob("*.tmp")) == []
    engine.close()
