"""Which device vectors are searched on; and on a real GPU the same answers as on the CPU (`make gpu-test`)."""

import logging
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from index.embedding.encoder import open_encoder
from index.embedding.gpu import GpuEncoder, load_model
from index.embedding.models import minilm_folder
from index.vectors import gpu_index
from index.vectors.gpu_index import GpuPages, gpus, open_pages, runs_on, trial
from index.vectors.partitioned_index import FaissPages
from tests.index.matrix import DIMENSION, unit
from tests.index.toy import LocalIndex, ToyEncoder, mark, page
from tests.index.vectors.contract import VectorIndexContract
from townclerk.errors import Broken
from townclerk.settings import Settings

on_gpu = pytest.mark.skipif(not gpus(), reason="FAISS can use no GPU here (`make setup GPU=1` on a machine with one)")
without_gpu = pytest.mark.skipif(gpus() > 0, reason="there is a GPU")


def chosen(home: Path, device: str) -> Settings:
    return Settings.model_validate({"home": home, "vector_device": device})


@pytest.mark.gpu
@on_gpu
@pytest.mark.timeout(900)
class TestGpuPages(VectorIndexContract):
    """On the first GPU."""

    kind = GpuPages
    examples = 10

    def test_it_answers_on_the_gpu(self) -> None:
        trial()
        index = self.make()
        index.add("a", np.arange(5000), unit(1, 5000))
        index.refresh()
        assert index.device == "gpu"
        rows, scores = index.search(unit(2, 1)[0], ["a"], limit=60)
        exact, expected = FaissPages.search(index, unit(2, 1)[0], ["a"], limit=60)
        assert rows.tolist() == exact.tolist()
        np.testing.assert_allclose(scores, expected, atol=2e-5)
        index.close()

    def test_passages_embedded_there_have_the_vectors_of_the_cpu(self, settings: Settings) -> None:
        torch = pytest.importorskip("torch")
        if not torch.cuda.is_available():
            pytest.skip("torch is installed without CUDA")
        encoder = open_encoder(settings)
        texts = [f"Permit {n} costs {n} dollars. " * (1 + n % 50) for n in range(300)]
        model = partial(load_model, minilm_folder(), encoder.window)
        parts = [[(0, len(text) // 2)] for text in texts]
        both = (e.with_parts(texts, parts, "en") for e in (GpuEncoder(encoder, model), encoder))
        on_gpu, on_cpu = (np.concatenate([each.vectors for each in found]) for found in both)
        np.testing.assert_allclose(on_gpu, on_cpu, atol=1e-4)


@without_gpu
def test_a_gpu_that_fails_leaves_the_search_to_the_cpu(caplog: pytest.LogCaptureFixture) -> None:
    """FAISS's wheel for CPUs has no GPU classes: its trial fails as that of a broken GPU does."""
    with pytest.raises(Broken, match="trial of the GPU ended"):
        trial()
    index = GpuPages(DIMENSION)
    index.add("a", np.arange(5), unit(1, 5))
    index.refresh()
    assert index.device == "cpu"
    assert "cannot be searched on the GPU" in caplog.text
    assert len(index.search(unit(1, 1)[0], ["a"], limit=9)[0]) == 5


@without_gpu
@pytest.mark.parametrize("device", ["auto", "cpu", "gpu"])
def test_without_a_gpu_the_cpu_searches_and_only_who_asked_for_one_is_told(
    tmp_path: Path, device: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        index = LocalIndex.open(chosen(tmp_path, device), encoder=ToyEncoder())
    assert index.stats().searched_on == "cpu"
    index.close()
    assert ("TOWNCLERK_VECTOR_DEVICE is gpu, but FAISS can use none" in caplog.text) == (device == "gpu")


def test_with_a_gpu_it_is_taken_unless_the_cpu_is_demanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_index, "gpus", lambda: 1)
    for device, kind in (("auto", GpuPages), ("gpu", GpuPages), ("cpu", FaissPages)):
        assert type(open_pages(8, chosen(tmp_path, device))) is kind
        assert runs_on(chosen(tmp_path, device)) == (("cpu" if kind is FaissPages else "gpu"), "")


def test_an_index_publishes_and_rolls_back_where_a_gpu_is_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_index, "gpus", lambda: 1)
    index = LocalIndex.open(chosen(tmp_path, "auto"), encoder=ToyEncoder())
    for step in (1, 2, 3):
        index.apply([page(step, f"dog licence number {step}")], marker=mark(step))
        assert index.search("dog licence", jurisdictions=["oakton"]).candidates
    index.rollback()
    assert index.search("dog licence", jurisdictions=["oakton"]).candidates
    index.close()
