"""Stored pages and FAQs as the documents that are indexed."""

from datetime import datetime
from typing import Protocol

from crawler.page import Block, StoredPage
from index.passages.document import Document


class FaqRow(Protocol):
    """What is read of a stored FAQ."""

    @property
    def id(self) -> int: ...
    @property
    def jurisdiction(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def updated_at(self) -> datetime: ...


def page_key(page_id: int) -> str:
    """The document key of a stored page."""
    return f"page:{page_id}"


def faq_key(faq_id: int) -> str:
    """The document key of a stored FAQ."""
    return f"faq:{faq_id}"


def from_page(stored: StoredPage) -> Document:
    """A crawled page as a document."""
    page = stored.page
    return Document(
        key=page_key(stored.id),
        jurisdiction=page.jurisdiction,
        kind="page",
        url=page.url,
        title=page.title,
        language=page.language,
        blocks=page.blocks,
        page_date=page.page_date,
        checked_at=page.checked_at,
    )


def from_faq(faq: FaqRow) -> Document:
    """A FAQ as a document of one question and its answer."""
    return Document(
        key=faq_key(faq.id),
        jurisdiction=faq.jurisdiction,
        kind="faq",
        url=faq.url,
        title=faq.question,
        language=faq.language,
        blocks=(Block("faq", (), faq.answer, question=faq.question),),
        checked_at=faq.updated_at,
    )
