"""Looks at a site before it is saved as a source: a few pages, politely; nothing is stored."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from crawler.crawling.answer import Answer
from crawler.crawling.frontier import Frontier, FrontierEntry
from crawler.crawling.reader import Reader
from crawler.crawling.safeguards import Stopped
from crawler.extract.pool import ParsePool
from crawler.fetching.fetcher import Fetcher
from crawler.fetching.robots import fetch_robots, judge, product_token, robots_url
from crawler.fetching.sitemap import read_sitemaps
from crawler.fetching.urls import canonical, site
from crawler.jobs.site_access import SiteAccess
from crawler.outcome import reason_group
from crawler.page import blocks_to_json
from crawler.page_schemas import Preview, PreviewedPage, SeenBlock, SkippedAddresses
from crawler.source import Source
from townclerk.settings import Settings

MOST = 20
"""Addresses that are asked for, sitemaps and robots.txt aside."""
SHOWN = 5
"""Pages that are shown as the bot reads them."""
NAMED = 100
"""Addresses that are named of those found."""
SITEMAP_SECONDS = 15.0
SECONDS = 45.0
"""A slow or slowly crawled site is looked at no longer: somebody waits for it."""


@dataclass
class _Seen:
    """What was found until now."""

    found: dict[str, None] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    pages: list[PreviewedPage] = field(default_factory=list)
    asked: int = 0
    read: int = 0
    problem: str = ""

    def skip(self, url: str, reason: str) -> None:
        """Note an address that would not be kept."""
        group = reason_group(reason)
        self.skipped[group] += 1
        self.examples.setdefault(group, url)


class Previewer:
    """Looks at sites in this process. `access` is that of the crawls, so that a site is not asked twice as often."""

    def __init__(self, settings: Settings, parsers: ParsePool, access: SiteAccess) -> None:
        self._settings = settings
        self._parsers = parsers
        self._access = access

    async def look(self, source: Source) -> Preview:
        """Ask for at most `MOST` addresses in at most `SECONDS`. What the site does wrong is told as `problem`."""
        seen, note = _Seen(), ""
        began = time.monotonic()
        polite = self._access.start_delay(source)
        async with Fetcher(
            self._settings, guard=self._access.guard(source), politeness=self._access.politeness
        ) as fetcher:
            product = product_token(self._settings.user_agent)
            robots = judge(await fetch_robots(fetcher, source.rules), url=robots_url(source.rules), product=product)
            if robots.unreadable:
                seen.problem = robots.unreadable
            else:
                note = self._access.honor_delay(source, robots, polite)
                walk = _Walk(source, seen, Frontier(source.rules, robots, depth=source.depth))
                reader = Reader(self._settings, fetcher, self._parsers, source.rules, product=product)
                with suppress(TimeoutError):
                    await asyncio.wait_for(walk.go(fetcher, reader, robots.sitemaps), SECONDS)
        return self._told(source, seen, note=note, seconds=time.monotonic() - began)

    def _told(self, source: Source, seen: _Seen, *, note: str, seconds: float) -> Preview:
        delay = self._access.politeness.delay(site(source.url))
        apiece = max(delay, seconds / max(1, seen.asked) / self._settings.crawl_connections)
        whole = min(source.max_pages, len(seen.found))
        return Preview(
            problem=seen.problem,
            found=len(seen.found),
            addresses=list(seen.found)[:NAMED],
            read=seen.read,
            skipped=[
                SkippedAddresses(reason=reason, count=count, example=seen.examples[reason])
                for reason, count in seen.skipped.most_common()
            ],
            pages=seen.pages,
            delay=delay,
            delay_note=note,
            seconds=round(seconds, 1),
            whole_seconds=round(whole * apiece),
        )


class _Walk:
    """The first steps of a crawl: start page, sitemaps, links, one after the other."""

    def __init__(self, source: Source, seen: _Seen, frontier: Frontier) -> None:
        self._source = source
        self._seen = seen
        self._frontier = frontier

    async def go(self, fetcher: Fetcher, reader: Reader, sitemaps: tuple[str, ...]) -> None:
        """Walk on until enough was asked for, or nothing is left."""
        self._offer(FrontierEntry(self._source.url, via="start"))
        try:
            await self._ask(reader)
            usual = canonical("/sitemap.xml", base=self._source.url) or ""
            with suppress(TimeoutError):
                named = read_sitemaps(fetcher, self._source.rules, tuple(dict.fromkeys((*sitemaps, usual))))
                for url in await asyncio.wait_for(named, SITEMAP_SECONDS):
                    self._offer(FrontierEntry(url, depth=1, via="sitemap"))
            while self._seen.asked < MOST and not self._frontier.queue.empty():
                await self._ask(reader)
        except Stopped as stopped:
            self._seen.problem = str(stopped)

    def _offer(self, entry: FrontierEntry) -> None:
        reason = self._frontier.offer(entry)
        if reason:
            self._seen.skip(entry.url, reason)
        elif reason is not None:
            self._seen.found[entry.url] = None

    async def _ask(self, reader: Reader) -> None:
        entry = self._frontier.queue.get_nowait()
        self._seen.asked += 1
        answer = await reader.read(entry.url, None, await reader.fetch(entry.url, None))
        if answer.kind == "redirect":
            self._seen.found.pop(entry.url, None)
            self._offer(FrontierEntry(answer.text, depth=entry.depth, via=entry.via, hops=entry.hops + 1))
        elif answer.page is None:
            self._seen.found.pop(entry.url, None)
            self._seen.skip(entry.url, answer.text)
            if entry.via == "start" and answer.kind != "skipped":
                self._seen.problem = f"the start page could not be read: {answer.text}"
        else:
            self._show(entry.url, answer)
        for url in answer.links:
            self._offer(FrontierEntry(url, depth=entry.depth + 1))

    def _show(self, url: str, answer: Answer) -> None:
        self._seen.read += 1
        if answer.page is not None and len(self._seen.pages) < SHOWN:
            extracted = answer.page.extracted
            blocks = [SeenBlock(**block) for block in blocks_to_json(extracted.blocks)]
            self._seen.pages.append(PreviewedPage(url=url, title=extracted.title, blocks=blocks))
