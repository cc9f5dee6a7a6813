"""URLs as values: one canonical spelling, what belongs to a site, what is a trap."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import regex
from w3lib.url import canonicalize_url

from townclerk.errors import BadInput

MAX_LENGTH = 2048
MAX_SEGMENTS = 16
MAX_PARAMETERS = 10
PATIENCE = 0.5
"""Seconds that a pattern of staff may take on one address."""
_REMEMBERED = 20_000
"""Addresses whose spelling is remembered: a menu has the same links on each page."""

_NOISE = re.compile(
    r"utm_\w+|gclid|gclsrc|dclid|fbclid|msclkid|yclid|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|igshid|"
    r"jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|sessionid|session_id",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/?#]*", re.IGNORECASE)
_SESSION = re.compile(r"s(?:ess)?id=(?=\w*\d)[\w-]{20,}", re.IGNORECASE)
"""A short `sid` is the number of a story; whether it matters is for the crawl to find out."""
_REPEATED = re.compile(r"(?:^|/)((?:[^/]+/){1,4}?)\1\1")
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|map|woff2?|ttf|eot|mp[34]|m4[av]|mov|avi|wmv|webm|wav|ogg|"
    r"zip|gz|tgz|rar|7z|exe|dmg|iso|msi|doc|xls|pptx?|odt|ods|rtf|xml|rss|atom|ics|kmz?|shp|dwg|epub)$",
    re.IGNORECASE,
)


@lru_cache(_REMEMBERED)
def canonical(url: str, *, base: str = "") -> str | None:
    """The one spelling of `url` under which a page is kept, or None if it is no http(s) URL.

    Fragment, tracking and session parameters are dropped, parameters sorted, escapes and
    case normalised. Paths keep case and trailing slash: servers tell them apart.
    """
    try:
        joined = urljoin(base, url.strip()) if base else url.strip()
        parts = urlsplit(joined)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
        port = parts.port
    except ValueError:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme.lower()]:
        host = f"{host}:{port}"
    if parts.username is not None:
        host = f"{parts.netloc.rpartition('@')[0]}@{host}"  # kept, so that the guard sees and refuses it
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(k, v) for k, v in pairs if not (_NOISE.fullmatch(k) or _SESSION.fullmatch(f"{k}={v}"))])
    cleaned = urlunsplit((parts.scheme.lower(), host, _PATH_SESSION.sub("", parts.path) or "/", query, ""))
    try:
        return str(canonicalize_url(cleaned, keep_blank_values=True))
    except ValueError:
        return None


def not_a_page(url: str) -> str:
    """Why `url` is no page by its file name (picture, style sheet, older office file), or ""."""
    suffix = _NOT_PAGES.search(urlsplit(url).path)
    return f"not a page ({suffix.group().lower()})" if suffix else ""


@lru_cache(_REMEMBERED)
def site(url: str) -> str:
    """Host without `www.` and port; 80 and 443 count as one port, so http and https are one site."""
    parts = urlsplit(url)
    port = parts.port or 443
    return f"{(parts.hostname or '').removeprefix('www.')}:{443 if port == 80 else port}"


@dataclass(frozen=True)
class Rules:
    """What belongs to one source: same host as `start`, matching `include`, not matching `exclude`."""

    start: str
    include: str = ""
    exclude: str = ""

    def __post_init__(self) -> None:
        for name in ("include", "exclude"):
            try:
                regex.compile(getattr(self, name))
            except regex.error as error:
                raise BadInput(
                    f"The {name} pattern is a regular expression; {getattr(self, name)!r} is not one: {error}."
                ) from error

    def same_site(self, url: str) -> bool:
        return site(url) == site(self.start)

    def why_not(self, url: str) -> str:
        """Why `url`, on this site, is left out by the rules, or "". Raises BadInput for a pattern that takes too long on it."""
        if len(url) > MAX_LENGTH:
            return f"trap: URL longer than {MAX_LENGTH} characters"
        if reason := not_a_page(url):
            return reason
        if url == self.start:
            return ""
        if self.exclude and _found(self.exclude, url):
            return "left out by the exclude pattern"
        if self.include and not _found(self.include, url):
            return "not in the include pattern"
        return ""

    def onto_site(self, url: str) -> str:
        """`url` with this site's scheme and host: for sitemaps, which may name the production host."""
        if self.same_site(url):
            return url
        parts, own = urlsplit(url), urlsplit(self.start)
        return urlunsplit((own.scheme, own.netloc, parts.path, parts.query, ""))


def _found(pattern: str, url: str) -> bool:
    try:
        return regex.search(pattern, url, timeout=PATIENCE, concurrent=True) is not None
    except TimeoutError as error:
        raise BadInput(
            f"The pattern {pattern!r} takes longer than {PATIENCE} s on {url}. Write it without one repetition inside another."
        ) from error


def trap(url: str) -> str:
    """Why `url` has the shape of an address that a site makes without end, or ""."""
    parts = urlsplit(url)
    segments = [s for s in parts.path.split("/") if s]
    if len(segments) > MAX_SEGMENTS:
        return f"trap: more than {MAX_SEGMENTS} path segments"
    if _REPEATED.search(parts.path.rstrip("/") + "/"):
        return "trap: the path repeats itself"
    if len({k for k, _ in parse_qsl(parts.query, keep_blank_values=True)}) > MAX_PARAMETERS:
        return f"trap: more than {MAX_PARAMETERS} parameters"
    return ""
