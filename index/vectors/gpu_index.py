"""Vector search on a GPU by FAISS: the only module that calls FAISS's GPU classes.

    python -m index.vectors.gpu_index        a trial on made-up vectors; exit status 0 when the GPU answers as the CPU does

FAISS ends the whole process on most errors of CUDA (all but full memory), so the trial is run in a
process of its own before the GPU is used in this one.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np

from index.arrays import Vectors
from index.vectors.faiss_calls import Precision, Rows, scan, untyped
from index.vectors.partitioned_index import SIZES, FaissPages, PageSizes
from townclerk.errors import Broken
from townclerk.settings import Settings

log = logging.getLogger(__name__)
MOST = 2048
"""Results and pages of one search at most: limits of FAISS's GPU classes, beyond which they end the process."""
TEMPORARY_BYTES = 128 * 2**20
"""Working memory of FAISS on the GPU; it would take up to 1.5 GiB."""
PINNED_BYTES = 16 * 2**20
"""Memory for transfers that must not be swapped; it would take 256 MiB."""
TRIAL_SECONDS = 120


class GpuPages(FaissPages):
    """The index in memory with a copy on the first GPU, made anew by `refresh`.

    The copy answers until the next change; from then on, and for what is beyond the GPU's limits, the CPU does.
    The first error of the GPU leaves everything to the CPU. Changes and `refresh` must come one after the other.
    """

    def __init__(self, dimension: int, *, precision: Precision = "fp32", sizes: PageSizes = SIZES) -> None:
        super().__init__(dimension, precision=precision, sizes=sizes)
        self._gpu = threading.Lock()  # FAISS's GPU classes are not safe to use from several threads
        self._copy: Any = None
        self._resources: Any = None
        self._usable = True

    @property
    def device(self) -> str:
        """Where searches run between changes."""
        return "gpu" if self._usable else "cpu"

    def add(self, jurisdiction: str, rows: Rows, vectors: Vectors) -> None:
        """As on the CPU."""
        self._forget_copy()
        super().add(jurisdiction, rows, vectors)

    def remove(self, rows: Rows) -> None:
        """As on the CPU."""
        self._forget_copy()
        super().remove(rows)

    def search(self, vector: Vectors, jurisdictions: Iterable[str], *, limit: int) -> tuple[Rows, Vectors]:
        """As on the CPU."""
        places = tuple(jurisdictions)
        with self._gpu:
            pages = self.pages(places)
            if self._copy is not None and 0 < len(pages) <= MOST and limit <= MOST:
                rows, scores = scan(self._copy, vector.reshape(1, -1), pages.reshape(1, -1), limit=limit)
                return rows[0][rows[0] >= 0], scores[0][rows[0] >= 0]
        return super().search(vector, places, limit=limit)

    def refresh(self) -> None:
        """Copy all rows to the GPU."""
        if not self._usable or self._copy is not None:
            return
        try:
            if self._resources is None:
                trial()
                self._resources = resources()
            with self.unchanging() as lists:
                copy = untyped.index_cpu_to_gpu(self._resources, 0, lists, untyped.GpuClonerOptions())
        except Exception:
            self._usable = False
            log.exception("vectors cannot be searched on the GPU; the CPU searches them until the next start")
            return
        with self._gpu:
            self._copy = copy

    def close(self) -> None:
        """Free the GPU; searches go on, on the CPU."""
        self._usable = False
        self._forget_copy()
        self._resources = None

    def _forget_copy(self) -> None:
        with self._gpu:
            self._copy = None


def gpus() -> int:
    """How many FAISS can use: none with the wheel for CPUs."""
    return int(untyped.get_num_gpus()) if hasattr(untyped, "StandardGpuResources") else 0


def resources() -> Any:
    """FAISS's working memory on a GPU, kept small; for one thread at a time."""
    memory = untyped.StandardGpuResources()
    memory.setTempMemory(TEMPORARY_BYTES)
    memory.setPinnedMemory(PINNED_BYTES)
    return memory


def open_pages(dimension: int, settings: Settings) -> FaissPages:
    """A new, empty vector index on the configured device."""
    index = GpuPages if runs_on(settings)[0] == "gpu" else FaissPages
    return index(dimension, precision=settings.vector_precision)


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
    """Try the GPU in another process. Raises Broken with the last line of its error output."""
    command = [sys.executable, "-m", "index.vectors.gpu_index"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Broken(f"A trial of the GPU was not done after {TRIAL_SECONDS} s.") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise Broken(f"A trial of the GPU ended with status {done.returncode}: {last}")


def _try() -> int:
    index, numbers = FaissPages(64, precision="fp16"), np.random.default_rng(1)
    for at in range(3):
        index.add(str(at), np.arange(at * 50, at * 50 + 50), numbers.normal(size=(50, 64)).astype(np.float32))
    query, pages = numbers.normal(size=(1, 64)).astype(np.float32), index.pages("1").reshape(1, -1)
    expected, _ = index.search(query[0], "1", limit=5)
    memory = resources()
    with index.unchanging() as lists:
        copy = untyped.index_cpu_to_gpu(memory, 0, lists, untyped.GpuClonerOptions())
    rows, _ = scan(copy, query, pages, limit=5)
    return 0 if rows[0].tolist() == expected.tolist() else 3


if __name__ == "__main__":
    sys.exit(_try())
