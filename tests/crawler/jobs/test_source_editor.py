"""Sources changed in place, paused, and crawls that are stopped, with the real parts."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from crawler.jobs.runner import Runner
from crawler.jobs.runs import Runs
from crawler.jobs.source_editor import SourceEditor
from crawler.jobs.sources import Sources
from crawler.schemas import SourceChange
from crawler.tables import crawl_runs
from tests.crawler.conftest import World, town
from tests.crawler.site import html, words
from townclerk.database import writing
from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.jurisdictions import Jurisdiction, Jurisdictions


async def test_an_edit_says_what_it_drops_and_drops_it_when_it_is_made(world: World) -> None:
    town(world, "fees", "calendar-1", "calendar-2")
    source = world.add(schedule="0 3 * * *")
    await world.crawl(source)
    editor = SourceEditor(world.engine)
    change = SourceChange(exclude="/calendar", schedule="", depth=2, max_pages=7)
    planned, dropped = editor.plan(source.id, change)
    assert [url.rsplit("/", 1)[1] for url in dropped] == ["calendar-1", "calendar-2"]
    assert planned.next_due_at is None
    assert world.live() == {"/", "/fees", "/calendar-1", "/calendar-2"}
    changed, gone = editor.change(source.id, change)
    assert (gone, world.live()) == (dropped, {"/", "/fees"})
    assert (changed.url, changed.depth, changed.max_pages, changed.include) == (source.url, 2, 7, "")
    assert (await world.crawl(changed)).run.status == "succeeded"
    assert world.live() == {"/", "/fees"}


async def test_a_page_that_answered_for_a_dropped_one_stays(world: World) -> None:
    town(world, "fees")
    world.site.pages["/old/fees"] = world.site.pages["/fees"]
    world.site.pages["/"] = html("Town of Testville", words("town"), "/fees", "/old/fees")
    source = world.add()
    await world.crawl(source)
    assert world.live() == {"/", "/fees"}
    SourceEditor(world.engine).change(source.id, SourceChange(exclude="/fees$", include="old"))
    assert world.live() == {"/"}
    SourceEditor(world.engine).change(source.id, SourceChange(exclude="", include=""))
    await world.crawl(Sources(world.engine).get(source.id))
    assert world.live() == {"/", "/fees"}


async def test_pages_move_with_their_source_to_another_city(world: World) -> None:
    town(world, "fees")
    source = world.add()
    await world.crawl(source)
    Jurisdictions(world.engine).put([Jurisdiction("oakton", "Oakton")])
    SourceEditor(world.engine).change(source.id, SourceChange(city="oakton"))
    assert {stored.page.jurisdiction for stored in world.pages().values()} == {"oakton"}


async def test_a_wrong_edit_is_refused_and_changes_nothing(world: World) -> None:
    source, editor = world.add(), SourceEditor(world.engine)
    with pytest.raises(BadInput, match="cron line"):
        editor.change(source.id, SourceChange(schedule="daily"))
    with pytest.raises(BadInput, match="regular expression"):
        editor.change(source.id, SourceChange(include="("))
    with pytest.raises(BadInput, match="from 1 to"):
        editor.change(source.id, SourceChange(max_pages=0))
    with pytest.raises(NotFound, match="no city"):
        editor.change(source.id, SourceChange(city="nowhere"))
    assert Sources(world.engine).get(source.id) == source


async def test_a_paused_source_is_not_due_until_it_is_resumed(world: World) -> None:
    source, editor, sources = world.add(schedule="0 3 * * *"), SourceEditor(world.engine), Sources(world.engine)
    later = datetime(2999, 1, 1, tzinfo=UTC)
    assert sources.due(later)
    assert editor.pause(source.id, paused=True).next_due_at is None
    assert editor.change(source.id, SourceChange(schedule="0 4 * * *"))[0].next_due_at is None
    assert sources.due(later) == []
    sources.set_due(source.id, later)  # by a scheduler that looked before the pause
    assert sources.due(later) == []
    resumed = editor.pause(source.id, paused=False)
    assert (resumed.schedule, [one.id for one in sources.due(later)]) == ("0 4 * * *", [source.id])


async def test_the_next_due_times_are_those_of_the_city(world: World) -> None:
    zone, times = SourceEditor(world.engine).due("0 3 * * *", "testville")
    assert (zone, len(times), {time.hour for time in times} <= {8, 9}) == ("America/Chicago", 5, True)


async def test_a_stopped_crawl_keeps_what_it_read_and_removes_nothing(world: World) -> None:
    town(world, "fees", "hours")
    source = world.add()
    await world.crawl(source)
    town(world, "hours", *(f"topic{n}" for n in range(60)))
    world.site.delay = 1.0
    runs = Runs(world.engine)
    run = runs.queue(source.id)
    work = asyncio.create_task(Runner(world.engine, world.settings, world.parsers).execute(run.id))
    while not any(path.startswith("/topic") for path in world.live()):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    with pytest.raises(Conflict, match="being crawled"):
        SourceEditor(world.engine).change(source.id, SourceChange(exclude="/fees"))
    runs.stop(run.id, "clerk")
    report = await work
    assert (report.run.status, report.run.reason) == ("stopped", "stopped by clerk; what was read is kept")
    assert {"/", "/fees", "/hours"} < world.live()
    assert runs.queued() == []
    with pytest.raises(Conflict, match="has ended already: stopped"):
        runs.stop(run.id, "clerk")


async def test_a_waiting_crawl_that_is_stopped_is_not_begun(world: World) -> None:
    source, runs = world.add(), Runs(world.engine)
    run = runs.queue(source.id)
    assert runs.stop(run.id, "clerk").reason == "stopped by clerk"
    assert runs.queued() == []


async def test_a_crawl_whose_process_died_after_it_was_stopped_is_not_begun_again(world: World) -> None:
    source, runs = world.add(), Runs(world.engine)
    run = runs.start(runs.queue(source.id).id)
    runs.stop(run.id, "clerk")
    with writing(world.engine) as connection:
        values = {"owner": "another-host:1:1", "alive_at": datetime(2026, 1, 1, tzinfo=UTC)}
        connection.execute(update(crawl_runs).where(crawl_runs.c.id == run.id).values(values))
    assert runs.end_dead() == 1
    assert (runs.get(run.id).status, runs.queued()) == ("stopped", [])
