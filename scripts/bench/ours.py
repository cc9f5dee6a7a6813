"""Our engine and the usual recipe, asked the same questions in turns so that noise hits both."""

import argparse
import os
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import psutil
from numpy.typing import NDArray

from index.api.interpreter import set_aside
from index.search.searcher import Engine
from index.snapshots.marker import Marker
from scripts.bench import web
from scripts.bench.corpus import PAGE_PASSAGES, Corpus, keep_anchors, layers
from scripts.bench.score import K, Tally, exact_rows, spread
from scripts.bench.synthetic import opened
from scripts.bench.turns import FIRST, USUAL, WHOLE, Pulse, Recipe, blocks, timed, told
from townclerk.settings import load

BATCH_PAGES = 4000


@dataclass(frozen=True)
class Truth:
    """Every vector of the index with its jurisdiction, and the questions with their exact answers."""

    vectors: NDArray[np.float32]
    owners: NDArray[np.str_]
    queries: NDArray[np.float32]
    cities: list[int]
    exact: list[list[int]]


def one_core() -> None:
    """This process and all it starts run on one core from here on."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    faiss.omp_set_num_threads(1)


def built(corpus: Corpus, folder: Path, passages: int) -> tuple[Engine, float]:
    """An index made by the engine itself, as a first crawl makes it; and the seconds that took."""
    folder.mkdir(parents=True, exist_ok=True)
    keep_anchors(corpus, folder / "anchors.npy")
    settings = load().model_copy(update={"home": folder, "embeddings_kept_mb": 0, "encoder_threads": 1})
    encoder = opened(folder / "anchors.npy")
    engine = Engine.open(settings, encoder=encoder, opener=encoder.opener(folder / "anchors.npy"))
    started, pages = time.perf_counter(), 0
    while pages < passages // PAGE_PASSAGES:
        last = min(pages + BATCH_PAGES, passages // PAGE_PASSAGES)
        engine.apply([corpus.page(n) for n in range(pages, last)], marker=Marker(pages=last, database="bench"))
        pages = last
        print(f"  ours: {pages * PAGE_PASSAGES} passages after {time.perf_counter() - started:.0f} s", flush=True)
    engine.settle(quiet=0.0)  # as the service does when nothing changed for a while
    set_aside()  # as it does when it has opened an index
    return engine, time.perf_counter() - started


def truth(engine: Engine, folder: Path, questions: list[tuple[str, int]]) -> Truth:
    """Read all vectors out of the index and answer every question by looking at each of them."""
    parts = list(engine._serving.catalogue.by_jurisdiction(0))
    rows = np.concatenate([part[1] for part in parts])
    order = np.argsort(rows)
    vectors = np.concatenate([np.asarray(part[2], np.float32) for part in parts])[order]
    owners = np.concatenate([np.full(len(part[1]), part[0]) for part in parts])[order]
    if not np.array_equal(rows[order], np.arange(len(rows))):
        raise SystemExit("The rows of the new index have gaps. Remove the benchmark's folder and run it again.")
    # The encoder remembers questions; the benchmark must not ask it what it has seen already.
    model = opened(folder / "anchors.npy")
    queries = np.stack([model.query(text) for text, _ in questions])
    cities = [city for _, city in questions]
    exact = [exact_rows(vectors, owners, q, layers(c)) for q, c in zip(queries, cities, strict=True)]
    return Truth(vectors, owners, queries, cities, exact)


def race(
    engine: Engine, known: Truth, usual: Recipe, questions: list[tuple[str, int]], pulse: Pulse
) -> list[dict[str, Any]]:
    """Ours, its parts and the usual recipe, in turns."""
    names = known.owners.tolist()
    stage, recipe, unfiltered = Tally(names), Tally(names), Tally(names)
    stages: list[dict[str, float]] = []
    again: list[float] = []
    foreign = 0
    for text, city in questions[:10]:
        usual(f"{text} (warm)", layers(city))
    for block in blocks(list(enumerate(questions))):
        with pulse.turn(WHOLE) as whole:
            for _, (text, city) in block:
                took, found = timed(partial(engine.search, text, jurisdictions=layers(city), limit=K))
                whole.append(took)
                stages.append(found.timings)
                foreign += sum(c.passage.jurisdiction not in layers(city) for c in found.candidates)
        for _, (text, city) in block:
            again.append(timed(partial(engine.search, text, jurisdictions=layers(city), limit=K))[0])
        for at, (_, city) in block:
            search = partial(engine._serving.bodies.search, known.queries[at], layers(city), limit=K)
            took, (rows, _) = timed(search)
            stage.add(rows.tolist(), known.exact[at], layers(city), took)
        with pulse.turn(USUAL) as theirs:
            for at, (text, city) in block:
                took, (top, kept) = timed(partial(usual, text, layers(city)))
                theirs.append(took)
                recipe.add(kept, known.exact[at], layers(city), took)
                unfiltered.add(top, known.exact[at], layers(city), took)
    return [
        {
            "name": WHOLE,
            **spread(pulse.all(WHOLE)),
            "wrong": foreign,
            "stages": _medians(stages),
        },
        {"name": "Townclerk, a repeated question", **spread(again)},
        stage.row("Townclerk, vector stage alone"),
        recipe.row(USUAL),
        {
            "name": "Usual recipe without the filter",
            "wrong": unfiltered.wrong_city,
            "recall": unfiltered.row("")["recall"],
        },
    ]


def _medians(stages: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(float(np.median([each[name] for each in stages])), 2) for name in stages[0]}


def measure(options: argparse.Namespace, folder: Path, *, passages: int) -> dict[str, Any]:
    """Build, ask, and leave the vectors for the other contenders."""
    print(f"Building an index of {passages} passages and asking {options.questions} questions.", flush=True)
    corpus = Corpus(options.seed)
    engine, seconds = built(corpus, folder, passages)
    try:
        count = options.questions
        questions, more, early = (corpus.questions(n * count)[(n - 1) * count :] for n in (1, 2, 3))
        known = truth(engine, folder, questions)
        first = [timed(partial(engine.search, text, jurisdictions=layers(city), limit=K))[0] for text, city in early]
        memory = psutil.Process().memory_info().rss - known.vectors.nbytes  # the copy for the truth is not ours
        usual = Recipe(known.vectors, known.owners.tolist())
        pulse = Pulse()
        rows = race(engine, known, usual, questions, pulse)
        rows.insert(1, {"name": FIRST, **spread(first)})
        rows += web.race(engine, usual, more, folder, pulse)
    finally:
        engine.close()
    files = [p.stat() for p in (folder / "index").rglob("*") if p.is_file()]
    size = sum({s.st_ino: s.st_blocks * 512 for s in files}.values())  # snapshots share files
    rows[0] |= {"build": round(seconds, 1), "disk_mb": size // 2**20, "memory_mb": memory // 2**20}
    np.savez(
        folder / "truth.npz", vectors=known.vectors, owners=known.owners, queries=known.queries,
        places=np.array([layers(c) for c in known.cities]), exact=np.array(known.exact),
    )  # fmt: skip
    return {"passages": len(known.vectors), "rows": rows, "quiet": told(pulse)}
