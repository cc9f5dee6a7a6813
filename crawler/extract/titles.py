"""The name of a page, without the name of its site."""

import re
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from crawler.extract.characters import key, one_line
from crawler.extract.tree import attr, text_of

_SEPARATORS = re.compile(r"\s+[|–—·•»«›:]{1,2}\s+|\s+-{1,2}\s+|\s*\|\s*|(?<=\w):{2}(?=\w)")
_SITE = re.compile(
    r"\b(city|county|town|township|borough|village|state|parish|commonwealth) of\b|\bofficial (web ?)?site\b|"
    r"\bhome ?page\b|^home$|^welcome\b|\.(gov|org|com|us|net)\b",
    re.I,
)
_NO_NAME = frozenset(
    {"", "home", "untitled", "untitled document", "index", "title", "new page", "page title goes here", "default"}
)
_LONGEST = 200


def title_of(soup: BeautifulSoup, main: Tag, url: str) -> str:
    """The best page name: a main heading that the document title repeats, else the document
    title or og:title without the site's name, else the heading, else the address."""
    named = [_cut(soup.title.get_text() if soup.title else ""), _cut(meta(soup, "og:title"))]
    site = key(meta(soup, "og:site_name"))
    heads = [h for h in _main_headings(soup, main) if key(h) not in _NO_NAME]
    for head in heads:
        if _repeats(head, named):
            return head
    for segments in named:
        best = _page_segment(segments, site, url)
        if best:
            return best
    return heads[0] if heads else _from_address(url)


def site_name_dropped(title: str, url: str) -> str:
    """`title` without a site's name before or after a separator."""
    return _page_segment(_cut(title), "", url) or one_line(title)


def meta(soup: BeautifulSoup, name: str) -> str:
    """Content of the first meta tag of that name or property."""
    for tag in soup.find_all("meta", content=True):
        if name in (attr(tag, "property").lower(), attr(tag, "name").lower()):
            return one_line(attr(tag, "content"))
    return ""


def _cut(title: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(one_line(title)) if part and part.strip()]


def _main_headings(soup: BeautifulSoup, main: Tag) -> list[str]:
    """h1 inside the main content first, then elsewhere."""
    inside = main.find_all("h1")
    elsewhere = [h for h in soup.find_all("h1") if not any(h is other for other in inside)]
    texts = (one_line(text_of(h)) for h in [*inside, *elsewhere][:10])
    return [text for text in texts if 2 <= len(text) <= _LONGEST]


def _repeats(head: str, named: list[list[str]]) -> bool:
    """True when the document title has this heading as a whole or as one of its parts."""
    wanted = key(head)
    return any(
        wanted == key(" ".join(s)) or any(wanted == key(part) for part in s) for s in named
    ) and not _SITE.search(head)


def _page_segment(segments: list[str], site: str, url: str) -> str:
    """The part of a document title that names the page. One separator inside a name stays
    when no part is the site's."""
    host = key(urlsplit(url).hostname or "").replace(" ", "")
    kept = [s for s in segments if not _is_site(s, site, host)]
    if not kept:
        kept = [s for s in segments if key(s) not in _NO_NAME][:1]
    if not kept or key(kept[0]) in _NO_NAME:
        return ""
    return kept[0][:_LONGEST]


def _is_site(segment: str, site: str, host: str) -> bool:
    name = key(segment)
    squeezed = name.replace(" ", "")
    return name in _NO_NAME or name == site or (len(squeezed) >= 5 and squeezed in host) or bool(_SITE.search(segment))


def _from_address(url: str) -> str:
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
    name = re.sub(r"\.\w{2,5}$", "", last)
    return readable(name) or (parts.hostname or url)


def readable(file_name: str) -> str:
    """A file name as words: "fee_schedule-2026" -> "Fee schedule 2026"."""
    words = " ".join(re.sub(r"[_\-+.]+|%20", " ", file_name).split())
    return words[:1].upper() + words[1:]
