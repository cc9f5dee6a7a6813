"""Finds the element that holds the main content."""

from collections.abc import Iterator
from functools import cache

from bs4 import Tag

from crawler.extract.common.characters import listing
from crawler.extract.common.tree import Elements, attr, prose_length, roles, tags, text_length, within

_FRAME = frozenset({"nav", "header", "footer", "aside"})
_FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog"})
# Where content systems put the page: CivicPlus, Drupal, SharePoint, WordPress, Plone, Sitefinity, Vision, Revize, ...
_IDS = listing(
    "moduleContent page-content main-content maincontent main_content mainContent MainContent block-system-main "
    "content-core DeltaPlaceHolderMain contentBox ctl00_PlaceHolderMain_ctl00__ControlWrapper_RichHtmlField "
    "site-content content-main contentarea content-area bodyContent body-content article-content primary main content "
    "Content"
)
_CLASSES = listing(
    "region-content entry-content page-content main-content post-content article-body content-area field--name-body"
)
_SURE = 250  # characters that a landmark must hold to be believed without looking further
_SENTENCE = 60  # characters of prose in a declared landmark: a short answer, not an empty frame
_SHARE = 0.25
_GUESSED_SHARE = 0.6


def main_content(body: Tag, page: Elements) -> Tag:
    """main, role=main, the single article, a known id or class, else the body.

    A landmark that is almost empty while the page is not is passed over.
    """
    outside = cache(lambda: _text_outside_frame(body, page))
    for tag, length in _declared(body, page):
        if length >= _SURE or prose_length(tag) >= _SENTENCE or length >= _SHARE * outside():
            return tag
    for tag in _guessed(body):
        if text_length(tag) >= max(_GUESSED_SHARE * outside(), 60):
            return tag
    return body


def is_frame(tag: Tag) -> bool:
    """Whether an element says by its name or role that it is of the site and not of the page."""
    return tag.name in _FRAME or ("role" in tag.attrs and bool(roles(tag) & _FRAME_ROLES))


def declares_main(tag: Tag) -> bool:
    """Whether an element says by its name or role that it is the main content."""
    return tag.name == "main" or ("role" in tag.attrs and "main" in roles(tag))


def _declared(body: Tag, page: Elements) -> list[tuple[Tag, int]]:
    """Elements that say they are the main content, the longest first, with their `text_length`."""
    landmarks = [tag for tag in page if declares_main(tag) and within(tag, body)]
    lengths = [(tag, text_length(tag)) for tag in landmarks if tag.name not in {"ul", "ol", "a", "button"}]
    return sorted(lengths, key=lambda pair: pair[1], reverse=True)


def _guessed(body: Tag) -> Iterator[Tag]:
    articles = [
        a for a in tags(body, "article") if not any(p.name in {"article", "aside", "nav", "footer"} for p in a.parents)
    ]
    if len(articles) == 1:
        yield articles[0]
    ids: dict[str, Tag] = {}
    classes: dict[str, list[Tag]] = {}
    for tag in tags(body):
        ids.setdefault(attr(tag, "id"), tag)
        for name in attr(tag, "class").split():
            classes.setdefault(name, []).append(tag)
    yield from (ids[name] for name in _IDS if name in ids)
    yield from (classes[name][0] for name in _CLASSES if len(classes.get(name, ())) == 1)


def prose_outside_frame(body: Tag, page: Elements) -> int:
    """Characters of text that are no links, outside navigation, header, footer and side boxes."""
    return prose_length(body) - sum(map(prose_length, _frames(body, page)))


def _text_outside_frame(body: Tag, page: Elements) -> int:
    """Characters of text outside navigation, header, footer and side boxes."""
    return text_length(body) - sum(map(text_length, _frames(body, page)))


def _frames(body: Tag, page: Elements) -> list[Tag]:
    """Navigation, headers, footers and side boxes, each the outermost one."""
    frames = [tag for tag in page if is_frame(tag) and within(tag, body)]
    frame_ids = {id(f) for f in frames}
    return [f for f in frames if not any(id(parent) in frame_ids for parent in f.parents)]
