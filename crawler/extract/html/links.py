"""Where a page points: links to follow, its canonical address, and what it asks of robots."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.extract.common.tree import Elements, attr, lower_words
from crawler.fetching.robots_directives import directions_of

_LINKS_PER_PAGE = 20_000


@dataclass(frozen=True)
class Directions:
    """Crawl directions of one page. `links` are absolute, http or https, in order, each once; `base` is where they start."""

    base: str
    links: tuple[str, ...]
    canonical: str | None
    noindex: bool
    nofollow: bool
    expires: bool


def directions(page: Elements, url: str) -> Directions:
    """Read before anything is removed: navigation is no content, but it is the way on."""
    base = _base(page, url)
    asked = directions_of(_robots(page), product="TownclerkBot")
    links = dict.fromkeys(_links(page, base))
    return Directions(
        base=base,
        links=tuple(links)[:_LINKS_PER_PAGE],
        canonical=_canonical(page, base),
        noindex=asked.noindex,
        nofollow=asked.nofollow,
        expires=asked.expires,
    )


def absolute(href: str, base: str) -> str | None:
    """`href` as an http(s) address without its fragment, or None when it is none."""
    of_site = href.startswith("/") and not href.startswith("//")
    return _absolute(href, _root(base) if of_site else base)


@lru_cache(64)
def _root(base: str) -> str:
    return urljoin(base, "/")


@lru_cache(4096)  # the pages of a site have one menu
def _absolute(href: str, base: str) -> str | None:
    try:
        target = urldefrag(urljoin(base, href.strip().replace("\n", "").replace("\t", ""))).url
        parts = urlsplit(target)
        _ = parts.port  # raises on a port that is no number
    except ValueError:
        return None
    return target if parts.scheme in {"http", "https"} and parts.hostname else None


def _base(page: Elements, url: str) -> str:
    tag = next(page.named("base", having="href"), None)
    return (absolute(attr(tag, "href"), url) if tag is not None else None) or url


def _links(page: Elements, base: str) -> Iterator[str]:
    followed = (
        tag for tag in page.named("a", "area", having="href") if "nofollow" not in lower_words(attr(tag, "rel"))
    )
    for href in dict.fromkeys(attr(tag, "href") for tag in followed):
        target = absolute(href, base)
        if target:
            yield target


def _canonical(page: Elements, base: str) -> str | None:
    for tag in page.named("link", having="href"):
        if "canonical" in lower_words(attr(tag, "rel")):
            return absolute(attr(tag, "href"), base)
    return None


def _robots(page: Elements) -> Iterator[str]:
    for tag in page.named("meta", having="content"):
        if attr(tag, "name").strip().lower() in {"robots", "townclerkbot"}:
            yield attr(tag, "content")
