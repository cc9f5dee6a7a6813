"""Sitemaps: XML, index files, gzip and plain text, within fixed limits."""

import asyncio
import io
import logging
import zlib
from collections import deque
from dataclasses import dataclass

from lxml import etree

from crawler.fetching.decompress import Decompressor
from crawler.fetching.fetcher import Fetcher
from crawler.fetching.urls import Rules, canonical
from townclerk.errors import TooLarge

log = logging.getLogger(__name__)

MAX_BYTES = 50_000_000
MAX_FILES = 50
MAX_DEPTH = 3
MAX_URLS = 50_000


@dataclass(frozen=True)
class Sitemap:
    """One parsed file: pages, and further sitemap files."""

    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


async def read_sitemaps(fetcher: Fetcher, rules: Rules, starts: tuple[str, ...]) -> dict[str, bool]:
    """Pages named by the sitemaps at `starts` and below, on the source's own host: URL -> whether the host was replaced."""
    queue = deque((rules.onto_site(url), 0) for url in starts)
    seen = {url for url, _ in queue}
    mapped: dict[str, bool] = {}
    for _ in range(MAX_FILES):
        if not queue or len(mapped) >= MAX_URLS:
            break
        url, depth = queue.popleft()
        sitemap = await _read_one(fetcher, rules, url)
        for page in sitemap.pages[: MAX_URLS - len(mapped)]:
            own = rules.onto_site(page)
            mapped.setdefault(own, own != page)
        for file in {rules.onto_site(file) for file in sitemap.files} - seen:
            seen.add(file)
            if depth < MAX_DEPTH:
                queue.append((file, depth + 1))
    return mapped


async def _read_one(fetcher: Fetcher, rules: Rules, url: str) -> Sitemap:
    fetched = await fetcher.follow(url, limit_for=lambda _kind, _url: MAX_BYTES, allowed=rules.same_site)
    if fetched.problem or fetched.status != 200:
        return Sitemap()
    return await asyncio.to_thread(parse_sitemap, fetched.body, base=fetched.url)


def parse_sitemap(body: bytes, *, base: str) -> Sitemap:
    """Pages and files named in one sitemap. Broken input gives what stands before the break."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = Decompressor("gzip", limit=MAX_BYTES).feed(body)
        except (TooLarge, zlib.error) as error:
            log.info("sitemap %s left out: %s", base, error)
            return Sitemap()
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = body.decode("utf-8-sig", "replace").splitlines()[:MAX_URLS]
        return Sitemap(pages=_clean([line for line in lines if "://" in line or line.startswith("/")], base))
    return _parse_xml(body.lstrip(), base)


def _parse_xml(body: bytes, base: str) -> Sitemap:
    named: dict[str, list[str]] = {"url": [], "sitemap": []}
    try:
        # No DTD, entities or network: a sitemap is data from a stranger.
        steps = etree.iterparse(
            io.BytesIO(body), events=("end",), resolve_entities=False, no_network=True, huge_tree=False
        )
        for _, element in steps:
            kind = etree.QName(element).localname
            if kind in named:
                # The page's own <loc> only: image and video extensions carry locations too.
                locs = [c.text for c in element if isinstance(c.tag, str) and c.tag.rpartition("}")[2] == "loc"]
                named[kind] += [text for text in locs[:1] if text]
                element.clear()
            if len(named["url"]) >= MAX_URLS:
                break
    except etree.XMLSyntaxError as error:
        log.info("sitemap %s is broken, read up to there: %s", base, error)
    return Sitemap(pages=_clean(named["url"], base), files=_clean(named["sitemap"], base))


def _clean(urls: list[str], base: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for loc in urls if (url := canonical(loc, base=base))))
