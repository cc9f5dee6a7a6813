"""One run from lease to report: guard, robots.txt, walk, verdict. The service and the command line both come here."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import Engine

from crawler.crawling.crawl import Crawl
from crawler.crawling.ledger import Ledger, Progress
from crawler.crawling.repeats import Repeats
from crawler.crawling.safeguards import Stopped
from crawler.crawling.visit import Tools
from crawler.extract.pool import ParsePool
from crawler.fetching.fetcher import Fetched, Fetcher
from crawler.fetching.robots import Robots, fetch_robots, judge, product_token, robots_url
from crawler.fetching.urls import site
from crawler.jobs.held_changes import HeldChanges
from crawler.jobs.runs import ALIVE_EVERY, CrawlRun, Runs
from crawler.jobs.site_access import SiteAccess
from crawler.jobs.sources import Sources
from crawler.outcome import OutcomeCounter
from crawler.pages import site_memory
from crawler.pages.journal import Journal
from crawler.pages.store import PageStore
from crawler.pages.writer import PageWriter
from crawler.schemas import LiveRun
from crawler.source import Source
from townclerk import clock
from townclerk.errors import Conflict
from townclerk.progress import bar
from townclerk.settings import Settings

log = logging.getLogger(__name__)
_FETCHED = TypeAdapter(Fetched)


@dataclass(frozen=True)
class RunReport:
    """A finished run with its commonest reasons: (outcome, reason, how often)."""

    run: CrawlRun
    reasons: tuple[tuple[str, str, int], ...]


class Runner:
    """Carries out runs in this process. `parsers` and `access` are shared by all of them."""

    def __init__(self, engine: Engine, settings: Settings, parsers: ParsePool) -> None:
        self._engine = engine
        self._settings = settings
        self._parsers = parsers
        self.access = SiteAccess(settings)
        self._runs = Runs(engine)
        self._held = HeldChanges(engine)
        self._crawls: dict[int, tuple[Crawl, str]] = {}

    async def execute(self, run_id: int, *, progress: Progress = lambda _counts: None) -> RunReport:
        """Carry out a queued run to its end. Raises Conflict if its source is being crawled already."""
        run = await asyncio.to_thread(self._runs.start, run_id)
        source = Sources(self._engine).get(run.source_id)
        counter = OutcomeCounter()
        work = asyncio.create_task(self._crawl(source, run, counter, progress))
        heart = asyncio.create_task(self._beat(run.id, counter, work))
        status, reason = "interrupted", "it was stopped"
        try:
            await asyncio.wait({work})
            status, reason = _verdict(work, run.id)
        finally:
            self._crawls.pop(run.id, None)
            # Also when this task is cancelled: end both, then give the lease back.
            for task in (work, heart):
                task.cancel()
            await asyncio.gather(work, heart, return_exceptions=True)
            ended = self._runs.finish(
                run.id, status, reason=reason, counts=counter.counts(), outcomes=counter.take_unsaved()
            )
        if ended.status == "stopped":
            await asyncio.to_thread(site_memory.learn, self._engine, source.id)
        log.info("run %s of %s %s: %s %s", run.id, source.id, status, ended.counts.as_dict(), reason)
        return RunReport(ended, tuple(counter.top_reasons()))

    def live(self, run_id: int) -> LiveRun | None:
        """What a run of this process waits for; None before its first page and after its end. Call it on the event loop."""
        if run_id not in self._crawls:
            return None
        crawl, host = self._crawls[run_id]
        pause, delay = self.access.politeness.paused(host), self.access.politeness.delay(host)
        return LiveRun(queue=crawl.queue, host=host.rpartition(":")[0], delay=delay, pause=round(pause, 1))

    async def _crawl(
        self, source: Source, run: CrawlRun, counter: OutcomeCounter, progress: Progress
    ) -> tuple[str, str]:
        writer = PageWriter(self._engine, source_id=source.id, jurisdiction=source.city)
        since = run.since or clock.now()
        journal = await asyncio.to_thread(Journal, self._engine, source_id=source.id, since=since)
        ledger = Ledger(writer, counter, journal, allow_removals=run.allow_removals, progress=progress)
        had_pages = bool(ledger.live())
        polite = self.access.start_delay(source)
        try:
            async with Fetcher(
                self._settings, guard=self.access.guard(source), politeness=self.access.politeness
            ) as fetcher:
                robots = await self._robots(fetcher, source, journal)
                if robots.unreadable:
                    raise Stopped(robots.unreadable)
                delay_note = self.access.honor_delay(source, robots, polite)
                repeats = Repeats(run.id, await asyncio.to_thread(self._runs.traps, source.id))
                crawl = Crawl(source, Tools(self._settings, fetcher, self._parsers, ledger, robots, repeats, journal))
                self._crawls[run.id] = crawl, site(source.url)
                await crawl.walk()
                await asyncio.to_thread(journal.prune)
        except Stopped as stopped:
            await asyncio.to_thread(self._held.replace, run, ledger.held())
            return ("held" if had_pages else "failed"), _why(stopped, counter)
        await asyncio.to_thread(self._held.replace, run, [])
        if not had_pages and not PageStore(self._engine).count(source.id):
            return "failed", _why(Stopped("no page with text was found"), counter)
        alone: list[str] = []
        if writer.moved or self._broke_off(run):
            alone = await asyncio.to_thread(site_memory.learn, self._engine, source.id)
        return "succeeded", "; ".join(filter(None, [*crawl.notes, delay_note, _only_frame(alone)]))

    def _broke_off(self, run: CrawlRun) -> bool:
        """Whether the run before this one wrote pages and ended before it had learnt from them."""
        before = [earlier for earlier in self._runs.latest(source_id=run.source_id, limit=2) if earlier.id != run.id]
        return any(earlier.status != "succeeded" for earlier in before)

    async def _robots(self, fetcher: Fetcher, source: Source, journal: Journal) -> Robots:
        """What robots.txt says, or said before the run was interrupted."""
        name = robots_url(source.rules)
        if (written := journal.fresh(name)) is not None:
            fetched = _FETCHED.validate_json(written)
        else:
            fetched = await fetch_robots(fetcher, source.rules)
            text = fetched.body.decode("utf-8-sig", "replace").encode()
            await asyncio.to_thread(journal.write, name, _FETCHED.dump_json(replace(fetched, body=text)).decode())
        return judge(fetched, url=name, product=product_token(self._settings.user_agent))

    async def _beat(self, run_id: int, counter: OutcomeCounter, work: "asyncio.Task[tuple[str, str]]") -> None:
        while True:
            await asyncio.sleep(ALIVE_EVERY)
            if not await asyncio.to_thread(self._runs.alive, run_id, counter.counts(), counter.take_unsaved()):
                log.warning("run %s lost its lease, or was asked to stop", run_id)
                work.cancel()


async def crawl_now(
    engine: Engine, settings: Settings, sources: list[Source], *, allow_removals: bool
) -> AsyncIterator[RunReport]:
    """Crawl the sources one after the other. Raises Conflict at the end if one is being crawled by another process."""
    runs = Runs(engine)
    runs.end_dead()
    refused: Conflict | None = None
    async with ParsePool(processes=settings.parse_processes) as parsers:
        runner = Runner(engine, settings, parsers)
        for source in sources:
            with bar(f"{source.id}: pages of URLs") as show:
                try:
                    run = runs.take_over(source.id, allow_removals=allow_removals)
                    report = await runner.execute(run.id, progress=lambda counts: show(counts.pages, counts.found))
                except Conflict as error:
                    refused = error
                    continue
            yield report
    if refused is not None:
        raise refused


def _verdict(work: "asyncio.Task[tuple[str, str]]", run_id: int) -> tuple[str, str]:
    if work.cancelled():
        return "interrupted", "its lease was lost"
    error = work.exception()
    if error is None:
        return work.result()
    log.error("run %s failed", run_id, exc_info=error)
    return "failed", f"{type(error).__name__}: {error}"[:500]


def _only_frame(urls: list[str]) -> str:
    """An alarm: the reading rules may have gone wrong on this site."""
    if not urls:
        return ""
    pages = "page holds" if len(urls) == 1 else "pages hold"
    return f"{len(urls)} {pages} nothing but what many pages of the site share, e.g. {urls[0]}"


def _why(stopped: Stopped, counter: OutcomeCounter) -> str:
    seen = [f"{kind} {count}: {reason}" for kind, reason, count in counter.top_reasons(3)]
    return f"{stopped}{' (' + '; '.join(seen) + ')' if seen else ''}"
