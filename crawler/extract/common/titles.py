"""The name of a page, without the name of its site."""

import re
from collections.abc import Mapping
from itertools import islice
from urllib.parse import unquote, urlsplit

from bs4 import Tag

from crawler.extract.common.characters import key, one_line, squeezed
from crawler.extract.common.tree import Elements, attr, roles, tags, text_of

_STRONG = re.compile(r"\s+[·•»«›:]{1,2}\s+|\s*\|+\s*|(?<=\w):{2}(?=\w)")
_DASH = re.compile(r"(\s+[–—-]{1,2}\s+)")
_SITE = re.compile(
    r"\b(city|county|town|township|borough|village|state|parish|commonwealth) of\b|\bofficial (web ?)?site\b|"
    r"\bhome ?page\b|^home$|^welcome\b|^[\w.-]+\.(gov|org|com|us|net)$",
    re.I,
)
_NO_NAME = frozenset(
    {"", "home", "untitled", "untitled document", "index", "title", "new page", "page title goes here", "default"}
)
_LONGEST = 200
Metas = Mapping[str, str]


def title_of(page: Elements, metas: Metas, main: Tag, url: str) -> str:
    """The best page name: a main heading that the document title repeats, else the document
    title or og:title without the site's name, else the heading, else the address."""
    named = [*(one_line(title.get_text()) for title in islice(page.named("title"), 1)), metas.get("og:title", "")]
    site = key(metas.get("og:site_name", ""))
    headings = _headings(page, main)
    parts = {key(part) for title in named for part in [title, *_STRONG.split(title), *_DASH.split(title)]}
    for head in headings:
        if key(head) in parts and not _SITE.search(head):
            return head
    names = [_page_segment(title, site, url) for title in named]
    best = next((name for name in names if name and not _is_site(name, site, "")), "") or next(filter(None, names), "")
    if best:
        return best
    return next(iter(headings), "") or _from_address(url)


def metas_of(page: Elements) -> Metas:
    """Content of the first meta tag of each name, property or HTTP header, in lower case."""
    metas: dict[str, str] = {}
    for tag in page.named("meta", having="content"):
        for field in ("property", "name", "http-equiv"):
            metas.setdefault(attr(tag, field).lower(), one_line(attr(tag, "content")))
    return metas


def _headings(page: Elements, main: Tag) -> list[str]:
    """Texts of the h1 inside the main content, then of those elsewhere."""
    inside = tags(main, "h1")[:10]
    elsewhere = [
        h for h in islice(page.named("h1"), 20) if not any(h is other for other in inside) and not _names_site(h)
    ]
    texts = (one_line(text_of(h)) for h in [*inside, *elsewhere])
    return [text for text in texts if 2 <= len(text) <= _LONGEST and key(text) not in _NO_NAME]


def _names_site(heading: Tag) -> bool:
    """The h1 of a site's header is the site's name on most sites."""
    return any(p.name in {"header", "nav", "footer"} or roles(p) & {"banner", "search"} for p in heading.parents)


def _page_segment(title: str, site: str, url: str) -> str:
    """The part of a document title that names the page: the first part that is not the site's.

    A dash may belong to the name ("Farmers Market - 2026 Rules"), so parts between dashes are
    only taken off where they are the site's.
    """
    host = squeezed(urlsplit(url).hostname or "")
    parts = [part.strip() for part in _STRONG.split(one_line(title)) if part and part.strip()]
    own = [part for part in parts if not _is_site(part, site, host)] or [p for p in parts if key(p) not in _NO_NAME]
    if not own:
        return ""
    pieces = _DASH.split(own[0])
    names = [i for i in range(0, len(pieces), 2) if not _is_site(pieces[i], site, host)]
    best = "".join(pieces[names[0] : names[-1] + 1]).strip() if names else own[0]
    return "" if key(best) in _NO_NAME else best[:_LONGEST]


def _is_site(part: str, site: str, host: str) -> bool:
    name = key(part)
    letters = squeezed(part)
    return name in _NO_NAME or name == site or (len(letters) >= 5 and letters in host) or bool(_SITE.search(part))


def _from_address(url: str) -> str:
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
    name = re.sub(r"\.\w{2,5}$", "", last)
    return readable(name) or (parts.hostname or url)


def readable(file_name: str) -> str:
    """A file name as words: "fee_schedule-2026" -> "Fee schedule 2026"."""
    words = " ".join(re.sub(r"[_\-+.]+|%20", " ", file_name).split())
    return words[:1].upper() + words[1:]
