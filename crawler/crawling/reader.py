"""Fetches one address and reads it: what the site answers, before anything is done about it."""

from collections.abc import Iterable
from dataclasses import replace

from crawler.crawling.answer import Answer
from crawler.crawling.client_redirects import frames, login_redirect, sent_on_to
from crawler.crawling.notices import notice_in
from crawler.crawling.parser import Parser
from crawler.crawling.safeguards import Stopped
from crawler.extract.pool import ParseFailed, ParsePool
from crawler.extracted import Extracted
from crawler.fetching.document_kinds import Kind, kind_of, may_be_read
from crawler.fetching.fetcher import RETRY_WAIT_CAP, Fetched, Fetcher, Validators
from crawler.fetching.robots_directives import Directions, directions_of
from crawler.fetching.urls import Rules, canonical
from crawler.pages.writer import FetchedPage, KnownPage
from townclerk import clock
from townclerk.settings import Settings

HOST_FAILURES = 20
"""Failures of the host in a row after which the run stops."""
SENT_AWAY = 3
"""Times that the host may ask for more peace than a run waits for."""


class Reader:
    """Reads addresses of one source, for the robot called `product`."""

    def __init__(self, settings: Settings, fetcher: Fetcher, parsers: ParsePool, rules: Rules, *, product: str) -> None:
        self._settings = settings
        self._fetcher = fetcher
        self._parser = Parser(parsers)
        self._rules = rules
        self._product = product
        self._down = 0
        self._sent_away = 0

    async def fetch(self, url: str, validators: Validators | None) -> Fetched:
        """Fetch `url`. Raises Stopped when the host is not to be asked any more."""
        fetched = await self._fetcher.get(url, limit_for=self._limit_for, validators=validators)
        self._watch_host(fetched)
        return fetched

    async def read(self, url: str, known: KnownPage | None, fetched: Fetched) -> Answer:
        """What `fetched` means for `url`, of which `known` is stored."""
        if fetched.location:
            return self._redirect(url, fetched.location)
        if fetched.missing:
            return Answer("missing", fetched.problem, closed=fetched.status == 410)
        if fetched.problem:
            return Answer("failed", fetched.problem, barred=fetched.barred)
        asked = directions_of(fetched.robots_tags, product=self._product)
        if asked.noindex:
            return Answer("skipped", "noindex (X-Robots-Tag)", closed=True)
        if known is not None and (fetched.status == 304 or (fetched.body and fetched.raw_hash == known.raw_hash)):
            return Answer("unchanged", nofollow=asked.nofollow)
        if not fetched.body.strip() and may_be_read(fetched.content_type, url):
            return Answer("failed", "empty answer", barred=True)
        if not _kind(fetched):
            return Answer("skipped", f"not a page ({fetched.content_type.split(';')[0].strip()})", lasting=True)
        return await self._parsed(url, fetched, asked)

    async def _parsed(self, url: str, fetched: Fetched, asked: Directions) -> Answer:
        try:
            extracted = await self._parser.parse(fetched, _kind(fetched))
        except ParseFailed as error:
            return Answer("failed", str(error))  # perhaps for want of time: tried again in the next run
        extracted = replace(extracted, expires=extracted.expires or asked.expires)
        if _kind(fetched) != "html":
            if extracted.problem:
                return Answer("failed", extracted.problem, lasting=True)
            return _page(url, fetched, extracted, ())
        if (notice := notice_in(extracted, fetched.body)) is not None:
            return Answer(
                "missing" if notice.missing else "failed", notice.reason, barred=not notice.missing, lasting=True
            )
        length = sum(len(block.text) for block in extracted.blocks)
        target = sent_on_to(fetched.body, text_length=length)
        if target and canonical(target, base=url) != url:
            return replace(self._redirect(url, target), lasting=True)
        silent = asked.nofollow or extracted.nofollow
        framed = (canonical(frame, base=url) for frame in frames(fetched.body))
        links = () if silent else self._own((*map(canonical, extracted.links), *framed))
        if extracted.noindex:
            return Answer("skipped", "noindex", links, closed=True, lasting=True)
        if not extracted.blocks:
            return Answer("skipped", extracted.problem or "no text on the page", links, lasting=True)
        declared = canonical(extracted.canonical) if extracted.canonical else None
        own = declared if declared and declared != url and self._rules.same_site(declared) else ""
        return _page(url, fetched, extracted, links, canonical=own)

    def _redirect(self, url: str, location: str) -> Answer:
        target = canonical(location, base=url)
        if target is None or not self._rules.same_site(target):
            return Answer("skipped", f"redirects to another site: {location[:200]}")
        if login_redirect(target):
            return Answer("failed", f"redirects to a log-in page: {target}", barred=True)
        if target == url:
            return Answer("failed", "redirects to itself")
        return Answer("redirect", target)

    def _own(self, links: Iterable[str | None]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(link for link in links if link and self._rules.same_site(link)))

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
        if not may_be_read(content_type, url):
            return 0
        small = kind_of(content_type, url) in ("html", "csv", "text")
        return self._settings.crawl_page_bytes if small else self._settings.crawl_file_bytes


def _page(url: str, fetched: Fetched, extracted: Extracted, links: tuple[str, ...], *, canonical: str = "") -> Answer:
    page = FetchedPage(url, fetched, extracted, links, clock.now(), canonical)
    return Answer("page", links=links, page=page, lasting=True)


def _kind(fetched: Fetched) -> Kind:
    return kind_of(fetched.content_type, fetched.url, fetched.body[:64])
