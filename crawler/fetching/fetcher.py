"""HTTP for the crawler: the only module that opens connections.

A site's fault never raises: it comes back as `Fetched.problem`. Redirects are not
followed by `get`; the crawl treats their target as one more URL, so that every hop
passes guard, rules and robots.txt.
"""

import asyncio
import hashlib
import logging
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDictProxy
from yarl import URL

from crawler.fetching.address_guard import AddressGuard, GuardedResolver
from crawler.fetching.decompress import Decompressor
from crawler.fetching.politeness import Politeness
from crawler.fetching.urls import site
from townclerk import clock
from townclerk.errors import Refused, TooLarge
from townclerk.settings import Settings

log = logging.getLogger(__name__)

MAX_REDIRECTS = 5
RETRIES = 2
RETRY_WAIT_CAP = 120.0
"""Longest Retry-After, in seconds, that is waited for within a run."""
BUSY_PAUSE = 1.0
"""Seconds of peace for a host that says 429 without saying for how long."""
CUT_ROOM = 20
"""A body that may be cut is inflated to so many times its limit at most: what comes in one piece is kept or lost whole."""
HEADER_BYTES = 32 * 1024
"""Government sites send Content-Security-Policy lines beyond aiohttp's 8 KiB default."""
_RETRIED = frozenset({429, 500, 502, 503, 504})

LimitFor = Callable[[str, str], int]
"""(content type, URL) -> most bytes to read; 0 means do not read the body."""


@dataclass(frozen=True)
class Validators:
    """What a conditional request sends."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """One answer. `problem` says why there is none, or none to use; `location` is a redirect's absolute target.

    `host_down`: the host itself failed (no connection, time-out, 429 or 5xx) rather than this one URL.
    `wait`: seconds that the host asks to wait (Retry-After), if it does.
    """

    url: str
    status: int = 0
    content_type: str = ""
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    robots_tags: tuple[str, ...] = ()
    location: str = ""
    problem: str = ""
    host_down: bool = False
    wait: float | None = None
    hash: str = ""

    @property
    def raw_hash(self) -> str:
        """SHA-256 of the body as sent (after decompression); `hash` when the body was left behind."""
        return self.hash or hashlib.sha256(self.body).hexdigest()

    @property
    def missing(self) -> bool:
        """The site says there is no such page."""
        return self.status in (404, 410)

    @property
    def barred(self) -> bool:
        """Something keeps the answer from us: the host is down, wants a log-in, or refuses."""
        return bool(self.problem) and (self.host_down or self.status >= 400 or (self.status == 200 and not self.body))


class Fetcher:
    """A connection pool for one source, behind its guard. Use as an async context manager.

    `resolver` stands in for the guarded one of the system; the guard of the sockets holds for it too.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        guard: AddressGuard,
        politeness: Politeness,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._settings = settings
        self._guard = guard
        self._politeness = politeness
        self._resolver = resolver

    async def __aenter__(self) -> Self:
        settings = self._settings
        connector = aiohttp.TCPConnector(
            limit=settings.crawl_connections,
            resolver=self._resolver or GuardedResolver(self._guard),
            socket_factory=self._guard.socket,
            ttl_dns_cache=300,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=settings.crawl_timeout, connect=min(10.0, settings.crawl_timeout)),
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
            headers={
                "User-Agent": settings.user_agent,
                "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.1",
                "Accept-Encoding": "gzip, deflate",
            },
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._session.close()

    async def get(
        self, url: str, *, limit_for: LimitFor, validators: Validators | None = None, cut: bool = False
    ) -> Fetched:
        """Fetch `url` once, with at most two retries when the host is busy. `cut`: of a body over the limit read the start."""
        fetched = await self._once(url, limit_for, validators or Validators(), cut)
        for retry in range(RETRIES):
            if not _worth_retrying(fetched):
                break
            if fetched.wait is None:  # else the host is paused for that long already
                await asyncio.sleep(0.5 * 2.0**retry)
            fetched = await self._once(url, limit_for, validators or Validators(), cut)
        return fetched

    async def follow(
        self, url: str, *, limit_for: LimitFor, allowed: Callable[[str], bool], cut: bool = False
    ) -> Fetched:
        """Fetch `url` and its redirects (five at most) as long as `allowed` says so: for robots.txt and sitemaps."""
        for _ in range(MAX_REDIRECTS + 1):
            fetched = await self.get(url, limit_for=limit_for, cut=cut)
            if not fetched.location:
                return fetched
            if not allowed(fetched.location):
                return replace(fetched, problem="redirects to another site")
            url = fetched.location
        return replace(fetched, problem=f"more than {MAX_REDIRECTS} redirects")

    async def _once(self, url: str, limit_for: LimitFor, validators: Validators, cut: bool) -> Fetched:
        try:
            # The URL is canonical already; yarl must not quote it a second time.
            target = URL(url, encoded=True)
            self._guard.check_url(target)
            await self._politeness.turn(site(url))
            conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
            headers = {name: value for name, value in conditions.items() if value}
            async with self._session.get(target, allow_redirects=False, headers=headers) as response:
                fetched = await _read(url, response, limit_for, cut=cut)
            if fetched.host_down and (fetched.wait is not None or fetched.status == 429):
                asked = BUSY_PAUSE if fetched.wait is None else fetched.wait
                self._politeness.pause(site(url), min(asked, RETRY_WAIT_CAP))
            return fetched
        except Refused as error:
            log.warning("refused to connect: %s", error)
            return Fetched(url, problem=f"refused: {error}")
        except TooLarge as error:
            return Fetched(url, problem=str(error))
        except (zlib.error, aiohttp.ClientPayloadError) as error:
            return Fetched(url, problem=f"broken body: {error}"[:300])
        except TimeoutError:
            return Fetched(url, problem=f"no whole answer within {self._settings.crawl_timeout:g} s", host_down=True)
        except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError) as error:
            down = isinstance(error, aiohttp.ClientConnectionError | OSError)
            return Fetched(url, problem=f"{type(error).__name__}: {error}"[:300], host_down=down)


async def _read(url: str, response: aiohttp.ClientResponse, limit_for: LimitFor, *, cut: bool) -> Fetched:
    headers = response.headers
    fetched = Fetched(
        url,
        status=response.status,
        content_type=headers.get("Content-Type", ""),
        etag=headers.get("ETag", "")[:500],
        last_modified=headers.get("Last-Modified", "")[:100],
        robots_tags=tuple(headers.getall("X-Robots-Tag", [])),
    )
    if response.status in (301, 302, 303, 307, 308):
        if location := headers.get("Location", ""):
            return replace(fetched, location=urljoin(url, location))
        return replace(fetched, problem="redirect without a target")
    if firewall := _firewall(headers):
        return replace(fetched, problem=firewall)
    if response.status == 304:
        return fetched
    if response.status != 200:
        down, wait = response.status in _RETRIED, _retry_after(headers.get("Retry-After", ""))
        return replace(fetched, problem=f"HTTP {response.status}", host_down=down, wait=wait)
    limit = limit_for(fetched.content_type, url)
    return replace(fetched, body=await _body(response, limit, cut=cut)) if limit else fetched


async def _body(response: aiohttp.ClientResponse, limit: int, *, cut: bool) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise aiohttp.ClientPayloadError(f"content encoding {encoding!r} was not asked for")
    if (response.content_length or 0) > limit and not cut:
        raise TooLarge(f"The body is over {limit} bytes.")
    inflate = Decompressor(encoding.removeprefix("x-"), limit=limit * CUT_ROOM if cut else limit)
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += inflate.feed(chunk)
        if cut and len(body) > limit:
            return bytes(body[: body.rfind(b"\n", 0, limit) + 1])  # the last line might say something else when cut
        await asyncio.sleep(0)  # inflating is work: let the other requests breathe
    inflate.finish()
    return bytes(body)


def _firewall(headers: CIMultiDictProxy[str]) -> str:
    for header, firewall in (("x-amzn-waf-action", "AWS WAF"), ("cf-mitigated", "Cloudflare")):
        if header in headers:
            return f"blocked by a firewall ({firewall}: {headers[header][:40]})"
    return ""


def _retry_after(value: str) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (clock.as_utc(parsedate_to_datetime(value)) - clock.now()).total_seconds())
    except (ValueError, TypeError):
        return None


def _worth_retrying(fetched: Fetched) -> bool:
    if not fetched.host_down or fetched.problem.startswith("no whole answer"):
        return False  # a time-out has cost its time already
    return fetched.wait is None or fetched.wait <= RETRY_WAIT_CAP
