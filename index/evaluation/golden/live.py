"""Asks a city's own questions of the index that serves, and changes nothing in it.

The running service is asked when there is one, otherwise the served snapshot in this process,
without reading what was crawled since. Votes and pins are taken out of the order: the questions that
residents voted on or staff pinned would otherwise find their own votes and pins.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from index import backend
from index.client import IndexClient
from index.embedding.encoder import open_encoder
from index.evaluation import scoring
from index.evaluation.golden import golden_set as golden
from index.evaluation.golden.golden_set import GoldenSet
from index.evaluation.questions import Asker, Hit, HitList, Progress, Question, ask_all
from index.evaluation.report import Report
from index.evaluation.runs import LocalAsker
from index.schemas.search import ExplainedCandidate, Explanation, SearchRequest
from townclerk.errors import Unavailable
from townclerk.schema import open_database
from townclerk.settings import Settings


def evaluate_city(
    settings: Settings, city: str, *, phrasings: Path | None = None, progress: Progress | None = None
) -> Report:
    """Measure the served index with the city's own questions. Raises NotFound, BadInput."""
    chosen = golden_set(settings, city, phrasings=phrasings)
    with _asker(settings) as asker:
        outcomes = list(ask_all(asker, chosen.all, progress or (lambda _done, _total: None)))
    documents = len(chosen.corpus.pages) + len(chosen.corpus.faqs)
    return scoring.report(city, outcomes, documents=documents, called=chosen.corpus.names)


def golden_set(settings: Settings, city: str, *, phrasings: Path | None = None) -> GoldenSet:
    """The city's set. Without a file of phrasings, `golden/CITY.csv` of the state directory is taken if it is there."""
    usual = settings.home / "golden" / f"{city}.csv"
    file = phrasings or (usual if usual.exists() else None)
    database = open_database(settings)
    try:
        return golden.make(database, city, encoder=partial(open_encoder, settings), file=file)
    finally:
        database.dispose()


@contextmanager
def _asker(settings: Settings) -> Iterator[Asker]:
    if backend.service_status(settings) is not None:
        with ServiceAsker(backend.client(settings)) as service:
            yield service
        return
    with backend.opened(settings, look=False) as process:
        if not process.publisher.stats().passages:
            raise Unavailable("The index is empty. Run `townclerk index rebuild`, then measure again.")
        yield LocalAsker(process)


class ServiceAsker:
    """Asks the running search service. Times of a whole search then include HTTP."""

    def __init__(self, client: IndexClient) -> None:
        self._client = client
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._client.close())
        self._loop.close()

    def __call__(self, question: Question, *, limit: int) -> HitList:
        request = SearchRequest(text=question.text, city=question.city, history=list(question.history), limit=limit)
        explanation: Explanation = self._loop.run(self._client.explain(request, pins=False))
        ordered = sorted(explanation.candidates, key=lambda candidate: candidate.vote_adjustment - candidate.score)
        return HitList(
            hits=tuple(map(_hit, ordered)),
            refused=explanation.refused or not explanation.candidates,
            support=explanation.support,
            stages=explanation.timings_ms,
        )


def _hit(candidate: ExplainedCandidate) -> Hit:
    return Hit(
        document=candidate.document,
        jurisdiction=candidate.jurisdiction,
        title=candidate.title,
        excerpt=candidate.excerpt,
        confidence=candidate.confidence,
    )
