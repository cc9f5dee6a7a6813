"""The HTTP client against a server that misbehaves, and the bounded decompression."""

import asyncio
import gzip
import resource
import zlib
from datetime import timedelta
from email.utils import format_datetime

import pytest

from crawler.fetching.address_guard import AddressGuard
from crawler.fetching.decompress import MAX_MEMBERS, Decompressor
from crawler.fetching.fetcher import Fetched, Fetcher, Validators
from crawler.fetching.politeness import Politeness
from tests.crawler.site import Answer, Site, body, drip, first, html, page, redirect, status
from townclerk import clock
from townclerk.errors import TooLarge
from townclerk.settings import Settings

LIMIT = 1_000_000


async def fetch(settings: Settings, site: Site, path: str = "x", validators: Validators | None = None) -> Fetched:
    guard = AddressGuard(port=site.port, loopback=("127.0.0.1", site.port))
    async with Fetcher(settings, guard=guard, politeness=Politeness()) as fetcher:
        return await fetcher.get(site.url + path, limit_for=lambda _kind, _url: LIMIT, validators=validators)


async def served(settings: Settings, answer: Answer) -> tuple[Fetched, Site]:
    async with Site(answers={"/x": answer}) as site:
        return await fetch(settings, site), site


async def test_the_request_says_who_asks(settings: Settings) -> None:
    _, site = await served(settings, page("hello"))
    headers = site.seen[0][1]
    assert headers["User-Agent"] == settings.user_agent
    assert headers["Accept-Encoding"] == "gzip, deflate"


async def test_a_conditional_request_gives_304(settings: Settings) -> None:
    async with Site(pages={"/x": html("A", "b")}) as site:
        whole = await fetch(settings, site)
        again = await fetch(settings, site, validators=Validators(etag=whole.etag))
    assert (whole.status, again.status, again.body) == (200, 304, b"")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_compressed_bodies_are_read(settings: Settings, encoding: str) -> None:
    text = html("A", "b" * 5000).encode()
    packed = gzip.compress(text) if encoding == "gzip" else zlib.compress(text)
    found, _ = await served(settings, body(packed, Content_Encoding=encoding))
    assert found.body == text


async def test_a_busy_host_is_asked_again_twice_at_most(settings: Settings) -> None:
    found, site = await served(
        settings, first(status(503, Retry_After="0"), status(429, Retry_After="0"), page("fine"))
    )
    assert found.body == b"fine"
    found, site = await served(settings, status(503, Retry_After="0"))
    assert (found.problem, found.host_down, site.requested("/x")) == ("HTTP 503", True, 3)


async def test_a_long_retry_after_is_not_waited_for(settings: Settings) -> None:
    found, site = await served(settings, status(429, Retry_After="3600"))
    assert (found.problem, site.requested("/x")) == ("HTTP 429", 1)


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_a_retry_after_pauses_the_host_for_all_requests(settings: Settings, code: int, form: str) -> None:
    said = "2" if form == "seconds" else format_datetime(clock.now() + timedelta(seconds=3), usegmt=True)
    answers = {"/x": first(status(code, Retry_After=said), page("fine"))}
    async with Site(answers=answers, pages={"/y": html("Y", "y")}) as site:
        guard = AddressGuard(port=site.port, loopback=("127.0.0.1", site.port))
        async with Fetcher(settings, guard=guard, politeness=Politeness()) as fetcher:
            one = asyncio.create_task(fetcher.get(site.url + "x", limit_for=lambda _kind, _url: LIMIT))
            await asyncio.sleep(0.5)
            other = asyncio.create_task(fetcher.get(site.url + "y", limit_for=lambda _kind, _url: LIMIT))
            await asyncio.sleep(0.5)
            assert [path for path, _ in site.seen] == ["/x"]
            assert (await one).body == b"fine"
            assert (await other).status == 200


async def test_a_body_that_may_be_cut_is_read_up_to_the_limit(settings: Settings) -> None:
    text = b"".join(b"Disallow: /%x\n" % (n * 7919 % 2**32 + 2**32) for n in range(60_000))
    for answer in (body(text, "text/plain"), body(gzip.compress(text), "text/plain", Content_Encoding="gzip")):
        async with Site(answers={"/robots.txt": answer}) as site:
            guard = AddressGuard(port=site.port, loopback=("127.0.0.1", site.port))
            async with Fetcher(settings, guard=guard, politeness=Politeness()) as fetcher:
                found = await fetcher.get(site.url + "robots.txt", limit_for=lambda _kind, _url: 500_000, cut=True)
        assert found.body == text[: text.rindex(b"\n", 0, 500_000) + 1]


async def test_a_refusal_is_not_repeated(settings: Settings) -> None:
    found, site = await served(settings, status(403))
    assert (found.problem, found.host_down, site.requested("/x")) == ("HTTP 403", False, 1)


async def test_a_redirect_is_reported_not_followed(settings: Settings) -> None:
    found, site = await served(settings, redirect("/y?a=1"))
    assert found.location == f"{site.url}y?a=1"
    assert site.requested("/y?a=1") == 0


async def test_long_header_lines_are_read(settings: Settings) -> None:
    found, _ = await served(settings, page("fine", Content_Security_Policy="x" * 20_000))
    assert found.body == b"fine"


async def test_an_endless_body_ends_with_the_time_limit(settings: Settings) -> None:
    quick = settings.model_copy(update={"crawl_timeout": 0.5})
    found, site = await served(quick, drip(0.05))
    assert "no whole answer within 0.5 s" in found.problem
    assert site.requested("/x") == 1


async def test_bodies_over_the_limit_are_cut_off(settings: Settings) -> None:
    found, _ = await served(settings, page("x" * (LIMIT + 1)))
    assert found.problem == f"The body is over {LIMIT} bytes."
    assert not found.body


async def test_a_gzip_bomb_costs_little_memory(settings: Settings) -> None:
    bomb = gzip.compress(bytes(200_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, _ = await served(settings, body(bomb, Content_Encoding="gzip"))
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert found.problem
    assert grown_mb < 32


async def test_an_encoding_we_did_not_ask_for_is_a_fault(settings: Settings) -> None:
    found, _ = await served(settings, body(b"x", Content_Encoding="br"))
    assert "was not asked for" in found.problem


async def test_a_cut_off_gzip_body_is_a_fault(settings: Settings) -> None:
    found, _ = await served(settings, body(gzip.compress(b"a" * 5000)[:-9], Content_Encoding="gzip"))
    assert found.problem.startswith("broken body")


def test_gzip_members_are_joined_up_to_a_number() -> None:
    assert Decompressor("gzip", limit=100).feed(gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0") == b"ab"
    with pytest.raises(TooLarge, match="parts"):
        Decompressor("gzip", limit=100).feed(gzip.compress(b"") * (MAX_MEMBERS + 1))


def test_the_ratio_is_limited_before_the_bytes_are() -> None:
    with pytest.raises(TooLarge, match="100 times"):
        Decompressor("gzip", limit=1_000_000_000).feed(gzip.compress(bytes(50_000_000)))


def test_pieces_of_any_size_give_the_same_bytes() -> None:
    packed = gzip.compress(b"some text " * 1000)
    inflate = Decompressor("gzip", limit=20_000)
    assert b"".join(inflate.feed(packed[i : i + 3]) for i in range(0, len(packed), 3)) == b"some text " * 1000
    inflate.finish()
