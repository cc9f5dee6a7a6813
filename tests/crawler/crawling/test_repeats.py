"""Traps: addresses that repeat themselves, or say nothing new, are left out; pages that differ are kept."""

import pytest

from tests.crawler.conftest import World
from tests.crawler.site import html, words


async def test_addresses_that_repeat_their_path_are_left_out(world: World) -> None:
    world.site.pages["/"] = html("Town of Testville", words("home"), "/a/b/a/b/a/b", "/x/" * 20)
    outcomes = world.outcomes(await world.crawl(world.add()))
    assert outcomes["/a/b/a/b/a/b"] == ("skipped", "trap: the path repeats itself")


@pytest.mark.parametrize("path", ["/story.php?sid={}", "/index.aspx?NID={}", "/view?id={}", "/docs/view/{}"])
async def test_pages_that_differ_are_pages_however_many(world: World, path: str) -> None:
    links = [path.format(n) for n in range(101, 221)]
    world.site.pages = {link: html(f"Page {n}", f"The permit {n} costs ${n}.") for n, link in enumerate(links)}
    world.site.pages["/"] = html("Town of Testville", words("home"), *links)
    await world.crawl(world.add())
    assert world.live() == {"/", *links}


ROWS = ["Harbor lights: $3", "Mill trail: open", "Old school: closed", *(f"Park number {n}: open" for n in range(20))]
ENDLESS = {
    "/calendar?day={}": "No event on March {}.",
    "/events/2031/{}/1": "Week {} of the year: nothing planned on Tuesday.",
    "/parks?sort={}&view={}": "Ordered by {}.</p><p>" + "</p><p>".join(ROWS),
    "/room/{}": "This room has no number.",
}


@pytest.mark.parametrize("path", ENDLESS)
async def test_addresses_that_say_nothing_new_are_left_out_for_some_runs(world: World, path: str) -> None:
    links = [path.format(n, n) for n in range(300)]
    world.site.pages = {link: html("Testville", ENDLESS[path].format(n)) for n, link in enumerate(links)}
    world.site.pages["/"] = html("Town of Testville", words("home"), *links)
    source = world.add()
    report = await world.crawl(source)
    asked = {seen for seen, _ in world.site.seen if seen in links}
    assert len(asked) < 100
    outcomes = world.outcomes(report)
    assert outcomes[links[-1]][1].endswith(f"repeat what others say (found in run {report.run.id})")
    world.site.seen.clear()
    await world.crawl(source)
    assert {seen for seen, _ in world.site.seen if seen in links} <= asked


async def test_a_parameter_is_dropped_when_it_is_shown_not_to_matter(world: World) -> None:
    names = ("fees", "hours", "parks")
    links = [f"/{name}?lang={n}" for name in names for n in range(40)]
    world.site.pages = {link: html("Testville", words(link.split("?")[0].strip("/"))) for link in links}
    world.site.pages["/"] = html("Town of Testville", words("home"), *links, *(f"/guide?part={n}" for n in range(40)))
    world.site.pages |= {f"/guide?part={n}": html(f"Part {n}", words(f"part {n}")) for n in range(40)}
    report = await world.crawl(world.add())
    live = world.live()
    assert sum(path.startswith("/guide") for path in live) == 40
    assert [sum(path.startswith(f"/{name}") for path in live) for name in names] == [1, 1, 1]
    assert sum(path in links for path, _ in world.site.seen) < 60
    assert world.outcomes(report)["/parks?lang=39"] == ("skipped", "the parameter lang makes no difference here")
