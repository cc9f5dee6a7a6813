"""`make gpu-bench`: a GPU beside one CPU core, in one run: embedding passages, and searching vectors.

make gpu-bench ARGS="--vectors 1000000 10000000 --precision fp16"

Vectors are random. The GPU is asked as the search service asks it: by many threads whose questions share calls.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import faiss
import numpy as np

from index.vectors import gpu_index
from index.vectors.faiss_calls import Precision
from index.vectors.gpu_index import FaissGpu, GpuPages
from index.vectors.partitioned_index import FaissPages
from townclerk.settings import load

DIMENSION, PLACES, STEP = 384, 300, 50_000
ASKING = 64
PASSAGES = {"cpu": 128, "cuda": 8192}
WORDS = [
    "permit",
    "fee",
    "trash",
    "pool",
    "licence",
    "water",
    "bill",
    "park",
    "clerk",
    "hours",
    "deck",
    "dog",
    "tax",
    "library",
    "street",
    "meeting",
    "form",
    "office",
]


def filled(count: int, precision: Precision) -> GpuPages:
    """An index of random vectors, most of them in few places, as cities are."""
    index, numbers = GpuPages(DIMENSION, precision=precision, gpu=FaissGpu()), np.random.default_rng(1)
    share = 1 / np.arange(1, PLACES + 1)
    ends = np.rint(np.cumsum(share / share.sum()) * count).astype(int)
    for place, (first, last) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        for start in range(first, last, STEP):
            rows = np.arange(start, min(start + STEP, last))
            made = numbers.standard_normal((len(rows), DIMENSION), np.float32)
            index.add(str(place), rows, made / np.linalg.norm(made, axis=1, keepdims=True))
    return index


def asked(count: int) -> list[tuple[Any, list[str]]]:
    """Questions, each of three places."""
    numbers = np.random.default_rng(2)
    made = numbers.standard_normal((count, DIMENSION), np.float32)
    return [(each, [str(n) for n in numbers.choice(PLACES, 3, replace=False)]) for each in made]


def rate(seconds: float, call: Callable[[tuple[Any, list[str]]], Any], threads: int) -> float:
    """Questions a second, for about so many seconds."""
    questions, done, started = asked(512), 0, time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        while (took := time.perf_counter() - started) < seconds:
            done += len(list(pool.map(call, questions)))
    return done / took


def search(count: int, precision: Precision, seconds: float) -> None:
    """Build, compare the answers, then the two rates."""
    index = filled(count, precision)
    try:
        started = time.perf_counter()
        while index.device == "gpu" and not index._mirror._in_step:
            index.search(np.zeros(DIMENSION, np.float32), ["0"], limit=1)
            time.sleep(0.01)
        copied = time.perf_counter() - started
        if index.device != "gpu":
            raise SystemExit("The GPU failed; the line above says why.")
        differing = foreign = 0
        for vector, places in asked(200):
            rows, _ = index.search(vector, places, limit=60)
            exact, _ = FaissPages.search(index, vector, places, limit=60)
            differing += len(np.setdiff1d(rows, exact))
            foreign += int((~np.isin(index.page_of(rows), index.pages(places))).sum())
        cpu = rate(seconds, lambda q: FaissPages.search(index, q[0], q[1], limit=60), 1)
        fast = rate(seconds, lambda q: index.search(q[0], q[1], limit=60), ASKING)
        print(
            f"{count} vectors, {precision}: one CPU core {cpu:.0f} questions/s, GPU {fast:.0f}, {fast / cpu:.1f} times"
        )
        print(
            f"  copied in {copied:.1f} s (trial included); rows that differ {differing} of 12000, foreign rows {foreign}"
        )
    finally:
        index.close()


def embed() -> None:
    """Passages of about 150 tokens by sentence-transformers, one CPU core and the GPU."""
    import torch
    from sentence_transformers import SentenceTransformer

    from index.embedding.models import find

    torch.set_num_threads(1)
    numbers, rates = np.random.default_rng(3), {}
    for device, count in PASSAGES.items():
        if device == "cuda" and not torch.cuda.is_available():
            print("Embedding on the GPU was not measured: torch is installed without CUDA.")
            continue
        texts = [" ".join(numbers.choice(WORDS, 150)) for _ in range(count)]
        model = SentenceTransformer(str(find(load().model).folder), device=device)
        model.encode(texts[:64], batch_size=64)
        started = time.perf_counter()
        model.encode(texts, batch_size=32 if device == "cpu" else 256)
        rates[device] = count / (time.perf_counter() - started)
        print(f"embedding, {device}: {rates[device]:.0f} passages/s")


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(prog="make gpu-bench", description="A GPU beside one CPU core.")
    parser.add_argument("--vectors", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--precision", choices=["fp32", "fp16"], default="fp16")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each rate is measured")
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    if not gpu_index.gpus():
        print("FAISS can use no GPU here. `make setup GPU=1` installs its build for GPUs.")
        return 1
    embed()
    for count in options.vectors:
        search(count, options.precision, options.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
