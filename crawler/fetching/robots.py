"""robots.txt as RFC 9309 reads it."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.fetching.fetcher import Fetched, Fetcher
from crawler.fetching.urls import Rules

ROBOTS_BYTES = 512 * 1024
"""RFC 9309 asks to read at least 500 KiB; of a longer file the rest is left out."""


@dataclass(frozen=True)
class Robots:
    """The rules of one host for us. `unreadable` says why nothing may be crawled at all, or ""."""

    product: str
    rules: Protego
    sitemaps: tuple[str, ...] = ()
    unreadable: str = ""

    @property
    def delay(self) -> float | None:
        """Crawl-delay for this crawler in seconds, or None."""
        seconds = self.rules.crawl_delay(self.product)
        return None if seconds is None else float(seconds)

    def allows(self, url: str) -> bool:
        return not self.unreadable and bool(self.rules.can_fetch(url, self.product))


def robots_url(rules: Rules) -> str:
    """Where the rules of the source's host stand."""
    parts = urlsplit(rules.start)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


async def fetch_robots(fetcher: Fetcher, rules: Rules) -> Fetched:
    """Fetch robots.txt of the source's host, for `judge`.

    Redirects are followed to any authority the guard lets through (RFC 9309, 2.3.1.2); the rules then hold for this host.
    """
    return await fetcher.follow(
        robots_url(rules), limit_for=lambda _kind, _url: ROBOTS_BYTES, allowed=lambda _url: True, cut=True
    )


def judge(fetched: Fetched, *, url: str, product: str) -> Robots:
    """What an answer to the request for robots.txt means: 4xx allows all, 5xx and no answer allow nothing."""
    if fetched.status == 200 and not fetched.problem:
        text = fetched.body.decode("utf-8-sig", "replace")
        parsed = Protego.parse(text)
        return Robots(product, parsed, tuple(urljoin(url, sitemap) for sitemap in parsed.sitemaps))
    client_error = 400 <= fetched.status < 500 and fetched.status != 429
    if client_error or fetched.location:
        return Robots(product, Protego.parse(""))
    return Robots(
        product,
        Protego.parse(""),
        unreadable=f"{url} could not be read ({fetched.problem}), so nothing may be crawled now",
    )


def product_token(user_agent: str) -> str:
    """The name in a User-Agent that robots.txt groups are matched with."""
    return user_agent.split("/")[0].split(" ")[0]
