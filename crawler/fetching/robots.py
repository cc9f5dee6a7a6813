"""robots.txt as RFC 9309 reads it, and the same directions given by a page or a header."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.fetching.fetcher import Fetched, Fetcher
from crawler.fetching.urls import Rules

ROBOTS_BYTES = 512 * 1024
"""RFC 9309 asks to read at least 500 KiB; a longer file is treated as unreadable."""
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


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


async def read_robots(fetcher: Fetcher, rules: Rules, *, user_agent: str) -> Robots:
    """Fetch robots.txt of the source's host: 4xx allows all, 5xx and no answer allow nothing."""
    parts = urlsplit(rules.start)
    url = f"{parts.scheme}://{parts.netloc}/robots.txt"
    fetched = await fetcher.follow(url, limit_for=lambda _kind, _url: ROBOTS_BYTES, allowed=rules.same_site)
    return judge(fetched, url=url, product=product_token(user_agent))


def judge(fetched: Fetched, *, url: str, product: str) -> Robots:
    """What an answer to the request for robots.txt means."""
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


def header_directions(tags: tuple[str, ...], *, product: str) -> frozenset[str]:
    """`noindex` and `nofollow` of X-Robots-Tag headers that are meant for us or for all."""
    directions: set[str] = set()
    for tag in tags:
        name, colon, rest = tag.partition(":")
        name = name.strip().lower()
        # "NAME: directives" is for that bot; a few directives have a colon of their own.
        for_one_bot = bool(colon) and "," not in name and name not in _WITH_VALUE
        if for_one_bot and name != product.lower():
            continue
        directions |= {word.strip().lower() for word in (rest if for_one_bot else tag).split(",")}
    if "none" in directions:
        directions |= {"noindex", "nofollow"}
    return frozenset(directions & {"noindex", "nofollow"})
