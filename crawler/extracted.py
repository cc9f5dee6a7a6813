"""What extraction makes of one fetched body: the shape between parser processes and crawl."""

from dataclasses import dataclass
from datetime import date

from crawler.page import Block

EXTRACTOR = 7
"""Version of the extraction rules; raise it by one with every change that can alter what is read of a page.

A stored page remembers the version that read it. When that is older, the next crawl fetches
the page whole and reads it again, even though its bytes are the same.
"""


@dataclass(frozen=True)
class Extracted:
    """Readable content and crawl directions of one HTML page or PDF.

    `links` are absolute, as found, without those marked rel=nofollow. `canonical` is the
    page's own `<link rel=canonical>`, absolute and unchecked. `contacts` are telephone numbers and
    addresses that stand around the content only, in a footer say. `problem` says why there is
    nothing to read (e.g. "scanned PDF: no text layer"); then `blocks` is empty.
    `expires`: it names a day after which it must not be found, so it is read again in each crawl.
    """

    title: str
    language: str
    blocks: tuple[Block, ...]
    links: tuple[str, ...]
    canonical: str | None
    page_date: date | None
    page_date_origin: str
    noindex: bool
    nofollow: bool
    problem: str = ""
    expires: bool = False
    contacts: tuple[Block, ...] = ()
