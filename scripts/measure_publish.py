"""Times publishing into a large index while questions are asked, quiet and busy in one run.

    .venv/bin/python -m scripts.measure_publish FOLDER [--passages 100000] [--changed 1000] [--publishes 10] [--tiny 0]

FOLDER keeps the index between runs: it is filled on the first one. Texts are made of random
words and the vectors of passages are random (finding nothing is slower or faster for it);
questions are embedded by the real model. Questions come at `--rate` a second, each on its
own time whether or not the one before is done, and the time counts from when it was due.
Each publish changes `--changed` passages and looks for one of them at once afterwards.
`--tiny` then publishes so many single pages. Prints one JSON object.
The process that prepares publishes starts with the first of them.
"""

import argparse
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from index.api.interpreter import answering, set_aside
from index.passages.document import Document, Marker, Section
from index.search.searcher import Engine
from scripts.bench.synthetic import opened
from townclerk.settings import load

CITIES = 300
PASSAGES_A_PAGE = 5
WORDS = [f"{a}{b}{c}" for a in ("ba", "de", "fi", "go", "ku") for b in ("lan", "mer", "ros", "tip") for c in range(200)]
WEIGHTS = np.cumsum(1 / np.arange(10, 10 + len(WORDS))).tolist()


def page(number: int, version: int = 0) -> Document:
    """A page of five passages; a new version has other words in each."""
    rng = random.Random(number * 1000 + version)  # noqa: S311
    texts = [" ".join(_sentence(rng) for _ in range(3)) for _ in range(PASSAGES_A_PAGE)]
    texts[-1] += f" The sign here is {sign(number, version)}."
    blocks = tuple(Section("text", text, heading=(f"Part {part}",)) for part, text in enumerate(texts))
    city = f"city{number % CITIES}"
    return Document(f"page:{number}", city, "page", f"https://{city}.example/{number}", f"Page {number}", "en", blocks)


def sign(number: int, version: int) -> str:
    """A word that only this version of this page holds."""
    return f"sign{number}x{version}"


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, cum_weights=WEIGHTS, k=rng.randint(9, 13))).capitalize() + "."


@dataclass
class Load:
    """Questions at a steady rate. `took` are (due, seconds) of each; `errors` what was raised."""

    engine: Engine
    rate: float
    took: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Ask while the block runs."""
        stop = threading.Event()
        with ThreadPoolExecutor(4) as workers:
            clock = threading.Thread(target=self._dispatch, args=(workers, stop))
            clock.start()
            try:
                yield
            finally:
                stop.set()
                clock.join()

    def _dispatch(self, workers: ThreadPoolExecutor, stop: threading.Event) -> None:
        rng, due = random.Random(), time.perf_counter()  # noqa: S311
        while not stop.is_set():
            due += 1 / self.rate
            time.sleep(max(0.0, due - time.perf_counter()))
            workers.submit(self._ask, " ".join(rng.choices(WORDS, k=7)) + "?", f"city{rng.randrange(CITIES)}", due)

    def _ask(self, text: str, city: str, due: float) -> None:
        try:
            self.engine.search(text, jurisdictions=[city])
        except Exception as error:  # counted, and the run goes on
            self.errors.append(repr(error))
        self.took.append((due, time.perf_counter() - due))


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the most, in milliseconds."""
    if not seconds:
        return {}
    values = np.quantile(seconds, [0.5, 0.95, 0.99, 1.0]) * 1000
    return {**dict(zip(("p50", "p95", "p99", "most"), values.round(2).tolist(), strict=True)), "count": len(seconds)}


def fill(engine: Engine, pages: int) -> float:
    """Index pages that are not there yet, in batches as a first crawl is; gives the seconds."""
    started, there = time.perf_counter(), len(engine.documents("page"))
    for first in range(there, pages, 1000):
        last = min(first + 1000, pages)
        engine.apply([page(n) for n in range(first, last)], marker=Marker(pages=last, database="m"))
        print(f"{last} of {pages} pages, {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return time.perf_counter() - started


def publish(engine: Engine, documents: Sequence[Document], word: str) -> float:
    """Index these documents; seconds until the last one, which holds `word`, is found. Returns when all is tidy."""
    revision, found_after = engine.marker.pages + 1, [-1.0]

    def watch() -> None:
        # Only looking whether something new is served costs nothing; then it must be found.
        while engine.marker.pages < revision:
            time.sleep(0.005)
        found = engine.search(word, jurisdictions=[documents[-1].jurisdiction]).candidates
        if any(word in each.passage.text for each in found):
            found_after[0] = round(time.perf_counter() - started, 3)

    watcher, started = threading.Thread(target=watch, daemon=True), time.perf_counter()
    watcher.start()
    engine.apply(documents, marker=Marker(pages=revision, database="m"))
    watcher.join()
    if found_after[0] < 0:
        raise SystemExit(f"{word} was published and is not found")
    return found_after[0]


def disk(folder: Path) -> int:
    """Bytes on disk, a file with several names counted once."""
    told = {(s.st_dev, s.st_ino): s.st_blocks * 512 for p in folder.rglob("*") if p.is_file() for s in (p.stat(),)}
    return sum(told.values())


def measure(engine: Engine, options: argparse.Namespace) -> dict[str, Any]:
    """Quiet, busy, quiet again."""
    version = int(time.time())
    pages = options.passages // PASSAGES_A_PAGE
    changed = options.changed // PASSAGES_A_PAGE
    questions = Load(engine, options.rate)
    prepared: list[tuple[list[Document], str]] = []
    for turn in range(options.publishes):
        numbers = random.sample(range(pages), changed)
        prepared.append(([page(n, version + turn) for n in numbers], sign(numbers[-1], version + turn)))
    windows: list[tuple[float, float]] = []
    published: list[float] = []
    with questions.running():
        time.sleep(options.quiet)
        for documents, word in prepared:
            begun = time.perf_counter()
            published.append(publish(engine, documents, word))
            windows.append((begun, time.perf_counter()))
            time.sleep(options.pause)
        time.sleep(options.quiet)
    first, last = windows[0][0], windows[-1][1]
    quiet = [took for due, took in questions.took if due < first or due > last + 1]
    busy = [took for due, took in questions.took if any(a <= due <= b for a, b in windows)]
    return {
        "found_after_seconds": published,
        "found_after_median": statistics.median(published),
        "errors": questions.errors[:3],
        "quiet_ms": spread(quiet),
        "publishing_ms": spread(busy),
        "whole_busy_time_ms": spread([took for due, took in questions.took if first <= due <= last]),
    }


def tiny(engine: Engine, count: int, folder: Path) -> dict[str, Any]:
    """Single pages, one after another."""
    version, took, most = int(time.time()) + 10**6, [], 0
    for turn in range(count):
        number = turn % 100
        took.append(publish(engine, [page(number, version + turn)], sign(number, version + turn)))
        most = max(most, len(list((folder / "index" / engine.stats().snapshot).glob("seg-*"))))
    return {"seconds": spread(took), "most_segments": most, "disk": disk(folder / "index")}


def main() -> int:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for name, default in (("passages", 100_000), ("changed", 1000), ("publishes", 10), ("tiny", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, seconds in (("rate", 50.0), ("quiet", 20.0), ("pause", 2.0)):
        parser.add_argument(f"--{name}", type=float, default=seconds)
    options = parser.parse_args()
    started = time.perf_counter()
    encoder = opened()
    settings = load().model_copy(update={"home": options.folder, "embeddings_kept_mb": 0})
    engine = Engine.open(settings, encoder=encoder, opener=encoder.opener())
    result: dict[str, Any] = {"open_seconds": round(time.perf_counter() - started, 2)}
    result["fill_seconds"] = round(fill(engine, options.passages // PASSAGES_A_PAGE), 1)
    result["passages"] = engine.stats().passages
    set_aside()
    with answering():
        result |= measure(engine, options)
        if options.tiny:
            result["tiny"] = tiny(engine, options.tiny, options.folder)
    result["disk"] = disk(options.folder / "index")
    result["resident"] = psutil.Process().memory_info().rss
    if engine.preparing is not None:
        result["own_memory_preparing"] = psutil.Process(engine.preparing).memory_full_info().uss
    engine.close()
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
