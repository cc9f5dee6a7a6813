"""On a real GPU: the same ids as on the CPU, and never a row of another city. `make gpu-test` runs these."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from index.embedding.encoder import open_encoder
from index.embedding.gpu import GpuEncoder, load_model
from index.embedding.models import find
from index.vectors import gpu_index, gpu_replica, partitioned_index
from index.vectors.faiss_calls import Precision
from index.vectors.gpu_index import FaissGpu, GpuPages
from index.vectors.partitioned_index import FaissPages
from tests.index.matrix import DIMENSION, unit
from tests.index.traffic import Traffic
from tests.index.vectors.test_gpu_replica import settle
from townclerk.settings import Settings

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(
        not gpu_index.gpus(), reason="FAISS can use no GPU here (`make setup GPU=1` on a machine with one)"
    ),
    pytest.mark.timeout(900),
]
CITIES = [f"city-{n}" for n in range(40)]
WIDE = 384


@pytest.fixture(params=["fp32", "fp16"])
def precision(request: pytest.FixtureRequest) -> Precision:
    chosen: Precision = request.param
    return chosen


@pytest.fixture
def filled(precision: Precision) -> Iterator[tuple[GpuPages, dict[int, str]]]:
    """40 cities of 1 to 10,000 rows, and who owns each row; the copy is in step."""
    index, of, first = GpuPages(WIDE, precision=precision, gpu=FaissGpu()), dict[int, str](), 0
    for number, city in enumerate(CITIES):
        rows = np.arange(first, first + 1 + number**2 * 6)
        index.add(city, rows, unit(number, len(rows), WIDE))
        of.update(dict.fromkeys(rows.tolist(), city))
        first += len(rows)
    settle(index)
    assert index.device == "gpu"
    yield index, of
    index.close()


def same(index: GpuPages, of: dict[int, str], *, questions: int, seed: int) -> None:
    """Many threads at once, so that questions of different cities share a call: ids as on the CPU, and own cities only."""
    numbers = np.random.default_rng(seed)
    asked = [
        (unit(seed * 1000 + n, 1, WIDE)[0], numbers.choice(CITIES, int(numbers.integers(1, 6)), replace=False).tolist())
        for n in range(questions)
    ]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda each: index.search(each[0], each[1], limit=60), asked))
    for (query, places), (rows, scores) in zip(asked, found, strict=True):
        assert {of[row] for row in rows.tolist()} <= set(places)
        exact, expected = FaissPages.search(index, query, places, limit=60)
        np.testing.assert_allclose(scores, expected, atol=2e-5)
        # Rows whose cosines differ in the last digits only may change places.
        assert len(np.setdiff1d(rows, exact)) <= np.sum(np.abs(np.diff(expected)) < 2e-5) or len(exact) < 60
        assert len(rows) == len(exact) == len(np.unique(rows))
    assert index.device == "gpu"


def test_mixed_cities_get_the_ids_that_the_cpu_gives(filled: tuple[GpuPages, dict[int, str]]) -> None:
    same(*filled, questions=2000, seed=1)


def test_added_and_removed_rows(filled: tuple[GpuPages, dict[int, str]]) -> None:
    index, of = filled
    first = max(of) + 1
    for number, city in enumerate(CITIES):
        rows = np.arange(first, first + 300)
        index.add(city, rows, unit(500 + number, 300, WIDE))
        of.update(dict.fromkeys(rows.tolist(), city))
        index.remove(rows[::3])
        first += 300
    same(index, of, questions=500, seed=2)


def test_limits_of_the_gpu(filled: tuple[GpuPages, dict[int, str]]) -> None:
    index, _ = filled
    query = unit(7, 1, WIDE)[0]
    for limit in (1, 1000, gpu_replica.MOST, gpu_replica.MOST + 1, 5000):
        rows, _ = index.search(query, CITIES, limit=limit)
        exact, _ = FaissPages.search(index, query, CITIES, limit=limit)
        assert len(np.setxor1d(rows, exact)) <= 2
        assert len(rows) == limit
    assert index.device == "gpu"


def test_searches_beside_changes(precision: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitioned_index, "PAGE_ROWS", 64)
    monkeypatch.setattr(gpu_replica, "HIDDEN_ROWS", 500)
    index = GpuPages(DIMENSION, precision=precision, gpu=FaissGpu())
    traffic = Traffic(index, fresh=True)
    traffic.run(3000)
    assert traffic.wrong == []
    assert index.device == "gpu"
    index.close()


def test_the_trial_passes() -> None:
    gpu_index.trial()


def apart(program: str) -> None:
    """Run it in a process of its own: what goes wrong on a GPU may stay with the process."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr


def test_memory_that_cannot_be_had_leaves_the_search_to_the_cpu() -> None:
    apart("""
import numpy as np
from index import gpu
from tests.index.matrix import unit
from tests.index.vectors.test_gpu_replica import settle
gpu.PINNED_BYTES = 2**45
index = gpu.GpuPages(8, precision="fp32", gpu=gpu.FaissGpu())
index.add("a", np.arange(5), unit(1, 5))
settle(index)
assert index.device == "cpu"
assert len(index.search(unit(1, 1)[0], ["a"], limit=9)[0]) == 5
""")


def test_beside_torch_on_the_same_gpu() -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("torch is installed without CUDA")
    apart("""
import numpy as np, torch
from index.vectors.gpu_index import FaissGpu, GpuPages
from tests.index.matrix import unit
from tests.index.vectors.test_gpu_replica import settle
a = torch.randn(500, 500, device="cuda")
index = GpuPages(8, precision="fp16", gpu=FaissGpu())
index.add("a", np.arange(100), unit(1, 100))
settle(index)
for n in range(20):
    b = (a @ a).sum()
    assert index.search(unit(1, 100)[n], ["a"], limit=3)[0][0] == n
assert index.device == "gpu" and torch.isfinite(b).item()
index.close()
""")


def test_passages_embedded_there_have_the_vectors_of_the_cpu(settings: Settings) -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("torch is installed without CUDA")
    encoder = open_encoder(settings)
    bulk = GpuEncoder(encoder, partial(load_model, find("bundled").folder, encoder.window))
    texts = [f"Permit {n} costs {n} dollars. " * (1 + n % 50) for n in range(300)]
    found = bulk.passages(texts)
    assert bulk._model is not None
    np.testing.assert_allclose(found, encoder.passages(texts), atol=1e-4)
