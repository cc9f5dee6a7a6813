"""Finds the element that holds the main content."""

from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from crawler.extract.tree import attr, roles, text_length

_FRAME = frozenset({"nav", "header", "footer", "aside"})
_FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog"})
# Where content systems put the page: CivicPlus, Drupal, SharePoint, WordPress, Plone, Sitefinity, Vision, Revize, ...
_IDS = [
    "moduleContent",
    "page-content",
    "main-content",
    "maincontent",
    "main_content",
    "mainContent",
    "MainContent",
    "block-system-main",
    "content-core",
    "DeltaPlaceHolderMain",
    "contentBox",
    "ctl00_PlaceHolderMain_ctl00__ControlWrapper_RichHtmlField",
    "site-content",
    "content-main",
    "contentarea",
    "content-area",
    "bodyContent",
    "body-content",
    "article-content",
    "primary",
    "main",
    "content",
    "Content",
]
_CLASSES = [
    "region-content",
    "entry-content",
    "page-content",
    "main-content",
    "post-content",
    "article-body",
    "content-area",
    "field--name-body",
]
_SURE = 250  # characters that a landmark must hold to be believed without looking further
_SHARE = 0.25
_GUESSED_SHARE = 0.5


def main_content(soup: BeautifulSoup) -> Tag:
    """main, role=main, the single article, a known id or class, else the body.

    A landmark that is almost empty while the page is not is passed over.
    """
    body = soup.body or soup
    outside = _text_outside_frame(body)
    for tag in _declared(body):
        length = text_length(tag)
        if length >= _SURE or length >= _SHARE * outside:
            return tag
    for tag in _guessed(body):
        if text_length(tag) >= max(_GUESSED_SHARE * outside, 60):
            return tag
    return body


def _declared(body: Tag) -> Iterator[Tag]:
    """Elements that say they are the main content, the longest first."""
    found = [tag for tag in body.find_all(True) if tag.name == "main" or "main" in roles(tag)]
    found = [tag for tag in found if tag.name not in {"ul", "ol", "a", "button"}]
    yield from sorted(found, key=text_length, reverse=True)


def _guessed(body: Tag) -> Iterator[Tag]:
    articles = [
        a
        for a in body.find_all("article")
        if not any(p.name in {"article", "aside", "nav", "footer"} for p in a.parents)
    ]
    if len(articles) == 1:
        yield articles[0]
    for name in _IDS:
        tag = body.find(id=name)
        if isinstance(tag, Tag):
            yield tag
    for name in _CLASSES:
        tags = body.find_all(class_=name)
        if len(tags) == 1:
            yield tags[0]


def _text_outside_frame(body: Tag) -> int:
    """Characters of text outside navigation, header, footer and side boxes."""
    frames = [t for t in body.find_all(True) if t.name in _FRAME or (attr(t, "role") and roles(t) & _FRAME_ROLES)]
    known = {id(f) for f in frames}
    outer = [f for f in frames if not any(id(parent) in known for parent in f.parents)]
    return text_length(body) - sum(text_length(f) for f in outer)
