"""Sitemaps: XML, index files, gzip and plain text, within fixed limits."""

import asyncio
import codecs
import html
import logging
import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.fetching.decompress import Decompressor
from crawler.fetching.fetcher import Fetcher
from crawler.fetching.urls import Rules, canonical
from townclerk.errors import TooLarge

log = logging.getLogger(__name__)

MAX_BYTES = 50_000_000
MAX_FILES = 1000
"""Large systems write a file a month, or a file a section; each costs one polite request."""
MAX_DEPTH = 3
MAX_URLS = 50_000
_ENTRY = re.compile(r"<((?:[\w-]+:)?)(url|sitemap)\b[^>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")


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
        for file in dict.fromkeys(map(rules.onto_site, sitemap.files)):
            if file not in seen and depth < MAX_DEPTH:
                queue.append((file, depth + 1))
            seen.add(file)
    return mapped


async def _read_one(fetcher: Fetcher, rules: Rules, url: str) -> Sitemap:
    fetched = await fetcher.follow(url, limit_for=lambda _kind, _url: MAX_BYTES, allowed=rules.same_site)
    if fetched.problem or fetched.status != 200:
        return Sitemap()
    return await asyncio.to_thread(parse_sitemap, fetched.body, base=fetched.url)


def parse_sitemap(body: bytes, *, base: str) -> Sitemap:
    """Pages and files named in one sitemap. A broken entry costs that entry, a broken file what stands after the break."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = Decompressor("gzip", limit=MAX_BYTES).feed(body)
        except (TooLarge, zlib.error) as error:
            log.info("sitemap %s left out: %s", base, error)
            return Sitemap()
    text = body.decode(_encoding(body), "replace").strip("\ufeff\x00 \t\r\n")
    if not text.startswith("<"):
        lines = text.splitlines()[:MAX_URLS]
        return Sitemap(pages=_clean([line for line in lines if "://" in line or line.startswith("/")], base))
    named: dict[str, list[str]] = {"url": [], "sitemap": []}
    for kind, location in _entries(_COMMENT.sub("", text)):
        named[kind].append(location)
    return Sitemap(pages=_clean(named["url"][:MAX_URLS], base), files=_clean(named["sitemap"], base))


def _encoding(body: bytes) -> str:
    """What a byte-order mark or the first character says, else the declaration, else UTF-8."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for start, encoding in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if body.startswith(start):
            return encoding
    declared = _DECLARED.search(body[:200])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        codecs.lookup(name)
    except LookupError:
        return "utf-8"
    return (
        "utf-8" if name.startswith("utf") else name
    )  # a file of one-byte characters cannot be UTF-16, whatever it declares


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """(url or sitemap, its location) in order. No XML parser: sitemaps with a raw `&` or a lost tag are common, bombs too."""
    starts = list(_ENTRY.finditer(text))
    ends = [*(entry.start() for entry in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):
        # The entry's own <loc> only: image and video extensions carry locations too.
        tag = re.escape(f"<{start[1]}loc")
        found = re.compile(rf"{tag}\b[^>]*>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*)<)", re.DOTALL | re.IGNORECASE).search(
            text, start.end(), end
        )
        if found and (found[1] or found[2] or "").strip():
            plain = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), found[2] or "")
            yield start[2].lower(), (found[1] or plain).strip()


def _clean(urls: list[str], base: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for loc in urls if (url := canonical(loc, base=base))))
