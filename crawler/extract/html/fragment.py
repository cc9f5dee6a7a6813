"""A piece of HTML outside a page (a declared answer, a cell of a FAQ file), made ready to be read as text."""

from bs4 import BeautifulSoup
from bs4.element import NavigableString

from crawler.extract.common.tree import tags
from crawler.extract.html.inline_marks import settle_marks
from crawler.extract.html.link_targets import beside, decode_mail


def settle_fragment(soup: BeautifulSoup) -> None:
    """Superscripts, deletions, coded addresses and the addresses behind links as on a page."""
    settle_marks(soup)
    decode_mail(soup)
    for link in tags(soup, "a", having="href"):
        address = beside(link, anywhere=True)
        if address:
            link.append(NavigableString(f" ({address})"))
