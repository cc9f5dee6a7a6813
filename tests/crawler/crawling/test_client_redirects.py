"""Pages that send their reader on without a link: meta refresh and frames."""

import pytest

from tests.crawler.conftest import World, town
from tests.crawler.site import html, words

MOVED = "This page has moved. If you are not sent on, use the link."


@pytest.mark.parametrize(
    "tag",
    [
        '<meta http-equiv="refresh" content="5;url=/compost">',
        "<META content='0; URL=/compost' HTTP-EQUIV='Refresh'>",
        '<meta http-equiv=refresh content="30; /compost">',
    ],
)
async def test_a_page_that_sends_its_reader_on_is_a_redirect(world: World, tag: str) -> None:
    town(world, "compost")
    world.site.pages["/"] = html("Town of Testville", words("town"), "/old")
    world.site.pages["/old"] = html("Old page", MOVED, head=tag)
    report = await world.crawl(world.add())
    assert world.live() == {"/", "/compost"}
    assert world.outcomes(report)["/old"] == ("added", f"redirects to {world.site.url}compost")


@pytest.mark.parametrize(
    "tag",
    [
        '<meta http-equiv="refresh" content="300">',
        '<meta http-equiv="refresh" content="5;url=/board">',
        '<meta http-equiv="refresh" content="1200;url=/ended">',
        '<noscript><meta http-equiv="refresh" content="0;url=/ended"></noscript>',
        '<!-- <meta http-equiv="refresh" content="0;url=/ended"> -->',
    ],
)
async def test_a_page_that_loads_itself_anew_is_a_page(world: World, tag: str) -> None:
    town(world, "board")
    world.site.pages["/board"] = html("Board", words("board"), head=tag)
    await world.crawl(world.add())
    assert world.live() == {"/", "/board"}


async def test_frames_are_read(world: World) -> None:
    town(world, "menu", "plots", "hours")
    world.site.pages["/"] = html("Town of Testville", words("town"), "/cemetery", "/rink")
    world.site.pages["/cemetery"] = (
        "<html><head><title>C</title></head><frameset cols='20%,80%'><frame src='/menu'><frame src=plots></frameset></html>"
    )
    world.site.pages["/rink"] = html("Rink", f'{words("rink")}<iframe title="h" src="hours"></iframe>')
    report = await world.crawl(world.add())
    assert world.live() == {"/", "/menu", "/plots", "/rink", "/hours"}
    assert world.outcomes(report)["/cemetery"][0] == "skipped"
