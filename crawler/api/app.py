"""HTTP of the crawl service (private): sources, runs, status. The scheduler carries crawls out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query
from sqlalchemy import Engine

from crawler import page_schemas, schemas
from crawler.extract.pool import ParsePool
from crawler.fetching.address_guard import private_hosts
from crawler.jobs.held_changes import HeldChanges
from crawler.jobs.outcomes import reasons
from crawler.jobs.runs import CrawlRun, Runs
from crawler.jobs.scheduler import Scheduler
from crawler.jobs.source_editor import SourceEditor
from crawler.jobs.sources import Sources
from crawler.outcome import OutcomeKind
from crawler.pages.page_browser import PageBrowser
from crawler.pages.store import PageStore
from crawler.source import Source
from townclerk.errors import Starting
from townclerk.service import service
from townclerk.settings import Settings

Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, lt=2**31)]
FIRST_DROPPED = 20
"""Addresses named of the pages that an edit drops."""
RunId = Annotated[int, Path(ge=1, lt=2**31)]


def application(engine: Engine, settings: Settings) -> FastAPI:
    """The HTTP application on an open database."""
    api = _Endpoints(engine, settings)
    app = service("crawler", ready=api.ready, lifespan=api.lifespan, token=settings.service_token.get_secret_value())
    app.get("/sources")(api.list_sources)
    app.post("/sources", status_code=201)(api.add_source)
    app.put("/sources/{id}")(api.change_source)
    app.put("/sources/{id}/paused")(api.pause_source)
    app.delete("/sources/{id}")(api.remove_source)
    app.post("/previews")(api.preview)
    app.get("/schedule")(api.schedule)
    app.get("/sources/{id}/pages")(api.list_pages)
    app.get("/sources/{id}/page")(api.show_page)
    app.put("/sources/{id}/page/hidden")(api.hide_page)
    app.get("/sources/{id}/held")(api.held)
    app.post("/sources/{id}/held/accept")(api.accept)
    app.post("/crawls", status_code=202)(api.crawl)
    app.get("/runs")(api.list_runs)
    app.get("/runs/{id}")(api.show_run)
    app.post("/runs/{id}/stop")(api.stop_run)
    app.get("/status")(api.status)
    return app


class _Endpoints:
    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._settings = settings
        self._engine = engine
        self._sources = Sources(engine)
        self._editor = SourceEditor(engine)
        self._runs = Runs(engine)
        self._held = HeldChanges(engine)
        self._pages = PageStore(engine)
        self._browser = PageBrowser(engine)
        self._scheduler: Scheduler | None = None

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        async with ParsePool(processes=self._settings.parse_processes) as parsers:
            self._scheduler = Scheduler(self._engine, self._settings, parsers)
            task = asyncio.create_task(self._scheduler.serve())
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def ready(self) -> dict[str, str]:
        return {} if self._scheduler is not None else {"scheduler": "still starting"}

    # Plain functions run in FastAPI's threads, so the database never holds up the event loop.

    def list_sources(self) -> schemas.SourceList:
        return schemas.SourceList(sources=[self._source_entry(source) for source in self._sources.all()])

    def add_source(self, request: schemas.SourceRequest) -> schemas.SourceEntry:
        private = private_hosts(self._settings.crawl_private_hosts)
        source = Source(id="", **request.model_dump(exclude_none=True))
        return self._source_entry(self._sources.add(source, private=private))

    def change_source(self, id: str, change: schemas.SourceChange, dry_run: bool = False) -> schemas.ChangedSource:
        source, dropped = (self._editor.plan if dry_run else self._editor.change)(id, change)
        return schemas.ChangedSource(
            source=self._source_entry(source), dropped=len(dropped), first_dropped=dropped[:FIRST_DROPPED]
        )

    async def preview(self, request: schemas.PreviewRequest) -> page_schemas.Preview:
        if self._scheduler is None:
            raise Starting("The crawl service is starting. Try again in a moment.")
        private = private_hosts(self._settings.crawl_private_hosts)
        wanted = schemas.SourceRequest(**request.model_dump(exclude={"id"}))
        return await self._scheduler.preview(
            await asyncio.to_thread(self._editor.tried, request.id, wanted, private=private)
        )

    def pause_source(self, id: str, request: schemas.PauseRequest) -> schemas.SourceEntry:
        return self._source_entry(self._editor.pause(id, paused=request.paused))

    def schedule(self, city: str, line: str = "") -> schemas.DueTimes:
        timezone, times = self._editor.due(line, city)
        return schemas.DueTimes(timezone=timezone, times=times)

    def remove_source(self, id: str) -> schemas.RemovedSource:
        return schemas.RemovedSource(source=id, pages=self._sources.remove(id))

    def list_pages(
        self,
        id: str,
        text: str = "",
        state: page_schemas.PageState | None = None,
        offset: Offset = 0,
        limit: Limit = 100,
    ) -> page_schemas.PageList:
        found = self._browser.listed(id, text=text, state=state, offset=offset, limit=limit + 1)
        return page_schemas.PageList(pages=found[:limit], next_offset=offset + limit if len(found) > limit else None)

    def show_page(self, id: str, url: str) -> page_schemas.SeenPage:
        return self._browser.seen(id, url)

    def hide_page(self, id: str, request: page_schemas.HideRequest) -> page_schemas.SeenPage:
        return self._browser.hide(id, request.url, hidden=request.hidden)

    def held(self, id: str) -> schemas.HeldList:
        return self._held.of(self._sources.get(id))

    def accept(self, id: str, request: schemas.AcceptRequest) -> schemas.AcceptedChanges:
        return self._held.accept(self._sources.get(id), request.urls, everything=request.everything)

    async def crawl(self, request: schemas.CrawlRequest) -> schemas.RunSummary:
        await asyncio.to_thread(self._sources.get, request.source_id)
        run = await asyncio.to_thread(self._runs.queue, request.source_id, allow_removals=request.allow_removals)
        if self._scheduler is not None:
            self._scheduler.wake()
        return _summary(run)

    def list_runs(self, source_id: str | None = None, limit: Limit = 50) -> schemas.RunList:
        return schemas.RunList(runs=[_summary(run) for run in self._runs.latest(source_id=source_id, limit=limit)])

    async def show_run(
        self, id: RunId, offset: Offset = 0, limit: Limit = 100, kind: OutcomeKind | None = None, text: str = ""
    ) -> schemas.RunDetail:
        found = await asyncio.to_thread(self._detail, id, offset=offset, limit=limit, kind=kind, text=text)
        found.live = self._scheduler.live(id) if self._scheduler is not None else None
        return found

    def _detail(self, id: int, *, offset: int, limit: int, kind: OutcomeKind | None, text: str) -> schemas.RunDetail:
        run = self._runs.get(id)
        outcomes = self._runs.outcomes(id, offset=offset, limit=limit + 1, kind=kind, text=text)
        return schemas.RunDetail(
            **_run_fields(run),
            reasons=reasons(self._engine, id),
            outcomes=[schemas.OutcomeEntry(url=o.url, outcome=o.kind, reason=o.reason) for o in outcomes[:limit]],
            next_offset=offset + limit if len(outcomes) > limit else None,
        )

    def stop_run(self, id: RunId, request: schemas.StopRequest) -> schemas.RunSummary:
        return _summary(self._runs.stop(id, request.by))

    def status(self) -> schemas.StatusResponse:
        latest = self._runs.latest(limit=200)
        return schemas.StatusResponse(
            sources=len(self._sources.all()),
            pages=self._pages.count(),
            revision=self._pages.latest_revision(),
            running=[_summary(run) for run in latest if run.status == "running"],
            queued=[_summary(run) for run in latest if run.status == "queued"],
        )

    def _source_entry(self, source: Source) -> schemas.SourceEntry:
        last = next(iter(self._runs.latest(source_id=source.id, limit=1)), None)
        return schemas.SourceEntry(
            **asdict(source), pages=self._pages.count(source.id), last_run=_summary(last) if last else None
        )


def _summary(run: CrawlRun) -> schemas.RunSummary:
    return schemas.RunSummary(**_run_fields(run))


def _run_fields(run: CrawlRun) -> dict[str, Any]:
    return asdict(run) | {"run": run.id, "source": run.source_id, "seconds": run.seconds}
