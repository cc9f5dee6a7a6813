"""`kill -9` and a full disk while publishing: what was acknowledged is there, exactly, and nothing else.

`make kill-test` kills 200 times; CI a few times.
"""

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from index.snapshots.disk_usage import measured
from index.text.tokenizer import stem
from tests.index.publishing import expected, open_publisher, publish, version, word
from tests.index.toy import LocalIndex

MOST_SNAPSHOTS = 3 + 2 + 2
MOST_BYTES = 40_000_000


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("kills"))


def killed(home: Path, after: float, *, opening: bool) -> tuple[int, bool]:
    """Publish for `after` seconds more after the first revision (or already while `opening`), then die.

    Gives the last revision acknowledged, and whether there was one.
    """
    command = [sys.executable, "-m", "tests.index.publishing", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = "" if opening else child.stdout.readline() + child.stdout.readline()
        time.sleep(after)
        family = psutil.Process(child.pid).children(recursive=True)
        assert child.poll() is None
        child.kill()
        told = first + child.stdout.read()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == [], "a process outlived the one it prepared snapshots for"
    lines = [line for line in told.splitlines(keepends=True) if line.endswith("\n")]
    return (int(lines[-1]), True) if lines else (0, False)


def check(engine: LocalIndex, revision: int) -> None:
    """Everything of a revision is there and found, by its word and by its vector, and nothing else."""
    held = expected(revision)
    serving = engine.loaded
    assert len(serving.reader) == len(serving.bodies) == len(serving.keywords) == len(held)
    assert engine.documents("page") == {f"page:{n}": version(n, at).fingerprint for n, at in held.items()}
    for number, at in held.items():
        (entry,) = serving.reader.entries(f"page:{number}")
        assert entry.passage.text == version(number, at).blocks[0].text
        terms = [(stem(word(number, at)), 1.0)]
        rows, _ = serving.keywords.search(terms, ["oakton"], field="all", limit=5)
        assert rows.tolist() == [entry.row]
        rows, cosines = serving.bodies.search(entry.vector, ["oakton"], limit=len(held))
        assert cosines[rows.tolist().index(entry.row)] > 0.99
    for sample in random.sample(sorted(held), min(1, len(held))):  # none when it was killed before the first publish
        found = engine.search(word(sample, held[sample]), jurisdictions=["oakton"], limit=50).candidates
        assert f"page:{sample}" in [each.passage.document_key for each in found]
    assert {path for paths in engine.wrong().values() for path in paths} == set()


def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path: Path, kills: int) -> None:
    reached = 0
    rng = random.Random()
    for turn in range(kills):
        acknowledged, begun = killed(tmp_path, after=rng.uniform(0.0, 1.2), opening=turn % 6 == 5)
        reached = max(reached, acknowledged)
        engine = open_publisher(tmp_path)
        revision = engine.marker.pages
        assert reached <= revision <= reached + 1 if begun else revision >= reached
        assert engine.stats().alarms == ()
        assert list((tmp_path / "index").glob("*.tmp")) == []
        assert list((tmp_path / "index").glob("*.bad")) == []
        assert len(engine.snapshots()) <= MOST_SNAPSHOTS
        assert sum(measured(tmp_path, engine.stats().snapshot, preparing=None).disk.values()) < MOST_BYTES
        check(engine, revision)
        engine.close()
        reached = revision
    assert reached > 0
    print(f"{kills} kills, {reached} revisions")  # noqa: T201 - shown by `make kill-test`


LIMITED = """
import resource, sys
from pathlib import Path
from index.text.tokenizer import stem
from tests.index.publishing import open_publisher, publish
engine = open_publisher(Path(sys.argv[1]))
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
failed = 0
for most in (0, 10, 200, 400, 900, 2000, 4000):
    revision = engine.marker.pages + 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, unlimited[1]))
    try:
        publish(engine, revision)
    except Exception as error:
        failed += 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
print(failed, engine.marker.pages)
"""


def test_a_disk_that_takes_no_more_leaves_what_was_published(tmp_path: Path) -> None:
    engine = open_publisher(tmp_path)
    publish(engine, 1)
    engine.close()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, timeout=100, check=False
    )
    assert re.fullmatch(r"\d+ \d+\n", done.stdout), done.stderr
    failed, revision = map(int, done.stdout.split())
    assert failed >= 4
    engine = open_publisher(tmp_path)
    assert engine.marker.pages == revision
    assert engine.stats().alarms == ()
    check(engine, revision)
    publish(engine, revision + 1)
    check(engine, revision + 1)
    engine.close()
