"""`townclerk source` and `townclerk crawl` as processes; what a kill leaves behind."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass

import pytest

from crawler.jobs.runs import Runs
from tests.crawler.conftest import World
from tests.crawler.site import drip, html, status, words


@dataclass(frozen=True)
class Done:
    """An ended command."""

    code: int
    out: str
    err: str


async def start(world: World, *words: str) -> asyncio.subprocess.Process:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TOWNCLERK_")}
    environment |= {"TOWNCLERK_HOME": str(world.settings.home), "TOWNCLERK_PARSE_PROCESSES": "1"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from townclerk.launch.cli import main; main()", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )


async def run(world: World, *words: str) -> Done:
    process = await start(world, *words)
    out, err = await process.communicate()
    return Done(process.returncode or 0, out.decode(), err.decode())


def town(world: World, pages: int) -> None:
    names = [f"/topic{n}" for n in range(pages)]
    world.site.pages = {name: html(name, words(name)) for name in names}
    world.site.pages["/"] = html("Town of Testville", words("town"), *names)


async def test_from_source_to_report(world: World) -> None:
    town(world, 2)
    added = await run(world, "source", "add", world.site.url, "--city", "testville", "--json")
    assert added.code == 0, added.err
    made = json.loads(added.out)
    assert (made["source"], made["city"], made["url"]) == ("testville-1", "testville", world.site.url)
    assert f"127.0.0.1:{world.site.port} is an address of this machine" in added.err
    crawled = await run(world, "crawl", "testville-1", "--json")
    assert crawled.code == 0, crawled.err
    report = json.loads(crawled.out)
    assert set(report) == {"run", "source", "city", "url", "status", "counts", "seconds"}
    assert report["counts"] == {
        "found": 3,
        "added": 3,
        "changed": 0,
        "unchanged": 0,
        "gone": 0,
        "failed": 0,
        "skipped": 0,
    }
    again = await run(world, "crawl", "--all")
    assert again.code == 0
    assert "unchanged 3" in again.out


async def test_a_run_that_failed_ends_with_1_and_says_why(world: World) -> None:
    source = world.add()
    done = await run(world, "crawl", source.id)
    assert done.code == 1
    assert "HTTP 404" in done.out


async def test_what_a_crawl_held_back_is_listed_and_accepted(world: World) -> None:
    town(world, 4)
    source = world.add()
    await world.crawl(source)
    for n in range(3):
        world.site.answers[f"/topic{n}"] = status(404)
    crawled = await run(world, "crawl", source.id)
    assert f"townclerk source held {source.id}" in crawled.out
    listed = await run(world, "source", "held", source.id)
    assert f"remove  {world.site.url}topic0  HTTP 404" in listed.out
    one = await run(world, "source", "accept", source.id, f"{world.site.url}topic0")
    assert one.out == "0 pages changed, 1 removed; 2 are held back still.\n"
    rest = await run(world, "source", "accept", source.id, "--all", "--json")
    assert json.loads(rest.out) == {"source": source.id, "changed": 0, "removed": 2, "left": 0}
    assert world.live() == {"/", "/topic3"}
    assert (await run(world, "source", "held", source.id)).out == f"Nothing of {source.id} is held back.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("source", "add", "https://a.example/", "--city", "nowhere"), "townclerk city add nowhere"),
        (("source", "add", "a.example", "--city", "testville"), "http or https"),
        (("source", "add", "https://a.example/", "--city", "testville", "--schedule", "often"), "cron line"),
        (("source", "add", "https://a.example/", "--city", "testville", "--include", "(["), "regular expression"),
        (("source", "add", "http://10.0.0.1/", "--city", "testville"), "TOWNCLERK_CRAWL_PRIVATE_HOSTS"),
        (("source", "add", "http://169.254.169.254/", "--city", "testville"), "never crawled"),
        (("source", "remove", "nothing"), "list of sources"),
        (("source", "held", "nothing"), "list of sources"),
        (("source", "accept", "nothing", "--all"), "list of sources"),
        (("crawl", "nothing"), "list of sources"),
        (("crawl",), "--all"),
    ],
)
async def test_wrong_input_ends_with_2_and_the_next_step(world: World, words: tuple[str, ...], said: str) -> None:
    done = await run(world, *words)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


async def test_a_killed_crawl_keeps_its_pages_and_the_next_one_goes_on(world: World) -> None:
    town(world, 40)
    world.site.pages["/"] = html("Town of Testville", words("town"), *world.site.pages, "/slow")
    world.site.answers["/slow"] = drip(0.05)
    source = world.add()
    process = await start(world, "crawl", source.id)
    for _ in range(1200):
        if len(world.live()) >= 10:
            break
        await asyncio.sleep(0.05)
    process.kill()
    await process.wait()
    kept = world.live()
    assert len(kept) >= 10
    runs = Runs(world.engine)
    assert runs.latest()[0].status == "running"
    world.site.answers.clear()
    world.site.pages["/slow"] = html("Slow", words("slow"))
    report = await run(world, "crawl", source.id, "--json")
    assert report.code == 0, report.err
    counts = json.loads(report.out)["counts"]
    assert (counts["added"], counts["unchanged"]) == (42, 0)
    assert all(world.site.requested(path) == 1 for path in kept)
    assert [r.status for r in runs.latest()] == ["succeeded", "interrupted"]


async def test_two_crawls_of_one_source_at_once_are_refused(world: World) -> None:
    town(world, 1)
    source = world.add()
    runs = Runs(world.engine)
    runs.start(runs.queue(source.id).id)  # this test's own process lives, so its lease holds
    done = await run(world, "crawl", source.id)
    assert done.code == 2
    assert "running already" in done.err
