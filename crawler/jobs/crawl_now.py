"""Crawling from the command line: runs in this process, with a progress bar on standard error."""

from collections.abc import AsyncIterator

from sqlalchemy import Engine

from crawler.extract.pool import ParsePool
from crawler.jobs.runner import Runner, RunReport
from crawler.jobs.runs import Runs
from crawler.source import Source
from townclerk.errors import Conflict
from townclerk.progress import bar
from townclerk.settings import Settings


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
