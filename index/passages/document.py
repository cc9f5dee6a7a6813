"""What is indexed: a `Document` (a crawled page or one FAQ) goes in and is cut into `Passage`s."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from crawler.page import Block
from index.hashing import hashed


@dataclass(frozen=True)
class Document:
    """A page or a FAQ as the engine indexes it. `key` is stable: `page:<id>` or `faq:<id>`.

    `checked_at` does not count as content: a page that was checked again without a
    change is not indexed again.
    """

    key: str
    jurisdiction: str
    kind: Literal["page", "faq"]
    url: str
    title: str
    language: str
    blocks: tuple[Block, ...]
    page_date: date | None = None
    checked_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of everything that makes its passages; equal fingerprints need no new indexing."""
        parts = [self.jurisdiction, self.kind, self.url, self.title, self.language, str(self.page_date)]
        for block in self.blocks:
            parts += [block.kind, *block.heading, "", block.text, block.question, block.anchor]
        return hashed(*parts)


@dataclass(frozen=True)
class Passage:
    """A piece of a document that can be an answer, and what a vote attaches to.

    `key` comes from the content alone (jurisdiction, address, heading, question, text), so
    a vote finds its passage again after the index was rebuilt. `url` carries the fragment
    when the page has one. `heading` is the heading path joined by " > ".
    """

    key: str
    document_key: str
    jurisdiction: str
    kind: Literal["faq", "passage"]
    url: str
    title: str
    heading: str
    text: str
    question: str
    language: str
    page_date: date | None = None
