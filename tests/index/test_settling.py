"""Scattered keywords are rewritten as one part once nothing changes, and never in the way of a change."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine as Database

from index import holder, preparing, service
from index.documents import Document, Section
from index.engine import Engine
from index.merging import to_settle
from index.workshop import SentAway
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
    settling = partial(preparing.settling, manifest, engine._serving.catalogue, keywords)
    changed = datetime.fromisoformat(manifest.made_at)
    for passed, due in ((-3600, False), (seconds - 1, False), (seconds, True)):
        with clock.stopped(changed + timedelta(seconds=passed)):
            assert bool(settling()) == due
    monkeypatch.setattr(preparing, "PART", passages / 3)  # a part for each third of them and one more
    monkeypatch.setattr(preparing, "to_settle", lambda _catalogue: [])
    with clock.stopped(changed + timedelta(days=1)):
        assert settling() is None


@pytest.mark.parametrize(
    ("live", "taken"),
    [
        ([], []), ([5], []), ([100, 3], []), ([100, 3, 4], [1, 2]), ([20, 20, 20, 20, 20], [0, 1, 2, 3, 4]),
        ([8, 100, 4, 1, 2], [0, 2, 3, 4]), ([8, 14, 4, 1, 2], [0, 1, 2, 3, 4]), ([0, 0, 50], [0, 1]),
    ],
)  # fmt: skip
def test_segments_of_like_size_are_rewritten_and_none_for_much_less_than_it_holds(
    live: list[int], taken: list[int]
) -> None:
    segments = [SimpleNamespace(name=str(i), documents=range(count + 2)) for i, count in enumerate(live)]
    catalogue = SimpleNamespace(segments=segments, dead={each.name: {0, 1} for each in segments})
    assert to_settle(catalogue) == taken  # type: ignore[arg-type]


def sections(number: int, city: str) -> Document:
    """A page of three passages, of which two have a heading."""
    texts = (f"Street {number} is swept by crew{number}.", "It is done on Monday. Move your car.", "Ask at the desk.")
    blocks = tuple(
        Section("text", f"{t} {'More of it. ' * 12}", heading=(f"Part {n}",) * bool(n)) for n, t in enumerate(texts)
    )
    return Document(f"page:{number}", city, "page", f"https://{city}.example/{number}", "Sweeping", "en", blocks)


def test_what_was_rewritten_lies_place_by_place_and_is_the_same(tmp_path: Path) -> None:
    engine, cities = open_engine(tmp_path), ("elmwick", "oakton", "ashby")
    for number in range(3):
        pages = [sections(i, cities[i % 3]) for i in (*range(number, 9, 3), 20 + number)]
        engine.apply(pages, [f"page:{19 + number}"], marker=mark(number + 1))
    engine.apply([sections(4, "ashby")], marker=mark(4))
    assert len(engine._serving.catalogue.segments) == 4
    keys = [f"page:{i}" for i in (*range(9), 22)]
    before = [engine._serving.catalogue.entries(key) for key in keys]
    engine.settle(quiet=0.0)
    catalogue = engine._serving.catalogue
    (segment,) = catalogue.segments
    there = [filed.jurisdiction for filed in segment.documents]
    assert there == sorted(there)
    assert sorted(segment.documents.keys) == sorted(keys)
    for old, new in zip(before, map(catalogue.entries, keys), strict=True):
        assert len(old) == len(new) > 2
        for one, other in zip(old, new, strict=True):
            assert (one.row, one.passage, one.spans, one.embedded) == (
                other.row,
                other.passage,
                other.spans,
                other.embedded,
            )
            np.testing.assert_array_equal(one.vector, other.vector)
            np.testing.assert_array_equal(one.sentences, other.sentences)
            assert (one.label is None) == (other.label is None)
            np.testing.assert_array_equal(
                one.label if one.label is not None else 0, other.label if other.label is not None else 0
            )
    assert engine.wrong()[engine.served.name] == []
    for number in range(9):
        city = "ashby" if number == 4 else cities[number % 3]
        best = engine.search(f"crew{number}", jurisdictions=[city], limit=1).candidates[0]
        assert best.passage.document_key == f"page:{number}"
    served = engine.served
    engine.settle(quiet=0.0)
    assert engine.served is served
    engine.close()


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
    monkeypatch.setattr("townclerk.jurisdictions.read_files", lambda _folder: [])
    monkeypatch.setattr(holder, "SETTLE_SECONDS", 0.05)
    monkeypatch.setattr(preparing, "QUIET", (1e9, 0.0))
    with TestClient(service.make(settings)) as client:
        deadline = time.monotonic() + 60
        while client.get("/health/ready").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        header, *rows = FAQS.strip().splitlines()
        for row in rows[:3]:
            client.post("/faqs", files={"file": ("faqs.csv", f"{header}\n{row}\n")}, data={"city": "oakton"})
            client.post("/sync")
        served = client.get("/status").json()["snapshot"]
        monkeypatch.setattr(preparing, "QUIET", (0.0, 0.0))
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
    monkeypatch.setattr(holder, "SETTLE_SECONDS", 0.01)
    made, trying = holder.Holder(settings), Trying(SentAway("a change"), OSError(28, "No space left on device"))
    task = asyncio.create_task(made.settle())
    await asyncio.sleep(0.05)
    assert trying.tried == 0, "nothing is open yet"
    made._opened = SimpleNamespace(engine=trying)  # type: ignore[assignment]
    made.waiting = ""
    assert await asyncio.to_thread(trying.often.wait, 10)
    task.cancel()
    told = [record for record in caplog.records if record.name == "index.holder"]
    assert [record.levelname for record in told] == ["ERROR"], "a change that comes is no failure"
    assert "tried again in 0.02 s" in told[0].getMessage()
