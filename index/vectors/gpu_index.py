"""Vector search on a GPU by FAISS: the only module that calls FAISS's GPU classes.

    python -m index.vectors.gpu_index        a trial on made-up vectors; exit status 0 when the GPU answers as the CPU does

FAISS ends the whole process on most errors of CUDA (all but full memory), so the trial is run in a
process of its own before the GPU is used in this one.
"""

import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.vectors.devices import Answer, Device, TakenOut, Written
from index.vectors.faiss_calls import EMPTY_PAGE, Precision, Rows, scan, untyped
from index.vectors.gpu_replica import Mirror
from index.vectors.partitioned_index import FaissPages
from townclerk.errors import Broken
from townclerk.settings import Settings

TEMPORARY_BYTES = 128 * 2**20
"""Working memory of FAISS on the GPU; it would take up to 1.5 GiB."""
PINNED_BYTES = 16 * 2**20
"""Memory for transfers that must not be swapped; it would take 256 MiB."""
TRIAL_SECONDS = 120
KERNELS = (1, 32, 64, 128, 256, 512, 1024, 2048)
"""FAISS has a program for results up to each of these numbers."""


class GpuPages(FaissPages):
    """The index in memory with a copy on a GPU, which answers as soon and as long as it is in step."""

    def __init__(self, dimension: int, *, precision: Precision, gpu: Device) -> None:
        super().__init__(dimension, precision=precision)
        self._mirror = Mirror(gpu, self.unchanging)

    @property
    def device(self) -> str:
        """Where searches run, or will as soon as the copy is made."""
        return "gpu" if self._mirror.alive else "cpu"

    def search(self, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> tuple[Rows, Vectors]:
        """As on the CPU. What the GPU gives is held against the table of pages: no other city's row passes,
        and if a row has gone meanwhile, the CPU answers."""
        wanted = tuple(jurisdictions)
        pages = self.pages(wanted)
        answer = self._mirror.ask(vector, pages, limit=limit) if len(pages) and self._mirror.alive else None
        if answer is None or not np.isin(self.page_of(answer[0]), pages).all():
            return super().search(vector, wanted, limit=limit)
        return answer

    def close(self) -> None:
        """Free the GPU; searches go on, on the CPU."""
        self._mirror.close()

    def _wrote(self, page: int, rows: Rows, vectors: NDArray[np.floating[Any]]) -> None:
        self._mirror.change(Written(page, rows.copy(), vectors.astype(np.float32)))

    def _took_out(self, page: int, rows: Rows) -> None:
        self._mirror.change(TakenOut(page, rows))


class FaissGpu:
    """The first GPU. Not safe to use from several threads, not even for reading."""

    def __init__(self) -> None:
        self._resources: Any = None
        self._index: Any = None

    def renew(self, index: Any) -> None:
        """Copy all lists. Raises Broken when the GPU fails its trial, RuntimeError when its memory is full."""
        if self._resources is None:
            trial()
            self._resources = resources()
        self._index = None  # its memory is needed for the next one
        self._index = untyped.index_cpu_to_gpu(self._resources, 0, index, untyped.GpuClonerOptions())
        for limit in KERNELS:  # a GPU's driver may have to compile each one first
            self.search(np.zeros((1, index.d), np.float32), np.array([[EMPTY_PAGE]]), limit=limit)

    def append(self, page: int, rows: Rows, vectors: Vectors) -> None:
        """Add rows to a page."""
        pages = np.full(len(rows), page, np.int64)
        ids, given = np.ascontiguousarray(rows, np.int64), np.ascontiguousarray(vectors, np.float32)
        self._index.add_core(len(ids), faiss.swig_ptr(given), faiss.swig_ptr(ids), faiss.swig_ptr(pages))

    def search(self, vectors: Vectors, pages: Rows, *, limit: int) -> Answer:
        """As `lists.scan`."""
        return scan(self._index, vectors, pages, limit=limit)

    def close(self) -> None:
        """Free its memory."""
        self._index = self._resources = None


def gpus() -> int:
    """How many FAISS can use: none with the wheel for CPUs."""
    return int(untyped.get_num_gpus()) if hasattr(untyped, "StandardGpuResources") else 0


def resources() -> Any:
    """FAISS's working memory on a GPU, kept small; for one thread."""
    made = untyped.StandardGpuResources()
    made.setTempMemory(TEMPORARY_BYTES)
    made.setPinnedMemory(PINNED_BYTES)
    return made


def open_pages(dimension: int, settings: Settings) -> FaissPages:
    """A new, empty vector index on the configured device."""
    if runs_on(settings)[0] == "gpu":
        return GpuPages(dimension, precision=settings.vector_precision, gpu=FaissGpu())
    return FaissPages(dimension, precision=settings.vector_precision)


def runs_on(settings: Settings) -> tuple[str, str]:
    """`gpu` or `cpu`, and what hinders when a GPU is demanded that cannot be had."""
    if settings.vector_device != "cpu" and gpus():
        return "gpu", ""
    if settings.vector_device == "gpu":
        return "cpu", (
            "TOWNCLERK_VECTOR_DEVICE is gpu, but FAISS can use none: searches run on the CPU. "
            "Look at `nvidia-smi`, run `make setup GPU=1`, or set it to auto."
        )
    return "cpu", ""


def trial() -> None:
    """Try the GPU in another process. Raises Broken with what that process said last."""
    command = [sys.executable, "-m", "index.vectors.gpu_index"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Broken(f"A trial of the GPU was not done after {TRIAL_SECONDS} s.") from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Broken(f"A trial of the GPU ended with status {done.returncode}: {said}")


def _tried() -> int:
    index, numbers = FaissPages(64, precision="fp16"), np.random.default_rng(1)
    for at in range(3):
        index.add(str(at), np.arange(at * 50, at * 50 + 50), numbers.normal(size=(50, 64)).astype(np.float32))
    asked, gpu = numbers.normal(size=(1, 64)).astype(np.float32), FaissGpu()
    gpu._resources = resources()
    with index.unchanging() as copied:
        gpu.renew(copied)
    gpu.append(int(index.pages("1")[0]), np.array([999]), asked)
    rows, _ = gpu.search(asked, index.pages("1").reshape(1, -1), limit=5)
    expected, _ = index.search(asked[0], "1", limit=4)
    right = rows[0].tolist() == [999, *expected.tolist()]
    gpu.close()
    return 0 if right else 3


if __name__ == "__main__":
    sys.exit(_tried())
