"""The HTTP contract of the crawl service, on its real application."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import uvicorn

from crawler.api.app import application
from tests.crawler.conftest import World, town
from tests.crawler.site import html, status, words


@pytest_asyncio.fixture(loop_scope="session")
async def http(world: World) -> AsyncIterator[aiohttp.ClientSession]:
    port = world.settings.crawler_port
    config = uvicorn.Config(application(world.engine, world.settings), port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    for _ in range(500):
        if server.started:
            break
        await asyncio.sleep(0.02)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session
    server.should_exit = True
    await task


async def ask(http: aiohttp.ClientSession, method: str, path: str, **body: Any) -> tuple[int, Any]:
    async with http.request(method, path, json=body or None) as response:
        return response.status, await response.json()


async def finished(http: aiohttp.ClientSession, run: int) -> Any:
    for _ in range(1200):
        _, found = await ask(http, "GET", f"/runs/{run}")
        if found["status"] not in ("queued", "running"):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("the run did not end")


async def test_a_crawl_from_order_to_report(world: World, http: aiohttp.ClientSession) -> None:
    world.site.pages = {
        "/": html("Town of Testville", words("town"), "/fees", "/gone"),
        "/fees": html("Fees", words("fees")),
    }
    source = world.add()
    code, run = await ask(http, "POST", "/crawls", source_id=source.id)
    assert (code, run["status"], run["source"], run["url"]) == (202, "queued", source.id, world.site.url)
    report = await finished(http, run["run"])
    assert report["status"] == "succeeded"
    assert report["counts"] == {
        "found": 3,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "gone": 0,
        "failed": 1,
        "skipped": 0,
    }
    assert {o["url"].removeprefix(world.site.url): o["outcome"] for o in report["outcomes"]} == {
        "": "added",
        "fees": "added",
        "gone": "failed",
    }
    _, part = await ask(http, "GET", f"/runs/{run['run']}?limit=1&kind=failed")
    assert [o["reason"] for o in part["outcomes"]] == ["HTTP 404"]
    assert part["next_offset"] is None
    _, listed = await ask(http, "GET", f"/runs?source_id={source.id}")
    assert [r["run"] for r in listed["runs"]] == [run["run"]]
    _, status = await ask(http, "GET", "/status")
    assert (status["sources"], status["pages"], status["revision"]) == (1, 2, 2)
    _, sources = await ask(http, "GET", "/sources")
    assert [(s["id"], s["pages"], s["last_run"]["status"]) for s in sources["sources"]] == [(source.id, 2, "succeeded")]
    code, removed = await ask(http, "DELETE", f"/sources/{source.id}")
    assert (code, removed) == (200, {"source": source.id, "pages": 2})


async def test_held_changes_are_listed_and_accepted(world: World, http: aiohttp.ClientSession) -> None:
    town(world, "fees", "hours", "parks")
    source = world.add()
    await world.crawl(source)
    world.site.answers |= {"/fees": status(404), "/hours": status(404)}
    run = (await world.crawl(source)).run
    code, held = await ask(http, "GET", f"/sources/{source.id}/held")
    assert (code, held["run"]) == (200, run.id)
    assert [(c["url"], c["kind"], c["after"]) for c in held["changes"]] == [
        (f"{world.site.url}fees", "missing", ""),
        (f"{world.site.url}hours", "missing", ""),
    ]
    code, error = await ask(http, "POST", f"/sources/{source.id}/held/accept", urls=[])
    assert (code, error["error"]["code"]) == (400, "bad_input")
    done = await ask(http, "POST", f"/sources/{source.id}/held/accept", urls=[f"{world.site.url}fees"])
    assert done == (200, {"source": source.id, "changed": 0, "removed": 1, "left": 1})
    assert (await ask(http, "GET", "/sources/nothing/held"))[0] == 404


async def test_sources_are_added_but_never_private_ones(world: World, http: aiohttp.ClientSession) -> None:
    code, made = await ask(http, "POST", "/sources", url="https://testville.example/", city="testville", max_pages=50)
    assert (code, made["id"], made["max_pages"], made["depth"]) == (201, "testville-1", 50, 10)
    for url in (world.site.url, "http://localhost/", "http://169.254.169.254/", "http://2130706433/"):
        code, error = await ask(http, "POST", "/sources", url=url, city="testville", private_ok=True)
        assert (code, error["error"]["code"]) == (403, "refused")
    assert world.site.seen == []


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "/sources", {"url": "https://a.example/", "city": "nowhere"}, 404),
        ("POST", "/sources", {"url": "https://a.example/", "city": "testville", "schedule": "often"}, 400),
        ("POST", "/sources", {"url": "no address", "city": "testville"}, 400),
        ("POST", "/sources", {"city": "testville"}, 400),
        ("POST", "/crawls", {"source_id": "nothing"}, 404),
        ("DELETE", "/sources/nothing", {}, 404),
        ("GET", "/runs/77", {}, 404),
        ("GET", "/runs?limit=0", {}, 400),
    ],
)
async def test_errors_have_the_common_body(
    http: aiohttp.ClientSession, method: str, path: str, body: dict[str, str], code: int
) -> None:
    got, error = await ask(http, method, path, **body)
    assert got == code
    assert set(error) == {"error"}
    assert error["error"]["message"]


async def test_a_second_order_for_the_same_source_is_a_conflict(world: World, http: aiohttp.ClientSession) -> None:
    world.site.pages = {"/": html("Town of Testville", words("town"))}
    source = world.add()
    first, _ = await ask(http, "POST", "/crawls", source_id=source.id)
    second, error = await ask(http, "POST", "/crawls", source_id=source.id)
    assert (first, second, error["error"]["code"]) == (202, 409, "conflict")


async def test_a_run_under_way_tells_what_it_waits_for_and_why_addresses_failed(
    world: World, http: aiohttp.ClientSession
) -> None:
    town(world, *(f"topic{n}" for n in range(30)))
    world.site.pages["/"] = html("Town", words("town"), "/a", "/b", *(f"/topic{n}" for n in range(30)))
    world.site.delay = 0.4
    source = world.add()
    _, run = await ask(http, "POST", "/crawls", source_id=source.id)
    live = None
    while live is None:
        _, found = await ask(http, "GET", f"/runs/{run['run']}")
        live = found["live"]
        await asyncio.sleep(0.05)
    assert (live["host"], live["delay"], live["pause"]) == ("127.0.0.1", 0.0, 0.0)
    report = await finished(http, run["run"])
    assert report["live"] is None
    assert report["reasons"] == [{"outcome": "failed", "reason": "HTTP 404", "count": 2}]
    _, part = await ask(http, "GET", f"/runs/{run['run']}?text=TOPIC7")
    assert [o["url"] for o in part["outcomes"]] == [f"{world.site.url}topic7"]


async def test_a_source_is_changed_paused_and_stopped_over_http(world: World, http: aiohttp.ClientSession) -> None:
    town(world, "fees", "hours")
    source = world.add(schedule="0 3 * * *")
    await world.crawl(source)
    code, plan = await ask(http, "PUT", f"/sources/{source.id}?dry_run=true", exclude="/fees")
    assert (code, plan["dropped"], plan["first_dropped"]) == (200, 1, [f"{world.site.url}fees"])
    assert world.live() == {"/", "/fees", "/hours"}
    code, changed = await ask(http, "PUT", f"/sources/{source.id}", exclude="/fees")
    assert (code, changed["source"]["exclude"], changed["source"]["pages"]) == (200, "/fees", 2)
    _, paused = await ask(http, "PUT", f"/sources/{source.id}/paused", paused=True)
    assert (paused["paused"], paused["next_due_at"]) == (True, None)
    _, due = await ask(http, "GET", "/schedule?city=testville&line=0+3+*+*+*")
    assert (due["timezone"], len(due["times"])) == ("America/Chicago", 5)
    code, error = await ask(http, "PUT", f"/sources/{source.id}", schedule="daily")
    assert (code, "cron line" in error["error"]["message"]) == (400, True)
    code, error = await ask(http, "POST", "/runs/1/stop", by="clerk")
    assert (code, "has ended already" in error["error"]["message"]) == (409, True)
    code, listed = await ask(http, "GET", f"/sources/{source.id}/pages?text=hours")
    assert [page["state"] for page in listed["pages"]] == ["answered"]
    code, hidden = await ask(
        http, "PUT", f"/sources/{source.id}/page/hidden", url=f"{world.site.url}hours", hidden=True
    )
    assert (code, hidden["why"], world.live()) == (200, "hidden by staff", {"/"})
