"""The walk over one site: start page, sitemaps, links breadth-first, then what is no longer linked.

Knows no sockets and no SQL; `visit` deals with each URL, `ledger` with what is stored.
"""

import asyncio
import json

from crawler.crawling.frontier import Frontier, FrontierEntry, Room
from crawler.crawling.safeguards import Stopped
from crawler.crawling.visit import Tools, Visit, Visitor
from crawler.fetching.sitemap import read_sitemaps
from crawler.fetching.urls import canonical
from crawler.source import Source

_SITEMAPS = "pages of the sitemaps"  # no address


class Crawl:
    """One walk. `notes` says what was cut short, for the run's report."""

    def __init__(self, source: Source, tools: Tools) -> None:
        self._source = source
        self._tools = tools
        self._ledger = tools.ledger
        self._frontier = Frontier(source.rules, tools.robots, depth=source.depth)
        self._visitor = Visitor(tools, self._frontier, source.rules)
        self._room = Room(source.max_pages)
        self.notes: list[str] = []

    @property
    def queue(self) -> int:
        """Addresses that wait for their turn."""
        return self._frontier.queue.qsize()

    async def walk(self) -> None:
        """Crawl the source. Raises Stopped when nothing may be concluded from what was found."""
        try:
            await self._start()
            await self._offer_sitemaps()
            await self._work()
            for url in self._ledger.live():
                self._visitor.offer(FrontierEntry(url, via="recheck"))
            await self._work()
        except Stopped:
            self._ledger.abandon()
            raise
        for url in self._frontier.too_deep():
            self._ledger.note(url, "skipped", f"deeper than {self._source.depth} links")
        await self._ledger.close(start=self._source.url)

    async def _start(self) -> None:
        self._visitor.offer(FrontierEntry(self._source.url, via="start"))
        while not self._frontier.queue.empty():
            entry = await self._frontier.queue.get()
            visit = await self._in_room(entry)
            self._frontier.queue.task_done()
            if visit == "page":
                return
        raise Stopped("the start page could not be read")

    async def _offer_sitemaps(self) -> None:
        usual = canonical("/sitemap.xml", base=self._source.url) or ""
        starts = tuple(dict.fromkeys((*self._tools.robots.sitemaps, usual)))
        journal = self._tools.journal
        written = journal.fresh(_SITEMAPS)
        named = json.loads(written) if written else await read_sitemaps(self._tools.fetcher, self._source.rules, starts)
        if not written:
            await asyncio.to_thread(journal.write, _SITEMAPS, json.dumps(named))
        for url, mapped in named.items():
            self._visitor.offer(FrontierEntry(url, depth=1, via="mapped" if mapped else "sitemap"))

    async def _work(self) -> None:
        """Let several workers empty the frontier; they fill it at the same time. What one of them raises ends the run."""
        workers = [asyncio.create_task(self._worker()) for _ in range(self._tools.settings.crawl_connections)]
        emptied = asyncio.create_task(self._frontier.queue.join())
        try:
            await asyncio.wait({emptied, *workers}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (emptied, *workers):
                task.cancel()
            ended = await asyncio.gather(*workers, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _worker(self) -> None:
        while True:
            entry = await self._frontier.queue.get()
            try:
                await self._in_room(entry)
            finally:
                self._frontier.queue.task_done()

    async def _in_room(self, entry: FrontierEntry) -> Visit:
        if entry.via == "recheck":  # stored already: the page limit had room for it
            return await self._visitor.visit(entry)
        if not await self._room.enter():
            note = f"the page limit of {self._source.max_pages} was reached"
            self.notes = [note]
            known = self._ledger.known(entry.url)
            if known is not None and not known.gone:
                self._frontier.forget(entry.url)  # it is checked again with the pages that nothing links to
            else:
                self._ledger.note(entry.url, "skipped", note)
            return "none"
        visit: Visit = "none"
        try:
            visit = await self._visitor.visit(entry)
        finally:
            await self._room.leave(became_page=visit == "page")
        return visit
