"""The memory of the parser: equal bytes are read once, wherever that gives the same links."""

import asyncio

import pytest

from crawler.crawling.parser import Parser
from crawler.extract.pool import ParseFailed, ParseLimits, ParsePool
from crawler.fetching.fetcher import Fetched

ABSOLUTE = b"<title>Fees</title><main><p>A permit costs twelve dollars.</p><a href=/more>more</a></main>"
RELATIVE = ABSOLUTE.replace(b"/more", b"more")


def at(path: str, body: bytes) -> Fetched:
    return Fetched(f"https://www.alder.example{path}", status=200, content_type="text/html", body=body)


async def test_equal_bytes_are_parsed_once() -> None:
    async with ParsePool(processes=1) as pool:
        parser = Parser(pool)
        paths = ("/fees", "/fees?year=2", "/parks/fees")
        first, *others = await asyncio.gather(*(parser.parse(at(path, ABSOLUTE), "html") for path in paths))
        assert all(other is first for other in others)
        assert (await parser.parse(at("/fees", ABSOLUTE + b"<p>New."), "html")) is not first


async def test_relative_links_lead_to_their_own_folder() -> None:
    async with ParsePool(processes=1) as pool:
        parser = Parser(pool)
        pages = [await parser.parse(at(path, RELATIVE), "html") for path in ("/fees", "/fees?year=2", "/parks/fees")]
        assert pages[1] is pages[0]
        assert [page.links for page in pages[1:]] == [
            ("https://www.alder.example/more",),
            ("https://www.alder.example/parks/more",),
        ]


async def test_bytes_that_cannot_be_parsed_fail_each_time() -> None:
    async with ParsePool(processes=1, html=ParseLimits(seconds=0.3)) as pool:
        parser = Parser(pool)
        slow = b"<main>" + b"<div class='nav share search footer' role=search id=a>x" * 60_000
        for path in ("/slow", "/slow?again"):
            with pytest.raises(ParseFailed, match="longer than"):
                await parser.parse(at(path, slow), "html")
