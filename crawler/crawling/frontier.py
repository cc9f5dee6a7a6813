"""The queue of URLs to fetch: first in, first out, each URL once, within rules, robots.txt and limits."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from crawler.fetching.fetcher import MAX_REDIRECTS
from crawler.fetching.robots import Robots
from crawler.fetching.urls import Rules, trap

Via = Literal["start", "link", "sitemap", "mapped", "canonical", "recheck"]

DISALLOWED = "robots.txt disallows it"


@dataclass(frozen=True)
class FrontierEntry:
    """One URL to fetch. `depth` counts links from the start page, `hops` redirects that led here.

    `via` "mapped" is a sitemap URL whose host was replaced by the source's own, "canonical"
    what a page declares as its own address.
    """

    url: str
    depth: int = 0
    via: Via = "link"
    hops: int = 0


class Frontier:
    """The breadth-first `queue` of one run; call its `task_done` for each URL taken from it."""

    def __init__(self, rules: Rules, robots: Robots, *, depth: int) -> None:
        self._rules = rules
        self._robots = robots
        self._depth = depth
        self._seen: set[str] = set()
        self._too_deep: dict[str, None] = {}
        self.queue: asyncio.Queue[FrontierEntry] = asyncio.Queue()

    def offer(self, entry: FrontierEntry) -> str | None:
        """Queue a URL of this site. None if it was seen before, "" if queued, else why it is left out.

        A link below the depth limit is not "seen": a shorter way to it may come.
        """
        if entry.url in self._seen:
            return None
        if entry.depth > self._depth and entry.via == "link":
            self._too_deep[entry.url] = None
            return None
        self._seen.add(entry.url)
        reason = self._why_not(entry)
        if not reason:
            self.queue.put_nowait(entry)
        return reason

    def _why_not(self, entry: FrontierEntry) -> str:
        if reason := self._rules.why_not(entry.url):
            return reason
        if not self._robots.allows(entry.url):
            return DISALLOWED
        if entry.hops > MAX_REDIRECTS:
            return f"more than {MAX_REDIRECTS} redirects"
        return "" if entry.via in ("start", "recheck") else trap(entry.url)

    def forget(self, url: str) -> None:
        """Let `url` be offered once more."""
        self._seen.discard(url)

    def too_deep(self) -> list[str]:
        """URLs that were only found below the depth limit."""
        return [url for url in self._too_deep if url not in self._seen]


class Room:
    """Lets through as many fetches as can still become pages under the page limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pages = 0
        self._busy = 0
        self._moved = asyncio.Condition()

    async def enter(self) -> bool:
        """Take a place for one fetch. False when the limit is reached for good."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._pages >= self._limit or self._pages + self._busy < self._limit)
            if self._pages >= self._limit:
                return False
            self._busy += 1
            return True

    async def leave(self, *, became_page: bool) -> None:
        """Give the place back; `became_page` when the fetch became a page."""
        async with self._moved:
            self._busy -= 1
            self._pages += became_page
            self._moved.notify_all()
