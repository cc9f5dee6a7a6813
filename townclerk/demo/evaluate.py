"""The demo cities as a set of questions with known answers, built as an installation builds them.

The sites are served on a free loopback port, crawled by the crawler, followed by the index, and
the questions of `data/demo/questions.jsonl`, the last ones of `conversations.jsonl` and those of `spanish.jsonl`
are asked in their cities, all in a state directory that is thrown away. It is the same day at every run, as FAQs come and go by date.
"""

import asyncio
import json
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel
from sqlalchemy import Engine

from crawler.jobs.runner import crawl_now
from crawler.jobs.sources import Sources
from crawler.page import StoredPage
from crawler.pages.store import PageStore
from index.evaluation import scoring
from index.evaluation.questions import Progress, Question, ask_all
from index.evaluation.report import Report
from index.evaluation.runs import LocalAsker, settings_in
from index.faqs.store import FaqStore
from index.installation import Installation
from index.query.jurisdictions import JurisdictionTree
from townclerk import clock
from townclerk.demo import load
from townclerk.demo.sites import DEMO, sites_app
from townclerk.errors import Broken
from townclerk.schema import open_database
from townclerk.service import served
from townclerk.settings import Settings

SETS = {"demo": "questions.jsonl", "demo-conversations": "conversations.jsonl", "demo-spanish": "spanish.jsonl"}
"""The files of questions, by the name that their report has."""
DAY = datetime(2026, 11, 20, 18, tzinfo=UTC)
"""When the questions are asked: the demo's pages tell of that autumn."""


class DemoQuestion(BaseModel):
    """A line of a file of questions; see `data/demo/README.md`."""

    id: str
    city: str
    kind: str
    text: str
    history: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    faq: str = ""
    wanted: tuple[str, ...] = ()


def evaluate_demo(settings: Settings, *, progress: Progress | None = None) -> list[Report]:
    """Build the demo, ask its questions and report on each set. Raises Broken when a site cannot be crawled."""
    with built(settings) as process:
        return [measure(process, name, progress=progress) for name in SETS]


@contextmanager
def built(settings: Settings) -> Iterator[Installation]:
    """The index of the demo cities, crawled into a directory that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="townclerk-demo-") as folder:
        elsewhere = settings_in(Path(folder), settings).model_copy(update={"demo_sites_port": _free_port()})
        _crawl(elsewhere)
        process = Installation(elsewhere)
        try:
            with clock.stopped(DAY):
                process.look()
                yield process
        finally:
            process.close()


def measure(process: Installation, name: str, *, progress: Progress | None = None) -> Report:
    """Ask the questions of one set of an index of the demo cities."""
    ids = documents(process)
    asker = LocalAsker(process, lambda key: ids[key])
    outcomes = list(ask_all(asker, questions(process, name), progress or (lambda _done, _total: None)))
    return scoring.report(name, outcomes, documents=len(ids))


def questions(process: Installation, name: str) -> list[Question]:
    """The questions of one set with the layers of their cities."""
    layers = JurisdictionTree(process.database)
    lines = (DEMO / SETS[name]).read_text(encoding="utf-8").splitlines()
    return [_question(DemoQuestion.model_validate(json.loads(line)), layers) for line in lines]


def _question(row: DemoQuestion, layers: JurisdictionTree) -> Question:
    _, jurisdictions = layers.of(row.city)
    right = [*row.expected, *([f"faq: {row.faq}"] if row.faq else [])]
    return Question(
        id=row.id,
        text=row.text,
        layers=tuple(jurisdictions),
        history=row.history,
        city=row.city,
        allowed=frozenset(jurisdictions),
        grades=dict.fromkeys(right, 1),
        label=bool(right),
        wanted=row.wanted,
    )


def documents(process: Installation) -> dict[str, str]:
    """Document key -> path of its page; of a FAQ without a page its question."""
    pages = {f"page:{stored.id}": urlsplit(stored.page.url).path for stored in _pages(process)}
    faqs = {
        f"faq:{faq.id}": urlsplit(faq.url).path or f"faq: {faq.question}" for faq in FaqStore(process.database).all()
    }
    return pages | faqs


def _pages(process: Installation) -> Iterator[StoredPage]:
    store, revision = PageStore(process.database), 0
    while part := store.changes_since(revision):
        yield from (stored for stored in part if not stored.gone)
        revision = part[-1].revision


def _crawl(settings: Settings) -> None:
    engine = open_database(settings)
    try:
        load.load(settings, engine)
        with served(sites_app(settings), settings.demo_sites_port):
            asyncio.run(_crawl_all(settings, engine))
    finally:
        engine.dispose()


async def _crawl_all(settings: Settings, engine: Engine) -> None:
    async for report in crawl_now(engine, settings, Sources(engine).all(), allow_removals=False):
        # Dead links on purpose make a run partial.
        if not report.run.counts.added:
            raise Broken(f"No page of the demo site {report.run.source_id} could be crawled: {report.run.reason}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
