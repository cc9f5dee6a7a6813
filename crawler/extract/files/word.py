"""A Word file, by way of the HTML that mammoth makes of it: what holds for pages then holds for it too."""

from dataclasses import replace
from datetime import date
from html import escape
from io import BytesIO

import mammoth

from crawler.extract.files.reading import named_by, unreadable
from crawler.extract.html.extractor import extract_html
from crawler.extracted import Extracted

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
"""Beside mammoth's own map of headings, lists and tables."""


def extract_word(body: bytes, url: str, *, title: str = "", dated: date | None = None) -> Extracted:
    """Tracked deletions, comments, headers and footers are no part of what is read."""
    pictures = mammoth.images.img_element(lambda _picture: {"src": ""})
    content = mammoth.convert_to_html(BytesIO(body), style_map=_STYLES, convert_image=pictures).value
    page = f"<!doctype html><html><head><title>{escape(title)}</title></head><body><main>{content}</main></body></html>"
    read = extract_html(page.encode(), url=url, content_type="text/html; charset=utf-8")
    if not read.blocks:
        return unreadable(url, "there is no text in the file")
    return replace(read, title=read.title or named_by(url), page_date=dated, page_date_origin="file" if dated else "")
