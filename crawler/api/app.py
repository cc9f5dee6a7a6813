"""HTTP of the crawl service (private): sources, runs, status. Crawls are carried out by `dispatch`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Annotated, Self

from fastapi import FastAPI, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import Engine

from crawler.extract.pool import ParsePool
from crawler.fetching.address_guard import private_hosts
from crawler.jobs.runs import Run, Runs
from crawler.jobs.scheduler import Dispatcher
from crawler.jobs.sources import Sources
from crawler.outcome import OutcomeKind
from crawler.pages.store import PageStore
from crawler.source import Source
from townclerk.service import service
from townclerk.settings import Settings

Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, lt=2**31)]
Number = Annotated[int, Path(ge=1, lt=2**31)]


class SourceIn(BaseModel):
    """A source to add. An address of this machine or network is refused here; only the command line may add one."""

    url: str = Field(max_length=2048)
    city: str = Field(max_length=63)
    schedule: str = Field("", max_length=120)
    depth: int | None = None
    max_pages: int | None = None
    include: str = Field("", max_length=1000)
    exclude: str = Field("", max_length=1000)


class CrawlIn(BaseModel):
    """Which source to crawl now. `allow_removals` accepts that many pages go or change alike."""

    source_id: str
    allow_removals: bool = False


class RunOut(BaseModel):
    """One run as reported."""

    run: int
    source: str
    city: str
    url: str
    status: str
    reason: str
    counts: dict[str, int]
    seconds: float
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, run: Run) -> Self:
        return cls(
            run=run.id,
            source=run.source_id,
            city=run.city,
            url=run.url,
            status=run.status,
            reason=run.reason,
            counts=run.counts.as_dict(),
            seconds=run.seconds,
            queued_at=run.queued_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )


class SourceOut(SourceIn):
    """A stored source, its pages that can be answered from, and its last run."""

    id: str
    next_due_at: datetime | None
    pages: int
    last_run: RunOut | None

    @classmethod
    def of(cls, source: Source, *, pages: int, last_run: Run | None) -> Self:
        return cls(
            id=source.id,
            url=source.url,
            city=source.city,
            schedule=source.schedule,
            depth=source.depth,
            max_pages=source.max_pages,
            include=source.include,
            exclude=source.exclude,
            next_due_at=source.next_due_at,
            pages=pages,
            last_run=RunOut.of(last_run) if last_run else None,
        )


class OutcomeOut(BaseModel):
    """What became of one URL."""

    url: str
    outcome: str
    reason: str


class RunDetail(RunOut):
    """One run with a page of its per-URL outcomes; `next_offset` is None at the end."""

    outcomes: list[OutcomeOut] = []
    next_offset: int | None = None


class SourceList(BaseModel):
    """All sources."""

    sources: list[SourceOut]


class RunList(BaseModel):
    """Runs, newest first."""

    runs: list[RunOut]


class Removed(BaseModel):
    """A removed source and how many pages went with it."""

    source: str
    pages: int


class Status(BaseModel):
    """What the service holds and does."""

    sources: int
    pages: int
    revision: int
    running: list[RunOut]
    queued: list[RunOut]


def application(engine: Engine, settings: Settings) -> FastAPI:
    """The HTTP application on an open database."""
    desk = _Desk(engine, settings)
    app = service("crawler", ready=desk.ready, lifespan=desk.lifespan, token=settings.service_token.get_secret_value())
    app.get("/sources")(desk.list_sources)
    app.post("/sources", status_code=201)(desk.add_source)
    app.delete("/sources/{id}")(desk.remove_source)
    app.post("/crawls", status_code=202)(desk.crawl)
    app.get("/runs")(desk.list_runs)
    app.get("/runs/{id}")(desk.show_run)
    app.get("/status")(desk.status)
    return app


class _Desk:
    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._settings = settings
        self._engine = engine
        self._sources = Sources(engine)
        self._runs = Runs(engine)
        self._pages = PageStore(engine)
        self._dispatcher: Dispatcher | None = None

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        async with ParsePool(processes=self._settings.parse_processes) as parsers:
            self._dispatcher = Dispatcher(self._engine, self._settings, parsers)
            task = asyncio.create_task(self._dispatcher.serve())
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def ready(self) -> dict[str, str]:
        return {} if self._dispatcher is not None else {"dispatcher": "still starting"}

    # Plain functions run in FastAPI's threads, so the database never holds up the event loop.

    def list_sources(self) -> SourceList:
        return SourceList(sources=[self._describe(source) for source in self._sources.all()])

    def add_source(self, wanted: SourceIn) -> SourceOut:
        private = private_hosts(self._settings.crawl_private_hosts)
        return self._describe(self._sources.add(Source(id="", **wanted.model_dump(exclude_none=True)), private=private))

    def remove_source(self, id: str) -> Removed:
        return Removed(source=id, pages=self._sources.remove(id))

    async def crawl(self, wanted: CrawlIn) -> RunOut:
        await asyncio.to_thread(self._sources.get, wanted.source_id)
        run = await asyncio.to_thread(self._runs.queue, wanted.source_id, allow_removals=wanted.allow_removals)
        if self._dispatcher is not None:
            self._dispatcher.wake()
        return RunOut.of(run)

    def list_runs(self, source_id: str | None = None, limit: Limit = 50) -> RunList:
        return RunList(runs=[RunOut.of(run) for run in self._runs.latest(source_id=source_id, limit=limit)])

    def show_run(
        self, id: Number, offset: Offset = 0, limit: Limit = 100, kind: OutcomeKind | None = None
    ) -> RunDetail:
        run = self._runs.get(id)
        found = self._runs.outcomes(id, offset=offset, limit=limit + 1, kind=kind)
        detail = RunDetail(**RunOut.of(run).model_dump())
        detail.outcomes = [OutcomeOut(url=o.url, outcome=o.kind, reason=o.reason) for o in found[:limit]]
        detail.next_offset = offset + limit if len(found) > limit else None
        return detail

    def status(self) -> Status:
        latest = self._runs.latest(limit=200)
        return Status(
            sources=len(self._sources.all()),
            pages=self._pages.count(),
            revision=self._pages.latest_revision(),
            running=[RunOut.of(run) for run in latest if run.status == "running"],
            queued=[RunOut.of(run) for run in latest if run.status == "queued"],
        )

    def _describe(self, source: Source) -> SourceOut:
        last = next(iter(self._runs.latest(source_id=source.id, limit=1)), None)
        return SourceOut.of(source, pages=self._pages.count(source.id), last_run=last)
