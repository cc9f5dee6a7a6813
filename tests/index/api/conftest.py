"""FAQs published once and copied for each test: publishing starts a process."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from index.api import app
from townclerk.settings import Settings

_DATABASE, _FOLDERS = "townclerk.db", ("index", "embeddings")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where the state of an installation that has published these FAQs is kept; empty at first."""
    kept: dict[str, Path] = {}

    def folder(faqs: str) -> Path:
        if faqs not in kept:
            kept[faqs] = tmp_path_factory.mktemp("published")
        return kept[faqs]

    return folder


@pytest.fixture
def publish(settings: Settings, database: Engine, published: Callable[[str], Path]) -> Callable[[str], None]:
    """Publishes FAQs of Oakton in this test's installation, before it is opened."""

    def done(faqs: str) -> None:
        kept = published(faqs)
        if not (kept / _DATABASE).exists():
            with TestClient(app.make(settings)) as made:
                wait_until(lambda: made.get("/health/ready").status_code == 200)
                made.post("/faqs", files={"file": ("faqs.csv", faqs)}, data={"city": "oakton"})
                made.post("/sync")
            _copy(settings.home, kept)
        else:
            _copy(kept, settings.home)

    return done


def _copy(source: Path, target: Path) -> None:
    for name in _FOLDERS:
        shutil.copytree(source / name, target / name)
    with closing(sqlite3.connect(source / _DATABASE)) as held, closing(sqlite3.connect(target / _DATABASE)) as made:
        held.backup(made)


@pytest.fixture
def client(request: pytest.FixtureRequest, settings: Settings, publish: Callable[[str], None]) -> Iterator[TestClient]:
    """The search service, in which the FAQS of the module are published."""
    publish(request.module.FAQS)
    with TestClient(app.make(settings)) as made:
        wait_until(lambda: made.get("/health/ready").status_code == 200)
        yield made


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)
