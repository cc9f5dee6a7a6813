"""Bookkeeping of one run: pages stored before, the outcome of each URL, changes held back."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from crawler.crawling.group_commit import GroupCommit
from crawler.crawling.safeguards import Barred, Change, Changes, Held, Loss, Losses, Stopped
from crawler.fetching.fetcher import MAX_REDIRECTS, Fetched, Validators
from crawler.outcome import Counts, OutcomeCounter, OutcomeKind, UrlOutcome
from crawler.pages.journal import Journal
from crawler.pages.writer import FetchedPage, KnownPage, PageWriter
from townclerk import clock

Progress = Callable[[Counts], None]
"""Called after each URL with the counts until now."""
_COUNTED = "losses of this run"  # no address


class Ledger:
    """Records outcomes, and writes pages once the safeguards have accepted them."""

    def __init__(
        self,
        writer: PageWriter,
        counter: OutcomeCounter,
        journal: Journal,
        *,
        allow_removals: bool = False,
        progress: Progress = lambda _counts: None,
    ) -> None:
        self._writer = writer
        self._counter = counter
        self._journal = journal
        self._progress = progress
        self._allow_removals = allow_removals
        self._known = writer.known()
        live = len(self.live())
        self._losses = Losses(live)
        self._barred = Barred(live)
        self._changes = Changes(live, trusting=allow_removals)
        self._held: list[Held] = []
        self._aliases: dict[str, str] = {}
        self._checked = GroupCommit(self._touch)
        self._read = GroupCommit(self._keep)

    def known(self, url: str) -> KnownPage | None:
        """The stored page with this URL, gone or not."""
        return self._known.get(url)

    def live(self) -> list[str]:
        """URLs of stored pages that were not gone when the run began."""
        since = self._journal.since
        return [known.url for known in self._known.values() if not known.gone and known.first_seen_at < since]

    def is_done(self, known: KnownPage) -> bool:
        """Whether this run, or one that it resumes, read the page lately."""
        return not known.gone and self._journal.is_fresh(known.checked_at)

    async def again(self, known: KnownPage) -> tuple[str, ...]:
        """The page was read before the run was interrupted: the same outcome. Returns the links that it has."""
        kind: OutcomeKind = "changed" if known.changed_at >= self._journal.since else "unchanged"
        self.note(known.url, "added" if known.first_seen_at >= self._journal.since else kind, "")
        return await asyncio.to_thread(self._writer.links, known)

    def waits(self, page: FetchedPage) -> bool:
        """Whether a page would not be stored at once, but wait for others that changed."""
        known = self._stored(page.url)
        return known is not None and known.content_hash != page.content_hash

    def note(self, url: str, kind: OutcomeKind, reason: str) -> None:
        """Record an outcome that changes nothing stored."""
        self._record(UrlOutcome(url, kind, reason))

    def bar(self, url: str, reason: str) -> None:
        """Something keeps the page from us. What is stored of it stays; many of them are no success."""
        self._barred.add(self._stored(url), reason)
        self.note(url, "failed", reason)

    def leave(self, url: str, kind: OutcomeKind, reason: str, *, closed: bool = False) -> None:
        """The site has no such page (any more). A stored page is judged at the end of the run, others are noted now.

        `closed`: by its own words, so that one time is enough.
        """
        if (known := self._stored(url)) is None:
            self.note(url, kind, reason)
        else:
            self._losses.add(Loss(known, reason, closed))

    def alias(self, url: str, target: str) -> None:
        """`url` redirects to `target`: it shares that page's outcome. As a stored page it is missing."""
        if (known := self._stored(url)) is None:
            self._aliases[url] = target
        else:
            self._losses.add(Loss(known, f"redirects to {target}"))

    async def touch(self, known: KnownPage, fetched: Fetched) -> tuple[str, ...]:
        """The page is as stored, and that is written. Returns the links it had."""
        links = await self._checked.add((known, Validators(fetched.etag, fetched.last_modified)))
        self.note(known.url, "added" if known.gone else "unchanged", "")
        return links

    def _touch(self, group: list[tuple[KnownPage, Validators]]) -> list[tuple[str, ...]]:
        links = self._writer.touch(group, at=clock.now())
        for known, _ in group:
            self._journal.drop(known.url)
        return [links[known.id] for known, _ in group]

    async def keep(self, page: FetchedPage) -> None:
        """Store a page that was read. A changed one waits for others, see `Changes`. Raises Stopped."""
        known = self._known.get(page.url)
        if known is None or not self.waits(page):
            await self._write(page, known)
        else:
            before = await asyncio.to_thread(self._writer.text, known)
            await self._store(self._changes.add(Change(page, known, before)))

    async def close(self, *, start: str) -> None:
        """Store what was staged and settle copies (`start` is the first page) and losses. Raises Stopped when too much would go."""
        await self._store(self._changes.flush())
        await asyncio.to_thread(self._writer.settle_copies, start, self._journal.since)
        self._settle_aliases()
        held = (
            {} if self._allow_removals else {closed: self._losses.too_many(closed=closed) for closed in (False, True)}
        )
        lost = self._losses.all()
        counted = self._journal.fresh(_COUNTED) is not None  # before the run was interrupted
        gone = {loss.known.id for loss in lost if loss.is_final(counted=counted) and not held.get(loss.closed)}
        struck = [] if counted else [loss.known.id for loss in lost]
        mark = partial(self._journal.mark, _COUNTED)
        await asyncio.to_thread(partial(self._writer.lose, struck, sorted(gone), mark=mark))
        for loss in lost:
            if loss.known.id in gone:
                self.note(loss.known.url, "gone", loss.reason)
            else:
                self.note(loss.known.url, "failed", f"{loss.reason}; kept for now")
        barred = self._barred.too_many(self._counter.counts().pages)
        self._held = [
            Held(loss.known.url, "closed" if loss.closed else "missing", loss.reason)
            for loss in lost
            if held.get(loss.closed)
        ]
        self._held += [Held(loss.known.url, "barred", loss.reason) for loss in self._barred.losses if barred]
        why = [*held.values(), barred]
        if any(why):
            raise Stopped("; ".join(filter(None, why)))

    def abandon(self) -> None:
        """The run stops early: missing pages stay as they are and count as failed."""
        self._settle_aliases()
        for loss in self._losses.all():
            self.note(loss.known.url, "failed", f"{loss.reason}; kept")

    def held(self) -> list[Held]:
        """What was not done to stored pages because too much would go or turn alike. Complete once the run has stopped."""
        return [*self._changes.held, *self._held]

    def _stored(self, url: str) -> KnownPage | None:
        known = self._known.get(url)
        return None if known is None or known.gone else known

    def _settle_aliases(self) -> None:
        for url, target in self._aliases.items():
            end = target
            for _ in range(MAX_REDIRECTS):
                end = self._aliases.get(end, end)
            self.note(url, self._counter.page_kind(end) or "skipped", f"redirects to {target}")

    async def _store(self, changed: Iterable[Change]) -> None:
        await asyncio.gather(*(self._write(change.page, change.known) for change in changed))

    async def _write(self, page: FetchedPage, known: KnownPage | None) -> None:
        self._record(await self._read.add((page, known)))

    def _keep(self, group: list[tuple[FetchedPage, KnownPage | None]]) -> list[UrlOutcome]:
        outcomes = self._writer.keep(group)
        for page, _ in group:
            self._journal.drop(page.url)
        return outcomes

    def _record(self, outcome: UrlOutcome) -> None:
        self._counter.add(outcome)
        self._progress(self._counter.counts())
