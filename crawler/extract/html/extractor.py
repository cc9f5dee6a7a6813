"""One HTML page to readable blocks."""

import warnings

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from crawler.extract.common.blocks import blocks_of
from crawler.extract.common.charset import decode
from crawler.extract.common.dates import complete_times, page_date
from crawler.extract.common.language import language_of
from crawler.extract.common.titles import title_of
from crawler.extract.common.tree import strings
from crawler.extract.html.accordions.finder import find_panels
from crawler.extract.html.boilerplate import drop_boilerplate
from crawler.extract.html.declared_facts import events, offices
from crawler.extract.html.hidden import drop_hidden, drop_unread
from crawler.extract.html.inline_marks import settle_marks
from crawler.extract.html.jsonld import faq_pairs, objects_of, with_declared
from crawler.extract.html.landmarks import main_content
from crawler.extract.html.link_targets import decode_mail, read_images
from crawler.extract.html.links import directions
from crawler.extract.html.parts import contacts_of, parts_of, unsaid
from crawler.extract.html.search_marks import follow_search_marks
from crawler.extract.html.walk.walk import Walk
from crawler.extracted import Extracted


def extract_html(body: bytes, *, url: str, content_type: str | None = None) -> Extracted:
    """What a reader sees in the main part of a page; `url` is its final address, for links.

    Never raises on bad mark-up. Cost is a few times linear in the size of the page, so a
    hostile one is stopped by the limits of the process it runs in, not here.
    """
    soup = _parse(decode(body, content_type))
    way = directions(soup, url)
    objects = objects_of(soup)
    settle_marks(soup)
    decode_mail(soup)
    complete_times(soup)
    panels = find_panels(soup)
    whole = soup.body or soup
    page_text = " ".join(" ".join(strings(whole)).split())
    dated = page_date(soup, objects, page_text)
    title = title_of(soup, main_content(soup), url)
    declared_language = language_of(soup, page_text)
    declared = offices(soup, objects, page_text)
    read_images(soup, page_text)
    follow_search_marks(soup)
    drop_unread(soup)
    drop_hidden(soup, panels)
    contacts = [*contacts_of(soup), *declared]
    walk = Walk(panels, way.base)
    for part in parts_of(main_content(soup)):
        drop_boilerplate(part, panels)
        walk.run(part)
    blocks = blocks_of(walk.pieces, title)
    blocks = (*with_declared(blocks, faq_pairs(objects), page_text), *events(objects, page_text))
    return Extracted(
        title=title,
        language=declared_language,
        blocks=blocks,
        links=way.links,
        canonical=way.canonical,
        page_date=dated[0],
        page_date_origin=dated[1],
        noindex=way.noindex,
        nofollow=way.nofollow,
        expires=way.expires,
        contacts=unsaid(contacts, blocks),
        problem="" if blocks else "no text to read on the page",
    )


_HEAD_ONLY = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template", "object"})


def _parse(text: str) -> BeautifulSoup:
    """The tree as browsers see it: libxml2 leaves newer elements in the head of a page that writes no <body>."""
    soup = _tree(text)
    if soup.head is None or soup.html is None:
        return soup
    strays = [c for c in list(soup.head.children) if isinstance(c, Tag) and c.name not in _HEAD_ONLY]
    if strays:
        body = soup.body
        if body is None:
            body = soup.new_tag("body")
            soup.html.append(body)
        for position, stray in enumerate(strays):
            body.insert(position, stray.extract())
    return soup


def _tree(text: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(text, "lxml")
