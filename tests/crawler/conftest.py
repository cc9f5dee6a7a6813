"""A temporary installation that crawls a loopback site with the real parts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from pytest_asyncio import is_async_test
from sqlalchemy import Engine

from crawler.extract.pool import ParsePool
from crawler.jobs.runner import Runner, RunReport
from crawler.jobs.runs import Runs
from crawler.jobs.sources import Sources
from crawler.page import StoredPage
from crawler.pages.store import PageStore
from crawler.source import Source
from tests.crawler.site import Site, html, words
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import Settings


@dataclass
class World:
    """One installation with city `testville`, and the site it crawls."""

    engine: Engine
    settings: Settings
    site: Site
    parsers: ParsePool

    def add(self, **options: Any) -> Source:
        """Add the site as a source, as an operator at the command line would."""
        wanted = Source(id="", city="testville", url=self.site.url, private_ok=True)
        return Sources(self.engine).add(replace(wanted, **options))

    async def crawl(self, source: Source, *, allow_removals: bool = False) -> RunReport:
        """One run in this process."""
        run = Runs(self.engine).queue(source.id, allow_removals=allow_removals)
        return await Runner(self.engine, self.settings, self.parsers).execute(run.id)

    def pages(self) -> dict[str, StoredPage]:
        """Stored pages by path; gone pages and copies have `gone`."""
        found = PageStore(self.engine).changes_since(0, limit=10_000)
        return {"/" + stored.page.url.removeprefix(self.site.url): stored for stored in found}

    def live(self) -> set[str]:
        """Paths that can be answered from."""
        return {path for path, stored in self.pages().items() if not stored.gone}

    def outcomes(self, report: RunReport) -> dict[str, tuple[str, str]]:
        """(outcome, reason) by path."""
        found = Runs(self.engine).outcomes(report.run.id, limit=10_000)
        return {"/" + o.url.removeprefix(self.site.url): (o.kind, o.reason) for o in found}


def with_testville(engine: Engine) -> Engine:
    """The same database with the city of these tests."""
    Jurisdictions(engine).put([Jurisdiction("testville", "Testville", timezone="America/Chicago")])
    return engine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a world run in one event loop, that of the parser process which they share."""
    for item in items:
        if is_async_test(item) and "world" in item.fixturenames:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def parsers() -> AsyncIterator[ParsePool]:
    """Started once: a parser process takes longer to start than most crawls here."""
    async with ParsePool(processes=1) as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="session")
async def world(settings: Settings, parsers: ParsePool) -> AsyncIterator[World]:
    quick = settings.model_copy(update={"crawl_timeout": 3.0, "crawl_delay": 0.0, "parse_processes": 1})
    async with Site() as site:
        yield World(with_testville(open_database(quick)), quick, site, parsers)


def town(world: World, *names: str) -> None:
    """A start page that links to one page per name."""
    world.site.pages = {f"/{name}": html(name.title(), words(name)) for name in names}
    world.site.pages["/"] = html("Town of Testville", words("town"), *(f"/{name}" for name in names))
