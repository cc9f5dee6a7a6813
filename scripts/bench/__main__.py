"""Times our search beside the usual recipe, in one run on one core.

    make bench ARGS="--passages 20000 --questions 300 --seed 1"

Both answer the same questions in turns of 20, so that noise hits both; over HTTP both stand behind one server.
The first 40 questions of each race warm up and do not count.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faiss
import httpx
import numpy as np

from index import revisions
from index.api.app import make
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
from townclerk.service import served
from townclerk.settings import Settings, load

LIMIT, OVERFETCH, TURN, WARM_UP, BATCH_PAGES = 5, 10, 20, 40, 4000
PACKAGES = ("faiss-cpu", "onnxruntime", "sentence-transformers", "tantivy", "torch")
Ask = Callable[[Question], Sequence[object]]
"""Answers a question."""


class Recipe:
    """The usual recipe: encode with sentence-transformers, search a flat index of everything for ten times as many, keep
    those of the city and its layers. No keywords, excerpts or confidence."""

    def __init__(self, settings: Settings, dimension: int) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(str(find(settings).folder), device="cpu")
        self.index: Any = faiss.IndexFlatIP(dimension)
        self.owners: list[str] = []
        """The jurisdiction of each row of the index."""

    def __call__(self, question: Question) -> list[str]:
        text, city = question
        vector = self._model.encode([text], normalize_embeddings=True, show_progress_bar=False)
        _, rows = self.index.search(vector, LIMIT * OVERFETCH)
        return [owner for row in rows[0] if (owner := self.owners[row]) in layers(city)][:LIMIT]


@dataclass
class Tally:
    """Seconds of one contender's questions, and how many of them got fewer than `LIMIT` answers."""

    name: str
    seconds: list[float] = field(default_factory=list)
    few: int = 0

    def add(self, ask: Ask, question: Question) -> None:
        """Ask and count."""
        started = time.perf_counter()
        answers = ask(question)
        self.seconds.append(time.perf_counter() - started)
        self.few += len(answers) < LIMIT

    @property
    def milliseconds(self) -> list[float]:
        """p50 and p99."""
        return [float(value) * 1000 for value in np.quantile(self.seconds, (0.5, 0.99))]


def build(settings: Settings, corpus: Corpus, passages: int) -> Recipe:
    """Fill the index of `settings.home`, and the recipe's with the same passages."""
    database = open_database(settings)
    Jurisdictions(database).put(jurisdictions())
    marker = Marker(database=revisions.database_name(database))  # or the service would read everything again
    database.dispose()
    encoder = SyntheticEncoder(open_encoder(settings), corpus)
    publisher, recipe = Publisher.open(settings, encoder=encoder), Recipe(settings, encoder.dimension)
    for first in range(0, passages // PASSAGES_A_PAGE, BATCH_PAGES):
        pages = [corpus.page(n) for n in range(first, min(first + BATCH_PAGES, passages // PASSAGES_A_PAGE))]
        publisher.apply(pages, marker=marker)
        recipe.index.add(encoder.passages([block.text for page in pages for block in page.blocks]))
        recipe.owners += [page.jurisdiction for page in pages for _ in page.blocks]
        print(f"  {publisher.stats().passages} passages", flush=True)
    publisher.close()
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

    def search(question: Question) -> Sequence[object]:
        return process.searcher.search(question[0], jurisdictions=layers(question[1]), limit=LIMIT).candidates

    try:
        return race({"Townclerk": search, "usual recipe": recipe}, questions)
    finally:
        process.close()


def race_over_http(settings: Settings, recipe: Recipe, questions: Sequence[Question]) -> list[Tally]:
    """Both behind the search service, which records each question as it does for a city."""
    app, token = make(settings), settings.service_token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    @app.post("/recipe")
    def search(request: SearchRequest) -> dict[str, list[str]]:
        return {"answers": recipe((request.text, int((request.city or "").removeprefix("city-"))))}

    with (
        served(app) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client,
    ):

        def post(path: str, question: Question) -> list[object]:
            body = {"text": question[0], "city": f"city-{question[1]}", "limit": LIMIT}
            answers: list[object] = client.post(path, json=body).raise_for_status().json()["answers"]
            return answers

        while client.get("/health/ready").status_code != 200:
            time.sleep(0.2)
        contenders: dict[str, Ask] = {
            "Townclerk over HTTP": lambda question: post("/search", question),
            "usual recipe over HTTP": lambda question: post("/recipe", question),
        }
        return race(contenders, questions)


def report(tallies: Sequence[Tally]) -> str:
    """A table in Markdown and the ratios; ours and the recipe's take turns in `tallies`."""
    lines = ["| | p50 ms | p99 ms | fewer than 5 answers |", "|---|---:|---:|---:|"]
    lines += [f"| {t.name} | {' | '.join(f'{ms:.2f}' for ms in t.milliseconds)} | {t.few} |" for t in tallies]
    for ours, theirs in zip(tallies[::2], tallies[1::2], strict=True):
        median, last = (b / a for a, b in zip(ours.milliseconds, theirs.milliseconds, strict=True))
        lines.append(
            f"\n{ours.name}: {median:.2f} times as fast as the {theirs.name} at the median, {last:.2f} times at p99."
        )
    return "\n".join(lines)


def main() -> None:
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
    print(f"{clock.now():%Y-%m-%d}, Python {platform.python_version()},", *(f"{p} {version(p)}" for p in PACKAGES))
    corpus, count = Corpus(options.seed), options.questions + WARM_UP
    questions = corpus.questions(2 * count)
    with tempfile.TemporaryDirectory(prefix="townclerk-bench-") as scratch:
        settings = settings_in(Path(scratch), load()).model_copy(update={"encoder_threads": 1})
        recipe = build(settings, corpus, options.passages)
        tallies = race_directly(settings, recipe, questions[:count])
        print(report(tallies + race_over_http(settings, recipe, questions[count:])))


if __name__ == "__main__":
    main()
