"""A crawl that is killed again and again goes on where it was, and ends as if nobody had disturbed it."""

import asyncio
import os
import sys
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from crawler.jobs.runner import Runner
from crawler.jobs.runs import Runs
from crawler.source import Source
from crawler.tables import pages
from tests.crawler.conftest import World, with_testville
from tests.crawler.site import Site, body, html, page, redirect, status, words
from townclerk.database import reading
from townclerk.schema import open_database

KILLS = 10
PER_KILL = 14
"""Requests after which a process is killed: eight are under way at once."""


def fill(site: Site, *, year: int) -> None:
    """A site with everything that a crawl keeps account of."""
    names = [f"/topic{n}" for n in range(100)]
    site.pages = {name: html(name, words(f"{name.strip('/')} of {year}")) for name in names}
    site.pages["/"] = html(
        "Town of Testville", words("town"), *names[:20], "/old", "/hidden", "/lost", "/pdf", "/closed"
    )
    for n in range(10, 90):
        site.pages[f"/topic{n}"] = html(f"Topic {n}", words(f"topic{n} of {year}"), f"/topic{n + 10}")
    site.pages["/topic3"] = site.pages["/topic2"]
    site.pages["/topic5"] = html("Printed", words("topic4"), head=f'<link rel=canonical href="{site.url}topic4">')
    site.pages["/topic4"] = html("Topic 4", words("topic4"))
    site.pages["/hidden"] = html("Hidden", words("hidden"), "/behind", head='<meta name=robots content="noindex">')
    site.pages["/behind"] = html("Behind", words("behind"))
    site.pages["/lost"] = html("Page not found", "This page does not exist.")
    site.answers = {
        "/robots.txt": body(b"User-agent: *\nDisallow: /closed\n", "text/plain"),
        "/sitemap.xml": body(b"<urlset><url><loc>/mapped</loc></url></urlset>", "application/xml"),
        "/mapped": page(html("Mapped", words("mapped"))),
        "/old": redirect("/topic7"),
        "/pdf": body(b"%PDF-1.7 nonsense", "application/pdf"),
        "/topic8": status(403),
        **({"/topic9": status(410), "/topic6": status(404)} if year > 2026 else {}),
    }
    site.delay = 0.03


def state(world: World) -> dict[str, tuple[object, ...]]:
    """All that is stored of each page and does not tell when; originals of copies by their address."""
    with reading(world.engine) as connection:
        rows = connection.execute(select(pages)).mappings().all()
    url = {row["id"]: row["url"] for row in rows}
    kept = ("gone", "title", "blocks", "content_hash", "raw_hash", "etag", "links", "canonical", "strikes")
    return {
        row["url"].removeprefix(world.site.url): (url.get(row["duplicate_of"]), *(row[name] for name in kept))
        for row in rows
    }


async def kill_often(world: World, source: Source, times: int) -> None:
    """Crawl in as many processes, each killed after a few requests."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TOWNCLERK_")}
    environment |= {"TOWNCLERK_HOME": str(world.settings.home), "TOWNCLERK_PARSE_PROCESSES": "1"}
    command = (sys.executable, "-c", "from townclerk.launch.cli import main; main()", "crawl", source.id)
    for _ in range(times):
        before = len(world.site.seen)
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.DEVNULL)
        while process.returncode is None and len(world.site.seen) < before + PER_KILL:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
    runs = Runs(world.engine).latest(limit=times)
    assert [run.status for run in runs] == ["running", *["interrupted"] * (times - 1)]


@pytest.mark.timeout(600)  # fourteen processes are started one after the other
async def test_kills_change_nothing_but_the_time(world: World) -> None:
    calm_settings = world.settings.model_copy(update={"home": world.settings.home.parent / "calm"})
    calm = replace(world, settings=calm_settings, engine=with_testville(open_database(calm_settings)))
    source, calm_source = world.add(), calm.add()
    for year, kills in ((2026, KILLS), (2027, 4)):
        fill(world.site, year=year)
        expected = (await calm.crawl(calm_source)).run.counts
        world.site.seen.clear()
        await kill_often(world, source, kills)
        Runs(world.engine).end_dead()
        [waiting] = Runs(world.engine).queued()
        report = await Runner(world.engine, world.settings, world.parsers).execute(waiting.id)
        times = Counter(path for path, _ in world.site.seen)
        under_way = kills * world.settings.crawl_connections
        assert sum(count - 1 for count in times.values()) <= under_way, times.most_common(9)
        assert report.run.status == "succeeded"
        assert report.run.counts == expected
        assert state(world) == state(calm)
