"""Bookkeeping of one run: pages stored before, the outcome of each URL, changes held back."""

import asyncio
from collections.abc import Callable, Iterable

from crawler.crawling.safeguards import STRIKES, Changes, Losses, Stopped
from crawler.fetching.fetcher import MAX_REDIRECTS, Fetched
from crawler.outcome import Counts, OutcomeCounter, OutcomeKind, UrlOutcome
from crawler.pages.writer import FetchedPage, KnownPage, PageWriter
from townclerk import clock

Progress = Callable[[Counts], None]
"""Called after each URL with the counts until now."""


class Ledger:
    """Records outcomes, and writes pages once the safeguards have accepted them."""

    def __init__(
        self,
        writer: PageWriter,
        counter: OutcomeCounter,
        *,
        allow_removals: bool = False,
        progress: Progress = lambda _counts: None,
    ) -> None:
        self._writer = writer
        self._counter = counter
        self._progress = progress
        self._allow_removals = allow_removals
        self._known = writer.known()
        live = len(self.live())
        self._losses = Losses(live)
        self._changes = Changes(live, trusting=allow_removals)
        self._aliases: dict[str, str] = {}
        self._canonicals: list[tuple[str, str]] = []

    def known(self, url: str) -> KnownPage | None:
        """The stored page with this URL, gone or not."""
        return self._known.get(url)

    def live(self) -> list[str]:
        """URLs of stored pages that were not gone when the run began."""
        return [known.url for known in self._known.values() if not known.gone]

    def note(self, url: str, kind: OutcomeKind, reason: str) -> None:
        """Record an outcome that changes nothing stored."""
        self._record(UrlOutcome(url, kind, reason))

    def leave(self, url: str, kind: OutcomeKind, reason: str) -> None:
        """The site has no such page (any more). A stored page is judged at the end of the run, others are noted now."""
        known = self._known.get(url)
        if known is None or known.gone:
            self.note(url, kind, reason)
        else:
            self._losses.add(known, reason)

    def alias(self, url: str, target: str) -> None:
        """`url` redirects to `target`: it shares that page's outcome. As a stored page it is missing."""
        known = self._known.get(url)
        if known is None or known.gone:
            self._aliases[url] = target
        else:
            self._losses.add(known, f"redirects to {target}")

    async def touch(self, known: KnownPage, fetched: Fetched) -> tuple[str, ...]:
        """The page is as stored. Returns the links it had."""
        self._record(await asyncio.to_thread(self._writer.touch, known, fetched, checked_at=clock.now()))
        return await asyncio.to_thread(self._writer.links, known)

    async def keep(self, page: FetchedPage) -> None:
        """Store a page that was read. A changed one waits for others, see `Changes`. Raises Stopped."""
        known = self._known.get(page.url)
        if known is None or known.gone or known.content_hash == page.content_hash:
            self._record(await asyncio.to_thread(self._writer.keep, page, known))
        else:
            await self._store(self._changes.add(page, known))

    def canonical(self, url: str, onto: str) -> None:
        """`url` names `onto` as its canonical page; settled at the end, when both are stored."""
        self._canonicals.append((url, onto))

    async def close(self) -> None:
        """Store what was staged and settle copies and losses. Raises Stopped when too much would go."""
        await self._store(self._changes.flush())
        for url, onto in self._canonicals:
            await asyncio.to_thread(self._writer.fold, url, onto)
        self._settle_aliases()
        too_many = "" if self._allow_removals else self._losses.too_many()
        lost = self._losses.all()
        gone = set() if too_many else {known.id for known, _ in lost if known.strikes + 1 >= STRIKES}
        await asyncio.to_thread(self._writer.strike, [known.id for known, _ in lost])
        await asyncio.to_thread(self._writer.remove, sorted(gone))
        for known, reason in lost:
            if known.id in gone:
                self.note(known.url, "gone", reason)
            else:
                self.note(known.url, "failed", f"{reason}; kept for now")
        if too_many:
            raise Stopped(too_many)

    def abandon(self) -> None:
        """The run stops early: missing pages stay as they are and count as failed."""
        self._settle_aliases()
        for known, reason in self._losses.all():
            self.note(known.url, "failed", f"{reason}; kept")

    def _settle_aliases(self) -> None:
        for url, target in self._aliases.items():
            end = target
            for _ in range(MAX_REDIRECTS):
                end = self._aliases.get(end, end)
            self.note(url, self._counter.page_kind(end) or "skipped", f"redirects to {target}")

    async def _store(self, changed: Iterable[tuple[FetchedPage, KnownPage]]) -> None:
        for page, known in changed:
            self._record(await asyncio.to_thread(self._writer.keep, page, known))

    def _record(self, outcome: UrlOutcome) -> None:
        self._counter.add(outcome)
        self._progress(self._counter.counts())
