"""A piece of HTML outside a page (a declared answer, a cell of a FAQ file), made ready to be read as text."""

from bs4 import BeautifulSoup
from bs4.element import NavigableString

from crawler.extract.common.tree import Elements
from crawler.extract.html.inline_marks import settle_marks
from crawler.extract.html.link_targets import beside, decode_mail


def settle_fragment(soup: BeautifulSoup) -> None:
    """Superscripts, deletions, coded addresses and the addresses behind links as on a page."""
    page = Elements(soup)
    settle_marks(page)
    decode_mail(page)
    for link in page.named("a", having="href"):
        address = beside(link, anywhere=True)
        if address:
            link.append(NavigableString(f" ({address})"))
