"""Times our search beside the usual recipe, in one run on one core.

    make bench ARGS="--passages 20000 --questions 300 --seed 1"

Both answer the same questions in turns of 20, so that noise hits both; over HTTP both stand behind one server.
The first 40 questions of each race warm up and do not count.
"""

import argparse
import http.client
import json
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from socket import create_server
from typing import Any

import faiss
import numpy as np
import uvicorn
from fastapi import FastAPI

from index import revisions
from index.api.app import make
from index.arrays import Vectors
from index.embedding.encoder import open_encoder
from index.embedding.models import find
from index.evaluation.runs import settings_in
from index.indexing.publisher import Publisher
from index.installation import Installation
from index.schemas.search import SearchRequest
from index.snapshots.marker import Marker
from scripts.bench.corpus import PASSAGES_A_PAGE, Corpus, Question, SyntheticEncoder, jurisdictions, layers
from townclerk import clock
from townclerk.jurisdictions import Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import Settings, load

LIMIT, OVERFETCH, TURN, WARM_UP, BATCH_PAGES = 5, 10, 20, 40, 4000
PACKAGES = ("faiss-cpu", "onnxruntime", "sentence-transformers", "tantivy", "torch")
Ask = Callable[[Question], list[str]]
"""Answers a question: gives the jurisdiction of each answer, best first."""


class Recipe:
    """The usual recipe: encode with sentence-transformers, search a flat index of everything for ten times as many, keep
    those of the city and its layers. No keywords, excerpts or confidence."""

    def __init__(self, settings: Settings, dimension: int) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(str(find(settings.model).folder), device="cpu")
        self._index: Any = faiss.IndexFlatIP(dimension)
        self._owners: list[str] = []

    def add(self, vectors: Vectors, owners: Sequence[str]) -> None:
        """Passages as unit vectors, one a row, with the jurisdiction of each."""
        self._index.add(vectors)
        self._owners += owners

    def __call__(self, question: Question) -> list[str]:
        text, city = question
        vector = self._model.encode([text], normalize_embeddings=True, show_progress_bar=False)
        _, rows = self._index.search(vector, LIMIT * OVERFETCH)
        return [owner for row in rows[0] if (owner := self._owners[row]) in layers(city)][:LIMIT]


@dataclass
class Tally:
    """What came of one contender's questions: seconds by the clock and of the processor, answers of other cities, questions
    with fewer than `LIMIT` answers."""

    name: str
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    foreign: int = 0
    few: int = 0

    def add(self, ask: Ask, question: Question) -> None:
        """Ask and count."""
        started, used = time.perf_counter(), time.process_time()
        owners = ask(question)
        self.seconds.append(time.perf_counter() - started)
        self.processor.append(time.process_time() - used)
        self.foreign += sum(owner not in layers(question[1]) for owner in owners)
        self.few += len(owners) < LIMIT

    @property
    def processing(self) -> float:
        """Milliseconds of processor time at the median; over HTTP those of server and caller."""
        return float(np.median(self.processor)) * 1000

    @property
    def milliseconds(self) -> list[float]:
        """p50, p95 and p99."""
        return [float(value) * 1000 for value in np.quantile(self.seconds, (0.5, 0.95, 0.99))]


def build(settings: Settings, corpus: Corpus, passages: int) -> Recipe:
    """Fill the index of `settings.home`, and the recipe's with the same passages."""
    database = open_database(settings)
    Jurisdictions(database).put(jurisdictions())
    encoder = SyntheticEncoder(open_encoder(settings), corpus)
    publisher, recipe = Publisher.open(settings, encoder=encoder), Recipe(settings, encoder.dimension)
    marker, started = Marker(database=revisions.database_name(database)), time.perf_counter()
    for first in range(0, passages // PASSAGES_A_PAGE, BATCH_PAGES):
        pages = [corpus.page(n) for n in range(first, min(first + BATCH_PAGES, passages // PASSAGES_A_PAGE))]
        publisher.apply(pages, marker=marker)
        recipe.add(
            encoder.passages([block.text for page in pages for block in page.blocks]),
            [page.jurisdiction for page in pages for _ in page.blocks],
        )
        print(f"  {publisher.stats().passages} passages after {time.perf_counter() - started:.0f} s", flush=True)
    publisher.close()
    database.dispose()
    return recipe


def race(contenders: dict[str, Ask], questions: Sequence[Question]) -> list[Tally]:
    """Ask all of them everything, in turns."""
    tallies = [Tally(name) for name in contenders]
    for first in range(0, len(questions), TURN):
        for tally, ask in zip(tallies, contenders.values(), strict=True):
            for question in questions[first : first + TURN]:
                (Tally("warm-up") if first < WARM_UP else tally).add(ask, question)
    return tallies


def race_directly(settings: Settings, recipe: Recipe, questions: Sequence[Question]) -> list[Tally]:
    """Both called in this process."""
    process = Installation(settings)

    def search(question: Question) -> list[str]:
        reply = process.searcher.search(question[0], jurisdictions=layers(question[1]), limit=LIMIT)
        return [candidate.passage.jurisdiction for candidate in reply.candidates]

    try:
        return race({"Townclerk": search, "usual recipe": recipe}, questions)
    finally:
        process.close()


def race_over_http(settings: Settings, recipe: Recipe, questions: Sequence[Question]) -> list[Tally]:
    """Both behind the search service, which records each question as it does for a city."""
    app = make(settings)

    @app.post("/recipe")
    def search(request: SearchRequest) -> list[str]:
        return recipe((request.text, int((request.city or "").removeprefix("city-"))))

    with served(app, token=settings.service_token.get_secret_value()) as call:

        def post(path: str, question: Question) -> Any:
            status, reply = call("POST", path, {"text": question[0], "city": f"city-{question[1]}", "limit": LIMIT})
            if status != 200:
                raise SystemExit(f"{path} answered {status}: {reply}")
            return reply

        while call("GET", "/health/ready")[0] != 200:
            time.sleep(0.2)
        return race(
            {
                "Townclerk over HTTP": lambda q: [answer["jurisdiction"] for answer in post("/search", q)["answers"]],
                "usual recipe over HTTP": lambda q: list(post("/recipe", q)),
            },
            questions,
        )


@contextmanager
def served(app: FastAPI, *, token: str) -> Iterator[Callable[..., tuple[int, Any]]]:
    """Serve on a free loopback port; gives a call of (method, path, JSON) over one connection, for status and reply."""
    socket = create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", socket.getsockname()[1], timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def call(method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection.request(method, path, json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    try:
        yield call
    finally:
        connection.close()
        server.should_exit = True
        thread.join(30)


def report(tallies: Sequence[Tally]) -> str:
    """A table in Markdown and the ratios; ours and the recipe's take turns in `tallies`."""
    lines = [
        "| | p50 ms | p95 ms | p99 ms | p50 processor ms | answers of another city | fewer than 5 answers |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for tally in tallies:
        times = " | ".join(f"{value:.2f}" for value in tally.milliseconds)
        lines.append(f"| {tally.name} | {times} | {tally.processing:.2f} | {tally.foreign} | {tally.few} |")
    for ours, theirs in zip(tallies[::2], tallies[1::2], strict=True):
        median, _, last = (b / a for a, b in zip(ours.milliseconds, theirs.milliseconds, strict=True))
        lines.append(
            f"\n{ours.name}: {median:.2f} times as fast as the {theirs.name} at the median, {last:.2f} times at p99; "
            f"{theirs.processing / ours.processing:.2f} times by processor time at the median."
        )
    return "\n".join(lines)


def main() -> int:
    """Build, race, print."""
    parser = argparse.ArgumentParser(prog="make bench", description="Times search beside the usual recipe.")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300, help="in each of the two races")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.passages < 5000 or options.questions < 100:
        parser.error("at least 5000 passages and 100 questions are needed to measure anything")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    faiss.omp_set_num_threads(1)
    print(
        f"{clock.now():%Y-%m-%d}, Python {platform.python_version()}, {', '.join(f'{p} {version(p)}' for p in PACKAGES)}"
    )
    corpus, count = Corpus(options.seed), options.questions + WARM_UP
    questions = corpus.questions(2 * count)
    with tempfile.TemporaryDirectory(prefix="townclerk-bench-") as scratch:
        settings = settings_in(Path(scratch), load()).model_copy(update={"encoder_threads": 1})
        recipe = build(settings, corpus, options.passages)
        tallies = race_directly(settings, recipe, questions[:count])
        print(report(tallies + race_over_http(settings, recipe, questions[count:])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
