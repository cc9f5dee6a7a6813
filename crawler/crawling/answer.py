"""What one address answered, as far as the crawl acts on it; can be written down."""

from dataclasses import dataclass, replace
from typing import Literal

from pydantic import TypeAdapter

from crawler.pages.writer import FetchedPage


@dataclass(frozen=True)
class Answer:
    """`text` is the target of a redirect, else the reason. `links` are canonical and on this site.

    `unchanged`: the stored page, again; its links are followed unless `nofollow`. `closed`: missing or left out by the
    site's own words. `barred`: something keeps the page from us. `lasting`: equal bytes mean the same another time.
    """

    kind: Literal["page", "unchanged", "redirect", "missing", "failed", "skipped"]
    text: str = ""
    links: tuple[str, ...] = ()
    page: FetchedPage | None = None
    nofollow: bool = False
    closed: bool = False
    barred: bool = False
    lasting: bool = False

    def dump(self) -> str:
        """As text, without the body of the page."""
        page = self.page
        if page is not None:
            page = replace(page, fetched=replace(page.fetched, body=b"", hash=page.fetched.raw_hash))
        return _ANSWER.dump_json(replace(self, page=page)).decode()


def load(text: str) -> Answer:
    """The inverse of `dump`."""
    return _ANSWER.validate_json(text)


_ANSWER = TypeAdapter(Answer)
