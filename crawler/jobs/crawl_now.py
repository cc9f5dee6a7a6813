"""Crawling from the command line: runs in this process, with a progress bar on standard error."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from crawler.extract.pool import ParsePool
from crawler.jobs.runner import Runner, RunReport
from crawler.jobs.runs import Runs
from crawler.outcome import Counts
from crawler.source import Source
from townclerk.errors import Conflict
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
            with _bar(source.id) as show:
                try:
                    run = runs.take_over(source.id, allow_removals=allow_removals)
                    report = await runner.execute(run.id, progress=show)
                except Conflict as error:
                    refused = error
                    continue
            yield report
    if refused is not None:
        raise refused


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Counts], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=None, words="")

        def show(counts: Counts) -> None:
            pages = counts.added + counts.changed + counts.unchanged
            progress.update(task, words=f"{pages} pages, {counts.found} URLs")

        yield show
