"""One URL: fetch it, judge the answer, read it, keep it, offer its links."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from crawler.crawling.frontier import DISALLOWED, Frontier, FrontierEntry
from crawler.crawling.ledger import Ledger
from crawler.crawling.notices import notice_in
from crawler.crawling.parser import Parser
from crawler.crawling.repeats import Repeats
from crawler.crawling.safeguards import Stopped
from crawler.crawling.ways_on import frames, login_redirect, sent_on_to
from crawler.extract.pool import ParseFailed, ParsePool
from crawler.extracted import Extracted
from crawler.fetching.directions import Directions, directions_of
from crawler.fetching.fetcher import RETRY_WAIT_CAP, Fetched, Fetcher
from crawler.fetching.kinds import Kind, kind_of, may_be_read
from crawler.fetching.robots import Robots
from crawler.fetching.urls import Rules, canonical
from crawler.outcome import OutcomeKind
from crawler.pages.writer import FetchedPage, KnownPage
from townclerk import clock
from townclerk.settings import Settings

log = logging.getLogger(__name__)

HOST_FAILURES = 20
"""Failures of the host in a row after which the run stops."""
SENT_AWAY = 3
"""Times that the host may ask for more peace than a run waits for."""

Visit = Literal["page", "redirect", "none"]


@dataclass(frozen=True)
class Tools:
    """The services and settings of one run."""

    settings: Settings
    fetcher: Fetcher
    parsers: ParsePool
    ledger: Ledger
    robots: Robots
    repeats: Repeats


class Visitor:
    """Visits URLs of one source."""

    def __init__(self, tools: Tools, frontier: Frontier, rules: Rules) -> None:
        self._tools = tools
        self._ledger = tools.ledger
        self._frontier = frontier
        self._rules = rules
        self._parser = Parser(tools.parsers)
        self._down = 0
        self._sent_away = 0

    def offer(self, entry: FrontierEntry) -> None:
        """Queue a URL, or record why it is left out."""
        if reason := self._frontier.offer(entry):
            self._ledger.leave(entry.url, "skipped", reason, closed=reason == DISALLOWED)

    async def visit(self, entry: FrontierEntry) -> Visit:
        """Fetch one URL and record its outcome. Raises Stopped when the host, or what it answers, is not to be trusted."""
        known = self._ledger.known(entry.url)
        if known is None and (reason := self._tools.repeats.why_not(entry.url)):
            self._ledger.note(entry.url, "skipped", reason)
            return "none"
        fetched = await self._tools.fetcher.get(
            entry.url, limit_for=self._limit_for, validators=known.validators if known else None
        )
        self._watch_host(fetched)
        if fetched.location:
            return self._redirected(entry, fetched.location)
        if fetched.missing:
            return self._missing(entry, fetched.problem, closed=fetched.status == 410)
        if fetched.problem:
            return self._failed(entry, fetched.problem, barred=fetched.barred)
        return await self._answered(entry, known, fetched)

    async def _answered(self, entry: FrontierEntry, known: KnownPage | None, fetched: Fetched) -> Visit:
        directions = directions_of(fetched.robots_tags, product=self._tools.robots.product)
        if directions.noindex:
            return self._closed(entry, "noindex (X-Robots-Tag)", closed=True)
        if known is not None and (fetched.status == 304 or (fetched.body and fetched.raw_hash == known.raw_hash)):
            links = await self._ledger.touch(known, fetched)
            self._follow(entry, () if directions.nofollow else links)
            return "page"
        if not fetched.body.strip() and may_be_read(fetched.content_type, entry.url):
            return self._failed(entry, "empty answer", barred=True)
        if not _kind(fetched):
            kind = fetched.content_type.split(";")[0].strip()
            self._ledger.note(entry.url, "skipped", f"not a page ({kind})")
            return "none"
        return await self._read(entry, fetched, directions)

    async def _read(self, entry: FrontierEntry, fetched: Fetched, asked: Directions) -> Visit:
        try:
            extracted = await self._parser.parse(fetched, _kind(fetched))
            extracted = replace(extracted, expires=extracted.expires or asked.expires)
        except ParseFailed as error:
            return self._failed(entry, str(error))
        if _kind(fetched) != "html":
            return await self._read_file(entry, fetched, extracted)
        if (notice := notice_in(extracted, fetched.body)) is not None:
            if notice.missing:
                return self._missing(entry, notice.reason)
            return self._failed(entry, notice.reason, barred=True)
        if (target := self._sent_on(entry, fetched, extracted)) is not None:
            return self._redirected(entry, target)
        links = (
            () if asked.nofollow or extracted.nofollow else self._own(entry, (*extracted.links, *frames(fetched.body)))
        )
        self._follow(entry, links)
        if extracted.noindex:
            return self._closed(entry, "noindex", closed=True)
        if not extracted.blocks:
            return self._closed(entry, extracted.problem or "no text on the page")
        self._declare_canonical(entry, extracted.canonical)
        return await self._keep(entry, fetched, extracted, links)

    async def _read_file(self, entry: FrontierEntry, fetched: Fetched, extracted: Extracted) -> Visit:
        if extracted.problem:
            return self._failed(entry, extracted.problem)
        return await self._keep(entry, fetched, extracted, ())

    async def _keep(
        self, entry: FrontierEntry, fetched: Fetched, extracted: Extracted, links: tuple[str, ...]
    ) -> Visit:
        self._tools.repeats.saw(entry.url, extracted)
        await self._ledger.keep(FetchedPage(entry.url, fetched, extracted, links, clock.now()))
        return "page"

    def _sent_on(self, entry: FrontierEntry, fetched: Fetched, extracted: Extracted) -> str | None:
        """Where the page sends its reader; None when it is to be read, also when it only loads itself anew."""
        length = sum(len(block.text) for block in extracted.blocks)
        target = sent_on_to(fetched.body, text_length=length)
        return target if target and canonical(target, base=entry.url) != entry.url else None

    def _failed(self, entry: FrontierEntry, problem: str, *, barred: bool = False) -> Visit:
        if barred and not login_redirect(entry.url):
            self._ledger.bar(entry.url, problem)
        else:
            self._ledger.note(entry.url, "failed", problem)
        return "none"

    def _missing(self, entry: FrontierEntry, problem: str, *, closed: bool = False) -> Visit:
        if entry.via in ("mapped", "canonical"):
            named = "a sitemap that names another host" if entry.via == "mapped" else "a page as its canonical address"
            self._ledger.leave(entry.url, "skipped", f"{problem} (named by {named})", closed=closed)
        else:
            self._ledger.leave(entry.url, "failed", problem, closed=closed)
        return "none"

    def _closed(self, entry: FrontierEntry, reason: str, *, closed: bool = False) -> Visit:
        self._ledger.leave(entry.url, "skipped", reason, closed=closed)
        return "page" if entry.via == "start" else "none"

    def _redirected(self, entry: FrontierEntry, location: str) -> Visit:
        target = canonical(location, base=entry.url)
        known = self._ledger.known(entry.url)
        if target is None or not self._rules.same_site(target):
            kind: OutcomeKind = "failed" if known or entry.via == "start" else "skipped"
            self._ledger.note(entry.url, kind, f"redirects to another site: {location[:200]}")
            return "none"
        if login_redirect(target):
            return self._failed(entry, f"redirects to a log-in page: {target}", barred=True)
        if target == entry.url:
            return self._failed(entry, "redirects to itself")
        self._ledger.alias(entry.url, target)
        self.offer(FrontierEntry(target, depth=entry.depth, via=entry.via, hops=entry.hops + 1))
        return "redirect"

    def _follow(self, entry: FrontierEntry, links: Iterable[str]) -> None:
        if entry.via != "recheck":
            for url in links:
                self.offer(FrontierEntry(url, depth=entry.depth + 1))

    def _own(self, entry: FrontierEntry, links: Iterable[str]) -> tuple[str, ...]:
        urls = (canonical(link, base=entry.url) for link in links)
        return tuple(dict.fromkeys(url for url in urls if url and self._rules.same_site(url)))

    def _declare_canonical(self, entry: FrontierEntry, declared: str | None) -> None:
        target = canonical(declared) if declared else None
        if target and target != entry.url and self._rules.same_site(target):
            self._ledger.canonical(entry.url, target)
            self.offer(FrontierEntry(target, depth=entry.depth, via="canonical"))

    def _watch_host(self, fetched: Fetched) -> None:
        self._down = self._down + 1 if fetched.host_down else 0
        if self._down >= HOST_FAILURES:
            raise Stopped(f"the host failed {self._down} times in a row, last: {fetched.problem}")
        self._sent_away += (fetched.wait or 0) > RETRY_WAIT_CAP
        if self._sent_away >= SENT_AWAY:
            raise Stopped(
                f"the host asks to be left alone for {fetched.wait or RETRY_WAIT_CAP:g} s ({fetched.problem})"
            )

    def _limit_for(self, content_type: str, url: str) -> int:
        settings = self._tools.settings
        if not may_be_read(content_type, url):
            return 0
        small = kind_of(content_type, url) in ("html", "csv", "text")
        return settings.crawl_page_bytes if small else settings.crawl_file_bytes


def _kind(fetched: Fetched) -> Kind:
    return kind_of(fetched.content_type, fetched.url, fetched.body[:64])
