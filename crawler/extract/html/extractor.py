"""One HTML page to readable blocks."""

from crawler.extract.common.blocks import blocks_of
from crawler.extract.common.characters import squeezed
from crawler.extract.common.charset import decode
from crawler.extract.common.dates import complete_times, page_date
from crawler.extract.common.language import language_of
from crawler.extract.common.titles import metas_of, title_of
from crawler.extract.common.tree import Elements, strings
from crawler.extract.html.accordions.finder import find_panels
from crawler.extract.html.boilerplate import drop_boilerplate
from crawler.extract.html.declared_facts import events, offices
from crawler.extract.html.hidden import drop_hidden, drop_unread
from crawler.extract.html.inline_marks import settle_marks
from crawler.extract.html.jsonld import faq_pairs, objects_of, with_declared
from crawler.extract.html.landmarks import main_content
from crawler.extract.html.link_targets import decode_mail, read_images
from crawler.extract.html.links import directions
from crawler.extract.html.parser import parse
from crawler.extract.html.parts import contacts_of, parts_of, unsaid
from crawler.extract.html.search_marks import follow_search_marks
from crawler.extract.html.walk.walk import Walk
from crawler.extracted import Extracted


def extract_html(body: bytes, *, url: str, content_type: str | None = None) -> Extracted:
    """What a reader sees in the main part of a page; `url` is its final address, for links.

    Never raises on bad mark-up. Cost is a few times linear in the size of the page, so a
    hostile one is stopped by the limits of the process it runs in, not here.
    """
    soup = parse(decode(body, content_type))
    page = Elements(soup)
    way = directions(page, url)
    objects = objects_of(page)
    settle_marks(page)
    decode_mail(page)
    complete_times(page)
    panels = find_panels(page)
    metas = metas_of(page)
    whole = next(page.named("body"), soup)
    page_text = " ".join(" ".join(strings(whole)).split())
    written = squeezed(page_text)
    dated = page_date(page, objects, page_text)
    title = title_of(page, metas, main_content(whole, page), url)
    declared_language = language_of(page, metas, page_text)
    declared = offices(metas, objects, page_text, written)
    if read_images(soup, page, written):
        page = Elements(soup)
    follow_search_marks(whole, page)
    drop_unread(page)
    drop_hidden(soup, page, panels)
    contacts = [*contacts_of(whole), *declared]
    walk = Walk(panels, way.base)
    for part in parts_of(main_content(whole, page)):
        drop_boilerplate(part, panels)
        walk.run(part)
    blocks = blocks_of(walk.pieces, title)
    blocks = (*with_declared(blocks, faq_pairs(objects), written), *events(objects, written))
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
