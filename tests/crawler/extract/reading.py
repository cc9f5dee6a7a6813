"""Reads a made-up page the way the crawl does, and the words every test asks for."""

from crawler.extract.html.extractor import extract_html
from crawler.extracted import Extracted
from crawler.page import Block

URL = "https://www.alder.example/services/page"


def read(html: str, *, url: str = URL, content_type: str | None = "text/html; charset=utf-8") -> Extracted:
    return extract_html(html.encode(), url=url, content_type=content_type)


def body(content: str, *, head: str = "<title>Page | City of Alder</title>") -> Extracted:
    """A page with `content` in its body."""
    return read(f"<!doctype html><html lang=en><head>{head}</head><body>{content}</body></html>")


def said(page: Extracted) -> str:
    """All words of a page that can be found or quoted, in order."""
    return "\n".join("\n".join([*b.heading, b.question, b.text]) for b in page.blocks)


def faqs(page: Extracted) -> dict[str, str]:
    return {b.question: b.text for b in page.blocks if b.kind == "faq"}


def of_kind(page: Extracted, kind: str) -> list[Block]:
    return [b for b in page.blocks if b.kind == kind]
