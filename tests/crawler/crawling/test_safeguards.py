"""A site that fails, is blocked or shrinks must not empty what is stored (and a page that is gone must go)."""

import pytest

from tests.crawler.conftest import World
from tests.crawler.site import Answer, body, hang_up, html, page, redirect, status, words
from townclerk.settings import Settings

TOPICS = ("fees", "hours", "parks", "roads", "water", "trash", "permits", "dogs", "voting", "schools")
ALL = {"/", *(f"/{topic}" for topic in TOPICS)}


def town(world: World, *without: str) -> None:
    names = [topic for topic in TOPICS if topic not in without]
    world.site.pages = {f"/{name}": html(name.title(), words(name)) for name in names}
    world.site.pages["/"] = html("Town of Testville", words("town"), *(f"/{name}" for name in names))


async def test_a_page_is_gone_only_after_it_was_missing_twice(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    town(world, "fees")
    report = await world.crawl(source)
    assert world.live() == ALL
    assert world.outcomes(report)["/fees"] == ("failed", "HTTP 404; kept for now")
    revision = world.pages()["/fees"].revision
    report = await world.crawl(source)
    assert report.run.counts.gone == 1
    assert world.live() == ALL - {"/fees"}
    assert world.pages()["/fees"].revision > revision


async def test_a_page_that_was_missing_once_starts_anew(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    for missing in (("fees",), (), ("fees",)):
        town(world, *missing)
        await world.crawl(source)
    assert world.live() == ALL


async def test_a_gone_page_comes_back(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    town(world, "fees")
    await world.crawl(source)
    await world.crawl(source)
    town(world)
    report = await world.crawl(source)
    assert world.live() == ALL
    assert report.run.counts.added == 1


async def test_a_page_that_nothing_links_to_any_more_stays_while_it_answers(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    world.site.pages["/"] = html("Town of Testville", words("town hall"), "/hours")
    world.site.seen.clear()
    report = await world.crawl(source)
    assert world.live() == ALL
    assert world.outcomes(report)["/fees"] == ("unchanged", "")
    assert [h.get("If-None-Match") is not None for p, h in world.site.seen if p == "/fees"] == [True]


@pytest.mark.parametrize(
    "everything",
    [status(404), status(500), status(403), page(""), redirect("/login"), redirect("http://parked.example/")],
    ids=["404", "500", "403", "empty", "login", "elsewhere"],
)
async def test_a_site_that_fails_as_a_whole_loses_nothing(world: World, everything: Answer) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    revisions = {path: stored.revision for path, stored in world.pages().items()}
    world.site.answers["/robots.txt"] = status(404)
    world.site.everything = everything
    for _ in range(3):
        report = await world.crawl(source)
        assert report.run.status == "held"
        assert report.run.reason
    assert {path: stored.revision for path, stored in world.pages().items()} == revisions


async def test_a_maintenance_notice_on_every_address_overwrites_nothing(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    world.site.everything = page(
        html("Testville", "We are improving our website. Please come back at 12:30. Ticket 8831.")
    )
    world.site.answers["/robots.txt"] = status(404)
    report = await world.crawl(source)
    assert report.run.status == "held"
    assert "one and the same text" in report.run.reason
    assert world.live() == ALL
    assert words("fees") in world.pages()["/fees"].page.blocks[0].text


async def test_a_site_that_loses_its_pages_at_once_is_held_until_an_operator_agrees(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    town(world, *TOPICS[:4])
    for _ in range(3):
        report = await world.crawl(source)
        assert report.run.status == "held"
        assert "4 of 11 pages are missing" in report.run.reason
        assert world.live() == ALL
    report = await world.crawl(source, allow_removals=True)
    assert (report.run.status, report.run.counts.gone) == ("succeeded", 4)
    assert world.live() == ALL - {f"/{topic}" for topic in TOPICS[:4]}


async def test_a_rebuilt_site_with_different_texts_is_taken_over(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    for topic in TOPICS:
        world.site.pages[f"/{topic}"] = html(topic.title(), words(f"new {topic}"))
    report = await world.crawl(source)
    assert (report.run.status, report.run.counts.changed) == ("succeeded", 10)


async def test_a_host_that_fails_half_way_ends_the_run(world: World) -> None:
    names = [f"topic{n}" for n in range(60)]
    world.site.pages = {f"/{name}": html(name, words(name)) for name in names}
    world.site.pages["/"] = html("Town of Testville", words("town"), *world.site.pages)
    source = world.add()
    await world.crawl(source)
    world.site.answers |= {f"/{name}": status(500, Retry_After="0") for name in names}
    report = await world.crawl(source)
    assert report.run.status == "held"
    assert "failed 20 times in a row" in report.run.reason
    assert len(world.live()) == 61


async def test_a_first_crawl_that_finds_nothing_has_failed(world: World) -> None:
    report = await world.crawl(world.add())
    assert report.run.status == "failed"
    assert "start page" in report.run.reason
    assert "HTTP 404" in report.run.reason


async def test_what_a_site_closes_stops_answering_at_once(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    world.site.answers |= {
        "/robots.txt": body(b"User-agent: *\nDisallow: /fees\n", "text/plain"),
        "/hours": status(410),
        "/parks": page(html("Parks", words("parks")), X_Robots_Tag="noindex"),
        "/roads": page(html("Roads", words("roads"), head='<meta name="robots" content="noindex">')),
        "/water": status(404),
    }
    report = await world.crawl(source)
    assert report.run.status == "succeeded"
    assert world.live() == ALL - {"/fees", "/hours", "/parks", "/roads"}
    assert {path for path, (kind, _) in world.outcomes(report).items() if kind == "gone"} == ALL - world.live()


async def test_a_site_that_closes_itself_by_mistake_is_asked_about(world: World) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    world.site.answers = {path: page(text, X_Robots_Tag="noindex") for path, text in world.site.pages.items()}
    report = await world.crawl(source)
    assert report.run.status == "held"
    assert "11 of 11 pages are closed to us" in report.run.reason
    assert world.live() == ALL
    await world.crawl(source, allow_removals=True)
    assert not world.live()


def zones(world: World, line: str) -> None:
    """A town where 12 of 14 pages differ by their numbers only."""
    town(world, *TOPICS[1:])
    for n in range(12):
        values = {"n": n, "fee": 200 + n, "day": n % 5 + 1}
        world.site.pages[f"/zone{n}"] = html(f"Pickup Zone {n}", line.format(**values))
    world.site.pages["/"] = html("Town of Testville", words("town"), *world.site.pages)


OLD = "In 2025 crews collect yard waste in zone {n} on day {day} of each week. The charge is ${fee}."
NEW = {
    "numbers": "In 2026 crews collect yard waste in zone {n} on day {day} of each week. The charge is $3{fee}.",
    "every number": "In 2026 crews collect yard waste in zone 9{n} on day 7{day} of each week. The charge is $3{fee}.",
    "words and numbers": "From July 1 on, zone {n} has its yard waste picked up on day {day}; residents there pay $3{fee}.",
}


@pytest.mark.parametrize("new", NEW)
async def test_new_fees_on_many_pages_are_a_change_like_any_other(world: World, new: str) -> None:
    zones(world, OLD)
    source = world.add()
    await world.crawl(source)
    zones(world, NEW[new])
    report = await world.crawl(source)
    assert (report.run.status, report.run.counts.changed) == ("succeeded", 12)


async def test_a_notice_on_pages_of_one_template_is_held(world: World) -> None:
    zones(world, OLD)
    source = world.add()
    await world.crawl(source)
    for n in range(12):
        world.site.pages[f"/zone{n}"] = html("Testville", f"We are rebuilding these pages for you. Ticket 77{n}00.")
    report = await world.crawl(source)
    assert (report.run.status, report.run.counts.changed) == ("held", 0)
    report = await world.crawl(source, allow_removals=True)
    assert (report.run.status, report.run.counts.changed) == ("succeeded", 12)


@pytest.mark.parametrize(
    "wall",
    [
        status(403),
        redirect("/account/login"),
        page(html("Log in", "Please log in to continue.")),
        page(html("Testville", "Our website is down for scheduled maintenance. Please come back later.")),
        page("<title>Portal</title><body><form><input type=password></form>"),
        hang_up(),
    ],
    ids=["403", "redirect", "log-in", "maintenance", "form", "hang up"],
)
async def test_a_site_that_is_mostly_kept_from_us_is_told_and_no_success(world: World, wall: Answer) -> None:
    town(world)
    source = world.add()
    await world.crawl(source)
    world.site.answers |= {f"/{topic}": wall for topic in TOPICS[:6]}
    report = await world.crawl(source)
    assert report.run.status == "held"
    assert "6 of 11 pages are kept from us" in report.run.reason
    assert world.live() == ALL
    assert all(words(topic) in world.pages()[f"/{topic}"].page.blocks[0].text for topic in TOPICS)


async def test_a_first_crawl_of_a_walled_site_has_failed_and_keeps_what_it_read(world: World) -> None:
    town(world)
    world.site.answers |= {f"/{topic}": status(403) for topic in TOPICS[:7]}
    report = await world.crawl(world.add())
    assert report.run.status == "failed"
    assert "7 of 11 pages are kept from us" in report.run.reason
    assert "HTTP 403" in report.run.reason
    assert world.live() == ALL - {f"/{topic}" for topic in TOPICS[:7]}


async def test_a_crawl_delay_is_kept_up_to_the_cap_and_reported(world: World, settings: Settings) -> None:
    town(world, *TOPICS[1:])
    world.settings = world.settings.model_copy(update={"crawl_delay_cap": 0.2})
    world.site.answers["/robots.txt"] = body(b"User-agent: *\nCrawl-delay: 60\n", "text/plain")
    report = await world.crawl(world.add())
    assert report.run.seconds >= 0.4  # start page, sitemap, one page: two waits
    assert "asks for 60 s" in report.run.reason
