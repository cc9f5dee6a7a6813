"""The service's worker: queues due sources and carries out waiting runs, a few at a time."""

import asyncio
import logging
from contextlib import suppress

from sqlalchemy import Engine

from crawler.extract.pool import ParsePool
from crawler.jobs.preview import Previewer
from crawler.jobs.runner import Runner
from crawler.jobs.runs import Runs
from crawler.jobs.schedule import next_due
from crawler.jobs.sources import Sources
from crawler.page_schemas import Preview
from crawler.schemas import LiveRun
from crawler.source import Source
from townclerk import clock
from townclerk.errors import Conflict
from townclerk.jurisdictions import Jurisdictions
from townclerk.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY = 20.0
"""Seconds between two looks for due sources and for runs queued by other processes."""
AT_ONCE = 4
"""Runs under way at once: most of a crawl is polite waiting."""


class Scheduler:
    """Run `serve` as a task; `wake` after queuing a run."""

    def __init__(self, engine: Engine, settings: Settings, parsers: ParsePool) -> None:
        self._engine = engine
        self._runs = Runs(engine)
        self._sources = Sources(engine)
        self._runner = Runner(engine, settings, parsers)
        self._previewer = Previewer(settings, parsers, self._runner.access)
        self._woken = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    async def serve(self) -> None:
        """Work until cancelled; then stop the runs under way and mark them interrupted."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self._look()
                except Exception:
                    log.exception("looking for due sources failed; tried again in %s s", LOOK_EVERY)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), LOOK_EVERY)
        finally:
            for task in self._under_way.values():
                task.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _look(self) -> None:
        await asyncio.to_thread(self._runs.end_dead)
        await asyncio.to_thread(self.queue_due)
        for run in await asyncio.to_thread(self._runs.queued):
            if len(self._under_way) >= AT_ONCE:
                return
            if run.id not in self._under_way:
                self._under_way[run.id] = asyncio.create_task(self._carry_out(run.id))

    def live(self, run_id: int) -> LiveRun | None:
        """What a run of this process waits for."""
        return self._runner.live(run_id)

    async def preview(self, source: Source) -> Preview:
        """Look at a site of which nothing is stored."""
        return await self._previewer.look(source)

    def queue_due(self) -> None:
        """Queue a run for each due source and set when it is due next; missed times are made up once."""
        now = clock.now()
        zones = {city.id: city.timezone for city in Jurisdictions(self._engine).all()}
        for source in self._sources.due(now):
            self._sources.set_due(source.id, next_due(source.schedule, timezone=zones[source.city], after=now))
            try:
                self._runs.queue(source.id)
            except Conflict as error:
                log.info("not queued: %s", error)

    async def _carry_out(self, run_id: int) -> None:
        try:
            await self._runner.execute(run_id)
        except Conflict as error:
            log.info("run %s waits: %s", run_id, error)  # for the next look
            return
        except Exception:
            log.exception("run %s could not be carried out", run_id)
        finally:
            self._under_way.pop(run_id, None)
        self.wake()
