"""Which device vectors are searched on, and who is told."""

import logging
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from index.search.searcher import Engine
from index.snapshots import loaded
from index.vectors import gpu_index
from index.vectors.gpu_index import GpuPages, open_pages, runs_on
from index.vectors.partitioned_index import FaissPages
from tests.index.matrix import unit
from tests.index.standin import StandIn, copied
from tests.index.toy import ToyEncoder, mark, page
from tests.index.vectors.test_gpu_replica import settle
from townclerk.errors import Broken
from townclerk.launch import doctor
from townclerk.settings import Settings

WANTED_IN_VAIN = "TOWNCLERK_VECTOR_DEVICE is gpu, but FAISS can use none: searches run on the CPU."


def chosen(home: Path, device: str) -> Settings:
    return Settings.model_validate({"home": home, "vector_device": device})


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> list[StandIn]:
    """A machine whose GPU is a stand-in; those that were opened."""
    made: list[StandIn] = []

    def opened() -> StandIn:
        made.append(StandIn())
        return made[-1]

    monkeypatch.setattr(gpu_index, "gpus", lambda: 1)
    monkeypatch.setattr(gpu_index, "FaissGpu", opened)
    return made


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_index, "gpus", lambda: 0)


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("device", ["auto", "cpu", "gpu"])
def test_without_a_gpu_the_cpu_searches_and_only_who_asked_for_one_is_told(
    tmp_path: Path, device: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        engine = Engine.open(chosen(tmp_path, device), encoder=ToyEncoder())
    assert engine.stats().searched_on == "cpu"
    engine.close()
    told = [record.getMessage() for record in caplog.records if record.name == loaded.__name__]
    assert [line.startswith(WANTED_IN_VAIN) for line in told] == [True] * (device == "gpu")


@pytest.mark.usefixtures("standin")
def test_with_a_gpu_it_is_taken_unless_the_cpu_is_demanded(tmp_path: Path) -> None:
    for device, kind in (("auto", GpuPages), ("gpu", GpuPages), ("cpu", FaissPages)):
        index = open_pages(8, chosen(tmp_path, device))
        index.close()
        assert type(index) is kind
        assert runs_on(chosen(tmp_path, device)) == (("cpu" if kind is FaissPages else "gpu"), "")


def test_an_engine_publishes_searches_rolls_back_and_closes_with_a_device(
    tmp_path: Path, standin: list[StandIn]
) -> None:
    engine = Engine.open(chosen(tmp_path, "auto"), encoder=ToyEncoder())
    for step in (1, 2, 3):
        engine.apply([page(step, f"dog licence number {step}")], marker=mark(step))
        assert engine.search("dog licence", jurisdictions=["oakton"]).candidates
        for index in (engine._serving.bodies, engine._serving.labels):
            assert isinstance(index, GpuPages)
            settle(index)
    assert engine.stats().searched_on == "gpu"
    asked = standin[0].calls.count("search")
    before = [c.passage.key for c in engine.search("dog licence", jurisdictions=["oakton"]).candidates]
    assert standin[0].calls.count("search") == asked + 1
    engine.rollback()
    assert [device.closed for device in standin] == [True, True, False, False]
    after = [c.passage.key for c in engine.search("dog licence", jurisdictions=["oakton"]).candidates]
    assert set(after) < set(before)
    engine.close()
    assert all(device.closed for device in standin)


@pytest.mark.usefixtures("no_gpu")
def test_the_doctor_says_that_the_cpu_searches(tmp_path: Path) -> None:
    assert doctor._gpu(chosen(tmp_path, "auto")).says.endswith("searches run on the CPU")
    demanded = doctor._gpu(chosen(tmp_path, "gpu"))
    assert demanded.state == "note"
    assert demanded.says.startswith(WANTED_IN_VAIN)


@pytest.mark.usefixtures("standin")
def test_the_doctor_tries_the_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_index, "trial", lambda: None)
    assert doctor._gpu(chosen(tmp_path, "auto")).says == "1 there, the first was tried; vectors are searched on it"
    assert "TOWNCLERK_VECTOR_DEVICE is cpu" in doctor._gpu(chosen(tmp_path, "cpu")).says


class Resources:
    """In the place of FAISS's: remembers what was set aside."""

    made: "list[Resources]"

    def __init__(self) -> None:
        self.temporary = self.pinned = 0
        self.made.append(self)

    def setTempMemory(self, size: int) -> None:
        self.temporary = size

    def setPinnedMemory(self, size: int) -> None:
        self.pinned = size


def test_the_trial_passes_when_faiss_copies_to_the_gpu_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is called, with FAISS's entry to the GPU replaced by a copy on the CPU."""
    Resources.made = []
    entry = SimpleNamespace(
        StandardGpuResources=Resources,
        GpuClonerOptions=object,
        index_cpu_to_gpu=lambda _resources, device, index, _options: copied(index, "fp16") if device == 0 else None,
    )
    monkeypatch.setattr(gpu_index, "untyped", entry)
    assert gpu_index._tried() == 0
    assert [(each.temporary, each.pinned) for each in Resources.made] == [
        (gpu_index.TEMPORARY_BYTES, gpu_index.PINNED_BYTES)
    ]
    monkeypatch.setattr(entry, "index_cpu_to_gpu", lambda _r, _d, index, _o: copied(FaissPages(64)._index, "fp16"))
    assert gpu_index._tried() != 0


@pytest.mark.skipif(gpu_index.gpus() > 0, reason="FAISS can use a GPU here")
def test_a_gpu_that_fails_its_trial_is_not_used() -> None:
    with pytest.raises(
        Broken, match=r"A trial of the GPU ended with status 1: .*(StandardGpuResources|Invalid GPU device)"
    ):
        gpu_index.trial()
    index = GpuPages(8, precision="fp32", gpu=gpu_index.FaissGpu())
    index.add("a", np.arange(5), unit(1, 5))
    settle(index)
    assert index.device == "cpu"
    assert len(index.search(unit(1, 1)[0], ["a"], limit=9)[0]) == 5
    index.close()


def test_a_trial_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waiting = tmp_path / "python"
    waiting.write_text("#!/bin/sh\nexec sleep 60\n")
    waiting.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(waiting))
    monkeypatch.setattr(gpu_index, "TRIAL_SECONDS", 0.2)
    with pytest.raises(Broken, match=r"was not done after 0\.2 s"):
        gpu_index.trial()
