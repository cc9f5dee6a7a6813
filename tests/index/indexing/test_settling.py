"""Scattered keywords are rewritten as one part once nothing changes, and never in the way of a change."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine as Database

from index.api import app, lifecycle
from index.indexing import snapshot_builder
from index.indexing.build_process import SentAway
from index.search.searcher import Engine
from tests.index.conftest import FAQS
from tests.index.toy import ToyEncoder, mark, open_engine, page
from townclerk import clock
from townclerk.settings import Settings

MANY = 220
"""Pages, of one passage each: rewriting the keywords of so many is given to another process."""


def found(engine: Engine, word: str) -> list[str]:
    return [c.passage.document_key for c in engine.search(word, jurisdictions=["oakton"], limit=1).candidates]


def parts(engine: Engine) -> int:
    return engine._serving.keywords.parts


def scattered(engine: Engine, *, many: int = 9) -> None:
    for number in range(3):
        engine.apply(
            [page(i, f"Street {i} is swept by crew{i}.") for i in range(number, many, 3)], marker=mark(number + 1)
        )
    engine.apply([page(0, "Street 0 is swept by nobody.")], ["page:1"], marker=mark(4))
    assert parts(engine) == 4


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(tmp_path)
    yield made
    made.close()


def test_the_same_is_found_in_one_part_as_in_many(engine: Engine, tmp_path: Path) -> None:
    scattered(engine)
    before = engine.search("who sweeps street 2", jurisdictions=["oakton"], limit=5)
    engine.settle(quiet=0.0)
    after = engine.search("who sweeps street 2", jurisdictions=["oakton"], limit=5)
    assert parts(engine) == 1
    assert [c.passage.key for c in after.candidates] == [c.passage.key for c in before.candidates]
    assert found(engine, "crew1") != ["page:1"]
    assert len(engine._serving.keywords) == len(engine._serving.catalogue) == 8
    assert (engine.marker, engine.wrong()[engine.served.name]) == (mark(4), [])
    served = engine.served
    engine.settle(quiet=0.0)
    assert engine.served is served, "what is in one part is left alone"
    engine.close()
    again = open_engine(tmp_path)
    assert (parts(again), found(again, "crew2")) == (1, ["page:2"])
    again.close()


def test_a_roll_back_goes_to_the_content_before_and_not_to_the_same_in_parts(engine: Engine) -> None:
    scattered(engine)
    engine.settle(quiet=0.0)
    engine.rollback()
    assert found(engine, "crew1") == ["page:1"]


def test_a_change_taken_in_afterwards_is_found(engine: Engine) -> None:
    scattered(engine)
    engine.settle(quiet=0.0)
    engine.apply([page(9, "Street 9 is swept by crew9.")], ["page:2"], marker=mark(5))
    assert found(engine, "crew9") == ["page:9"]
    assert found(engine, "crew2") != ["page:2"]


@pytest.mark.parametrize(("passages", "seconds"), [(2, 60), (150_000, 150)])
def test_nothing_is_rewritten_before_it_was_quiet_for_long_enough(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, passages: int, seconds: int
) -> None:
    scattered(engine)
    manifest, keywords = replace(engine.served.manifest, passages=passages), engine._serving.keywords
    changed = datetime.fromisoformat(manifest.made_at)
    for passed, due in ((-3600, False), (seconds - 1, False), (seconds, True)):
        with clock.stopped(changed + timedelta(seconds=passed)):
            assert bool(snapshot_builder.settling(manifest, keywords)) == due
    monkeypatch.setattr(snapshot_builder, "PART", passages / 3)  # a part for each third of them and one more
    with clock.stopped(changed + timedelta(days=1)):
        assert snapshot_builder.settling(manifest, keywords) is None


def opened(home: Path) -> Engine:
    return Engine.open(Settings.model_validate({"home": home}), encoder=ToyEncoder(), opener=ToyEncoder)


def test_many_are_rewritten_in_another_process_that_ends_with_it(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    scattered(engine, many=MANY)
    engine.settle(quiet=0.0)
    assert (parts(engine), engine._labour._settling) == (1, None)
    assert found(engine, "crew200") == ["page:200"]
    engine.close()


def test_a_change_sends_the_rewriting_away_and_is_taken_in(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    scattered(engine, many=MANY)
    ended: list[BaseException] = []
    thread = threading.Thread(target=settled, args=(engine, ended))
    thread.start()
    deadline = time.monotonic() + 30
    while (settling := engine._labour._settling) is None or settling.pid is None:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    engine.apply([page(7, "Street 7 is swept by crewnew.")], marker=mark(5))
    thread.join(30)
    assert [type(error) for error in ended] == [SentAway]
    assert (parts(engine) > 1, found(engine, "crewnew")) == (True, ["page:7"])
    assert list((tmp_path / "index").glob("*.tmp")) == []
    engine.settle(quiet=0.0)
    assert (parts(engine), found(engine, "crewnew")) == (1, ["page:7"])
    engine.close()


def settled(engine: Engine, ended: list[BaseException]) -> None:
    try:
        engine.settle(quiet=0.0)
    except SentAway as error:
        ended.append(error)


def test_while_something_changes_nothing_is_begun(engine: Engine) -> None:
    scattered(engine)
    with engine._labour.alone():
        thread = threading.Thread(target=settled, args=(engine, []))
        thread.start()
        thread.join(30)
        assert not thread.is_alive()
    assert parts(engine) == 4


def test_the_service_does_it_by_itself(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "SETTLE_SECONDS", 0.05)
    monkeypatch.setattr(snapshot_builder, "QUIET", (1e9, 0.0))
    with TestClient(app.make(settings)) as client:
        deadline = time.monotonic() + 60
        while client.get("/health/ready").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        header, *rows = FAQS.strip().splitlines()
        for row in rows[:3]:
            client.post("/faqs", files={"file": ("faqs.csv", f"{header}\n{row}\n")}, data={"city": "oakton"})
            client.post("/sync")
        served = client.get("/status").json()["snapshot"]
        monkeypatch.setattr(snapshot_builder, "QUIET", (0.0, 0.0))
        while client.get("/status").json()["snapshot"] == served:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        answers = client.post("/search", json={"text": "When is trash collected?", "city": "oakton"}).json()["answers"]
        assert answers[0]["question"] == "When is trash collected?"


class Trying:
    """An engine whose first attempts end badly; `tried` counts them."""

    def __init__(self, *ends: Exception) -> None:
        self.ends, self.tried, self.often = list(ends), 0, threading.Event()

    def settle(self) -> None:
        self.tried += 1
        if self.tried == 4:
            self.often.set()
        if self.ends:
            raise self.ends.pop(0)


async def test_what_hinders_it_is_told_and_it_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lifecycle, "SETTLE_SECONDS", 0.01)
    made, trying = lifecycle.Holder(settings), Trying(SentAway("a change"), OSError(28, "No space left on device"))
    task = asyncio.create_task(made.settle())
    await asyncio.sleep(0.05)
    assert trying.tried == 0, "nothing is open yet"
    made._opened = SimpleNamespace(engine=trying)  # type: ignore[assignment]
    made.waiting = ""
    assert await asyncio.to_thread(trying.often.wait, 10)
    task.cancel()
    told = [record for record in caplog.records if record.name == "index.api.lifecycle"]
    assert [record.levelname for record in told] == ["ERROR"], "a change that comes is no failure"
    assert "tried again in 0.02 s" in told[0].getMessage()
