"""A site that is looked at before it is saved, with the real parts."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import func, select

from crawler.jobs.preview import MOST, SHOWN, Previewer
from crawler.jobs.site_access import SiteAccess
from crawler.page_schemas import Preview
from crawler.source import Source
from crawler.tables import crawl_answers, page_outcomes, pages, sources
from tests.crawler.conftest import World, town
from tests.crawler.site import body, html, status, words
from townclerk.database import reading


async def look(world: World, change: Callable[[Source], Source] = lambda source: source) -> Preview:
    source = change(Source(id="", city="testville", url=world.site.url, private_ok=True))
    return await Previewer(world.settings, world.parsers, SiteAccess(world.settings)).look(source)


async def test_a_preview_reads_some_pages_says_what_would_be_left_out_and_stores_nothing(world: World) -> None:
    names = [f"topic{n}" for n in range(40)]
    town(world, *names)
    links = [*(f"/{name}" for name in names), "/map.png", "/private/a", "/private/b", "/news/1"]
    world.site.pages["/"] = html("Town of Testville", words("town"), "/lost", *links)
    world.site.answers["/robots.txt"] = body(b"User-agent: *\nDisallow: /private/\n", "text/plain")
    found = await look(world, lambda source: replace(source, exclude="/news/"))
    assert (found.problem, found.read) == ("", MOST - 1)
    assert found.found == 41
    left_out = {one.reason: (one.count, one.example.removeprefix(world.site.url)) for one in found.skipped}
    assert left_out == {
        "robots.txt disallows it": (2, "private/a"),
        "not a page (.png)": (1, "map.png"),
        "left out by the exclude pattern": (1, "news/1"),
        "HTTP 404": (1, "lost"),
    }
    assert len(found.pages) == SHOWN
    assert (found.pages[0].title, found.pages[0].blocks[0].text) == ("Town of Testville", words("town"))
    assert len(world.site.seen) <= MOST + 2
    with reading(world.engine) as connection:
        for table in (sources, pages, page_outcomes, crawl_answers):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


async def test_a_crawl_delay_is_kept_and_told_with_the_time_that_the_site_takes(world: World) -> None:
    town(world, "fees")
    world.site.answers["/robots.txt"] = body(b"User-agent: *\nCrawl-delay: 0.5\n", "text/plain")
    found = await look(world)
    assert (found.delay, found.delay_note) == (0.5, "robots.txt asks for 0.5 s between requests")
    assert (found.found, found.whole_seconds) == (2, 1)
    assert found.seconds > 0.5


async def test_a_site_that_cannot_be_crawled_says_why(world: World) -> None:
    town(world, "fees")
    world.site.answers["/"] = status(403)
    assert (await look(world)).problem == "the start page could not be read: HTTP 403"
    world.site.answers["/robots.txt"] = status(503)
    assert "robots.txt could not be read" in (await look(world)).problem
