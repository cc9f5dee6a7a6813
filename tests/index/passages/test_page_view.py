"""`townclerk page show`: the page, and the passages it is cut into."""

import json

import pytest

from tests.crawler.conftest import World
from tests.crawler.conftest import parsers as parsers
from tests.crawler.conftest import world as world
from tests.crawler.site import html
from tests.crawler.test_commands import run

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEES = "<h2>Fees</h2><p>A garden plot costs twelve dollars a year, paid at the counter or by mail.</p>"


async def test_page_show_tells_what_was_read_and_what_is_cut_of_it(world: World) -> None:
    world.site.pages = {"/": html("Garden plots", FEES, "/gone")}
    await world.crawl(world.add())
    shown = await run(world, "page", "show", world.site.url)
    assert shown.code == 0, shown.err
    for words in ("Garden plots", "answered from: read and kept", "[text] Fees", "1. Fees · ", "run 1 ("):
        assert words in shown.out
    [entry] = json.loads((await run(world, "page", "show", world.site.url, "--json")).out)
    assert entry["blocks"][0]["text"] in entry["passages"][0]["text"]
    assert entry["passages"][0]["heading"] == "Fees"
    [missing] = json.loads((await run(world, "page", "show", f"{world.site.url}gone", "--json")).out)
    assert (missing["answered"], missing["passages"]) == (False, [])


async def test_page_show_of_an_unknown_address_is_one_clear_line(world: World) -> None:
    shown = await run(world, "page", "show", "https://elsewhere.example/x")
    assert shown.code == 2
    assert "no source is on elsewhere.example; `townclerk source add` adds one" in shown.err
