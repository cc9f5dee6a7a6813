"""A Word file, by way of the HTML that mammoth makes of it: what holds for pages then holds for it too."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import escape
from io import BytesIO

import mammoth
from lxml import etree

from crawler.extract.files.reading import named_by, unreadable
from crawler.extract.html.extractor import extract_html
from crawler.extracted import Extracted

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
"""Beside mammoth's own map of headings, lists and tables."""
_TEXT = re.compile(r"word/(document|footnotes|endnotes)\.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_KNOWN = {
    f"{_W}ptab": f"{_W}tab",
    f"{_W}cr": f"{_W}br",
    f"{_W}fldSimple": f"{_W}smartTag",
    f"{_MATH}oMathPara": f"{_W}smartTag",
}
"""Elements that mammoth passes over -> the like that it reads."""


def extract_word(body: bytes, url: str, *, title: str = "", dated: date | None = None) -> Extracted:
    """Tracked deletions, hidden text, comments, headers and footers are no part of what is read."""
    pictures = mammoth.images.img_element(lambda _picture: {"src": ""})
    settled = BytesIO(_settled(body))
    content = mammoth.convert_to_html(settled, style_map=_STYLES, convert_image=pictures).value
    page = f"<!doctype html><html><head><title>{escape(title)}</title></head><body><main>{content}</main></body></html>"
    read = extract_html(page.encode(), url=url, content_type="text/html; charset=utf-8")
    if not read.blocks:
        return unreadable(url, "there is no text in the file")
    return replace(read, title=read.title or named_by(url), page_date=dated, page_date_origin="file" if dated else "")


def _settled(body: bytes) -> bytes:
    """The parts of a file that hold text, as Word shows it, in elements that mammoth knows."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name.endswith((".xml", ".rels")):
                part = old.read(name)
                new.writestr(name, _shown(part) if _TEXT.fullmatch(name) else part)
    return out.getvalue()


def _shown(part: bytes) -> bytes:
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(_unseen(root)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for element in list(root.iter(*_KNOWN)):
        element.tag = _KNOWN[str(element.tag)]
    for formula in list(root.iter(f"{_MATH}oMath")):
        text = "".join(piece.text or "" for piece in formula.iter(f"{_MATH}t"))
        formula[:] = []
        formula.tag = f"{_W}r"
        etree.SubElement(formula, f"{_W}t").text = text
    return etree.tostring(root)


def _unseen(root: etree._Element) -> Iterator[etree._Element]:
    """Runs that are hidden or struck out twice, and fields that only say what to write in them."""
    for run in root.iter(f"{_W}r"):
        if any(_is_on(run.find(f"{_W}rPr/{_W}{name}")) for name in ("vanish", "dstrike")):
            yield run
    for control in root.iter(f"{_W}sdt"):
        if _is_on(control.find(f"{_W}sdtPr/{_W}showingPlcHdr")):
            yield control


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(f"{_W}val", "1") not in {"0", "false", "off"}
