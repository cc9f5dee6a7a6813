"""One URL: what it answered, now or when the run was interrupted; keep it, offer its links."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from crawler.crawling.answer import Answer, load
from crawler.crawling.client_redirects import login_redirect
from crawler.crawling.frontier import DISALLOWED, Frontier, FrontierEntry
from crawler.crawling.ledger import Ledger
from crawler.crawling.reader import Reader
from crawler.crawling.repeats import Repeats
from crawler.extract.pool import ParsePool
from crawler.fetching.fetcher import Fetcher
from crawler.fetching.robots import Robots
from crawler.fetching.urls import Rules
from crawler.outcome import OutcomeKind
from crawler.pages.journal import Journal
from crawler.pages.writer import KnownPage
from townclerk.settings import Settings

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
    journal: Journal


class Visitor:
    """Visits URLs of one source."""

    def __init__(self, tools: Tools, frontier: Frontier, rules: Rules) -> None:
        self._ledger = tools.ledger
        self._repeats = tools.repeats
        self._journal = tools.journal
        self._frontier = frontier
        self._reader = Reader(tools.settings, tools.fetcher, tools.parsers, rules, product=tools.robots.product)

    def offer(self, entry: FrontierEntry) -> None:
        """Queue a URL, or record why it is left out."""
        if reason := self._frontier.offer(entry):
            self._ledger.leave(entry.url, "skipped", reason, closed=reason == DISALLOWED)

    async def visit(self, entry: FrontierEntry) -> Visit:
        """Fetch one URL and record its outcome. Raises Stopped when the host, or what it answers, is not to be trusted."""
        known = self._ledger.known(entry.url)
        if known is not None and self._ledger.is_done(known):
            links = await self._ledger.again(known)
            return self._page(entry, known.canonical, links)
        if (written := self._journal.fresh(entry.url)) is not None:
            return await self._act(entry, load(written))
        if known is None and (reason := self._repeats.why_not(entry.url)):
            self._ledger.note(entry.url, "skipped", reason)
            return "none"
        return await self._ask(entry, known)

    async def _ask(self, entry: FrontierEntry, known: KnownPage | None) -> Visit:
        url = entry.url
        validators = self._journal.validators(url) or (known.validators if known else None)
        fetched = await self._reader.fetch(url, validators)
        if (written := self._journal.same(url, fetched)) is not None:
            answer = load(written)
        else:
            answer = await self._reader.read(url, known, fetched)
        if answer.kind == "unchanged" and known is not None:
            links = await self._ledger.touch(known, fetched)
            return self._page(entry, known.canonical, () if answer.nofollow else links)
        if answer.page is None or self._ledger.waits(answer.page):
            await asyncio.to_thread(self._journal.write, url, answer.dump(), fetched if answer.lasting else None)
        return await self._act(entry, answer)

    async def _act(self, entry: FrontierEntry, answer: Answer) -> Visit:
        if answer.page is not None:
            self._repeats.saw(entry.url, answer.page.extracted)
            visit = self._page(entry, answer.page.canonical, answer.links)
            await self._ledger.keep(answer.page)
            return visit
        if answer.kind == "redirect":
            self._ledger.alias(entry.url, answer.text)
            self.offer(FrontierEntry(answer.text, depth=entry.depth, via=entry.via, hops=entry.hops + 1))
            return "redirect"
        return self._no_page(entry, answer)

    def _no_page(self, entry: FrontierEntry, answer: Answer) -> Visit:
        if answer.kind == "missing":
            self._missing(entry, answer)
        elif answer.kind == "failed":
            self._failed(entry, answer)
        elif answer.text.startswith(("not a page", "redirects to another site")):
            kind: OutcomeKind = "failed" if self._expected(entry) and answer.text.startswith("redir") else "skipped"
            self._ledger.note(entry.url, kind, answer.text)
        else:
            self._follow(entry, answer.links)
            self._ledger.leave(entry.url, "skipped", answer.text, closed=answer.closed)
            return "page" if entry.via == "start" else "none"
        return "none"

    def _expected(self, entry: FrontierEntry) -> bool:
        return entry.via == "start" or self._ledger.known(entry.url) is not None

    def _failed(self, entry: FrontierEntry, answer: Answer) -> None:
        if answer.barred and not login_redirect(entry.url):
            self._ledger.bar(entry.url, answer.text)
        else:
            self._ledger.note(entry.url, "failed", answer.text)

    def _missing(self, entry: FrontierEntry, answer: Answer) -> None:
        kind: OutcomeKind = "failed"
        reason = answer.text
        if entry.via in ("mapped", "canonical"):
            named = "a sitemap that names another host" if entry.via == "mapped" else "a page as its canonical address"
            kind, reason = "skipped", f"{reason} (named by {named})"
        self._ledger.leave(entry.url, kind, reason, closed=answer.closed)

    def _page(self, entry: FrontierEntry, canonical: str, links: Iterable[str]) -> Visit:
        self._follow(entry, links)
        if canonical:
            self.offer(FrontierEntry(canonical, depth=entry.depth, via="canonical"))
        return "page"

    def _follow(self, entry: FrontierEntry, links: Iterable[str]) -> None:
        if entry.via != "recheck":
            for url in links:
                self.offer(FrontierEntry(url, depth=entry.depth + 1))
