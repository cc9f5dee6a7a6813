"""What the guard held back is shown, and accepted page by page or as a whole."""

import pytest

from crawler.jobs.held_changes import HeldChanges
from crawler.jobs.runs import Runs
from crawler.pages.address_history import seen
from crawler.schemas import HeldList
from crawler.source import Source
from tests.crawler.conftest import World, town
from tests.crawler.site import Answer, html, page, status, words
from townclerk.errors import BadInput, Conflict, NotFound

TOPICS = ("fees", "hours", "parks", "roads", "water", "trash", "permits", "dogs")
LOST = TOPICS[:5]
ALL = {"/", *(f"/{topic}" for topic in TOPICS)}


async def crawled(world: World) -> Source:
    town(world, *TOPICS)
    source = world.add()
    await world.crawl(source)
    return source


def held(world: World, source: Source) -> HeldList:
    return HeldChanges(world.engine).of(source)


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (status(404), "missing", "HTTP 404"),
        (page(html("Parks", words("parks")), X_Robots_Tag="noindex"), "closed", "noindex (X-Robots-Tag)"),
        (status(403), "barred", "HTTP 403"),
    ],
    ids=["missing", "closed", "barred"],
)
async def test_pages_that_would_go_are_listed_and_removed_one_by_one(
    world: World, answer: Answer, kind: str, reason: str
) -> None:
    source = await crawled(world)
    world.site.answers |= {f"/{topic}": answer for topic in LOST}
    report = await world.crawl(source)
    assert (report.run.status, world.live()) == ("held", ALL)
    waiting = held(world, source)
    assert waiting.run == report.run.id
    assert {change.url: change.kind for change in waiting.changes} == {f"{world.site.url}{t}": kind for t in LOST}
    assert all(change.reason.startswith(reason) for change in waiting.changes)
    assert words("fees") in waiting.changes[0].before
    done = HeldChanges(world.engine).accept(source, [f"{world.site.url}fees"])
    assert (done.changed, done.removed, done.left) == (0, 1, 4)
    assert world.live() == ALL - {"/fees"}
    assert len(held(world, source).changes) == 4
    ((entry, _),) = seen(world.engine, f"{world.site.url}fees")
    assert entry.why.endswith("accepted by staff")
    HeldChanges(world.engine).accept(source, [], everything=True)
    assert world.live() == ALL - {f"/{topic}" for topic in LOST}
    assert held(world, source).changes == []
    assert (await world.crawl(source)).run.status == "succeeded"


async def test_pages_that_turned_alike_are_shown_before_and_after(world: World) -> None:
    source = await crawled(world)
    notice = "These pages move to another system this month. Ticket {}00."
    for n, topic in enumerate(TOPICS):
        world.site.pages[f"/{topic}"] = html("Testville", notice.format(n))
    assert (await world.crawl(source)).run.status == "held"
    waiting = held(world, source)
    fees = next(change for change in waiting.changes if change.url.endswith("/fees"))
    assert (fees.kind, fees.before, fees.after) == (
        "changed",
        f"Fees\n{words('fees')}",
        f"Testville\n{notice.format(0)}",
    )
    done = HeldChanges(world.engine).accept(source, [fees.url])
    assert (done.changed, done.removed, done.left) == (1, 0, len(waiting.changes) - 1)
    stored = {path: stored.page.blocks[0].text for path, stored in world.pages().items()}
    assert stored["/fees"] == notice.format(0)
    assert stored["/dogs"] == words("dogs")


async def test_a_later_crawl_that_succeeds_holds_nothing(world: World) -> None:
    source = await crawled(world)
    world.site.everything = status(404)
    await world.crawl(source)
    world.site.everything = None
    world.site.answers |= {f"/{topic}": status(404) for topic in LOST}
    await world.crawl(source)
    assert held(world, source).changes
    world.site.answers.clear()
    await world.crawl(source)
    assert held(world, source) == HeldList(source=source.id, run=None, changes=[])


async def test_what_cannot_be_accepted_is_refused_and_changes_nothing(world: World) -> None:
    source = await crawled(world)
    world.site.answers |= {f"/{topic}": status(404) for topic in LOST}
    await world.crawl(source)
    waiting = held(world, source)
    assert waiting.changes
    changes = HeldChanges(world.engine)
    with pytest.raises(BadInput, match="accept all"):
        changes.accept(source, [])
    with pytest.raises(NotFound, match=f"townclerk source held {source.id}"):
        changes.accept(source, [f"{world.site.url}fees", f"{world.site.url}dogs"])
    runs = Runs(world.engine)
    under_way = runs.start(runs.queue(source.id).id)
    with pytest.raises(Conflict, match=f"Run {under_way.id} "):
        changes.accept(source, [], everything=True)
    assert world.live() == ALL
    assert held(world, source) == waiting
