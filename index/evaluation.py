"""Measures search on a set with known answers, through the same code as production.

The corpus goes through the same documents, engine and search as stored pages and FAQs do, in
a state directory that is thrown away. The ranking is by document: of several passages of one
document the best counts. Latency is that of a search for five answers, as residents cause it.
"""

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from crawler.pages import Block, Page, StoredPage, content_hash
from index import evalset, metrics
from index.documents import Document, Marker, SearchResult
from index.evalset import CorpusRow, EvalSet, QueryRow
from index.faqs import Faq
from index.process import IndexProcess
from index.sources import from_faq, from_page
from townclerk import clock
from townclerk.settings import Settings

BATCH = 500
DEPTH = 50
"""Passages asked for, so that ten documents remain when several passages belong to one."""
NOWHERE = "anywhere"
"""The jurisdiction of documents without a city."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """How to ask: with the turns before, and only in each question's city."""

    history: bool = False
    city_filter: bool = False


class Scores(BaseModel):
    """Means over the judged questions."""

    model_config = ConfigDict(populate_by_name=True)

    s1: float = Field(serialization_alias="S@1")
    s5: float = Field(serialization_alias="S@5")
    mrr10: float = Field(serialization_alias="MRR@10")
    ndcg10: float = Field(serialization_alias="nDCG@10")
    r10: float = Field(serialization_alias="R@10")


class Refusal(BaseModel):
    """How well answerable questions are told from others. None where no question carries such a label."""

    auroc: float | None
    answered_answerable: float | None
    answered_unanswerable: float | None
    answerable: int
    unanswerable: int


class Latency(BaseModel):
    """Milliseconds of one search."""

    p50: float
    p95: float
    p99: float


class Report(BaseModel):
    """What `townclerk evaluate` prints. `wrong_city` counts questions whose first answer is another city's."""

    set: str
    documents: int
    questions: int
    metrics: Scores
    refusal: Refusal
    wrong_city: int
    latency_ms: Latency


@dataclass(frozen=True)
class Outcome:
    """One question asked: documents in order, and how sure the engine was."""

    query: QueryRow
    ranked: list[str]
    support: float
    refused: bool
    wrong_city: bool
    milliseconds: float


def evaluate(
    folder: Path, settings: Settings, *, options: Options | None = None, progress: Progress | None = None
) -> Report:
    """Read, index and ask a whole set. Raises BadInput with file, line and reason when it cannot be read."""
    chosen = evalset.read(folder)
    with _throw_away(settings) as process:
        run = _Run(process, chosen, options or Options())
        outcomes = list(run.outcomes(progress or (lambda _done, _total: None)))
    return report(chosen, outcomes)


def report(chosen: EvalSet, outcomes: Sequence[Outcome]) -> Report:
    """The figures over all outcomes."""
    judged = [(o.ranked, chosen.judgements[o.query.id]) for o in outcomes if o.query.id in chosen.judgements]
    times = [outcome.milliseconds for outcome in outcomes]
    return Report(
        set=chosen.name,
        documents=len(chosen.corpus),
        questions=len(judged),
        metrics=Scores(
            s1=_mean(metrics.success(ranked, grades, at=1) for ranked, grades in judged),
            s5=_mean(metrics.success(ranked, grades, at=5) for ranked, grades in judged),
            mrr10=_mean(metrics.reciprocal_rank(ranked, grades, at=10) for ranked, grades in judged),
            ndcg10=_mean(metrics.ndcg(ranked, grades, at=10) for ranked, grades in judged),
            r10=_mean(metrics.recall(ranked, grades, at=10) for ranked, grades in judged),
        ),
        refusal=_refusal(outcomes),
        wrong_city=sum(outcome.wrong_city for outcome in outcomes),
        latency_ms=Latency(**{f"p{p}": round(float(np.percentile(times, p)), 2) for p in (50, 95, 99)}),
    )


def table(report: Report) -> str:
    """The report for people."""
    rows = [("set", report.set), ("documents", report.documents), ("questions", report.questions)]
    rows += [(name, f"{value:.3f}") for name, value in report.metrics.model_dump(by_alias=True).items()]
    rows += [(f"refusal {name}", value) for name, value in report.refusal.model_dump().items() if value is not None]
    rows += [("wrong city", report.wrong_city)]
    rows += [(f"latency {name}", f"{value} ms") for name, value in report.latency_ms.model_dump().items()]
    return "\n".join(f"{name:32} {value}" for name, value in rows)


class _Run:
    """One set being asked in one process."""

    def __init__(self, process: IndexProcess, chosen: EvalSet, options: Options) -> None:
        self._process = process
        self._set = chosen
        self._options = options
        self._cities = _jurisdictions([row.city for row in chosen.corpus])
        self._ids = {_document(n, row, self._cities).key: row.id for n, row in enumerate(chosen.corpus, start=1)}
        self._city_of = {row.id: self._cities[row.city] for row in chosen.corpus}

    def outcomes(self, tell: Progress) -> Iterator[Outcome]:
        corpus, queries = self._set.corpus, self._set.queries
        asked = [query for query in queries if query.id in self._set.judgements or query.label is not None]
        total = len(corpus) + len(asked)
        for start in range(0, len(corpus), BATCH):
            part = enumerate(corpus[start : start + BATCH], start=start + 1)
            documents = [_document(n, row, self._cities) for n, row in part]
            self._process.engine.apply(documents, [], marker=Marker(faqs=start + len(documents)))
            tell(start + len(documents), total)
        self._search("warm up", (), [*self._city_of.values()][:1], limit=5)
        for done, query in enumerate(asked, start=1):
            yield self._ask(query)
            tell(len(corpus) + done, total)

    def _ask(self, query: QueryRow) -> Outcome:
        text, history = query.asked(with_history=self._options.history)
        city = self._city(query)
        layers = [city] if self._options.city_filter and city else sorted(set(self._cities.values()))
        started = time.perf_counter()
        found = self._search(text, history, layers, limit=5)
        milliseconds = (time.perf_counter() - started) * 1000
        deep = self._search(text, history, layers, limit=DEPTH)
        first = found.candidates[0] if found.candidates else None
        return Outcome(
            query=query,
            ranked=list(dict.fromkeys(self._ids[c.passage.document_key] for c in deep.candidates)),
            support=first.parts.get("support", first.parts.get("dense", 0.0)) if first else 0.0,
            refused=found.refused or first is None,
            wrong_city=bool(city and first and first.passage.jurisdiction != city),
            milliseconds=milliseconds,
        )

    def _search(self, text: str, history: Sequence[str], layers: Sequence[str], *, limit: int) -> SearchResult:
        city = layers[0] if self._options.city_filter else None
        return self._process.answers.find(text, city=city, layers=layers, history=history, limit=limit)

    def _city(self, query: QueryRow) -> str | None:
        """The question's own city, or that of the documents that answer it when they agree."""
        if query.city:
            return self._cities.get(query.city, _slug(query.city))
        cities = {self._city_of[id] for id in self._set.judgements.get(query.id, {}) if id in self._city_of}
        return cities.pop() if len(cities) == 1 else None


@contextmanager
def _throw_away(settings: Settings) -> Iterator[IndexProcess]:
    with tempfile.TemporaryDirectory(prefix="townclerk-evaluate-") as folder:
        # The exported model is the same for every state directory; making it again would cost a minute.
        models = settings.home / "models"
        models.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "models").symlink_to(models.resolve(), target_is_directory=True)
        elsewhere = {"home": Path(folder), "database_url": "", "embeddings_kept_mb": 0}
        process = IndexProcess(settings.model_copy(update=elsewhere))
        try:
            yield process
        finally:
            process.close()


def _document(number: int, row: CorpusRow, cities: dict[str, str]) -> Document:
    city, moment = cities[row.city], clock.now()
    if row.is_faq:
        return from_faq(
            Faq(number, city, row.question, row.answer, row.url, "en", None, None, "", None, False, number, moment)
        )
    blocks = (Block("text", (), row.text),)
    page = Page(row.url, city, row.title, "en", blocks, None, "", moment, content_hash(row.title, blocks))
    return from_page(StoredPage(number, "", number, False, page))


def _jurisdictions(cities: Sequence[str]) -> dict[str, str]:
    """A jurisdiction id for each city of the set; cities that would share one get a number."""
    made: dict[str, str] = {}
    for city in dict.fromkeys(cities):
        id = _slug(city) if city else NOWHERE
        made[city] = id if id not in made.values() else f"{id}-{len(made)}"
    return made


def _slug(city: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", city.lower()).strip("-")[:50] or NOWHERE


def _refusal(outcomes: Sequence[Outcome]) -> Refusal:
    yes = [outcome for outcome in outcomes if outcome.query.label is True]
    no = [outcome for outcome in outcomes if outcome.query.label is False]
    area = metrics.auroc([outcome.support for outcome in yes], [outcome.support for outcome in no])
    return Refusal(
        auroc=None if area is None else round(area, 4),
        answered_answerable=_mean(not outcome.refused for outcome in yes) if yes else None,
        answered_unanswerable=_mean(not outcome.refused for outcome in no) if no else None,
        answerable=len(yes),
        unanswerable=len(no),
    )


def _mean(values: Iterator[float]) -> float:
    return round(metrics.mean(list(values)), 4)
